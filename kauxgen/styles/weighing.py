"""A model of the train_step style whose objectives return every term by itself.

It is no style: nobody reads it. What measures a training builds it beside the model
that is trained, and asks it for each term and what the term adds to the total.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from kauxgen import code
from kauxgen.code import read_names
from kauxgen.page import Page
from kauxgen.program import Program
from kauxgen.styles import objective, phase_pass, phased, train_step
from kauxgen.styles.objective import Summand

STYLE = train_step.STYLE


def page(program: Program, path: str) -> Page:
    """Lay out the model; its objectives return a pair for each term, in their order.

    A pair is the term before its weight and what it adds to the total. Behind the terms
    comes the pair of the weight regularizers, where there are any.
    """
    if program.step is None:
        return train_step.page(program, path, _weighing)
    passes = tuple(map(_of_phase, phase_pass.passes(program)))
    return phased.without_steps(program, path, passes)


def _weighing(goal: objective.Objective) -> objective.Objective:
    return replace(goal, statements=_paired(goal.statements, goal.summands))


def _of_phase(one: phase_pass.Passed) -> phase_pass.Passed:
    if not one.summands:
        return one
    return replace(one, statements=_paired(one.statements, one.summands))


def _paired(
    statements: Sequence[ast.stmt], summands: Sequence[Summand]
) -> list[ast.stmt]:
    """Return pairs in place of what the statements return at their end."""
    *body, last = statements
    assert isinstance(last, ast.Return)
    assert last.value is not None
    only = summands[0].value
    if not isinstance(only, ast.Name):
        # A total of a single term without a name is an expression, and may draw.
        summands = [Summand(code.name("loss"), code.name("loss"))]
        body.append(code.assign("loss", only))
    elif not _assigned(body, only.id):
        # The last assignment of a single term is what is returned.
        body.append(code.assign(only.id, last.value))
    pairs: list[ast.expr] = [ast.Tuple([one.value, one.weighed]) for one in summands]
    return [*body, ast.Return(ast.List(pairs))]


def _assigned(statements: Sequence[ast.stmt], name: str) -> bool:
    targets = (
        target
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Assign)
        for target in node.targets
    )
    return any(name in read_names([target]) for target in targets)
