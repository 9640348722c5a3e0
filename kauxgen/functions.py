"""Functions that a spec calls, its own and the library's, callees first."""

from __future__ import annotations

import ast

from kauxgen import catalog, expression
from kauxgen.cut import trees
from kauxgen.formula import library_function
from kauxgen.nodes import walk
from kauxgen.parts import Part
from kauxgen.spec import Definition, Spec
from kauxgen.terms import term_trees


def called_functions(found_parts: list[Part]) -> tuple[Definition, ...]:
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
