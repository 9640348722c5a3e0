"""The functions and classes of a generated module, as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from kauxgen.frozen import frozen


@frozen
class Function:
    """A function of the module, with the names around it where it is an inner one."""

    tree: ast.FunctionDef
    around: Mapping[str, object]


@frozen
class Class:
    """A class of the module: what it derives from, as written, and its methods."""

    name: str
    base: str
    methods: Mapping[str, Function]

    @property
    def is_layer(self) -> bool:
        """Whether its objects are layers."""
        return self.base in ("layers.Layer", "layers.Wrapper", "keras.Model")


def read(tree: ast.Module) -> dict[str, Function | Class]:
    """Give the functions and classes of a module by name."""
    found: dict[str, Function | Class] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = Function(node, {})
        elif isinstance(node, ast.ClassDef):
            base = ast.unparse(node.bases[0]) if node.bases else ""
            methods = {
                one.name: Function(one, {})
                for one in node.body
                if isinstance(one, ast.FunctionDef)
            }
            found[node.name] = Class(node.name, base, methods)
    return found


def builds_a_backbone(function: Function) -> bool:
    """Say whether a function makes a backbone of `keras.applications`."""
    attributes = (n for n in ast.walk(function.tree) if isinstance(n, ast.Attribute))
    return any(ast.unparse(one) == "keras.applications" for one in attributes)
