"""The weights of terms as code, wherever a term is weighed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from kauxgen import code
from kauxgen.express import Express
from kauxgen.program import Program, TermPlan
from kauxgen.values import Computed, Expr, Schedule, Value, Variable

Compute = Callable[[Value], ast.expr]


def is_plain(term: TermPlan) -> bool:
    """Say whether a term's weight is a number or a computed value."""
    value = term.weight
    return not isinstance(value, (Schedule, Variable)) and (
        isinstance(value, Computed) or not isinstance(value, Expr)
    )


def counts_steps(term: TermPlan) -> bool:
    """Say whether a term's weight moves with the training steps."""
    value = term.weight
    if isinstance(value, Schedule):
        return True
    if isinstance(value, Expr) and not isinstance(value, Computed):
        return any(
            isinstance(n, ast.Name) and n.id == "step" for n in ast.walk(value.tree)
        )
    return False


def counting(terms: Iterable[TermPlan]) -> bool:
    """Say whether any term's weight moves with the training steps."""
    return any(counts_steps(term) for term in terms)


def count_in_training() -> ast.stmt:
    """Write the count of a training step, where evaluation passes too."""
    count = code.perform(code.call("self.step.assign_add", code.literal(1)))
    return ast.If(code.name("training"), [count], [])


def variables(program: Program) -> list[TermPlan]:
    """Return the terms whose weight the user may set."""
    return [term for term in program.terms if isinstance(term.weight, Variable)]


def plain(term: TermPlan, compute: Compute) -> ast.expr | None:
    """Write a number or computed weight; None for 1."""
    value = term.weight
    assert isinstance(value, (int, float, str, Computed))
    return None if value == 1 else compute(value)


def moving(schedule: Schedule, compute: Compute, step: ast.expr) -> ast.expr:
    """Write a schedule's weight at a step."""
    start = schedule.args.get("start", 0)
    end = compute(schedule.args.get("end", 1))
    steps = compute(schedule.args["steps"])
    share = progress(schedule.kind, step, steps)
    if start == 0 and not isinstance(start, Expr):
        return ast.BinOp(end, ast.Mult(), share) if ast.unparse(end) != "1" else share
    first = compute(start)
    gap = ast.BinOp(_gap(schedule, end, first), ast.Mult(), share)
    return ast.BinOp(first, ast.Add(), gap)


def _gap(schedule: Schedule, end: ast.expr, start: ast.expr) -> ast.expr:
    """Write end - start, worked out where both are numbers."""
    last, first = schedule.args.get("end", 1), schedule.args.get("start", 0)
    if isinstance(last, (int, float)) and isinstance(first, (int, float)):
        return code.literal(round(last - first, 12))
    return ast.BinOp(end, ast.Sub(), start)


def progress(kind: str, step: ast.expr, steps: ast.expr) -> ast.expr:
    """Write how far a schedule is, from 0 to 1."""
    one = code.literal(1.0)
    if kind == "cyclical":
        count = code.call(
            "ops.cast", ast.BinOp(step, ast.Mod(), steps), code.literal("float32")
        )
        part = ast.BinOp(count, ast.Div(), steps)
        return code.call(
            "ops.minimum", ast.BinOp(code.literal(2), ast.Mult(), part), one
        )
    share = code.call("ops.minimum", ast.BinOp(step, ast.Div(), steps), one)
    if kind == "linear":
        return share
    turned = code.call("ops.cos", ast.BinOp(code.name("math.pi"), ast.Mult(), share))
    return ast.BinOp(
        ast.BinOp(code.literal(1), ast.Sub(), turned), ast.Div(), code.literal(2)
    )


def weigh(
    term: TermPlan, value: ast.expr, compute: Compute, write: Express
) -> ast.expr:
    """Write weight * value where the model owns step and variables."""
    weight = weight_code(term, compute, write)
    return value if weight is None else ast.BinOp(weight, ast.Mult(), value)


def weight_code(term: TermPlan, compute: Compute, write: Express) -> ast.expr | None:
    """Write a weight where the model owns step and variables; None for 1."""
    value = term.weight
    if isinstance(value, Variable):
        return code.own(f"{term.key}_weight")
    if isinstance(value, Schedule):
        return moving(value, compute, code.own("step"))
    if isinstance(value, Expr) and not isinstance(value, Computed):
        return code.call("ops.stop_gradient", write(value.tree))
    return plain(term, compute)


def setup(program: Program, terms: list[TermPlan], compute: Compute) -> list[ast.stmt]:
    """Write the weights that a model owns: the step, and those the user may set."""
    written = []
    if any(counts_steps(term) for term in terms):
        written.append(code.assign(code.own("step"), step_weight()))
    for term in terms:
        if isinstance(term.weight, Variable):
            made = settable(compute(term.weight.value), f"{term.key}_weight")
            own = code.assign(code.own(f"{term.key}_weight"), made)
            written.append(code.traced(term.term.at, own))
    return written


def step_weight() -> ast.expr:
    """Write a counter of training steps; int32 counts alike on all backends."""
    keywords = {
        "shape": code.literal(()),
        "dtype": code.literal("int32"),
        "initializer": code.literal("zeros"),
        "trainable": code.literal(False),
        "name": code.literal("step"),
    }
    return code.call("self.add_weight", keywords=keywords)


def settable(first: ast.expr, name: str) -> ast.expr:
    """Write a weight that the user may set while training."""
    constant = code.call("keras.initializers.Constant", first)
    keywords = {
        "shape": code.literal(()),
        "initializer": constant,
        "trainable": code.literal(False),
        "autocast": code.literal(False),
        "name": code.literal(name),
    }
    return code.call("self.add_weight", keywords=keywords)
