"""Every operation's shape rule against Keras's own operation, on real arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from kauxgen.operations import operation_output, signature
from kauxgen.tensor import Misfit, TensorType
from operation_cases import OPERATIONS, Case, cases

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

INDEX_RULES = ("taken", "taken_along", "one_hot", "index_loss")
MATRIX_RULES = ("square_matrix", "determinant")


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


@pytest.mark.parametrize("name", OPERATIONS)
def test_real_arrays_agree(name: str) -> None:
    for case in cases(name):
        assert ours(name, case) == theirs(name, case), case


@pytest.mark.parametrize("name", OPERATIONS)
def test_random_calls_fit_and_misfit(name: str) -> None:
    answers = [ours(name, case) for case in cases(name)]
    assert len(answers) >= 15
    assert answers.count("refused") >= 2
    assert len(answers) - answers.count("refused") >= 8


def ours(name: str, case: Case) -> Any:
    """Return what our rule says, as plain shapes and types."""
    try:
        return _plain(operation_output(name, case.args, case.kwargs))
    except Misfit:
        return "refused"


def theirs(name: str, case: Case) -> Any:
    """Return what Keras gives, as plain shapes and types.

    Keras refuses a call that fails on real arrays or on symbolic tensors, or that
    gives them different shapes or types: generated code meets both.
    """
    make = _matrix if OPERATIONS[name]["shape"] in MATRIX_RULES else _array
    low = 0 if OPERATIONS[name]["shape"] in INDEX_RULES else 1
    real = _answer(name, case, lambda kind: make(kind, low))
    symbolic = _answer(name, case, _symbol)
    return real if real == symbolic else "refused"


def _answer(name: str, case: Case, make: Callable[[TensorType], Any]) -> Any:
    args = [_made(value, make) for value in case.args]
    kwargs = {key: _made(value, make) for key, value in case.kwargs.items()}
    try:
        return _plain(getattr(keras.ops, name)(*args, **kwargs))
    except Exception:
        return "refused"


def _made(value: Any, make: Callable[[TensorType], Any]) -> Any:
    if isinstance(value, TensorType):
        return make(value)
    if isinstance(value, (tuple, list)):
        return type(value)(_made(item, make) for item in value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(map(_plain, value))
    return tuple(value.shape), keras.backend.standardize_dtype(value.dtype)


def _symbol(kind: TensorType) -> Any:
    return keras.KerasTensor(kind.shape, kind.dtype)


def _array(kind: TensorType, low: int) -> Any:
    rng = np.random.default_rng(0)
    values = rng.uniform(0.1, 0.9, kind.shape) if kind.dtype == "float32" else low
    return keras.ops.convert_to_tensor(np.full(kind.shape, values), dtype=kind.dtype)


def _matrix(kind: TensorType, low: int) -> Any:
    positive = 0.1 + np.eye(*kind.shape[-2:]) if len(kind.shape) > 1 else 1.0
    return keras.ops.convert_to_tensor(np.full(kind.shape, positive), dtype=kind.dtype)
