"""Finds names of the generated code that would be given twice."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import naming as code_naming
from kauxgen.finding import Finding
from kauxgen.modes import drawing_calls
from kauxgen.nodes import BlockNode, ExprNode, LayerNode, Node, RepeatNode, walk
from kauxgen.rules import inner_names, naming, phases
from kauxgen.rules.handing import handed
from kauxgen.rules.identifiers import reserved
from kauxgen.rules.outline import produced
from kauxgen.rules.unrolled import Unrolled
from kauxgen.rules.uses import scoped_terms
from kauxgen.spec import Definition, Scope, Spec, Step
from kauxgen.suggest import quote


def check(state: Unrolled) -> Iterator[Finding]:
    """Yield what would get a name that is taken, at the place of the taker."""
    yield from _carried(state.spec)
    yield from _layers(state)
    for layer in state.spec.layers.values():
        yield from _attributes(layer)
    yield from _classes(state.spec)
    yield from _terms(state.spec)
    yield from inner_names.check(state.spec)


def _carried(spec: Spec) -> Iterator[Finding]:
    """Compare the variables of what repeats carry with the names of their scope."""
    for scope in spec.scopes:
        nodes = tuple(walk(scope.nodes))
        repeats = [node for node in nodes if isinstance(node, RepeatNode)]
        taken = {name: "a node" for node in nodes for name in _written(node)}
        taken |= {name: "a name of a round" for one in repeats for name in one.given}
        taken |= {entry.name: "an input" for entry in scope.inputs}
        for node in repeats:
            for name, at in handed(node):
                variable = code_naming.carried(scope.nodes, node, name)
                if name in node.carried and variable != name and variable in taken:
                    what, other = f"the carried {quote(name)}", taken[variable]
                    yield naming.derived_name(at, variable, what, other, True)


def _written(node: Node) -> tuple[str, ...]:
    """Return the names that a node of the spec is given there."""
    implied = isinstance(node, ExprNode) and node.implied
    return () if implied else produced(node)


def _layers(state: Unrolled) -> Iterator[Finding]:
    """Compare what layers are called: their paths, joined; penalties become layers."""
    taken: dict[str, str] = {
        f"{name}_{number}": f"a network of the list {quote(name)}"
        for name, network in state.networks.items()
        for number in range(network.count or 0)
    }
    for name, network in state.spec.networks.items():
        if name in taken:
            what = f"the network {quote(name)}"
            yield naming.derived_name(network.at, name, what, taken[name], True)
    for layer in state.layers:
        name = "_".join(map(str, layer.words))
        what = f"the layer {quote('/'.join(map(str, layer.path)))}"
        other = taken.setdefault(name, what)
        if other != what:
            yield naming.derived_name(f"{layer.at}/name", name, what, other)
    for _, term in scoped_terms(state.spec):
        if term.role == "penalty" and term.name in taken:
            what, place = f"the penalty {quote(term.name)}", f"{term.at}/name"
            yield naming.derived_name(place, term.name, what, taken[term.name])


def _attributes(layer: Scope) -> Iterator[Finding]:
    """Compare the attributes of a layer of `define`: a draw has a generator."""
    taken = {name: f"the param {quote(name)}" for name in layer.params}
    taken |= {one.name: f"the weight {quote(one.name)}" for one in layer.weights}
    taken["output_seed"] = "the draws of the outputs"
    for node, name in _owned(layer.nodes, (), False):
        step = isinstance(node, ExprNode) and node.step
        what = f"the {'step' if step else 'node'} {quote(node.name)}"
        other = taken.setdefault(name, what)
        if other != what:
            place = node.at if step else f"{node.at}/name"
            yield naming.derived_name(place, name, what, other, step)


def _owned(
    nodes: tuple[Node, ...], above: tuple[str, ...], only: bool
) -> Iterator[tuple[Node, str]]:
    """Yield what the nodes of a layer keep as attributes: layers and generators."""
    for node in nodes:
        words = above if only else (*above, node.name)
        if isinstance(node, RepeatNode):
            yield from _owned(node.body, words, len(node.body) == 1)
        elif isinstance(node, (LayerNode, BlockNode)):
            yield node, "_".join(words)
        elif isinstance(node, ExprNode):
            for number, _ in enumerate(drawing_calls(node.expr.tree)):
                number_said = f"_{number}" if number else ""
                yield node, f"{'_'.join(words)}_seed{number_said}"


def _classes(spec: Spec) -> Iterator[Finding]:
    """Compare the names of classes: of the model, of networks, blocks and closures."""
    closures = [d for d in spec.definitions if d.family != "function"]
    made = [("the model", spec.name, "/name", False)]
    made += [("the network", s.name, s.at, True) for s in spec.built.values()]
    made += [("the block", s.name, s.at, True) for s in spec.blocks.values()]
    made += [("the layer", s.name, s.at, True) for s in spec.layers.values()]
    made += [(f"the {d.family}", d.name, d.at, True) for d in closures if _class(d)]
    taken: dict[str, str] = {}
    for what, name, at, at_key in made:
        said, camel = f"{what} {quote(name)}", code_naming.camel(name)
        other = taken.setdefault(camel, said)
        if name in reserved()["class"]:
            yield naming.reserved_name(at, name, reserved()["class"][name], at_key)
        elif other != said:
            yield naming.derived_name(at, camel, said, other, at_key)


def _class(definition: Definition) -> bool:
    """Say whether some style makes a class of a closure."""
    return definition.emit == "class" or definition.family != "loss"


def _terms(spec: Spec) -> Iterator[Finding]:
    """Compare what terms are called with the model's names and with each other."""
    taken = {name: f"the node {quote(name)}" for name in _names(spec)}
    taken |= {name: f"the param {quote(name)}" for name in spec.params}
    taken |= {name: f"the network {quote(name)}" for name in spec.networks}
    if spec.step is not None:
        yield from _phases(spec.step, taken)
        yield from _next(spec, spec.step)
    repeated = spec.step.evaluation.at if spec.step and spec.step.evaluation else None
    known = {(t.role, t.name) for s, t in scoped_terms(spec) if s.at != repeated}
    for scope, term in scoped_terms(spec):
        if scope.at == repeated and (term.role, term.name) in known:
            continue
        for name in _derived(term.role, term.name):
            what = f"the {term.role} {quote(term.name)}"
            if name in taken:
                place = f"{term.at}/name"
                yield naming.derived_name(place, name, f"a part of {what}", taken[name])
            taken.setdefault(name, f"a part of {what}")


def _phases(step: Step, taken: dict[str, str]) -> Iterator[Finding]:
    """Compare what phases, state and averages add to the model with its names."""
    taken |= {state.name: f"the state {quote(state.name)}" for state in step.state}
    for at, what, names in _added(step):
        for name in names:
            if name in taken:
                yield naming.derived_name(at, name, what, taken[name])
            taken.setdefault(name, what)


def _next(spec: Spec, step: Step) -> Iterator[Finding]:
    """Compare what new values of the state are called with the names that they see."""
    for _, scope, assigned in phases.assignments(spec, step):
        outer = spec.main.nodes if scope.kind == "phase" else ()
        seen = {name for node in (*outer, *scope.nodes) for name in produced(node)}
        seen |= {entry.name for entry in spec.main.inputs}
        for name, expr in assigned:
            if f"next_{name}" in seen:
                what, other = f"the next {name}", f"the tensor {quote(f'next_{name}')}"
                found = naming.derived_name
                yield found(expr.at, f"next_{name}", what, other, at_key=True)


def _added(step: Step) -> Iterator[tuple[str, str, list[str]]]:
    for phase in step.phases:
        what = f"a part of the phase {quote(phase.name)}"
        names = [f"{phase.name}_objective", f"{phase.name}_optimizer"]
        names += [f"{phase.name}_{node}" for node in _drawing(phase.scope)]
        yield f"{phase.at}/name", what, names
    for average in step.averages:
        what = f"the update of {quote(average.target)}"
        yield f"{average.at}/target", what, [f"update_{average.target}"]


def _drawing(scope: Scope) -> Iterator[str]:
    """Yield the nodes whose draws the model keeps generators for."""
    for node in walk(scope.nodes):
        if isinstance(node, ExprNode) and drawing_calls(node.expr.tree):
            yield node.name


def _names(spec: Spec) -> Iterator[str]:
    for node in walk(spec.main.nodes):
        yield from produced(node)
    if spec.step is None:
        yield from (each.name for each in spec.main.inputs)


def _derived(role: str, name: str) -> list[str]:
    if not name:
        return []
    kept = [f"{name}_tracker"] if role != "metric" else []
    object_of = f"{name}_function" if name.endswith("loss") else f"{name}_loss"
    return [*kept, *([object_of] if role == "loss" else [])]
