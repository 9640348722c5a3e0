"""Pages of steps with phases, in the styles that write steps."""

from __future__ import annotations

import ast

from kauxgen import code, printing, prose
from kauxgen.graph import Made
from kauxgen.page import Function, LoopStep, Page
from kauxgen.program import Program
from kauxgen.styles import (
    assemble,
    builders,
    loop,
    params,
    phase_data,
    phase_logs,
    phase_model,
    subclass,
    training,
)
from kauxgen.styles.phase_pass import Passed, lone_phase, passes, plan, updated
from kauxgen.styles.phase_update import Writer, optimizer_name, printed


def train_step(program: Program, path: str) -> Page:
    """Lay out a step as the methods `train_step` and `test_step`."""
    found = passes(program)
    writer = Writer(program, found, "self", "self", "data")
    steps = (
        Function("train_step", "self, data", "", printed(writer.train(), 2)),
        Function("test_step", "self, data", "", printed(writer.evaluate(), 2)),
    )
    return _page(program, path, "train_step", found, steps, None)


def in_loop(program: Program, path: str) -> Page:
    """Lay out a step as functions of an explicit loop."""
    found = passes(program)
    writer = Writer(program, found, "model", "", "batch")
    return _page(program, path, "loop", found, (), _loop(program, writer))


def _page(
    program: Program,
    path: str,
    style: str,
    found: tuple[Passed, ...],
    steps: tuple[Function, ...],
    written: LoopStep | None,
) -> Page:
    made = Made()
    networks = builders.networks(program, made, classes=False)
    blocks = builders.blocks(program, made, classes=False)
    view = phase_model.inferred(program)
    names = phase_model.constructor_params(program)
    logs = phase_logs.every(program, found)
    return assemble.page(
        program,
        path,
        style,
        made,
        builders=(*blocks, *networks),
        owners=[term for one in found for term in one.program.terms],
        model=phase_model.model(program, found),
        methods=(*phase_model.methods(program, found), *steps),
        logged="" if lone_phase(program) else _listed(logs),
        data=phase_data.functions(program),
        loop=written,
        build_model=subclass.build_model(view, names),
        compile_model=phase_model.compile_model(program),
        train=_train(program) if written else phase_data.train(program),
        inference=_inference(program),
    )


def _listed(logs: list[phase_logs.Log]) -> str:
    return ast.unparse(ast.List([code.own(log.attribute) for log in logs]))


def _inference(program: Program) -> Function:
    """Write `inference_model`: the network that predicts, or a cut of it."""
    network = phase_model.inferred(program).main
    found: ast.expr = code.name(f"model.{network.scope.name}")
    if network.exports:
        count = len(network.scope.outputs)
        declared = code.attribute(found, "outputs")
        part = ast.Slice(None, code.literal(count)) if count > 1 else code.literal(0)
        inputs = code.attribute(
            found, "inputs" if len(network.scope.inputs) > 1 else "input"
        )
        found = code.call("keras.Model", inputs, ast.Subscript(declared, part))
    said = f"Return the network that predicts, {network.scope.name}"
    body = printing.lines([code.give([found])], 1)
    return Function("inference_model", "model", prose.docstring(said), body)


def _loop(program: Program, writer: Writer) -> LoopStep:
    """Write the functions of an explicit loop."""
    own = [optimizer_name(program, each) for each in plan(program).phases]
    finish = []
    for name, each in zip(own, plan(program).phases, strict=True):
        method = f"model.{name}.finalize_variable_values"
        finish.append(code.perform(code.call(method, updated(each, "model"))))
    build = code.call(
        "model.optimizer.build", updated(plan(program).phases[0], "model")
    )
    return LoopStep(
        unpack="",
        train=printed(writer.train(), 1),
        evaluate=printed(writer.evaluate(), 1),
        decorator=loop.decorator(program),
        several=loop.several(program),
        optimizers=", ".join(own),
        given=", ".join(f"model.{name}" for name in own),
        build=printing.lines([code.perform(build)], 1) if len(own) == 1 else "",
        finish=printing.lines(finish, 1),
        data=ast.unparse(phase_data.given(program, "x")),
        evaluated=ast.unparse(phase_data.given(program, "x", evaluation=True)),
        held_out="[:1]",
        evaluate_signature=params.joined(
            "model",
            "x",
            printing.parameters([("batch_size", training.batch_size(program))]),
        ),
    )


def _train(program: Program) -> Function:
    return loop.train(program)
