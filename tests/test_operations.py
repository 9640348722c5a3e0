"""Shapes and types of operations, operators and indices, where Keras is no oracle."""

from __future__ import annotations

from contextlib import suppress
from types import NoneType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kauxgen.operations import (
    RULES,
    Value,
    binary,
    operation_output,
    signature,
    subscript,
    unary,
)
from kauxgen.operations.operators import ARITHMETIC, COMPARISONS
from kauxgen.resources import entries
from kauxgen.tensor import Misfit, Size, TensorType
from operation_cases import OPERATIONS, Case, cases

WIDTH = Size(32, "latent_dim")
SOME = TensorType((), "int32")


def floats(*shape: int | None) -> TensorType:
    """Make a tensor type of fractions."""
    return TensorType(shape)


def ints(*shape: int | None) -> TensorType:
    """Make a tensor type of whole numbers."""
    return TensorType(shape, "int32")


def truths(*shape: int | None) -> TensorType:
    """Make a tensor type of truth values."""
    return TensorType(shape, "bool")


def call(name: str, *args: Value, **kwargs: Value) -> Value:
    """Call an operation as an expression does."""
    return operation_output(name, args, kwargs)


def words(value: Value) -> list[str]:
    """Return the words of the sizes of a tensor that remember them."""
    assert isinstance(value, TensorType)
    return [size.text for size in value.shape if isinstance(size, Size)]


def test_every_operation_has_a_rule_and_every_rule_an_operation() -> None:
    used = {entry["shape"] for entry in entries("operations").values()}
    assert used == set(RULES)


@pytest.mark.parametrize("name", entries("operations"))
def test_every_entry_is_documented(name: str) -> None:
    entry = entries("operations")[name]
    assert set(entry) <= {"doc", "args", "shape", "own", "draws", "expands"}
    assert entry["doc"].endswith(".")
    assert signature(name)


def test_there_are_about_a_hundred_operations_of_keras() -> None:
    assert len(OPERATIONS) >= 100


def test_draws_are_marked() -> None:
    drawing = {name for name, e in entries("operations").items() if e.get("draws")}
    likes = {"normal_like", "uniform_like"}
    assert drawing == likes | {"normal", "uniform", "categorical", "shuffle"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (call("normal", (None, 8)), floats(None, 8)),
        (call("uniform", (None, 1), low=-1.0), floats(None, 1)),
        (call("normal_like", floats(None, 8)), floats(None, 8)),
        (call("uniform_like", floats(None, 8)), floats(None, 8)),
        (call("categorical", floats(None, 8)), ints(None)),
        (call("shuffle", ints(None, 3)), ints(None, 3)),
        (call("stop_gradient", floats(None, 3)), floats(None, 3)),
        (call("batch_size", floats(None, 3)), None),
        (call("batch_size", floats(5, 3)), 5),
        (call("dim", floats(None, 3), -1), 3),
        (call("dim", floats(None, 3), 0), None),
        (call("shape", floats(None, 3)), (None, 3)),
        (call("per_sample_sum", floats(None, 3, 4)), floats(None)),
        (call("per_sample_sum", floats(None)), floats(None)),
        (call("rows", floats(None, 3, 4)), floats(None, 12)),
        (call("rows", floats(None, None, 4)), floats(None, None)),
        (call("rows", floats(None)), floats(None, 1)),
    ],
)
def test_own_operations(value: Value, expected: Value) -> None:
    assert value == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (call("reshape", floats(None, 4, 7), (-1, 28)), floats(None, 28)),
        (call("reshape", floats(2, 6), (3, -1)), floats(3, 4)),
        (call("reshape", floats(None, 4), (None, 2, 2)), floats(None, 2, 2)),
        (call("reshape", floats(None, 4), (SOME, -1)), floats(None, None)),
        (call("concatenate", [floats(None, 2), floats(3, 4)], -1), floats(3, 6)),
        (call("concatenate", [floats(None, 2), floats(3, 2)]), floats(None, 2)),
        (call("stack", [floats(None, 2), floats(3, 2)], axis=1), floats(3, 2, 2)),
        (call("mean", floats(None, 4), axis=0), floats(4)),
        (call("sum", truths(None, 4), axis=-1), ints(None)),
        (call("mean", [1, 2, 3]), floats()),
        (call("argmax", floats(None, 4), axis=-1), ints(None)),
        (call("one_hot", ints(None), 4), floats(None, 4)),
        (call("zeros", (None,), dtype="int32"), ints(None)),
        (call("full", (None,), 3, dtype="int32"), ints(None)),
        (call("arange", None), ints(None)),
        (call("arange", 0, None), ints(None)),
        (call("arange", 5), ints(5)),
        (call("eye", None), floats(None, None)),
        (call("linspace", 0.0, floats(), 16), floats(16)),
        (call("where", truths(None, 4), floats(4), 0), floats(None, 4)),
        (call("where", truths(None), 1, 0), ints(None)),
        (call("top_k", floats(None, 9), 2), (floats(None, 2), ints(None, 2))),
        (call("split", floats(None, 6), 2, axis=-1), (floats(None, 3),) * 2),
        (call("split", floats(4, 6), [1], axis=0), (floats(1, 6), floats(3, 6))),
        (
            call("einsum", "bte,btd->bed", floats(None, 5, 2), floats(3, 5, 7)),
            floats(3, 2, 7),
        ),
        (call("tensordot", floats(None, 4), floats(4, 5), axes=1), floats(None, 5)),
        (call("repeat", floats(None, 2), 3, axis=0), floats(None, 2)),
        (call("pad", floats(None, 2), ((0, 0), (1, 1))), floats(None, 4)),
        (call("average_pool", floats(None, None, 8, 3), 2), floats(None, None, 4, 3)),
        (
            call("binary_crossentropy", floats(None, 1), floats(None, 1)),
            floats(None, 1),
        ),
        (
            call(
                "ctc_loss", ints(None, 5), floats(None, 20, 9), ints(None), ints(None)
            ),
            floats(None),
        ),
    ],
)
def test_unknown_sizes_and_numbers(value: Value, expected: Value) -> None:
    assert value == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (call("maximum", None, 1), None),
        (call("minimum", 0.5, 1), None),
        (call("maximum", floats(None), 0), floats(None)),
        (call("maximum", ints(None), 0.5), floats(None)),
        (call("sqrt", 7), floats()),
        (call("log", 1000.0), floats()),
        (call("divide", 1, 2), floats()),
        (call("cast", None, "float32"), floats()),
    ],
)
def test_operations_on_numbers(value: Value, expected: Value) -> None:
    assert value == expected


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "message"),
    [
        ("mean", [floats(4)], {"dim": 0}, 'mean has no argument "dim"'),
        ("mean", [floats(4)], {"x": floats(4)}, 'mean is given "x" twice'),
        ("mean", [], {}, 'mean needs its argument "x"'),
        ("exp", [1, 2], {}, "exp takes at most 1 argument, got 2"),
        ("mean", [floats(4), 0, False, 1], {}, "mean takes at most 3 arguments, got 4"),
        ("meen", [floats(4)], {}, 'there is no operation "meen"'),
        ("mean", ["x"], {}, "mean needs a tensor for x, got a text"),
        ("mean", [floats(4)], {"axis": 1}, "mean has no axis 1 in a tensor of rank 1"),
        ("mean", [floats(4)], {"axis": True}, "mean needs whole numbers for axis"),
        ("sum", [floats(4)], {"axis": (0, -1)}, "sum names an axis twice"),
        ("sum", [floats(4)], {"keepdims": 1}, "sum needs True or False for keepdims"),
        ("sigmoid", [ints(4)], {}, "sigmoid needs floats, got int32: cast it"),
        ("abs", [truths(4)], {}, "abs needs numbers, got bool: cast it"),
        ("maximum", [ints(4), floats(4)], {}, "int32 meets float32: cast one of them"),
        ("maximum", [truths(4), 1], {}, "bool meets a number: cast it"),
        (
            "maximum",
            [floats(None, 4), floats(None, 5)],
            {},
            "cannot broadcast (batch, 4) with (batch, 5): axis -1 is 4 and 5",
        ),
        (
            "matmul",
            [floats(None, 8), floats(6, 2)],
            {},
            "matmul needs equal inner sizes, got 8 and 6 of (batch, 8) and (6, 2)",
        ),
        (
            "concatenate",
            [[floats(None, 4, 3), floats(None, 5, 3)]],
            {"axis": -1},
            "concatenate needs equal sizes on every axis but -1, "
            "got (batch, 4, 3) and (batch, 5, 3): axis 1 is 4 and 5",
        ),
        (
            "concatenate",
            [floats(4)],
            {},
            "concatenate needs a list for xs, got a tensor",
        ),
        ("reshape", [floats(4), (3,)], {}, "cannot reshape (4) to (3)"),
        (
            "reshape",
            [floats(4), (-1, -1)],
            {},
            "reshape computes one size only: -1 stands twice",
        ),
        ("zeros", [(-1, 2)], {}, "zeros needs sizes for shape: whole numbers from 0"),
        ("cast", [floats(4), "float99"], {}, None),
        (
            "take",
            [floats(3), [0, 3]],
            {"axis": 0},
            "take has no item 3 on an axis of size 3",
        ),
        (
            "one_hot",
            [floats(3), 4],
            {},
            "one_hot needs whole numbers for x, got float32",
        ),
        ("where", [truths(3)], {}, 'where needs its argument "x1"'),
        (
            "stack",
            [[floats(3), floats(4)]],
            {},
            "stack needs equal shapes, got (3) and (4)",
        ),
        ("eye", [2, 5], {"k": 1}, "eye beside the main diagonal needs a square matrix"),
        (
            "unstack",
            [floats(None, 2)],
            {},
            "unstack needs num: the size of axis 0 is unknown",
        ),
        ("einsum", ["ij,jk", floats(2, 3)], {}, "einsum names 2 operands, got 1"),
        ("batch_size", [3], {}, "batch_size needs a tensor with axes, got a number"),
    ],
)
def test_misfits(
    name: str, args: list[Any], kwargs: dict[str, Any], message: str | None
) -> None:
    with pytest.raises(Misfit) as caught:
        operation_output(name, args, kwargs)
    assert message is None or str(caught.value) == message


NUMBERS = st.integers(-5, 5) | st.floats() | st.integers() | st.booleans() | st.none()
TENSORS = st.builds(
    TensorType,
    st.lists(st.none() | st.integers(0, 4), max_size=3).map(tuple),
    st.sampled_from(["float32", "int32", "bool"]),
)
PLAIN = NUMBERS | TENSORS | st.text(max_size=3) | st.just(...)
BOUNDS = NUMBERS | st.just(SOME)
ODD: st.SearchStrategy[Any] = st.recursive(
    PLAIN | st.builds(slice, BOUNDS, BOUNDS, BOUNDS),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)


@given(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 23), st.data())
def test_an_odd_argument_gives_a_value_or_a_misfit(
    name: str, index: int, data: st.DataObject
) -> None:
    case = cases(name)[index]
    named = [parameter.name for parameter in signature(name) if not parameter.variadic]
    kwargs = {**dict(zip(named, case.args, strict=False)), **case.kwargs}
    kwargs[data.draw(st.sampled_from(named))] = data.draw(ODD)
    with suppress(Misfit):
        value = operation_output(name, case.args[len(named) :], kwargs)
        assert isinstance(value, (TensorType, tuple, NoneType))


@given(st.sampled_from([*ARITHMETIC, *COMPARISONS, "@"]), ODD, ODD)
def test_any_operands_give_a_value_or_a_misfit(
    sign: str, left: Any, right: Any
) -> None:
    with suppress(Misfit):
        value = binary(sign, left, right)
        assert isinstance(value, (TensorType, int, float, tuple, list, NoneType))


@given(ODD, ODD)
def test_any_index_gives_a_value_or_a_misfit(value: Any, index: Any) -> None:
    with suppress(Misfit):
        found = subscript(value, index)
        assert isinstance(value, (tuple, list)) or isinstance(found, TensorType)


def test_sizes_keep_the_words_of_the_spec() -> None:
    code = floats(None, WIDTH)
    assert words(binary("+", code, floats(None, 32))) == ["latent_dim"]
    assert words(binary("*", floats(1), code)) == ["latent_dim"]
    assert words(call("zeros", (None, WIDTH))) == ["latent_dim"]
    assert words(call("reshape", floats(None, 4, 8), (-1, WIDTH))) == ["latent_dim"]
    assert words(call("transpose", code)) == ["latent_dim"]
    assert words(call("max", code, axis=0)) == ["latent_dim"]
    assert words(call("matmul", floats(None, 3), floats(3, WIDTH))) == ["latent_dim"]
    assert words(subscript(code, (slice(None), slice(None)))) == ["latent_dim"]
    assert words(call("concatenate", [code, code], axis=0)) == ["latent_dim"]
    assert words(call("concatenate", [code, code], axis=1)) == []
    assert isinstance(call("dim", code, 1), Size)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_unknown_batch_says_nothing_wrong(name: str) -> None:
    fitting = 0
    for case in cases(name):
        try:
            known = operation_output(name, case.args, case.kwargs)
        except Misfit:
            continue
        fitting += 1
        hidden = Case(
            _hidden(case.args), {k: _hidden(v) for k, v in case.kwargs.items()}
        )
        assert _agree(_answer(name, hidden), known), case
    assert fitting


def _answer(name: str, case: Case) -> Any:
    try:
        return operation_output(name, case.args, case.kwargs)
    except Misfit as misfit:
        return "unknown" in str(misfit)


def _hidden(value: Any) -> Any:
    if isinstance(value, TensorType):
        return TensorType((None, *value.shape[1:])[: len(value.shape)], value.dtype)
    if isinstance(value, (tuple, list)):
        return type(value)(map(_hidden, value))
    return value


def _agree(vague: Any, known: Any) -> bool:
    """Say whether types agree in all that the vaguer one tells.

    A rank differs where `squeeze` cannot know what it drops.
    """
    if isinstance(known, tuple) and isinstance(vague, tuple):
        return len(known) == len(vague) and all(map(_agree, vague, known))
    if not isinstance(vague, TensorType):
        return vague is True
    pairs = zip(vague.shape, known.shape, strict=False)
    return vague.dtype == known.dtype and all(v in (None, k) for v, k in pairs)


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("+", floats(None, 4), floats(4), floats(None, 4)),
        ("+", floats(None, 1), floats(None, 4), floats(None, 4)),
        ("-", 1, floats(None, 4), floats(None, 4)),
        ("*", None, floats(None, 4), floats(None, 4)),
        ("*", [1, 2, 3, 4], floats(None, 4), floats(None, 4)),
        ("/", ints(3), 2, floats(3)),
        ("/", ints(3), ints(3), floats(3)),
        ("//", ints(3), 2, ints(3)),
        ("*", ints(3), 2, ints(3)),
        ("*", ints(3), 0.5, floats(3)),
        ("**", floats(3), 2, floats(3)),
        ("%", ints(3), 2, ints(3)),
        ("@", floats(None, 8), floats(8, 3), floats(None, 3)),
        ("@", floats(8), floats(8), floats()),
        ("@", floats(None, 2, 8), floats(8, 3), floats(None, 2, 3)),
        (">", floats(None), 0, truths(None)),
        ("==", ints(None), ints(None), truths(None)),
        ("==", truths(3), True, truths(3)),
        ("+", 2, 3, 5),
        ("/", 1, 2, 0.5),
        ("**", 2, 10, 1024),
        ("<", 1, 2, True),
        ("-", None, 1, None),
        ("<", None, 1, None),
        ("+", (None, 3), (1,), (None, 3, 1)),
    ],
)
def test_binary(operator: str, left: Value, right: Value, expected: Value) -> None:
    found = binary(operator, left, right)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("operator", "left", "right", "message"),
    [
        ("+", ints(3), floats(3), "int32 meets float32: cast one of them"),
        ("<", ints(3), floats(3), "int32 meets float32: cast one of them"),
        ("-", 1, truths(3), "bool meets a number: cast it"),
        ("+", truths(3), truths(3), "+ needs numbers, got bool: cast it"),
        ("<", truths(3), truths(3), "< needs numbers, got bool: cast it"),
        (
            "+",
            floats(3),
            floats(4),
            "cannot broadcast (3) with (4): axis -1 is 3 and 4",
        ),
        ("@", floats(3), 2, "matmul needs tensors with axes, got a number"),
        ("+", floats(3), "x", "a text is no tensor"),
        ("*", (1, 2), 2, "a list has no *"),
        ("+", [floats(3)], floats(3), None),
        ("/", 1, 0, "1 / 0: division by zero"),
        ("**", 9, 10**9, "9 ** 1000000000 is too large"),
        ("**", -8, 0.5, "-8 ** 0.5 is no finite number"),
        ("*", 10**12, 10**12, "1000000000000 * 1000000000000 is no finite number"),
    ],
)
def test_binary_misfits(
    operator: str, left: Value, right: Value, message: str | None
) -> None:
    with pytest.raises(Misfit) as caught:
        binary(operator, left, right)
    assert message is None or str(caught.value) == message


def test_unary() -> None:
    assert unary("-", 3) == -3
    assert unary("+", 3) == 3
    assert unary("-", None) is None
    assert unary("-", floats(None, 3)) == floats(None, 3)
    with pytest.raises(Misfit, match="bool"):
        unary("-", truths(3))
    with pytest.raises(Misfit, match="a text has no -"):
        unary("-", "x")


@pytest.mark.parametrize(
    ("value", "index", "expected"),
    [
        (floats(None, 8, 3), 0, floats(8, 3)),
        (floats(None, 8, 3), -1, floats(8, 3)),
        (floats(None, 8, 3), (slice(None), slice(1, None)), floats(None, 7, 3)),
        (floats(None, 8, 3), (slice(None), slice(None, -1)), floats(None, 7, 3)),
        (floats(None, 8, 3), (..., slice(0, 2)), floats(None, 8, 2)),
        (floats(None, 8, 3), (..., 0), floats(None, 8)),
        (floats(None, 8, 3), (0, ..., 0), floats(8)),
        (floats(None, 8, 3), (..., None), floats(None, 8, 3, 1)),
        (floats(None, 8), (slice(None), None), floats(None, 1, 8)),
        (floats(None, 8), slice(1, None), floats(None, 8)),
        (floats(8), slice(None, None, -2), floats(4)),
        (floats(8), slice(None, SOME), floats(None)),
        (floats(8, 2), SOME, floats(2)),
        (floats(8), ..., floats(8)),
        ((None, 3, 4), 1, 3),
        ((None, 3, 4), slice(1, None), (3, 4)),
        ([floats(3), floats(4)], -1, floats(4)),
    ],
)
def test_subscript(value: Value, index: Value, expected: Value) -> None:
    assert subscript(value, index) == expected


@pytest.mark.parametrize(
    ("value", "index", "message"),
    [
        (floats(None, 8), (0, 8), "index 8 is out of range in (batch, 8)"),
        (floats(None, 8), (0, 0, 0), "3 indices are too many for (batch, 8)"),
        (floats(None, 8), (..., ...), "an index has one ... only"),
        (floats(8), slice(None, None, 0), "a slice has no step 0"),
        (floats(8), slice(0.5, None), "a slice has whole numbers as bounds"),
        (floats(8), 0.5, "a number is no index"),
        (floats(8), floats(8), "a tensor is indexed by numbers and slices: use take"),
        ((1, 2), 2, "a list of 2 has no item 2"),
        ((1, 2), "x", "a list is indexed by a whole number"),
        (3, 0, "a number has no items"),
    ],
)
def test_subscript_misfits(value: Value, index: Value, message: str) -> None:
    with pytest.raises(Misfit) as caught:
        subscript(value, index)
    assert str(caught.value) == message
