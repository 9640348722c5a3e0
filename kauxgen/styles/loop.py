"""The loop style: compiled steps in an explicit loop over epochs and batches."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kauxgen import code, printing, prose
from kauxgen.formula_layers import Made
from kauxgen.page import Function, LoopStep, Page
from kauxgen.program import Program
from kauxgen.styles import (
    assemble,
    objective,
    params,
    passes,
    stepping,
    subclass,
    training,
)

STYLE = "loop"


def page(program: Program, path: str) -> Page:
    """Lay out a program in the loop style."""
    made = Made()
    forward = passes.forward(program, made)
    infers = passes.inference_model(program, made)
    goal = objective.objective(program, forward)
    return assemble.page(
        program,
        path,
        STYLE,
        made,
        builders=forward.functions,
        blocks=forward.blocks,
        owners=program.terms,
        model=stepping.model(program, forward),
        step=stepping.step(program, goal),
        loop=_loop(program, goal),
        build_model=subclass.build_model(program, stepping.constructor_params(program)),
        compile_model=_compile_model(program),
        train=train(program),
        inference=infers,
    )


def _compile_model(program: Program) -> Function:
    """Write `compile_model`; how steps are compiled is the loop's own business."""
    plain = replace(program.spec.training, jit_compile="auto", steps_per_execution=1)
    spec = replace(program.spec, training=plain)
    checked = replace(program.checked, spec=spec)
    return stepping.compile_model(replace(program, checked=checked))


def _loop(program: Program, goal: objective.Objective) -> LoopStep:
    data = "x, y, sample_weight" if program.reads_y else "x"
    optional = "y=None, sample_weight=None" if program.reads_y else ""
    size = printing.parameters([("batch_size", training.batch_size(program))])
    return LoopStep(
        unpack=stepping.unpack_batch(program),
        train=printing.lines(stepping.train(program, goal, "model", "optimizer"), 1),
        evaluate=printing.lines(stepping.evaluate(program, goal, "model"), 1),
        compiled=compiled(program),
        bind=bind(program, ["optimizer"]),
        several=several(program),
        optimizers="optimizer",
        build="model.optimizer.build(model.trainable_variables)",
        finish="model.optimizer.finalize_variable_values(model.trainable_variables)",
        data=data,
        evaluated=data,
        held_out="" if program.reads_y else "[:1]",
        evaluate_signature=params.joined("model", "x", optional, size),
    )


def compiled(program: Program) -> str:
    """Write how the function `step` is compiled, its first arguments being `bound`."""
    jit = program.spec.training.jit_compile
    keywords = {}
    if jit != "auto":
        asked = code.literal(jit)
        keywords["jit_compile"] = code.traced("/training/jit_compile", asked)
    bound = ast.Starred(code.name("bound"))
    return printing.show(_compiled(keywords, code.name("step"), bound))


def bind(program: Program, optimizers: Sequence[str]) -> str:
    """Write where the compiled step is kept; Keras's `compile` empties that place."""
    given = [code.name("model"), *(code.name(f"model.{one}") for one in optimizers)]
    step, many = code.name("train_step"), code.name("train_steps")
    if not several(program):
        made = code.call("compiled", step, *given)
    elif program.spec.training.jit_compile is True:
        # XLA compiles each step: it cannot draw from an iterator.
        made = _compiled({}, many, code.call("compiled", step, *given))
    else:
        partial = code.call("functools.partial", step, *given)
        made = code.call("compiled", many, partial)
    return printing.lines([code.assign("model.train_function", made)], 2)


def _compiled(keywords: Mapping[str, ast.expr], *bound: ast.expr) -> ast.Call:
    return code.call(
        "tf.function",
        code.call("functools.partial", *bound),
        keywords={"reduce_retracing": code.literal(True), **keywords},
    )


def several(program: Program) -> str:
    """Write how many steps one call runs, "" for one."""
    steps = program.spec.training.steps_per_execution
    return str(steps) if steps > 1 else ""


def train(program: Program) -> Function:
    """Write the signature and docstring of `train`; its body is the template's."""
    none = ast.Constant(None)
    pairs: list[tuple[str, ast.expr | None]] = [("model", None), ("x", None)]
    if program.reads_y:
        pairs += [("y", none), ("sample_weight", none)]
    pairs.append(("validation_data", none))
    defaults = dict(training.defaults(program))
    defaults.setdefault("shuffle", code.literal(True))
    pairs += [*defaults.items(), ("callbacks", none), ("verbose", code.literal(1))]
    pairs.append(("initial_epoch", code.literal(0)))
    callbacks: ast.expr = code.name("callbacks")
    own = training.callbacks(program)
    if own:
        given = ast.BoolOp(ast.Or(), [callbacks, code.literal(())])
        callbacks = ast.List([*own, ast.Starred(given)])
    summary, details = training.summary(program)
    return Function(
        "train",
        printing.parameters(pairs),
        prose.docstring(
            f"{summary}, as `fit` does; return its History",
            details,
            short="Fit to arrays or a dataset, as `fit` does; return its History",
            long=f"{summary}.",
        ),
        printing.show(callbacks),
    )
