"""Every operation's shape rule against Keras, on symbolic tensors and real arrays."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import keras
import pytest
from keras import ops

from kauxgen.operations import binary, operation_output, signature, subscript, unary
from kauxgen.operations.operators import ARITHMETIC, COMPARISONS
from operation_cases import OPERATIONS, Case, Draw, cases
from operation_trials import Tally
from operation_variants import variants
from operator_cases import (
    axis_case,
    binary_case,
    drawn,
    drawn_case,
    index_case,
    list_case,
    matrix_case,
    tensor_case,
    unary_case,
)

LEAST = 200
"""How many cases each rule is tried on at least."""
LEAST_OF_ONE = 20
"""How many cases each operation is tried on at least, where several share a rule."""
LEFT_OUT = {
    ("linspace", "axis"),
    ("linspace", "dtype"),
    ("linspace", "retstep"),
    ("cumprod", "dtype"),
    ("cumsum", "dtype"),
    ("einsum", "kwargs"),
    ("max", "initial"),
    ("min", "initial"),
    ("one_hot", "sparse"),
    ("prod", "dtype"),
}
"""Arguments of Keras that the language does not offer."""


@pytest.mark.parametrize("name", OPERATIONS)
def test_arguments_are_those_of_keras(name: str) -> None:
    theirs = list(inspect.signature(getattr(keras.ops, name)).parameters.values())
    ours = signature(name)
    left = {(name, parameter.name) for parameter in theirs[len(ours) :]}
    assert left == {pair for pair in LEFT_OUT if pair[0] == name}
    for parameter, other in zip(ours, theirs, strict=False):
        assert parameter.name == other.name
        assert parameter.variadic == (other.kind is other.VAR_POSITIONAL)
        bare = other.default is other.empty
        assert parameter.required == (bare and not parameter.variadic)
        assert parameter.default == (None if bare else other.default)


def by_rule() -> Mapping[str, list[str]]:
    """Give the operations that share each rule."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, entry in OPERATIONS.items():
        found[entry["shape"]].append(name)
    return found


def output(name: str, *args: Any, **kwargs: Any) -> Any:
    """Say what an operation gives."""
    return operation_output(name, args, kwargs)


def tried(rule: str) -> Iterator[tuple[str, Case]]:
    """Yield the cases of a rule: those drawn for it, bent ones, and wrong calls."""
    names = by_rule()[rule]
    for name in names:
        count = max(LEAST_OF_ONE, -(-LEAST // len(names)))
        yield from ((name, case) for case in variants(name, count))
        yield from ((name, case) for case in cases(name, 1 if len(names) > 1 else 24))


@pytest.mark.parametrize("rule", by_rule())
def test_a_rule_says_what_keras_does(
    rule: str, record_property: Callable[[str, object], None]
) -> None:
    tally = Tally()
    for name, case in tried(rule):
        tally.add(name, case, partial(output, name), getattr(ops, name), rule)
    record_property("oracle", ("operations", rule, dict(tally.outcomes)))
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.outcomes.total() >= LEAST
    assert tally.outcomes["fits"] >= 40
    assert tally.outcomes["refused"] >= 2


OPERATORS: dict[str, Callable[..., Any]] = {
    "+": ops.add,
    "-": ops.subtract,
    "*": ops.multiply,
    "/": ops.divide,
    "//": ops.floor_divide,
    "%": ops.mod,
    "**": ops.power,
    "<": ops.less,
    "<=": ops.less_equal,
    ">": ops.greater,
    ">=": ops.greater_equal,
    "==": ops.equal,
    "!=": ops.not_equal,
    "@": ops.matmul,
}
"""What generated code computes by each operator."""


def met(operation: Callable[..., Any], left: Any, right: Any) -> Any:
    """Apply an operation as generated code does: a list becomes an array."""
    return operation(*(_array(each, left, right) for each in (left, right)))


def _array(value: Any, *both: Any) -> Any:
    if not isinstance(value, list):
        return value
    typed = [each.dtype for each in both if hasattr(each, "dtype")]
    dtypes = set(map(keras.backend.standardize_dtype, typed))
    whole = all(isinstance(item, int) for item in value)
    kept = dtypes if whole or dtypes == {"float32"} else {"float32"}
    return ops.array(value, kept.pop() if kept else None)


@pytest.mark.parametrize("sign", OPERATORS)
def test_an_operator_says_what_keras_does(
    sign: str, record_property: Callable[[str, object], None]
) -> None:
    assert OPERATORS.keys() == {*ARITHMETIC, *COMPARISONS, "@"}
    tally, draw = Tally(), matrix_case if sign == "@" else binary_case
    for case in drawn(draw, sign, LEAST):
        tally.add(sign, case, partial(binary, sign), partial(met, OPERATORS[sign]))
    held(tally, f"x {sign} y", record_property)


def held(
    tally: Tally, row: str, record_property: Callable[[str, object], None]
) -> None:
    """Print what came of cases, and hold that nothing is wrong."""
    record_property(
        "oracle", ("operators and own operations", row, dict(tally.outcomes))
    )
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.outcomes.total() >= LEAST
    assert tally.outcomes["fits"] >= 40


def test_a_sign_says_what_keras_does(
    record_property: Callable[[str, object], None],
) -> None:
    tally = Tally()
    for case in drawn(unary_case, "-x", LEAST):
        tally.add("-", case, partial(unary, "-"), ops.negative)
    held(tally, "-x", record_property)


def test_an_index_says_what_keras_does(
    record_property: Callable[[str, object], None],
) -> None:
    tally = Tally()
    for case in drawn(index_case, "x[i]", 2 * LEAST):
        tally.add("x[i]", case, subscript, lambda x, index: x[index])
    held(tally, "x[i]", record_property)


def _rows(x: Any) -> Any:
    return ops.reshape(x, (ops.shape(x)[0], -1))


def _turned(x: list[Any]) -> list[Any]:
    if not isinstance(x, list):
        raise TypeError(f"{x} is no list")
    return x[::-1]


class Inside(keras.Operation):  # type: ignore[misc]
    """Code as it stands in a layer: a graph knows it by a trial run."""

    def __init__(self, operation: Callable[..., Any]) -> None:
        """Keep the code."""
        super().__init__()
        self.operation = operation

    def call(self, x: Any) -> Any:
        """Run the code."""
        return self.operation(x)


def traced(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Let a graph's tensors enter code that stands inside a layer there."""

    def call(x: Any, *args: Any) -> Any:
        if isinstance(x, keras.KerasTensor):
            return Inside(operation)(x)
        return operation(x, *args)

    return call


OWN: dict[str, tuple[Callable[[Draw], Case], Callable[..., Any]]] = {
    "normal": (drawn_case, keras.random.normal),
    "uniform": (drawn_case, keras.random.uniform),
    "normal_like": (tensor_case(0, 1, 2, 3), lambda x: 1.0 * x),
    "uniform_like": (tensor_case(0, 1, 2, 3), lambda x: 1.0 * x),
    "categorical": (
        tensor_case(1, 2, 2, 2, 3),
        traced(lambda x: ops.squeeze(keras.random.categorical(x, 1), 1)),
    ),
    "shuffle": (tensor_case(0, 1, 2, 3), lambda x: ops.flip(x, 0)),
    "stop_gradient": (tensor_case(0, 1, 2, 3), ops.stop_gradient),
    "batch_size": (tensor_case(0, 1, 2, 3), lambda x: x.shape[0]),
    "dim": (axis_case, lambda x, axis: x.shape[axis]),
    "shape": (tensor_case(0, 1, 2, 3), lambda x: tuple(x.shape)),
    "per_sample_sum": (
        tensor_case(0, 1, 2, 3),
        lambda x: ops.sum(x, axis=tuple(range(1, len(x.shape)))) if x.shape else x[0],
    ),
    "reversed": (list_case, _turned),
    "rows": (tensor_case(0, 1, 2, 3), traced(_rows)),
}
"""The own operations with shapes, and what they come to in generated code."""


@pytest.mark.parametrize("name", OWN)
def test_an_own_operation_says_what_keras_does(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    draw, theirs = OWN[name]
    tally = Tally()
    for case in drawn(draw, name, LEAST):
        tally.add(name, case, partial(output, name), theirs)
    held(tally, name, record_property)
