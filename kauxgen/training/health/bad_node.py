"""The first node that made NaN or infinity, of a model at given weights on a batch."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from kauxgen import printing, source
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, Finding
from kauxgen.rules import trained
from kauxgen.tracing import pairing
from kauxgen.tracing.source_map import SourceMap
from kauxgen.training.health import goals, tape, telling
from kauxgen.training.health.beside import Beside, undisturbed
from kauxgen.training.health.following import bad
from kauxgen.training.health.measuring import Measuring

OPTIMIZER = "/training/optimizer"


def first_bad_node(
    loaded: Loaded, model: Any, batch: Any, params: Mapping[str, Any] | None = None
) -> Diagnostic | None:
    """Say where a model first comes to NaN or infinity on a batch; None if nowhere.

    It looks at the data, at the weights, at what the terms are computed from, and at
    their gradients, in this order. The model is only read.
    """
    found = _first(loaded, model, batch, dict(params or {}))
    return None if found is None else source.locate(loaded.document, found)


def _first(
    loaded: Loaded, model: Any, batch: Any, params: Mapping[str, Any]
) -> Finding | None:
    for name, value in telling.arrays(loaded, batch):
        if bad(value):
            count = int(np.sum(~np.isfinite(value)))
            at = telling.input_at(loaded, name)
            return trained.data_not_finite(at, name, count, value.size)
    for one in model.trainable_variables:
        if bad(one):
            return telling.bad_weight(loaded, one.path)
    with undisturbed(), _eagerly():
        lines = tape.Lines()
        beside = Beside(loaded, model, params, lines)
        measuring = Measuring(beside, batch)
        found = _in_terms(measuring, tape.Recording(lines))
    if found is None:
        return None
    term, operation = found
    at = _pointer(loaded, operation.line)
    return telling.bad_operation(loaded, at, term, operation)


def _in_terms(
    measuring: Measuring, recording: tape.Recording
) -> tuple[str, tape.Operation] | None:
    """Find the operation that a bad term, else a bad gradient of one, comes from."""
    measuring.beside.follow()
    with recording.running():
        for name, tensor in measuring.suspects():
            if bad(tensor):
                found = tape.culprit(recording, tensor, bad)
                if found is not None:
                    return name, found
    return None


def _pointer(loaded: Loaded, line: tape.Line | None) -> str:
    """Return what of the spec made a line of the model beside."""
    if line is None:
        return ""
    checked = loaded.checked
    text = goals.of(checked).text
    with printing.marking():
        marked = goals.of(checked).text
    spans = pairing.spans(ast.parse(marked), ast.parse(text), printing.MARK)
    known = SourceMap(loaded, text, spans)
    return known.origin(*line) or known.origin(line[0])


class _eagerly:  # noqa: N801
    """Runs functions of TensorFlow without tracing, and leaves that as it was."""

    def __enter__(self) -> None:
        self.was = tf.config.functions_run_eagerly()
        tf.config.run_functions_eagerly(True)

    def __exit__(self, *_: object) -> None:
        tf.config.run_functions_eagerly(self.was)
