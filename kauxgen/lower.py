"""Checked to Program: paths, draws, modes and terms, worked out once for all styles."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kauxgen import catalog, code, expression, hoisting, naming, ordering, widths
from kauxgen.checked import Checked
from kauxgen.cut import Needs, trees
from kauxgen.expander import Expander
from kauxgen.formula import library_function
from kauxgen.modes import drawing_calls, kinds, scope_has_modes
from kauxgen.naming import Level
from kauxgen.program import Names, Plan, Program, TermPlan
from kauxgen.seeds import Seeds
from kauxgen.spec import (
    BlockNode,
    Definition,
    Expr,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    Scope,
    Spec,
    computed,
    walk,
)
from kauxgen.terms import plan_term, term_trees


def lower(checked: Checked) -> Program:
    """Work out what the styles need to know of a spec."""
    spec = checked.spec
    expander = Expander(checked)
    own = tuple(
        plan_term(term, index, expander)
        for index, term in enumerate((*spec.losses, *spec.penalties))
    )
    spec, inner = hoisting.penalties(_expanded(spec, expander), expander)
    spec, terms = hoisting.calls(spec, (*own, *inner))
    terms = tuple(hoisting.summed(spec, term) for term in terms)
    checked = replace(checked, spec=spec)
    metrics = tuple(
        plan_term(term, index, expander) for index, term in enumerate(spec.metrics)
    )
    before = {scope.at: _before(spec, scope, terms) for scope in spec.scopes}
    needs = _needs(spec, [*terms, *metrics], before)
    plans = {id(one): _plan(one, needs, before[one.at]) for one in spec.scopes}
    networks = {
        name: plans[id(spec.networks[name])]
        for name in _callees_first(spec, spec.networks)
    }
    blocks = {
        name: plans[id(spec.blocks[name])] for name in _callees_first(spec, spec.blocks)
    }
    networks = {name: _with_modes(plan, spec) for name, plan in networks.items()}
    main = _with_modes(plans[id(spec.main)], spec)
    bases, term_seeds = _seed_bases(networks, main, terms)
    return Program(
        checked=checked,
        main=main,
        networks=networks,
        blocks={name: _with_modes(plan, spec) for name, plan in blocks.items()},
        terms=terms,
        metrics=metrics,
        bases=bases,
        term_seeds=term_seeds,
        functions=_functions(spec, [*terms, *metrics]),
        regularized=any(
            _regularized(node) for scope in spec.scopes for node in walk(scope.nodes)
        ),
        reads_y=any(term.reads_y for term in (*terms, *metrics)),
    )


def _expanded(spec: Spec, expander: Expander) -> Spec:
    """Write out what expressions leave to shapes; a block's are not known."""

    def level(nodes: Level) -> Level:
        return tuple(map(node, nodes))

    def node(one: Node) -> Node:
        if isinstance(one, RepeatNode):
            return replace(one, body=level(one.body))
        if isinstance(one, ExprNode):
            tree = expander.expand(one.expr.tree)
            return replace(one, expr=replace(one.expr, tree=tree))
        return one

    networks = {
        name: replace(scope, nodes=level(scope.nodes))
        for name, scope in spec.networks.items()
    }
    main = replace(spec.main, nodes=level(spec.main.nodes))
    return replace(spec, networks=networks, main=main)


def measured(scope: Scope) -> list[ast.expr]:
    """Return the stated sizes of inputs that computed values read, as code."""
    shapes = {entry.name: entry.shape for entry in scope.inputs}
    return [
        size.tree
        for node, levels in naming.levels_of(scope.nodes)
        for value in widths.values(node)
        for name in widths.measured(scope, levels, value.tree)
        for size in computed(shapes[name])
    ]


Before = Mapping[str, tuple[Names, ...]]


def _before(spec: Spec, scope: Scope, terms: Iterable[TermPlan]) -> Before:
    """Return what a graph of a scope must be told of its order; terms come last."""
    if scope.kind != "main":
        return ordering.order(spec, scope.nodes).before
    computed_last = []
    for term in terms:
        read = [
            *(tree for _, tree in term.steps),
            *([term.value] if term.value else []),
        ]
        expr = Expr("", ast.Tuple(read), "")
        computed_last.append(ExprNode(term.key, term.term.at, expr=expr))
    return ordering.order(spec, (*scope.nodes, *computed_last)).before


def _needs(spec: Spec, terms: list[TermPlan], before: Mapping[str, Before]) -> Needs:
    needs = Needs(spec)
    for scope in spec.scopes:
        needs.nodes(scope)
        for node, levels in naming.levels_of(scope.nodes):
            for path in before[scope.at].get(node.at, ()):
                needs.read(code.name(".".join(path)), levels)
        for output in scope.outputs:
            needs.read(output.tree, (scope.nodes,))
    for term in terms:
        for tree in term_trees(term):
            needs.read(tree, (spec.main.nodes,))
    return needs


def _plan(scope: Scope, needs: Needs, before: Before) -> Plan:
    spec = needs.spec
    seeds = Seeds(spec, scope)
    draws = seeds.count(scope.nodes, code.literal(0), ())
    read = [tree for node in walk(scope.nodes) for tree in trees(node)]
    read += [value.tree for node in walk(scope.nodes) for value in widths.values(node)]
    read += measured(scope)
    shapes = [value.tree for entry in scope.inputs for value in computed(entry.shape)]
    return Plan(
        scope=scope,
        exports=tuple(needs.exports.get(scope.at, ())) if scope.kind != "main" else (),
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


def _params(spec: Spec, scope: Scope, trees: list[ast.expr]) -> Names:
    known = scope.params if scope.kind == "block" else spec.params
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


def _with_modes(plan: Plan, spec: Spec) -> Plan:
    return replace(plan, modes=scope_has_modes(plan.scope, spec))


def _callees_first(spec: Spec, scopes: Mapping[str, Scope]) -> list[str]:
    done: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        for callee in called(spec, scopes[name]):
            if callee in scopes:
                visit(callee)
        done.append(name)

    for name in scopes:
        visit(name)
    return done


def called(spec: Spec, scope: Scope) -> list[str]:
    """Return the networks and blocks that a scope uses, in order."""
    used = []
    for node in walk(scope.nodes):
        if isinstance(node, NetworkNode):
            used.append(node.network)
        elif isinstance(node, BlockNode):
            used.append(node.block)
        elif isinstance(node, ExprNode):
            used += [
                str(expression.call_name(call))
                for call in expression.calls(node.expr.tree)
            ]
            used += [name.id for name in expression.names(node.expr.tree)]
    return used


def _seed_bases(
    networks: Mapping[str, Plan], main: Plan, terms: tuple[TermPlan, ...]
) -> tuple[dict[str, ast.expr], dict[int, ast.expr]]:
    """Number networks by name, the model's nodes, then penalties and losses."""
    bases: dict[str, ast.expr] = {}
    base = code.literal(0)
    for name in sorted(networks):
        bases[name] = base
        base = code.add(base, networks[name].draws)
    bases[""] = base
    base = code.add(base, main.draws)
    seeds: dict[int, ast.expr] = {}
    for term in sorted(terms, key=lambda term: term.term.role != "penalty"):
        for tree in term_trees(term):
            for call in drawing_calls(tree):
                seeds[id(call)] = base
                base = code.add(base, code.literal(1))
    return bases, seeds


def _functions(spec: Spec, terms: list[TermPlan]) -> tuple[Definition, ...]:
    """Return the functions that are called, callees first, the library's among them."""
    read = [tree for term in terms for tree in term_trees(term)]
    read += [
        tree
        for scope in spec.scopes
        for node in walk(scope.nodes)
        for tree in trees(node)
    ]
    for definition in spec.definitions:
        if definition.family != "function":
            read += [step.tree for _, step in definition.let] + [definition.expr.tree]
    found: list[Definition] = []
    for tree in read:
        _find_functions(spec, tree, found)
    return tuple(found)


def _find_functions(spec: Spec, tree: ast.expr, found: list[Definition]) -> None:
    for call in expression.calls(tree):
        definition = _function(spec, str(expression.call_name(call)))
        if definition is None or definition in found:
            continue
        for inner in [*definition.let, *definition.gradient]:
            _find_functions(spec, inner[1].tree, found)
        _find_functions(spec, definition.expr.tree, found)
        if definition not in found:
            found.append(definition)


def _function(spec: Spec, name: str) -> Definition | None:
    from_spec = spec.definition("function", name)
    if from_spec is not None:
        return from_spec
    entry = catalog.penalties().get(name)
    return None if entry is None or not entry.let else library_function(name)


def _regularized(node: Node) -> bool:
    """Say whether a trainable layer has a weight regularizer."""
    return (
        isinstance(node, LayerNode)
        and node.trainable
        and any(
            name.endswith("_regularizer") and value is not None
            for kind in kinds(node.layer)
            for name, value in kind.args.items()
        )
    )
