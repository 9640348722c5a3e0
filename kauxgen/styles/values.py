"""A term's value and its running mean, as code."""

from __future__ import annotations

import ast
from dataclasses import replace

from kauxgen import code, expression
from kauxgen.express import Express
from kauxgen.program import Program, TermPlan
from kauxgen.styles import local, owned, training


def local_name(program: Program, term: TermPlan) -> str:
    """Return a term's variable where all tensors of the model are variables."""
    return local.name(term, local.DATA, local.called(program), local.tensors(program))


def weighed(
    program: Program, term: TermPlan, write: Express
) -> tuple[list[ast.stmt], ast.expr]:
    """Write the sum over uses that have weights of their own, and its variable."""
    assert term.weighed is not None
    own = replace(term, key=f"weighed_{term.key}")
    name = local_name(program, own)
    return [code.assign(name, write(term.weighed))], code.name(name)


def loss_call(program: Program, term: TermPlan, write: Express) -> ast.expr:
    """Write the call of a loss object, weighted where there are sample weights."""
    assert term.on is not None
    prediction = write(term.on)
    target = write(term.target) if term.target is not None else prediction
    weight = [_sample_weight(program, term)] if program.reads_y else []
    return code.call(code.own(owned.loss_attribute(term)), target, prediction, *weight)


def _sample_weight(program: Program, term: TermPlan) -> ast.expr:
    """Write a term's sample weights; with targets by key Keras hands them on by key."""
    weight = code.name("sample_weight")
    keys = training.keys(program)
    if not keys:
        return weight
    path = expression.path_of(term.target) if term.target is not None else None
    key = path[1] if path and path[0] == "y" else keys[0]
    return code.call("weight_of", weight, code.literal(key))


def track(name: str, value: ast.expr) -> ast.stmt:
    """Write the update of a term's running mean, weighted by the size of the batch."""
    tracker = code.attribute(code.own(f"{name}_tracker"), "update_state")
    return code.perform(code.call(tracker, value, code.name("batch_size")))
