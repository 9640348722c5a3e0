"""Pages of steps with phases, in the styles that write steps."""

from __future__ import annotations

import ast

from kauxgen import code, printing
from kauxgen.formula_layers import Made
from kauxgen.page import Function, LoopStep, Page
from kauxgen.program import Program
from kauxgen.styles import (
    assemble,
    builders,
    inference,
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


def without_steps(program: Program, path: str, found: tuple[Passed, ...]) -> Page:
    """Lay out the model of the train_step style with its passes, but no step."""
    return _page(program, path, "train_step", found, (), None)


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
        inference=inference.of_network(program, view.main, graph=False),
    )


def _listed(logs: list[phase_logs.Log]) -> str:
    return ast.unparse(ast.List([code.own(log.attribute) for log in logs]))


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
        compiled=loop.compiled(program),
        bind=loop.bind(program, own),
        several=loop.several(program),
        optimizers=", ".join(own),
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
