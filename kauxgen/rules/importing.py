"""Checks imports: their form, what they would hide, and what is said of their use."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from kauxgen import catalog, expression, naming
from kauxgen.finding import Finding
from kauxgen.nodes import ExprNode, LayerNode, Node, RepeatNode, walk
from kauxgen.rules import borrowed
from kauxgen.rules.identifiers import reserved
from kauxgen.rules.uses import all_kinds, scoped_terms
from kauxgen.spec import Spec
from kauxgen.suggest import quote
from kauxgen.values import Import, Kind

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_GROUPS = ("module", "model", "input", "definition")


def check(spec: Spec) -> Iterator[Finding]:
    """Yield the findings about imports, and about shapes that nodes state."""
    given = _given(spec) if spec.imports else {}
    sound = set(spec.imports)
    for one in spec.imports.values():
        wrong = next(_malformed(one), None)
        what = "" if wrong else _hidden(one.name, given)
        if wrong is not None:
            yield wrong
        elif what:
            sound.discard(one.name)
            yield borrowed.shadowing_import(one.at, one.name, what)
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            yield from _stated(node, spec, sound)


def unused(spec: Spec, read: set[str]) -> Iterator[Finding]:
    """Yield the imports that no kind and no expression uses."""
    named = {kind.name for kind in all_kinds(spec) if kind.imported}
    for one in spec.imports.values():
        if one.name not in named and one.at not in read:
            yield borrowed.unused_import(one.at, one.name)


def _malformed(one: Import) -> Iterator[Finding]:
    if not _is_word(one.name) or one.name.startswith("_"):
        reason = f"{quote(one.name)} is no plain name of Python"
        yield borrowed.malformed_import(one.at, reason, True)
    module, mark, name = one.path.partition(":")
    words = [*module.split("."), name]
    if not mark or not all(map(_is_word, words)):
        reason = f"{quote(one.path)} does not say a module and a name in it"
        yield borrowed.malformed_import(one.at, reason, False)


def _is_word(text: str) -> bool:
    return _WORD.fullmatch(text) is not None and not keyword.iskeyword(text)


def _hidden(name: str, given: dict[str, str]) -> str:
    """Say what an import would hide; "" if nothing."""
    for family in catalog.FAMILIES:
        if name in catalog.kinds(family):
            return f"Keras's {family} of this name"
    if name in catalog.operations():
        return "an operation"
    if name in catalog.penalties():
        return "a penalty of the library"
    for group in _GROUPS:
        why = reserved().get(group, {}).get(name)
        if why:
            return f"a word of the generated code: {why}"
    classes = {naming.camel(word) for word in reserved()["class"]}
    if name in classes:
        return "a class of the generated module"
    return given.get(name, "")


def _given(spec: Spec) -> dict[str, str]:
    """Return what the spec's own names mean, those of its classes too."""
    found: dict[str, str] = {naming.camel(spec.name): "the model's class"}
    for scope in spec.scopes:
        for entry in scope.inputs:
            found[entry.name] = f"the input {quote(entry.name)}"
        for node in walk(scope.nodes):
            for name in _produced(node):
                found[name] = f"the node {quote(name)}"
            if isinstance(node, ExprNode):
                what = f"the class of the node {quote(node.name)}"
                words = (node.name, f"{scope.name}_{node.name}")
                found |= {naming.camel(word): what for word in words}
    for _, term in scoped_terms(spec):
        said = f"the {term.role} {quote(term.name)}"
        found |= {term.name: said, naming.camel(f"{term.name}_value"): said}
        found |= {name: f"a step of {said}" for name, _ in term.let}
    for definition in spec.definitions:
        what = f"the {definition.family} {quote(definition.name)}"
        inner = (*definition.arguments, *definition.params, *dict(definition.let))
        found |= dict.fromkeys(inner, f"a name of {what}")
        found |= {definition.name: what, naming.camel(definition.name): what}
    found |= {name: f"the param {quote(name)}" for name in spec.params}
    for kind, scopes in (("network", spec.networks), ("block", spec.blocks)):
        for name, one in scopes.items():
            what = f"the {kind} {quote(name)}"
            found |= dict.fromkeys(one.params, f"a param of {what}")
            found |= {name: what, naming.camel(name): what, f"build_{name}": what}
    return found


def _produced(node: Node) -> tuple[str, ...]:
    more = node.variables if isinstance(node, RepeatNode) else ()
    return (*naming.produced(node), *more)


def _stated(node: Node, spec: Spec, sound: set[str]) -> Iterator[Finding]:
    """Yield what is wrong with the shape that a node states, or does not.

    An import that hides another kind was mostly meant to be that.
    """
    if isinstance(node, LayerNode):
        yield from _wrapped(node.layer)
        if node.layer.name in sound and node.shape is None:
            place = f"{node.at}/layer"
            yield borrowed.shape_not_stated(place, node.layer.name, False)
        elif not node.layer.imported and node.shape is not None:
            yield borrowed.shape_is_known(f"{node.at}/shape", node.name)
    elif isinstance(node, ExprNode) and node.shape is not None:
        calls = expression.calls(node.expr.tree)
        if not any(expression.call_name(call) in spec.imports for call in calls):
            yield borrowed.shape_is_known(f"{node.at}/shape", node.name)


def _wrapped(kind: Kind) -> Iterator[Finding]:
    """Yield the imports inside of a wrapper."""
    for value in kind.args.values():
        if isinstance(value, Kind) and value.family == "layer" and not kind.imported:
            if value.imported:
                place = f"{value.at}/layer"
                yield borrowed.shape_not_stated(place, value.name, True)
            else:
                yield from _wrapped(value)
