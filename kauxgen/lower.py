"""Checked to Program: paths, draws, modes and terms, worked out once for all styles."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kauxgen import (
    callees,
    calls_apart,
    code,
    expression,
    hoisting,
    naming,
    parts,
    predicting,
    widths,
)
from kauxgen.checked import Checked
from kauxgen.cut import cut, trees
from kauxgen.expander import Expander, references
from kauxgen.functions import called_functions
from kauxgen.modes import drawing_calls, scope_has_modes
from kauxgen.naming import Level
from kauxgen.nodes import (
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    walk,
)
from kauxgen.parts import Part
from kauxgen.planning import Key, _params, before_of, needs_of, plan_of
from kauxgen.program import (
    Names,
    PhasePlan,
    Plan,
    Prediction,
    Program,
    StepPlan,
    TermPlan,
)
from kauxgen.regularizing import regularizes
from kauxgen.rules.identifiers import reserved
from kauxgen.spec import Phase, Scope, Spec, Step
from kauxgen.terms import plan_term, term_trees
from kauxgen.values import Expr


def lower(checked: Checked) -> Program:
    """Work out what the styles need to know of a spec."""
    found = _parts(checked.spec, Expander(checked))
    spec = found[0].spec
    scopes = {_key(scope): scope for part in found for scope in part.spec.scopes}
    mains = {_key(part.spec.main): part for part in found}
    before = {key: before_of(spec, one, mains.get(key)) for key, one in scopes.items()}
    needs = needs_of(spec, found, scopes, before)
    plans = {
        key: _with_modes(plan_of(one, needs, before[key]), spec)
        for key, one in scopes.items()
    }
    networks = {
        name: replace(plans["network", spec.origin(network).name], scope=network)
        for name in _callees_first(spec, spec.networks)
        for network in [spec.networks[name]]
    }
    blocks = {n: plans["block", n] for n in _callees_first(spec, spec.blocks)}
    layers = {n: plans["layer", n] for n in _callees_first(spec, spec.layers)}
    bases, base = _network_bases(networks)
    functions = called_functions(found)
    programs = []
    for part in found:
        main = plans[_key(part.spec.main)]
        term_seeds, behind = _term_seeds(part.terms, code.add(base, main.draws))
        program = Program(
            checked=replace(checked, spec=part.spec),
            main=main,
            networks=networks,
            blocks=blocks,
            layers=layers,
            terms=part.terms,
            metrics=part.metrics,
            bases={**bases, "": base},
            term_seeds=term_seeds,
            functions=functions,
            regularized=regularizes(part),
            reads_y=any(term.reads_y for term in (*part.terms, *part.metrics)),
            prediction=_prediction(part),
            called=_called_terms(part.spec, part.terms),
        )
        programs.append(program)
        base = behind
    return _whole(checked, found, programs, base)


def _key(scope: Scope) -> Key:
    return scope.kind, scope.name


def _parts(spec: Spec, expander: Expander) -> list[Part]:
    """Make the terms of every objective ready, and take calls out of expressions."""
    (first, _), *others = parts.views(spec)
    first, inner = hoisting.penalties(_expanded(first, expander), expander)
    found = [_part(first, None, inner, expander)]
    for view, phase in others:
        view = _knowing(_expanded(view, expander), found[-1].spec)
        view = parts.around(view, found[0].spec.main)
        found.append(_part(view, phase, inner, expander))
    last = found[-1].spec
    return [replace(one, spec=_knowing(one.spec, last)) for one in found]


def _knowing(spec: Spec, other: Spec) -> Spec:
    """Give a spec the networks, blocks and layers of another."""
    return replace(
        spec, networks=other.networks, blocks=other.blocks, layers=other.layers
    )


def _part(
    spec: Spec, phase: Phase | None, inner: tuple[TermPlan, ...], expander: Expander
) -> Part:
    own = tuple(
        plan_term(term, index, expander)
        for index, term in enumerate((*spec.losses, *spec.penalties))
    )
    counted = parts.counted(spec, phase, inner)
    spec, terms = calls_apart.as_nodes(spec, (*own, *counted))
    terms = tuple(parts.summed(spec, phase, term) for term in terms)
    metrics = tuple(
        plan_term(term, index, expander) for index, term in enumerate(spec.metrics)
    )
    there = tuple(term for term in terms if not hoisting.is_inner(term))
    return Part(spec, there, metrics, phase)


def _whole(
    checked: Checked, found: list[Part], programs: list[Program], base: ast.expr
) -> Program:
    """Put the programs of a step's passes together."""
    step = checked.spec.step
    if step is None:
        return programs[0]
    own, *others = programs
    phases = tuple(
        PhasePlan(part.phase, program)
        for part, program in zip(found[1:], others, strict=True)
        if part.phase is not None
    )
    evaluation = others[-1] if step.evaluation is not None else None
    spec = replace(own.spec, step=step)
    whole = replace(own, checked=replace(checked, spec=spec))
    return replace(
        whole, step=StepPlan(own, phases, evaluation, _state_seeds(step, base))
    )


def _prediction(part: Part) -> Prediction | None:
    """Cut the model for inference; its own part is that of its outputs and terms."""
    spec, main, found = part.spec, part.spec.main, part.spec.inference
    if found is None or found.network is not None or main.kind != "main":
        return None
    read = predicting.output_trees(spec)
    needed = predicting.needed_inputs(main, read, spec)
    late = predicting.late_nodes(spec)
    said = [value.tree for node in late for value in widths.values(node)]
    said += [tree for node in late for tree in trees(node)]
    own = [output.tree for output in main.outputs]
    terms = (*part.terms, *part.metrics)
    own += [tree for term in terms for tree in term_trees(term)]
    return Prediction(
        inputs=tuple(entry for entry in main.inputs if entry.name in needed),
        outputs=found.outputs,
        cut=cut(spec, main, read),
        late=late,
        params=_params(spec, main, said),
        model=None if found.outputs == main.outputs else cut(spec, main, own),
    )


def _state_seeds(step: Step, base: ast.expr) -> dict[int, ast.expr]:
    """Number the draws of the state's first values, behind all others."""
    initial = [one.initial.tree for one in step.state if one.initial is not None]
    calls = [call for tree in initial for call in drawing_calls(tree)]
    return {
        id(call): code.add(base, code.literal(number))
        for number, call in enumerate(calls)
    }


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

    def layer(scope: Scope) -> Scope:
        outputs = tuple(
            replace(one, tree=expander.expand(one.tree)) for one in scope.outputs
        )
        return replace(scope, nodes=level(scope.nodes), outputs=outputs)

    networks = {
        name: replace(scope, nodes=level(scope.nodes))
        for name, scope in spec.built.items()
    }
    layers = {name: layer(scope) for name, scope in spec.layers.items()}
    main = replace(spec.main, nodes=level(spec.main.nodes))
    return replace(spec.rebuilt(networks), layers=layers, main=main)


def count_of(network: Scope) -> ast.expr:
    """Return how many networks a list holds, as code."""
    count = network.count
    return count.tree if isinstance(count, Expr) else code.literal(count)


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
    """Return the networks, blocks and layers that a scope uses, in order."""
    used = []
    for node in walk(scope.nodes):
        if isinstance(node, NetworkNode):
            used.append(node.network)
        elif isinstance(node, BlockNode):
            used.append(node.block)
        elif isinstance(node, LayerNode):
            used += [own.name for own in callees.own_layers(node.layer, spec)]
        elif isinstance(node, ExprNode):
            used += [
                str(expression.call_name(call))
                for call in expression.calls(node.expr.tree)
            ]
            used += [name.id for name in expression.names(node.expr.tree)]
    return used


def _network_bases(
    networks: Mapping[str, Plan],
) -> tuple[dict[str, ast.expr], ast.expr]:
    """Number networks by name; return the number behind them."""
    bases: dict[str, ast.expr] = {}
    base = code.literal(0)
    for name in sorted(networks):
        bases[name] = base
        base = code.add(base, _all_draws(networks[name]))
    return bases, base


def _all_draws(plan: Plan) -> ast.expr:
    """Return how many generators a network has, or all of a list."""
    if plan.scope.count is None:
        return plan.draws
    return code.multiply(count_of(plan.scope), plan.draws)


def _term_seeds(
    terms: tuple[TermPlan, ...], base: ast.expr
) -> tuple[dict[int, ast.expr], ast.expr]:
    """Number the draws of penalties, then those of losses."""
    seeds: dict[int, ast.expr] = {}
    for term in sorted(terms, key=lambda term: term.term.role != "penalty"):
        for tree in term_trees(term):
            for call in drawing_calls(tree):
                seeds[id(call)] = base
                base = code.add(base, code.literal(1))
    return seeds, base


def _called_terms(spec: Spec, terms: Iterable[TermPlan]) -> Mapping[Names, str]:
    """Name the variables of inner tensors that are a penalty of a layer by the term."""
    taken = _taken(spec, terms)
    found: dict[Names, str] = {}
    for term in terms:
        path = term.value and expression.path_of(term.value)
        inner = term.term.at.startswith("/define/layers/")
        if inner and path and term.key not in taken:
            found[tuple(map(str, path))] = term.key
    return found


def _taken(spec: Spec, terms: Iterable[TermPlan]) -> set[str]:
    """Return the names that mean something else where terms are computed."""
    level = (spec.main.nodes,)
    words = {*spec.params, *spec.networks, *(one.name for one in spec.main.inputs)}
    words |= {name for node in level[0] for name in naming.produced(node)}
    words |= {definition.name for definition in spec.definitions}
    words |= {
        one for group in ("module", "definition", "model") for one in reserved()[group]
    }
    for term in terms:
        for tree in term_trees(term):
            words |= {naming.variable(spec, level, path) for path in references(tree)}
    return words | {"x", "loss", "outputs"}
