"""Calls that build a backbone of keras.applications."""

from __future__ import annotations

import ast
from collections.abc import Callable

from kauxgen import code, expression
from kauxgen.nodes import ApplicationNode, walk
from kauxgen.program import Names
from kauxgen.spec import Scope
from kauxgen.values import computed


def backbone_function(scope: Scope, node: ApplicationNode) -> str:
    """Return the name of the function that builds a backbone.

    Bodies of two repeats may have one of the same name; the later are numbered.
    """
    backbones = (one for one in walk(scope.nodes) if isinstance(one, ApplicationNode))
    places = [one.at for one in backbones if one.name == node.name]
    number = places.index(node.at)
    words = ["build", *([] if scope.kind == "main" else [scope.name]), node.name]
    return "_".join([*words, str(number)] if number else words)


def backbone_names(node: ApplicationNode) -> Names:
    """Return the names that the arguments of a backbone read."""
    trees = [value.tree for value in computed(node.application)]
    read = [name.id for tree in trees for name in expression.names(tree)]
    return tuple(dict.fromkeys(read))


def backbone_call(
    scope: Scope,
    node: ApplicationNode,
    compute: Callable[[ast.expr], ast.expr],
    label: ast.expr,
) -> ast.expr:
    """Write the call that builds a backbone."""
    given = [compute(ast.Name(name)) for name in backbone_names(node)]
    return code.call(backbone_function(scope, node), *given, label)
