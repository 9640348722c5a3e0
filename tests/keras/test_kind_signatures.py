"""Kinds are made and called as Keras's classes are, and have their plain strings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from kauxgen.catalog import FAMILIES, Argument, Kind, kinds, strings

MODULES: dict[str, ModuleType] = {
    "layer": keras.layers,
    "loss": keras.losses,
    "metric": keras.metrics,
    "optimizer": keras.optimizers,
    "schedule": keras.optimizers.schedules,
    "regularizer": keras.regularizers,
    "initializer": keras.initializers,
    "constraint": keras.constraints,
    "callback": keras.callbacks,
}
CLASSES = [kind for family in MODULES for kind in kinds(family).values()]
NOT_INSTALLED = {"OrbaxCheckpoint"}
"""What needs a package beside Keras to be made."""

OTHERS = [
    kind
    for kind in CLASSES
    if kind.family != "layer" and kind.name not in NOT_INSTALLED
]
WITHOUT_SHAPE = {"glu", "threshold"}
"""One halves an axis, which no layer states; the other cannot do without arguments."""

LEFT_OUT = {
    "activation": WITHOUT_SHAPE,
    "initializer": {"Initializer", "initializer"},
    "regularizer": {"Regularizer", "regularizer"},
    "constraint": {"Constraint", "constraint"},
}
"""Plain strings that name nothing to be used."""


def named(kinds_of: list[Kind]) -> Callable[..., Any]:
    """Run a test for each kind, under its name."""
    ids = [f"{kind.family}-{kind.name}" for kind in kinds_of]
    return pytest.mark.parametrize("kind", kinds_of, ids=ids)


def class_of(kind: Kind) -> Any:
    """Give the Keras class of a kind."""
    return getattr(MODULES[kind.family], kind.name)


@named([kind for kind in CLASSES if kind.family == "layer"])
def test_call_takes_the_tensors(kind: Kind) -> None:
    """The names by which a spec hands tensors to a layer are Keras's own."""
    theirs = list(inspect.signature(class_of(kind).call).parameters)[1:]
    if kind.call == ("*",) or kind.listed:
        assert theirs[0] == "inputs"
    elif len(kind.call) > 1:
        assert theirs[: len(kind.call)] == [name.strip("?") for name in kind.call]
    assert "training" in theirs or not kind.modes


@named(OTHERS)
def test_defaults_make_an_object(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All arguments that have a default or a sample, written out."""
    monkeypatch.chdir(tmp_path)
    args = {name: value_of(argument) for name, argument in kind.args.items()}
    assert isinstance(class_of(kind)(**args), class_of(kind))


def value_of(argument: Argument) -> Any:
    """Give an argument's default, or a sample of its type."""
    samples = {"int": 2, "float": 0.5, "string": "logs.keras", "indices": [0]}
    lists = {"boundaries": [10], "values": [0.1, 0.01]}
    if argument.has_default:
        return argument.default
    return lists.get(argument.name) or samples[argument.type]


@named([kind for kind in kinds("loss").values() if kind.target])
def test_targets_of_losses(kind: Kind) -> None:
    """A target is like the prediction, or lacks its last axis."""
    predicted = np.full((2, 3), 0.25, "float32")
    target = np.zeros((2, 3) if kind.target == "like" else (2,), "float32")
    assert np.isfinite(float(class_of(kind)()(target, predicted)))


@named([kind for kind in kinds("metric").values() if kind.target])
def test_targets_of_metrics(kind: Kind) -> None:
    """A target is like the prediction, or lacks its last axis."""
    needed = {name: 0.5 for name, each in kind.args.items() if each.required}
    predicted = np.array([[0.25, 0.5, 0.125], [0.5, 0.25, 0.75]], "float32")
    target = np.array([[0, 0, 1], [0, 1, 0]], "float32")
    metric = class_of(kind)(**needed)
    metric.update_state(target if kind.target == "like" else target[:, 0], predicted)
    assert np.all(np.isfinite(np.asarray(metric.result())))


@pytest.mark.parametrize("family", LEFT_OUT)
def test_plain_strings_are_those_of_keras(family: str) -> None:
    """All that Keras takes, each for the kind that bears it."""
    source = __import__(f"keras.src.{FAMILIES[family]}", fromlist=["ALL_OBJECTS_DICT"])
    table = source.ALL_OBJECTS_DICT
    assert strings(family) == set(table) - LEFT_OUT[family]
    for kind in kinds(family).values():
        assert {table[word].__name__ for word in kind.strings} == {kind.name}
