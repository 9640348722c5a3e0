"""Checked to Program: paths, draws, modes and terms, worked out once for all styles."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kauxgen import (
    callees,
    catalog,
    code,
    expression,
    hoisting,
    naming,
    ordering,
    parts,
    predicting,
    widths,
)
from kauxgen.checked import Checked
from kauxgen.cut import Needs, cut, trees
from kauxgen.expander import Expander, references
from kauxgen.formula import library_function
from kauxgen.modes import drawing_calls, kinds, scope_has_modes
from kauxgen.naming import Level
from kauxgen.parts import Part
from kauxgen.program import (
    Names,
    PhasePlan,
    Plan,
    Prediction,
    Program,
    StepPlan,
    TermPlan,
)
from kauxgen.rules.identifiers import reserved
from kauxgen.seeds import Seeds
from kauxgen.spec import (
    BlockNode,
    Definition,
    Expr,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    Phase,
    RepeatNode,
    Scope,
    Spec,
    Step,
    computed,
    walk,
)
from kauxgen.terms import plan_term, term_trees

Key = tuple[str, str]
"""The kind and the name of a list of nodes."""


def lower(checked: Checked) -> Program:
    """Work out what the styles need to know of a spec."""
    found = _parts(checked.spec, Expander(checked))
    spec = found[0].spec
    scopes = {_key(scope): scope for part in found for scope in part.spec.scopes}
    mains = {_key(part.spec.main): part for part in found}
    before = {key: _before(spec, one, mains.get(key)) for key, one in scopes.items()}
    needs = _needs(spec, found, scopes, before)
    plans = {
        key: _with_modes(_plan(one, needs, before[key]), spec)
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
    functions = _functions(found)
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
            regularized=_regularizes(part),
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
    spec, terms = hoisting.calls(spec, (*own, *counted))
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


def _before(spec: Spec, scope: Scope, part: Part | None) -> Before:
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


def _needs(
    spec: Spec,
    found: list[Part],
    scopes: Mapping[Key, Scope],
    before: Mapping[Key, Before],
) -> Needs:
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


def _plan(scope: Scope, needs: Needs, before: Before) -> Plan:
    spec = needs.spec
    seeds = Seeds(spec, scope)
    draws = seeds.all()
    late = predicting.late_nodes(spec) if scope.kind == "main" else ()
    nodes = [node for node in walk(scope.nodes) if node not in late]
    read = [tree for node in nodes for tree in trees(node)]
    read += [value.tree for node in nodes for value in widths.values(node)]
    read += measured(scope)
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


def count_of(network: Scope) -> ast.expr:
    """Return how many networks a list holds, as code."""
    count = network.count
    return count.tree if isinstance(count, Expr) else code.literal(count)


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


def _functions(found_parts: list[Part]) -> tuple[Definition, ...]:
    """Return the functions that are called, callees first, the library's among them."""
    spec = found_parts[0].spec
    read = [
        tree
        for part in found_parts
        for term in (*part.terms, *part.metrics)
        for tree in term_trees(term)
    ]
    read += [
        tree
        for part in found_parts
        for scope in part.spec.scopes
        for node in walk(scope.nodes)
        for tree in trees(node)
    ]
    read += [one.tree for layer in spec.layers.values() for one in layer.outputs]
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


def _regularized(spec: Spec, node: Node) -> bool:
    """Say whether a trainable layer has a weight regularizer."""
    if not isinstance(node, LayerNode) or not node.trainable:
        return False
    own = tuple(callees.own_layers(node.layer, spec))
    weights = (weight for layer in own for weight in layer.weights)
    if any(one.regularizer is not None and one.trainable for one in weights):
        return True
    if any(_regularized(spec, one) for layer in own for one in walk(layer.nodes)):
        return True
    return any(
        name.endswith("_regularizer") and value is not None
        for kind in kinds(node.layer)
        for name, value in kind.args.items()
    )


def _regularizes(part: Part) -> bool:
    """Say whether the layers that an objective trains have weight regularizers."""
    if part.spec.main.kind == "evaluation":
        return False
    if part.phase is None:
        scopes = part.spec.scopes
    else:
        updated = parts.updated(part.spec, part.phase)
        scopes = tuple(part.spec.networks[name] for name in sorted(updated))
    nodes = _within(part.spec, (one for one in scopes if one.kind != "layer"))
    return any(_regularized(part.spec, node) for node in nodes)


def _within(spec: Spec, scopes: Iterable[Scope]) -> Iterator[Node]:
    """Yield the nodes of some lists, and of the blocks that they use."""
    for scope in scopes:
        for node in walk(scope.nodes):
            yield node
            if isinstance(node, BlockNode):
                yield from _within(spec, [spec.blocks[node.block]])


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
