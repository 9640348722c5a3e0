"""Random calls of operations, tried on our rules and on Keras, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

import keras
import numpy as np

from kauxgen.tensor import Misfit, TensorType
from operation_cases import Case
from operation_strictness import looser, stricter

SIZES = (1, 2, 3, 4, 5, 6, 12)
"""Sizes that unknown ones may turn out to have."""
MOST = 100
"""So many ways to fill the unknown sizes are tried one after the other."""
TURNS = 30
"""How often sizes are drawn for unknown ones, until something fits."""
INDEX_RULES = ("taken", "taken_along", "one_hot", "index_loss")
MATRIX_RULES = ("square_matrix", "determinant")
TORN = ("+", "add")
"""Keras 3.15 takes (1, 2) + (2, 1) for a bias: it gives another shape than it says."""
POOLING = "pooled"
"""TensorFlow ends the process where a window is wider than the data."""
Call = Callable[..., Any]
Fill = Callable[[TensorType], TensorType]


@dataclass
class Tally:
    """How many cases were tried, by what came of them, and those that must not be."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(
        self, name: str, case: Case, ours: Call, theirs: Call, rule: str = ""
    ) -> None:
        """Try a case and count it."""
        said = _said(ours, case)
        outcome = _outcome(name, said, theirs, case, rule)
        self.outcomes[outcome.partition(":")[0]] += 1
        if outcome.startswith("wrong"):
            self.wrong.append(f"{outcome}\n  {name}{case}\n  ours: {said}")


def _outcome(name: str, said: Any, theirs: Call, case: Case, rule: str) -> str:
    """Tell what came of a case.

    What Keras says of a graph's tensors and what it computes of arrays count both:
    generated code meets both.
    """
    symbolic = _answer(theirs, case, _symbol)
    if isinstance(said, str):
        fails = isinstance(symbolic, Exception) or not _agreeing(
            symbolic, _computed(theirs, case, rule)
        )
        if fails:
            return "refused"
        return (
            "stricter" if stricter(said) else f"wrong refusal: Keras gives {symbolic}"
        )
    graph_fails = isinstance(symbolic, Exception)
    if graph_fails and not ("None" in repr(case) and looser(str(symbolic))):
        return f"wrong for a graph: {_short(symbolic)}"
    real = _computed(theirs, case, rule)
    if not _agreeing(said, real):
        torn = name in TORN and _agreeing(said, [symbolic]) and _is_value(real[-1])
        return "torn" if torn else f"wrong when run: {_short(real[-1])}"
    if graph_fails:
        return "looser"
    if not _agreeing(symbolic, [said]):
        return f"wrong: Keras gives {symbolic}"
    return "fits" if _known(said) >= _known(symbolic) else f"wrong, vague: {symbolic}"


def _short(value: Any) -> str:
    text = str(value)
    return (
        f"{type(value).__name__} {text.strip()[:150]}"
        if isinstance(value, Exception)
        else text
    )


def _is_value(answer: Any) -> bool:
    return not isinstance(answer, Exception)


def _agreeing(one: Any, others: list[Any]) -> bool:
    """Say whether one of some answers may be the same as another."""
    return any(_agree(one, other) for other in others)


def _agree(one: Any, other: Any) -> bool:
    if isinstance(one, Exception) or isinstance(other, Exception):
        return False
    if isinstance(one, TensorType) and isinstance(other, TensorType):
        same = len(one.shape) == len(other.shape) and one.dtype == other.dtype
        pairs = zip(one.shape, other.shape, strict=False)
        return same and all(None in pair or pair[0] == pair[1] for pair in pairs)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_agree, one, other))
    return one is None or other is None or bool(one == other)


def _known(value: Any) -> int:
    """Count the sizes that an answer tells."""
    if isinstance(value, tuple):
        return sum(map(_known, value))
    shape = value.shape if isinstance(value, TensorType) else ()
    return len(shape) - shape.count(None)


def _said(ours: Call, case: Case) -> Any:
    try:
        return ours(*case.args, **case.kwargs)
    except Misfit as misfit:
        return str(misfit)


def _computed(theirs: Call, case: Case, rule: str) -> list[Any]:
    """Return what Keras computes of arrays; of unknown sizes several are tried."""
    make = _matrix if rule in MATRIX_RULES else _array
    low = 0 if rule in INDEX_RULES else 1
    found: list[Any] = []
    for fill in _fills(case, rule):
        found.append(
            _answer(theirs, case, lambda kind, fill=fill: make(fill(kind), low))
        )
        if not isinstance(found[-1], Exception):
            break
    return found


def _fills(case: Case, rule: str) -> Iterator[Fill]:
    """Yield ways to give unknown sizes a value, the likely ones first."""
    shapes = [kind.shape for kind in _tensors([case.args, case.kwargs])]
    if not any(None in shape for shape in shapes):
        yield lambda kind: kind
        return
    if rule == POOLING:
        yield _filled(lambda axis, rank: 12)
        return
    front = {axis: n for shape in shapes for axis, n in enumerate(shape) if n}
    back = {axis: n for one in shapes for axis, n in enumerate(one[::-1]) if n}
    yield _filled(lambda axis, rank: front.get(axis, 3))
    yield _filled(lambda axis, rank: back.get(rank - 1 - axis, 3))
    pool = (*(n for shape in shapes for n in shape if n), *SIZES)
    count = sum(shape.count(None) for shape in shapes)
    for several in (sorted({1, *pool[: -len(SIZES)]}), sorted(set(pool))):
        if len(several) ** count <= MOST:
            for sizes in product(several, repeat=count):
                rest = iter(sizes)
                yield _filled(lambda axis, rank, rest=rest: next(rest))
    draw = Random(1)
    for _ in range(TURNS):
        alike = draw.choice(pool)
        yield _filled(lambda axis, rank, alike=alike: alike)
        yield _filled(lambda axis, rank: draw.choice(pool))


def _tensors(value: Any) -> Iterator[TensorType]:
    if isinstance(value, TensorType):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _tensors(item)


def _filled(size: Callable[[int, int], int]) -> Fill:
    """Give every unknown size one, by its axis and the rank."""

    def fill(kind: TensorType) -> TensorType:
        rank = len(kind.shape)
        sizes = (
            size(axis, rank) if n is None else n for axis, n in enumerate(kind.shape)
        )
        return TensorType(tuple(sizes), kind.dtype)

    return fill


def _answer(theirs: Call, case: Case, make: Call) -> Any:
    args = [_made(value, make) for value in case.args]
    kwargs = {key: _made(value, make) for key, value in case.kwargs.items()}
    try:
        return _plain(theirs(*args, **kwargs))
    except Exception as error:  # Keras raises ValueError, TypeError, IndexError, ...
        return error


def _made(value: Any, make: Call) -> Any:
    if isinstance(value, TensorType):
        return make(value)
    if isinstance(value, (tuple, list)):
        return type(value)(_made(item, make) for item in value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(map(_plain, value))
    if value is None or isinstance(value, int):
        return value
    dtype = keras.backend.standardize_dtype(value.dtype)
    return TensorType(tuple(value.shape), dtype)


def _symbol(kind: TensorType) -> Any:
    return keras.KerasTensor(kind.shape, kind.dtype)


def _array(kind: TensorType, low: int) -> Any:
    value = 0.5 if "float" in kind.dtype else low
    return keras.ops.full(kind.shape, value, dtype=kind.dtype)


def _matrix(kind: TensorType, _: int) -> Any:
    positive = 0.1 + np.eye(*kind.shape[-2:]) if len(kind.shape) > 1 else 1.0
    return keras.ops.convert_to_tensor(np.full(kind.shape, positive), dtype=kind.dtype)
