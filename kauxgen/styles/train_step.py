"""The train_step style: a thin model that overrides `train_step` and `test_step`."""

from __future__ import annotations

from collections.abc import Callable

from kauxgen.formula_layers import Made
from kauxgen.page import Page
from kauxgen.program import Program
from kauxgen.styles import assemble, fit, objective, passes, stepping, subclass

STYLE = "train_step"
Change = Callable[[objective.Objective], objective.Objective]


def _kept(goal: objective.Objective) -> objective.Objective:
    return goal


def page(program: Program, path: str, change: Change = _kept) -> Page:
    """Lay out a program in the train_step style; `change` may change its objective."""
    made = Made()
    forward = passes.forward(program, made)
    infers = passes.inference_model(program, made)
    goal = change(objective.objective(program, forward))
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
        build_model=subclass.build_model(program, stepping.constructor_params(program)),
        compile_model=stepping.compile_model(program),
        train=fit.train(program),
        inference=infers,
    )
