"""Terms made ready for writing: each operand in its place in a formula."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kauxgen import code, expression, naming
from kauxgen.checked import WeightUse
from kauxgen.expander import Expander, Y, references, sum_over
from kauxgen.formula import Formula
from kauxgen.program import Steps, TermPlan
from kauxgen.spec import NetworkName, Operand, Spec, Term, Weights
from kauxgen.values import Computed, Expr, Value


def plan_term(term: Term, index: int, expander: Expander) -> TermPlan:
    """Make one term or metric ready for writing."""
    formula = expander.checked.formulas.get(term.at)
    key = term.name or _unnamed(term, index)
    plan = (
        _object(term, key, expander)
        if formula is None
        else _formula(term, key, formula, expander)
    )
    reads_y, inner = _reads(plan, expander.spec)
    return replace(plan, reads_y=reads_y, inner=inner)


def _unnamed(term: Term, index: int) -> str:
    if term.kind is not None and term.role != "penalty":
        return naming.snake(term.kind.name)
    return f"{term.role}_{index}"


def _object(term: Term, key: str, expander: Expander) -> TermPlan:
    _, operand = term.operands[0]
    assert isinstance(operand, Expr)
    target: ast.expr | None = ast.Name(Y)
    if term.has_target:
        target = expander.expand(term.target.tree) if term.target else None
    return TermPlan(term, key, on=expander.expand(operand.tree), target=target)


def _formula(term: Term, key: str, formula: Formula, expander: Expander) -> TermPlan:
    put: dict[str, ast.expr] = {
        name: _argument(value) for name, value in formula.arguments.items()
    }
    bound = _Bound(key, expander, put, formula)
    steps = tuple(bound.operands())
    own_steps = tuple(
        (name, expander.expand(tree, put)) for name, tree in formula.steps
    )
    value = None if bound.regularizer else expander.expand(bound.result(), put)
    if value is not None and term.reduce:
        value = code.call(term.reduce, value)
    if value is not None and bound.each is not None:
        value = sum_over(value, *bound.each)
    return TermPlan(
        term,
        key,
        steps=(*steps, *own_steps),
        value=value,
        weights=bound.weights,
        item=bound.item,
        rounds=bound.rounds,
        regularizer=formula.regularizer,
        text=_mathematics(formula, bound),
    )


def _argument(value: Value) -> ast.expr:
    return value.tree if isinstance(value, Expr) else code.literal(value)


class _Bound:
    """Binds a formula's operands: in place, as a step, or as the items of a list."""

    def __init__(
        self, key: str, expander: Expander, put: dict[str, ast.expr], formula: Formula
    ) -> None:
        self.key = key
        self.expander = expander
        self.put = put
        self.formula = formula
        self.regularizer = formula.regularizer
        self.each: tuple[str, ast.expr, int] | None = None
        self.weights: tuple[WeightUse, ...] = ()
        self.item = ""
        self.listed = ""
        self.rounds = False

    def operands(self) -> Iterator[tuple[str, ast.expr]]:
        """Bind every operand; yield those that become steps."""
        for name, operand in self.formula.operands:
            yield from self.bind(name, operand)

    def bind(self, name: str, operand: Operand) -> Steps:
        if isinstance(operand, Weights):
            self.weights = self.expander.checked.weights[operand.at]
            self.item = name
            self.rounds = any(part.isdigit() for part in operand.pattern.split("/"))
            return ()
        if isinstance(operand, NetworkName):
            self.put[name] = operand.tree
            return ()
        tree = self.expander.expand(operand.tree)
        depth = _depth(self.expander.kind_of(operand.tree))
        if depth:
            variable = _item_name(tree)
            self.each = (variable, tree, depth)
            self.listed = name
            self.put[name] = ast.Name(variable)
        elif expression.is_reference(tree) or self.once(name):
            self.put[name] = tree
        else:
            self.put[name] = ast.Name(f"{self.key}_{name}")
            return ((f"{self.key}_{name}", tree),)
        return ()

    def once(self, name: str) -> bool:
        """Say whether the formula reads an operand once, so it can stand in place."""
        if self.formula.result is None:
            return True
        read = expression.names(self.formula.result)
        return sum(found.id == name for found in read) <= 1

    def result(self) -> ast.expr:
        if self.formula.differentiates:
            words = [name for name, _ in self.formula.operands]
            return code.call(self.formula.kind, *[ast.Name(word) for word in words])
        assert self.formula.result is not None
        return self.formula.result


def _depth(seen: Any) -> int:
    depth = 0
    while isinstance(seen, (tuple, list)) and seen:
        seen, depth = seen[0], depth + 1
    return depth


def _item_name(tree: ast.expr) -> str:
    path = expression.path_of(tree) or ("item",)
    return naming.split(path)[0][-1]


def _mathematics(formula: Formula, bound: _Bound) -> str:
    """Write the formula in the spec's own names, for a docstring."""
    words = {
        name: ast.unparse(bound.put[name])
        for name in formula.arguments
        if name in bound.put
    }
    behind: list[str] = []
    for name, operand in formula.operands:
        text = operand.text if isinstance(operand, Expr) else ""
        if isinstance(operand, NetworkName):
            words[name] = ast.unparse(operand.tree)
        elif isinstance(operand, Weights):
            behind.append(_chosen(name, operand.pattern))
        elif bound.each is not None and name == bound.listed:
            words[name] = bound.each[0]
            behind.append(f"over {bound.each[0]} in {text}")
        elif len(text) > 40:
            behind.append(f"with {name} = {' '.join(text.split())}")
        else:
            words[name] = " ".join(text.split())
    text = re.sub(
        r"[A-Za-z_]\w*", lambda found: words.get(found[0], found[0]), formula.text
    )
    summed = any(word.startswith("over ") for word in behind)
    where = " and ".join(behind).replace(" and with ", " and ")
    return f"{f'sum of {text}' if summed else text} {where}".strip()


def _chosen(name: str, pattern: str) -> str:
    several = "*" in pattern
    return f"over {name} in {pattern}" if several else f"with {name} = {pattern}"


def _reads(plan: TermPlan, spec: Spec) -> tuple[bool, bool]:
    """Say whether a term reads `y`, and whether it reads inner tensors."""
    inputs = {entry.name for entry in spec.main.inputs}
    outer = {(name,) for name in inputs} | set(naming.declared(spec.main))
    local = {name for name, _ in plan.steps} | {plan.item}
    found = {names for tree in term_trees(plan) for names in references(tree)}
    tensors = {
        names
        for names in found
        if names[0] not in local and names[0] not in spec.params
    }
    reads_y = Y not in inputs and any(names[0] == Y for names in tensors)
    return reads_y, any(names not in outer and names[0] != Y for names in tensors)


def term_trees(plan: TermPlan) -> Iterator[ast.expr]:
    """Yield the trees of a term that read tensors, its weight's included."""
    yield from (tree for _, tree in plan.steps)
    yield from (tree for tree in (plan.value, plan.on, plan.target) if tree is not None)
    if isinstance(plan.weight, Expr) and not isinstance(plan.weight, Computed):
        yield plan.weight.tree
    if plan.weighed is not None:
        yield plan.weighed
