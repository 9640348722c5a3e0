"""Plans of lists of nodes: what each reads, makes, and must return to others."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from kauxgen import code, expression, naming, ordering, predicting, widths
from kauxgen.cut import Needs, trees
from kauxgen.nodes import ExprNode, NetworkNode, walk
from kauxgen.parts import Part
from kauxgen.program import Names, Plan
from kauxgen.seeds import Seeds
from kauxgen.spec import Scope, Spec
from kauxgen.terms import term_trees
from kauxgen.values import Expr, computed

Key = tuple[str, str]
"""The kind and the name of a list of nodes."""

Before = Mapping[str, tuple[Names, ...]]
"""For a node, by its pointer, the tensors that must be computed before it."""


def measured_sizes(scope: Scope) -> list[ast.expr]:
    """Return the stated sizes of inputs that computed values read, as code."""
    shapes = {entry.name: entry.shape for entry in scope.inputs}
    return [
        size.tree
        for node, levels in naming.levels_of(scope.nodes)
        for value in widths.values(node)
        for name in widths.measured(scope, levels, value.tree)
        for size in computed(shapes[name])
    ]


def before_of(spec: Spec, scope: Scope, part: Part | None) -> Before:
    """Return what a graph of a scope must be told of its order; terms come last.

    The passes of a step are statements, in their own order.
    """
    if scope.kind in ("phase", "evaluation"):
        return {}
    computed_last = []
    for term in part.terms if part else ():
        read = [
            *(tree for _, tree in term.steps),
            *([term.value] if term.value else []),
        ]
        expr = Expr("", ast.Tuple(read), "")
        computed_last.append(ExprNode(term.key, term.term.at, expr=expr))
    return ordering.order(spec, (*scope.nodes, *computed_last)).before


def needs_of(
    spec: Spec,
    found: list[Part],
    scopes: Mapping[Key, Scope],
    before: Mapping[Key, Before],
) -> Needs:
    """Find what all lists, terms and predictions read of other lists."""
    needs = Needs(spec)
    for key, scope in scopes.items():
        needs.nodes(scope)
        for node, levels in naming.levels_of(scope.nodes, scope.lists[:-1]):
            for path in before[key].get(node.at, ()):
                needs.read(code.name(".".join(path)), levels)
        for output in scope.outputs:
            needs.read(output.tree, scope.lists)
    for part in found:
        for term in (*part.terms, *part.metrics):
            for tree in term_trees(term):
                needs.read(tree, part.spec.main.lists)
    if spec.main.kind == "main":
        for tree in predicting.output_trees(spec):
            needs.read(tree, spec.main.lists)
    return needs


def plan_of(scope: Scope, needs: Needs, before: Before) -> Plan:
    """Work out how a list of nodes is written, of what all lists need."""
    spec = needs.spec
    seeds = Seeds(spec, scope)
    draws = seeds.all()
    late = predicting.late_nodes(spec) if scope.kind == "main" else ()
    nodes = [node for node in walk(scope.nodes) if node not in late]
    read = [tree for node in nodes for tree in trees(node)]
    read += [value.tree for node in nodes for value in widths.values(node)]
    read += measured_sizes(scope)
    shapes = [value.tree for entry in scope.inputs for value in computed(entry.shape)]
    return Plan(
        scope=scope,
        exports=_exports(needs, scope),
        gathered=needs.frozen_gathered(),
        reads=needs.frozen_reads(),
        params=_params(spec, scope, read),
        input_params=_params(spec, scope, shapes),
        networks=_networks(spec, scope, read),
        draws=draws,
        seeds=seeds.offsets,
        indices=seeds.indices,
        before=before,
        modes=False,
    )


def _exports(needs: Needs, scope: Scope) -> tuple[Names, ...]:
    called = scope.kind in ("network", "block", "layer")
    return tuple(needs.exports.get(scope.at, ())) if called else ()


def _params(spec: Spec, scope: Scope, trees: list[ast.expr]) -> Names:
    known = scope.params if scope.parametric else spec.params
    read = {name.id for tree in trees for name in expression.names(tree)}
    return tuple(name for name in known if name in read)


def _networks(spec: Spec, scope: Scope, trees: list[ast.expr]) -> Names:
    called = {
        node.network for node in walk(scope.nodes) if isinstance(node, NetworkNode)
    }
    called |= {
        str(expression.call_name(call))
        for tree in trees
        for call in expression.calls(tree)
    }
    called |= {name.id for tree in trees for name in expression.names(tree)}
    return tuple(name for name in spec.networks if name in called)
