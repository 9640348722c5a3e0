"""Checks the names that a spec gives: their form, reserved words, one meaning each."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from kauxgen import catalog, resources
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.nodes import ExprNode, Node, RepeatNode
from kauxgen.rules import naming, own_layers
from kauxgen.rules.handing import handed
from kauxgen.rules.uses import scoped_terms
from kauxgen.source import pointer
from kauxgen.spec import Definition, Scope, Spec, Step, Term
from kauxgen.suggest import quote

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


@frozen
class Given:
    """A name where it is given; `what` says of what, as in "the node"."""

    name: str
    at: str
    what: str
    at_key: bool = False


def check(spec: Spec) -> Iterator[Finding]:
    """Yield the findings about all names of a spec."""
    model = Given(spec.name, "/name", "the model")
    yield from _form(model, ())
    yield from _main(spec)
    yield from _functions(spec)
    for network in spec.built.values():
        yield from _inner_scope(network, dict.fromkeys(spec.params, "a param"))
    for block in spec.blocks.values():
        yield from _inner_scope(block, {})
    called = [d.name for d in spec.definitions if d.family == "function"]
    for layer in spec.layers.values():
        yield from _inner_scope(layer, dict.fromkeys(called, "a function"))
    for definition in spec.definitions:
        yield from _definition(definition)
    named: dict[str, dict[str, str]] = {}
    for scope, term in scoped_terms(spec):
        if scope.at not in named:
            named[scope.at] = _named(scope, spec)
        yield from _term(scope, term, spec, named[scope.at])


def _main(spec: Spec) -> Iterator[Finding]:
    outer = [Given(n, f"/params{pointer([n])}", "a param", True) for n in spec.params]
    outer += [Given(s.name, s.at, "a network", True) for s in spec.networks.values()]
    functions = [d for d in spec.definitions if d.family == "function"]
    outer += [Given(d.name, d.at, "a function", True) for d in functions]
    for given in outer[len(spec.params) :]:
        if given.name in catalog.operations():
            what = given.what.removeprefix("a ")
            yield naming.operation_name(given.at, given.name, what)
    inputs = [Given(i.name, i.at, "an input", True) for i in spec.inputs]
    taken: dict[str, str] = {}
    for given in outer:
        yield from _add(given, taken, ("model", "module"))
    alone = ("input",) if len(inputs) == 1 else ()
    for given in inputs:
        yield from _add(given, taken, (*alone, "model", "module"))
    state = spec.step.state if spec.step else ()
    for given in [Given(s.name, s.at, "a state", True) for s in state]:
        yield from _add(given, taken, ("model", "module"))
    outer_names = dict(taken)
    yield from _nodes(spec.main.nodes, taken, {}, ("model", "module"))
    if spec.step is not None:
        yield from _step(spec.step, outer_names, taken)


def _step(
    step: Step, outer: Mapping[str, str], forward: Mapping[str, str]
) -> Iterator[Finding]:
    """Check the names of phases, and of what phases and evaluation compute.

    A phase may bear the name of a network; evaluation does not see the step's forward.
    """
    groups = ("model", "module")
    named: dict[str, str] = {}
    for phase in step.phases:
        given = Given(phase.name, f"{phase.at}/name", "a phase")
        why = reserved()["phase"].get(phase.name)
        if why:
            yield naming.reserved_name(given.at, given.name, why, at_key=False)
        yield from _add(given, named, ())
        yield from _nodes(phase.scope.nodes, {}, forward, groups)
    if step.evaluation is not None:
        yield from _nodes(step.evaluation.scope.nodes, {}, outer, groups)


def _functions(spec: Spec) -> Iterator[Finding]:
    """Check what becomes a function of the module: definitions and blocks."""
    made = [Given(d.name, d.at, f"a {d.family}", True) for d in spec.definitions]
    made += [Given(b.name, b.at, "a block", True) for b in spec.blocks.values()]
    taken: dict[str, str] = {}
    for given in made:
        yield from _add(_articled(given), taken, ("module", "definition"))
        penalty = catalog.penalties().get(given.name)
        if penalty is not None and (penalty.let or "regularizer" in given.what):
            why = "it is a penalty of the library"
            yield naming.reserved_name(given.at, given.name, why, at_key=True)


def _articled(given: Given) -> Given:
    return replace(given, what=given.what.replace("a init", "an init"))


def _inner_scope(scope: Scope, around: Mapping[str, str]) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for name in scope.params:
        given = Given(name, f"{scope.at}/params{pointer([name])}", "a param", True)
        outer = around if scope.kind == "layer" else None
        yield from _add(given, taken, ("module",), outer)
    for entry in scope.inputs:
        given = Given(entry.name, entry.at, "an input", not scope.parametric)
        yield from _add(given, taken, ("module",), around)
    for weight in scope.weights:
        given = Given(weight.name, weight.at, "a weight", True)
        yield from _add(given, taken, ("module",), around)
    yield from _nodes(scope.nodes, taken, around, ("module",))


def _nodes(
    nodes: tuple[Node, ...],
    taken: dict[str, str],
    around: Mapping[str, str],
    groups: tuple[str, ...],
) -> Iterator[Finding]:
    for node in nodes:
        for given in _given(node):
            yield from _add(given, taken, groups, around)
    for node in nodes:
        if isinstance(node, RepeatNode):
            outer = {**around, **taken}
            inner: dict[str, str] = {}
            for given in _variables(node):
                yield from _add(given, inner, groups, outer)
            yield from _nodes(node.body, inner, outer, groups)


def _given(node: Node) -> Iterator[Given]:
    if isinstance(node, ExprNode) and node.implied:
        if not _malformed(node.name):  # its own name is at fault, and found there
            yield Given(node.name, node.at, "a carried value", True)
        return
    if isinstance(node, ExprNode) and node.step:
        yield Given(node.name, node.at, "a step", True)
        return
    yield Given(node.name, f"{node.at}/name", "a node")
    for index, name in enumerate(node.outputs):
        yield Given(name, f"{node.at}/as/{index}", "an output")


def _variables(node: RepeatNode) -> Iterator[Given]:
    several = len(node.variables) > 1
    for index, name in enumerate(node.variables):
        at = f"{node.at}/repeat/as"
        yield Given(name, f"{at}/{index}" if several else at, "a variable")
    for name, at in handed(node):
        yield Given(name, at, "a name that rounds are handed", True)


def _add(
    given: Given,
    taken: dict[str, str],
    groups: tuple[str, ...],
    around: Mapping[str, str] | None = None,
) -> Iterator[Finding]:
    """Check one name, and take it for those that follow."""
    wrong = next(_form(given, groups), None)
    if wrong is not None:
        yield wrong
    elif given.name in taken:
        what = taken[given.name]
        other = what.replace("a ", "another ", 1) if what == given.what else what
        yield naming.duplicate_name(given.at, given.name, other, given.at_key)
    elif around and given.name in around:
        other = around[given.name]
        yield naming.shadowing_name(given.at, given.name, other, given.at_key)
    taken.setdefault(given.name, given.what)


def _form(given: Given, groups: tuple[str, ...]) -> Iterator[Finding]:
    reason = _malformed(given.name)
    if reason:
        yield naming.malformed_name(given.at, given.name, reason, given.at_key)
        return
    for group in ("keras", *groups) if groups else ():
        why = reserved().get(group, {}).get(given.name)
        if why:
            yield naming.reserved_name(given.at, given.name, why, given.at_key)
            return


def _malformed(name: str) -> str:
    if keyword.iskeyword(name):
        return "it is a keyword of Python"
    if not name.isascii():
        return "names are written in ASCII"
    if name[:1] == "_":
        return "a name does not begin with an underscore"
    return "" if _NAME.fullmatch(name) else "names are written in snake_case"


@cache
def reserved() -> Mapping[str, Mapping[str, str]]:
    """Give the words that no name may be, by group, each with the reason."""
    data = resources.schema("reserved")
    return {
        group: {word: entry["reason"] for entry in entries for word in entry["words"]}
        for group, entries in data.items()
    }


def _definition(definition: Definition) -> Iterator[Finding]:
    at = definition.at
    own = definition.family == "function"
    taken = {} if own else dict.fromkeys(definition.arguments, "an argument")
    for index, name in enumerate(definition.arguments if own else ()):
        given = Given(name, f"{at}/args/{index}", "an argument")
        yield from _add(given, taken, ("module",))
    for name in definition.params:
        place = f"{at}/params{pointer([name])}"
        yield from _add(Given(name, place, "a param", True), taken, ("module",))
    for name, step in definition.let:
        yield from _add(Given(name, step.at, "a step", True), taken, ("module",))


def _named(scope: Scope, spec: Spec) -> dict[str, str]:
    """Return what the terms of a list see by name, but params."""
    outer = spec.main.nodes if scope.kind == "phase" else ()
    seen = (*outer, *scope.nodes)
    nodes = {node.name: f"a node {quote(node.name)}" for node in seen}
    nodes |= own_layers.named(scope) if scope.parametric else {}
    if scope.kind != "layer":
        nodes |= {name: f"a network {quote(name)}" for name in spec.networks}
    return nodes


def _term(
    scope: Scope, term: Term, spec: Spec, nodes: Mapping[str, str]
) -> Iterator[Finding]:
    if term.name:
        given = Given(term.name, f"{term.at}/name", "a term")
        inside = scope.parametric or scope.kind == "network"
        wrong = next(_form(given, ("log", "module") if inside else ("log",)), None)
        if wrong is not None:
            yield wrong
        elif term.role == "penalty" and term.name in nodes:
            other = nodes[term.name]
            yield naming.penalty_name(f"{term.at}/name", term.name, other)
    inner: dict[str, str] = {}
    known = scope.params if scope.parametric else spec.params
    params = dict.fromkeys(known, "a param")
    seen = {**params, **nodes} if term.let else params
    for name, step in term.let:
        given = Given(name, step.at, "a step", True)
        yield from _add(given, inner, ("model", "module"), seen)
