"""Penalties inside networks, layers and blocks: tensors of every call, and sums.

A call in an expression gives one tensor, so calls of networks with penalties become
nodes of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from kauxgen import (
    code,
    naming,
    own_penalties,
)
from kauxgen.expander import Expander, sum_over
from kauxgen.naming import Level
from kauxgen.nodes import ExprNode, NetworkNode, Node, RepeatNode
from kauxgen.program import Names, TermPlan
from kauxgen.spec import Scope, Spec, Term
from kauxgen.terms import plan_term
from kauxgen.values import Computed, Expr


def penalties(spec: Spec, expander: Expander) -> tuple[Spec, tuple[TermPlan, ...]]:
    """Make each inner penalty a node of the list that has it, and plan its term."""
    scopes = {scope.at: scope for scope in spec.penalized}
    terms: list[TermPlan] = []
    for at, scope in scopes.items():
        for index, term in enumerate(scope.penalties):
            planned = plan_term(term, index, expander)
            if not planned.weights:
                planned = _apart_from(scopes[at].nodes, planned, expander)
                nodes, planned = _inner(spec, scopes[at], planned)
                scopes[at] = replace(scopes[at], nodes=nodes)
            terms.append(planned)
    networks = {name: scopes[one.at] for name, one in spec.built.items()}
    layers = {name: scopes[one.at] for name, one in spec.layers.items()}
    blocks = {name: scopes[one.at] for name, one in spec.blocks.items()}
    rebuilt = replace(spec.rebuilt(networks), layers=layers, blocks=blocks)
    return rebuilt, tuple(terms)


def _apart_from(nodes: Level, planned: TermPlan, expander: Expander) -> TermPlan:
    """Rename the steps of a penalty that bear the names of another's."""
    put: dict[str, ast.expr] = {}
    steps = []
    for name, tree in planned.steps:
        steps.append((name, expander.expand(tree, put)))
        if naming.find(nodes, name):
            new = _fresh(f"{planned.key}_{name}", nodes)
            steps[-1], put[name] = (new, steps[-1][1]), ast.Name(new)
    if not put:
        return planned
    assert planned.value is not None
    value = expander.expand(planned.value, put)
    return replace(planned, steps=tuple(steps), value=value)


def _inner(spec: Spec, scope: Scope, planned: TermPlan) -> tuple[Level, TermPlan]:
    """Return the nodes of a scope with those of a penalty, and its term, valueless."""
    stem = naming.snake(scope.name)
    key = planned.key if planned.name else f"{stem}_{planned.key}"
    nodes = (*scope.nodes, *_nodes(planned, key))
    planned = replace(planned, key=key, steps=(), value=None, inner=True)
    if not scope.parametric:
        return nodes, planned
    # Its arguments are written inside, where its params are known.
    term = replace(planned.term, kind=None)
    text = f"{planned.text} in {scope.name}"
    defined = (spec.layers if scope.kind == "layer" else spec.blocks)[scope.name]
    weight = own_penalties.common_weight(spec, defined, planned.weight)
    if weight is not None:
        return nodes, replace(planned, text=text, term=replace(term, weight=weight))
    assert isinstance(planned.weight, Computed)
    at = f"{planned.term.at}/weight"
    factor = ast.unparse(planned.weight.tree)
    product = ast.BinOp(planned.weight.tree, ast.Mult(), ast.Name(key))
    weighed = _fresh(f"weighed_{key}", nodes)
    planned = replace(
        planned,
        text=text,
        term=replace(term, weight=1),
        weighed=ast.Name(weighed),
        factor=factor,
    )
    node = ExprNode(weighed, at, expr=Expr("", product, at), penalty=True)
    return (*nodes, node), planned


def _fresh(name: str, nodes: Level) -> str:
    """Return a name that no node has."""
    while naming.find(nodes, name):
        name += "_value"
    return name


def _nodes(planned: TermPlan, key: str) -> Iterator[Node]:
    at = planned.term.at
    for name, tree in planned.steps:
        expr = Expr("", tree, "")
        yield ExprNode(name, f"{at}/let/{name}", expr=expr, penalty=True)
    assert planned.value is not None
    yield ExprNode(key, at, expr=Expr("", planned.value, at), penalty=True)


def is_inner(term: TermPlan) -> bool:
    """Say whether a term is the sum of a penalty over the uses of what has it."""
    return term.is_object and stands_inside(term.term)


def stands_inside(term: Term) -> bool:
    """Say whether a term is one of a network, layer or block."""
    return term.at.startswith(_INNER)


_INNER = ("/networks/", "/define/layers/", "/define/blocks/")
"""Where penalties stand that count at every use."""


def owner(spec: Spec, term: TermPlan) -> Scope:
    """Return the network, layer or block that has a penalty."""
    return next(one for one in spec.penalized if _has(one, term))


def _has(scope: Scope, term: TermPlan) -> bool:
    return any(one.at == term.term.at for one in scope.penalties)


def summed(
    spec: Spec, term: TermPlan, before: Level = (), moved: Collection[str] = ()
) -> TermPlan:
    """Give the term of an inner penalty its value: the sum over all uses.

    These are, in the model's list, the uses of a layer or block and the calls of all
    networks that are alike; in a list `before` it those in the networks `moved`.
    """
    if not is_inner(term):
        return term
    uses = list(_counted(spec, owner(spec, term), before, frozenset(moved)))
    weighed = term.weighed and _total(uses, ast.unparse(term.weighed))
    return replace(term, value=_total(uses, term.key), weighed=weighed)


def _counted(
    spec: Spec, owner: Scope, before: Level, moved: frozenset[str]
) -> Iterator[tuple[Names, int]]:
    """Yield the paths of the uses that count, with the number of repeats around."""
    if owner.parametric:

        def used(node: Node, _: str) -> bool:
            return naming.target(spec, node) is owner

        def counts(node: Node, network: str) -> bool:
            return network in moved and used(node, network)

        yield from _uses(spec, before, counts)
        yield from _uses(spec, spec.main.nodes, used)
        return
    alike = {n for n, one in spec.networks.items() if spec.origin(one) is owner}
    yield from _uses(spec, before, _calling(alike & moved))
    yield from _uses(spec, spec.main.nodes, _calling(alike))


Used = Callable[[Node, str], bool]
"""Says of a node, with the network around it, whether it uses something."""


def _calling(networks: Collection[str]) -> Used:
    return lambda node, _: isinstance(node, NetworkNode) and node.network in networks


def _total(uses: list[tuple[Names, int]], key: str) -> ast.expr | None:
    """Write the sum of a tensor over the uses that have it."""
    total: ast.expr | None = None
    for path, depth in uses:
        tree = code.name(".".join((*path, key)))
        use = sum_over(ast.Name("value"), "value", tree, depth) if depth else tree
        total = code.add(total, use)
    return total


def _uses(
    spec: Spec,
    level: Level,
    used: Used,
    around: str = "",
    depth: int = 0,
) -> Iterator[tuple[Names, int]]:
    """Yield the paths that use something, with the number of repeats around them."""
    for node in level:
        if used(node, around):
            yield (node.name,), depth
        network = node.network if isinstance(node, NetworkNode) else around
        below = depth + isinstance(node, RepeatNode)
        for path, inner in _uses(spec, naming.inside(spec, node), used, network, below):
            yield (node.name, *path), inner
