"""What a file, a file of weights and a configuration bring back of a model."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from kauxgen.proving import keyed
from kauxgen.proving.subject import Run, Subject, eagerly

_FOLDER = tempfile.TemporaryDirectory(prefix="kauxgen_saved_")


@dataclass(frozen=True)
class Saved:
    """What a model was when it was saved, and what a further step made of it."""

    file: Path
    weights: Path
    scores: dict[str, float]
    paths: list[str]
    values: keyed.Arrays
    further: Run


def saved(subject: Subject, style: str) -> Saved:
    """Train a model for a batch, save it, and train it for another; once."""
    found: Saved = subject.kept("saved", style, lambda it: _saved(subject, it))
    return found


def _saved(subject: Subject, style: str) -> Saved:
    file = Path(_FOLDER.name, f"{subject.spec.name}_{style}.keras")
    weights = file.with_suffix(".weights.h5")
    with eagerly():
        rows, params = subject.rows.first_batch(), saved_params(subject)
        model = subject.train(style, rows, params=params).model
    model.save(file)
    model.save_weights(weights)
    before, values = scores(subject, style, model), subject.values(model)
    paths = [one.path for one in model.weights]
    after = further(subject, style, model)
    return Saved(file, weights, before, paths, values, after)


def loaded(subject: Subject, style: str, path: Path) -> Any:
    """Load a model, compiled by the file, or by its module where no file can."""
    closure = compiles_a_closure(subject.raw, style)
    model = keras.saving.load_model(path, compile=not closure)
    if closure:
        subject.compile(style, model, saved_params(subject))
    model.jit_compile = False
    return model


def refilled(subject: Subject, style: str, path: Path) -> Any:
    """Build a model anew and fill it from a file of weights."""
    model = subject.build(style, saved_params(subject))
    model.load_weights(path)
    return model


def configured(subject: Subject, style: str, model: Any) -> Any:
    """Make a model of another's configuration, with its weights."""
    again = type(model).from_config(model.get_config())
    if not again.built:
        again.build_from_config(model.get_build_config())
    again.set_weights(model.get_weights())
    return subject.compile(style, again, saved_params(subject))


def saved_params(subject: Subject) -> dict[str, Any]:
    """Give the params of models that are saved."""
    return {**subject.params, **subject.altered}


def scores(subject: Subject, style: str, model: Any) -> dict[str, float]:
    """Evaluate on the first batch."""
    with eagerly():
        return subject.evaluate(style, model, subject.rows.first_batch())


def further(subject: Subject, style: str, model: Any) -> Run:
    """Train by the first batch, with the draws from their start."""
    keyed.rewind(model)
    with eagerly():
        return subject.resume(style, model, subject.rows.first_batch())


def compiles_a_closure(spec: Any, style: str) -> bool:
    """Tell whether a spec, as JSON, compiles a closure: no file can name it."""
    known = spec.get("define", {}).get("losses", {})
    nameless = [term for term in spec.get("losses", ()) if "name" not in term]
    fits = style in ("functional", "subclass")
    return fits and any(term.get("loss") in known for term in nameless)


def shares_a_held_network(spec: Any, style: str) -> bool:
    """Tell whether a layer of a graph holds what others call, too.

    Such a layer differentiates a network, or calls one, or a layer, in a fixed mode.
    Only a file knows that both are one.
    """
    kinds = {term.get("penalty") for term in spec.get("penalties", ())}
    if style != "functional":
        return False
    nodes = [*_objects(spec)]
    fixed = (one for one in nodes if isinstance(one.get("training"), bool))
    differentiates = not kinds.isdisjoint(("jacobian", "gradient_norm"))
    return differentiates or any(_is_called_elsewhere(one, nodes) for one in fixed)


def _is_called_elsewhere(node: dict[str, Any], nodes: list[dict[str, Any]]) -> bool:
    """Tell whether what a node calls is called by another one, too."""
    if "network" not in node:
        reused = [one.get("reuse") for one in nodes]
        return "reuse" in node or node.get("name") in reused
    network = _network(node)
    called = re.compile(rf"\b{re.escape(network)}(\[[^]]*\])?\(")
    texts = [text for one in nodes for text in one.values() if isinstance(text, str)]
    beside = [one for one in nodes if one is not node and _network(one) == network]
    return bool(beside) or any(map(called.search, texts))


def _network(node: dict[str, Any]) -> str:
    return str(node.get("network", "")).partition("[")[0]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects inside of a value of JSON."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, (dict, list)):
            yield from _objects(one)
