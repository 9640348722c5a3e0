"""The terms of a spec as findings are about them: where they stand, what they weigh."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kauxgen import expression
from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.lower import lower
from kauxgen.program import Program, TermPlan
from kauxgen.terms import term_trees
from kauxgen.training.health import thresholds
from kauxgen.values import Computed, Expr, Schedule, Variable

LAYERS = "layers"
"""What the weights of layers outside of all networks are measured as."""


@frozen
class Subject:
    """A term: its name in the history, its pointer, and that of its weight.

    `company` says that other terms stand beside it, `opposed` that a loss does:
    penalties alone may be whatever they are to each other. `inner` is true of a term on
    what the model computes alone, with nothing of the data to fit, `settled` of one
    whose zero is what it is for. `weight` is the number that the weight is or comes to,
    None if nobody knows, `written` what computes it of params.
    """

    name: str
    at: str
    penalty: bool
    company: bool
    opposed: bool
    inner: bool
    settled: bool
    weight: float | None
    written: str = ""

    def smaller(self, factor: float, steps: int) -> str:
        """Write the JSON of a smaller weight that grows from nothing in some steps."""
        args = {"start": 0, "end": self._times(factor), "steps": steps}
        return _member({"schedule": "linear", "args": args})

    def scaled(self, factor: float) -> str:
        """Write the JSON of a weight that is so many times the present one."""
        return _member(self._times(factor))

    def _times(self, factor: float) -> float | str:
        """Multiply, to one digit: what is proposed is a place to begin.

        A weight of params stays one, since a param that nothing uses is an error.
        """
        if not self.written:
            weight = 1.0 if self.weight is None else self.weight
            return float(f"{weight * factor:.0e}")
        inner = self.written if self.written.isidentifier() else f"({self.written})"
        return f"={float(f'{factor:.0e}'):g} * {inner}"


def of(checked: Checked) -> dict[str, Subject]:
    """Give the terms of all objectives by name; of one in several the first."""
    program = lower(checked)
    steps = program.step
    own = [each.program for each in steps.phases] if steps else [program]
    found: dict[str, Subject] = {}
    for one in own:
        for subject in _of_objective(one):
            found.setdefault(subject.name, subject)
    return found


def _of_objective(program: Program) -> Iterator[Subject]:
    entering = {entry.name for entry in program.spec.inputs} | {"y"}
    for plan in program.terms:
        kind = plan.term.kind.name if plan.term.kind else ""
        yield Subject(
            name=plan.key,
            at=plan.term.weight_at or plan.term.at,
            penalty=plan.term.role == "penalty",
            company=len(program.terms) > 1,
            opposed=any(one.term.role == "loss" for one in program.terms),
            inner=not plan.is_object and not entering & _read(plan),
            settled=kind in thresholds.SETTLED,
            weight=_number(program.checked, plan),
            written=_written(plan),
        )


def _read(plan: TermPlan) -> set[str]:
    """Return the first names of all that a term reads."""
    return {name.id for tree in term_trees(plan) for name in expression.names(tree)} | (
        {"y"} if plan.reads_y else set()
    )


def _number(checked: Checked, plan: TermPlan) -> float | None:
    """Return the weight, of a schedule or variable the one that it comes to."""
    weight = _final(plan)
    if isinstance(weight, Computed):
        weight = checked.values.get(weight.at)
    elif isinstance(weight, Expr):
        return None
    return float(weight) if isinstance(weight, (int, float)) else None


def _written(plan: TermPlan) -> str:
    weight = _final(plan)
    return weight.text if isinstance(weight, Computed) else ""


def _final(plan: TermPlan) -> Any:
    """Return what a weight comes to, or begins with if the user sets it."""
    if isinstance(plan.weight, Schedule):
        return plan.weight.args.get("end", 1)
    return plan.weight.value if isinstance(plan.weight, Variable) else plan.weight


def _member(value: Any) -> str:
    return f'"weight": {json.dumps(value)}'
