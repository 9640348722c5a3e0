"""Checks that gradients are of what depends on their tensors, and can be written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from kauxgen import expression, gradients, naming
from kauxgen.finding import Finding
from kauxgen.nodes import BlockNode, ExprNode, NetworkNode, walk
from kauxgen.rules import derivatives
from kauxgen.rules.calls import penalized
from kauxgen.rules.dependence import Dependence
from kauxgen.rules.derivatives import part_of
from kauxgen.rules.objective import Y, expressions
from kauxgen.rules.uses import scoped_terms
from kauxgen.spec import Spec, Term
from kauxgen.suggest import quote
from kauxgen.values import Expr


def check(spec: Spec, types: Mapping[ast.expr, Any]) -> Iterator[Finding]:
    """Yield the gradients that cannot be taken, once shapes are known."""
    dependence = Dependence(spec, types)
    for expr in expressions_of(spec):
        for call in gradients.within(expr.tree):
            yield from _by_state(spec, expr, call)
            yield from _independent(expr, call, dependence)
            yield from _uncounted(spec, expr, call)
    for _, term in scoped_terms(spec):
        yield from _by_way_of_data(term)
    for state in spec.step.state if spec.step else ():
        if state.initial is not None:
            said = f"the first value of {quote(state.name)}"
            yield from derivatives.check_names(state.initial, {}, said)


def expressions_of(spec: Spec) -> Iterator[Expr]:
    """Yield the expressions of nodes and terms, which may differentiate."""
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, ExprNode):
                yield node.expr
    for _, term in scoped_terms(spec):
        yield from expressions(term)
    if spec.step is not None:
        for phase in spec.step.phases:
            yield from (expr for _, expr in phase.assign)
        yield from (expr for _, expr in spec.step.assign)


def _by_state(spec: Spec, expr: Expr, call: ast.Call) -> Iterator[Finding]:
    """Refuse gradients by what a step keeps: that is a weight, no tensor."""
    kept = {one.name for one in spec.step.state} if spec.step else set()
    for one in gradients.read(call).by:
        if isinstance(one, ast.Name) and one.id in kept:
            yield derivatives.by_no_tensor(expr.at, one.id, part_of(expr, one))


def _independent(
    expr: Expr, call: ast.Call, dependence: Dependence
) -> Iterator[Finding]:
    asked = gradients.read(call)
    for one in asked.by:
        path = expression.path_of(one) or ()
        names = naming.split(path)[0]
        if not dependence.on(asked.of, names.__eq__):
            text, name = ast.unparse(asked.of), ast.unparse(one)
            yield derivatives.independent(expr.at, text, name, part_of(expr, asked.of))


def _uncounted(spec: Spec, expr: Expr, call: ast.Call) -> Iterator[Finding]:
    for inner in expression.calls(gradients.read(call).of):
        name = str(expression.call_name(inner))
        if name in spec.networks and penalized(spec, name):
            yield derivatives.uncounted(expr.at, name, part_of(expr, inner))


def _by_way_of_data(term: Term) -> Iterator[Finding]:
    """Refuse gradients that read `y` in what a loss object compares."""
    if term.role != "loss" or term.kind is None:
        return
    for expr in expressions(term):
        for call in gradients.outermost(expr.tree):
            if Y in {name.id for name in expression.names(call)}:
                help = 'write the term as an "expr"'
                said = "a loss object compares no gradient that reads y"
                yield derivatives.no_place(expr.at, said, help, part_of(expr, call))


def called_under(spec: Spec) -> Iterator[tuple[Expr, str]]:
    """Yield the networks and functions that gradients reach, with the expression."""
    for expr in expressions_of(spec):
        found: dict[str, None] = {}
        for call in gradients.outermost(expr.tree):
            _reach(spec, gradients.read(call).of, found)
        yield from ((expr, name) for name in found)


def _reach(spec: Spec, tree: ast.expr, found: dict[str, None]) -> None:
    """Gather what an expression calls, and what is called in there."""
    for call in expression.calls(tree):
        _enter(spec, str(expression.call_name(call)), found)


def _enter(spec: Spec, name: str, found: dict[str, None]) -> None:
    function = spec.definition("function", name)
    if name in found or not (function or name in spec.networks):
        return
    found[name] = None
    if function is not None:
        for _, step in function.let:
            _reach(spec, step.tree, found)
        _reach(spec, function.expr.tree, found)
        return
    for node in walk(spec.networks[name].nodes):
        if isinstance(node, ExprNode):
            _reach(spec, node.expr.tree, found)
        elif isinstance(node, NetworkNode):
            _enter(spec, node.network, found)
        elif isinstance(node, BlockNode):
            for inner in walk(spec.blocks[node.block].nodes):
                if isinstance(inner, ExprNode):
                    _reach(spec, inner.expr.tree, found)
