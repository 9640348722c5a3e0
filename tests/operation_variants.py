"""Random calls of operations, bent: sizes hidden or changed, types mixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kauxgen.tensor import TensorType
from operation_cases import BY_NAME, BY_RULE, OPERATIONS, Case, Draw

TYPES = ("float32", "int32", "bool", "int64")
AXES = ("axis", "axes", "axis1", "axis2", "offset", "k", "keepdims")


def variants(name: str, count: int) -> Iterator[Case]:
    """Draw calls of an operation, of which about half are bent; always the same."""
    draw = BY_NAME.get(name) or BY_RULE[OPERATIONS[name]["shape"]]
    for index in range(count):
        rng = Draw(f"{name} bent {index}")
        yield bent(rng, draw(rng))


def bent(rng: Draw, case: Case) -> Case:
    """Bend a call in one of several ways, or leave it."""
    ways = [_same, _same, _hide_first, _hide_first, _hide_some]
    ways += [_retype, _resize, _rerank, _move]
    return rng.choice(ways)(rng, case)


def _same(_: Draw, case: Case) -> Case:
    return case


def _each(case: Case, change: Callable[[TensorType], TensorType]) -> Case:
    """Change every tensor of a call."""

    def through(value: Any) -> Any:
        if isinstance(value, TensorType):
            return change(value)
        if isinstance(value, (tuple, list)):
            return type(value)(map(through, value))
        return value

    return Case(through(case.args), {k: through(v) for k, v in case.kwargs.items()})


def _one(rng: Draw, case: Case, change: Callable[[TensorType], TensorType]) -> Case:
    """Change one tensor of a call."""
    found: list[TensorType] = []
    _each(case, lambda kind: found.append(kind) or kind)  # type: ignore[func-returns-value]
    if not found:
        return case
    chosen, seen = rng.randrange(len(found)), iter(range(len(found)))
    return _each(case, lambda kind: change(kind) if next(seen) == chosen else kind)


def _hide_first(_: Draw, case: Case) -> Case:
    return _each(
        case, lambda x: TensorType((None, *x.shape[1:])[: len(x.shape)], x.dtype)
    )


def _hide_some(rng: Draw, case: Case) -> Case:
    def hide(x: TensorType) -> TensorType:
        return TensorType(tuple(rng.choice([n, None]) for n in x.shape), x.dtype)

    return _each(case, hide)


def _retype(rng: Draw, case: Case) -> Case:
    dtype = rng.choice(TYPES)
    return _one(rng, case, lambda x: TensorType(x.shape, dtype))


def _resize(rng: Draw, case: Case) -> Case:
    def resize(x: TensorType) -> TensorType:
        at = rng.randrange(len(x.shape)) if x.shape else 0
        size = rng.randint(0, 5)
        return TensorType(
            (*x.shape[:at], size, *x.shape[at + 1 :])[: len(x.shape)], x.dtype
        )

    return _one(rng, case, resize)


def _rerank(rng: Draw, case: Case) -> Case:
    more = rng.flag()
    return _one(
        rng, case, lambda x: TensorType((2, *x.shape) if more else x.shape[1:], x.dtype)
    )


def _move(rng: Draw, case: Case) -> Case:
    """Give an axis or a flag another value."""
    named = [key for key in case.kwargs if key in AXES]
    if not named:
        return _hide_some(rng, case)
    new = rng.choice([0, 1, -1, 2, -3, None, (0, 1), (0, 0), (1, -1), [0], True])
    return Case(case.args, {**case.kwargs, rng.choice(named): new})
