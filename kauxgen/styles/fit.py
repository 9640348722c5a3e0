"""Compiling and training in the styles that use `fit`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from kauxgen import code, printing, prose
from kauxgen.page import Function
from kauxgen.program import Program
from kauxgen.styles import owned, params, shares, training


def compile_model(
    program: Program, division: shares.Shares, details: Sequence[str] = ()
) -> Function:
    """Write `compile_model`: optimizer, and what Keras computes itself."""
    make = owned.construct(program)
    keywords = {"optimizer": make(program.optimizer)}
    if division.compiled is not None and division.compiled.term.kind is not None:
        keywords["loss"] = make(division.compiled.term.kind)
    if division.handed:
        objects = [owned.metric_object(program, term) for term in division.handed]
        keywords["metrics"] = ast.List(objects)
    keywords.update(params.settings(program.spec.training))
    body = [
        training.compiled(program, keywords),
        code.give([code.name("model")]),
    ]
    names = shares.compile_params(program, division)
    signature = params.signature(program, names, seed=False)
    return Function(
        "compile_model",
        params.joined("model", signature),
        prose.docstring(_compiling(program, division), details),
        printing.lines(body, 1),
    )


def _compiling(program: Program, division: shares.Shares) -> str:
    optimizer = program.optimizer.name
    if division.compiled is None:
        return f"Compile with {optimizer}; the model computes its loss itself"
    kind = division.compiled.term.kind
    assert kind is not None
    return f"Compile with {optimizer} and the loss {kind.name}"


def train(program: Program) -> Function:
    """Write `train`: `fit` with the spec's epochs, batch size and callbacks."""
    y = ["y"] if program.reads_y else []
    defaults = training.defaults(program)
    callbacks = training.callbacks(program)
    keywords = {name: code.name(name) for name, _ in defaults}
    pairs: list[tuple[str, ast.expr | None]] = [("model", None), ("x", None)]
    pairs += [(name, ast.Constant(None)) for name in y]
    pairs += defaults
    if callbacks:
        pairs.append(("callbacks", code.literal(())))
        keywords["callbacks"] = ast.List(
            [*callbacks, ast.Starred(code.name("callbacks"))]
        )
    called = code.call(
        "model.fit", code.name("x"), *map(code.name, y), keywords=keywords
    )
    called.keywords.append(ast.keyword(None, code.name("options")))
    summary, details = training.summary(program)
    return Function(
        "train",
        f"{printing.parameters(pairs)}, **options",
        prose.docstring(
            f"{summary}; `options` go to `fit`",
            details,
            short="Fit to arrays or a dataset; `options` go to `fit`",
            long=f"{summary}.",
        ),
        printing.lines([code.traced("/inputs", code.give([called]))], 1),
    )
