"""Reads what `build_model` of a generated module would build, without running it.

It knows the code that kauxgen writes and no more: what it does not know is UNKNOWN, and
UnsureError where that would matter to a file of weights.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from kauxgen.saving import calls
from kauxgen.saving.expressions import Scope
from kauxgen.saving.module import Class, Function, builds_a_backbone, read
from kauxgen.saving.statements import Statements
from kauxgen.saving.values import (
    UNKNOWN,
    Made,
    Node,
    Tensor,
    UnsureError,
    tensors_in,
)

_MOST_STEPS = 400_000
NONE: Mapping[str, str] = {}


def build(tree: ast.Module, imported: Mapping[str, str] = NONE) -> Made:
    """Return the model that `build_model()` gives; UnsureError if it is not known.

    `imported` are the layers that the module has from elsewhere than from Keras: by
    name, the name of the class.
    """
    try:
        made = _Reading(read(tree), imported).model()
    except RecursionError:
        raise UnsureError("a model that is nested too deep") from None
    if not isinstance(made, Made):
        raise UnsureError("what build_model returns")
    return made


class _Reading(Statements):
    """Works out calls."""

    def __init__(
        self, known: Mapping[str, Function | Class], imported: Mapping[str, str]
    ) -> None:
        super().__init__(known)
        self.imported = imported
        self.steps = 0

    def model(self) -> Any:
        """Return what `build_model()` gives."""
        function = self.known.get("build_model")
        if not isinstance(function, Function):
            raise UnsureError("build_model")
        return self.run(function, [], {})

    def value(self, tree: ast.expr, scope: Scope) -> Any:
        """Return a value, if not too many were asked for already."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise UnsureError("a model of this size")
        return super().value(tree, scope)

    def call(self, tree: ast.Call, scope: Scope) -> Any:
        """Return what a call gives."""
        args = list(self.items(tree.args, scope))
        keywords: dict[str, Any] = {}
        for one in tree.keywords:
            value = self.value(one.value, scope)
            if one.arg is not None:
                keywords[one.arg] = value
            elif isinstance(value, dict):
                keywords.update(value)
        called = ast.unparse(tree.func) if _is_path(tree.func) else ""
        if called.startswith(("layers.", "keras.layers.")):
            return calls.layer(called.rpartition(".")[2], args, keywords)
        if called == "keras.Variable":
            return calls.variable(args, keywords)
        if called == "keras.Input":
            name = str(keywords.get("name", ""))
            return Tensor(Node(Made("InputLayer", "kind", name)))
        if called == "keras.Model":
            made = Made("Functional", "graph", str(keywords.get("name", "")))
            return calls.as_graph(made, args)
        if called.startswith("ops."):
            return calls.operation(called.removeprefix("ops."), args, keywords)
        return self.other(tree, scope, args, keywords)

    def other(
        self, tree: ast.Call, scope: Scope, args: list[Any], keywords: dict[str, Any]
    ) -> Any:
        """Return what a call of anything but Keras's layers and operations gives."""
        function = tree.func
        if isinstance(function, ast.Attribute):
            if ast.unparse(function.value) == "super()":
                return self.above(scope, args, keywords)
            return self.method(function, scope, args, keywords)
        callee = self.value(function, scope)
        if isinstance(callee, Made):
            return calls.called(callee, args, keywords)
        if isinstance(callee, Class):
            return self.instance(callee, args, keywords)
        if isinstance(callee, Function):
            return self.function(callee, args, keywords)
        if isinstance(function, ast.Name) and function.id in calls.BUILTINS:
            return calls.builtin(function.id, args, keywords)
        imported = self.imported.get(ast.unparse(function))
        if imported:
            return Made(imported, "closed", str(keywords.get("name", "")))
        if any(True for _ in tensors_in([args, keywords])):
            raise UnsureError(f"the graph of `{ast.unparse(function)}`")
        return UNKNOWN

    def function(
        self, callee: Function, args: list[Any], keywords: dict[str, Any]
    ) -> Any:
        """Return what a function of the module gives."""
        if builds_a_backbone(callee):
            form = [one.arg for one in callee.tree.args.args]
            named = {**dict(zip(form, args, strict=False)), **keywords}
            return Made("Functional", "closed", str(named.get("name", "")))
        if callee.tree.decorator_list:
            raise UnsureError(f"the graph of `{callee.tree.name}`")
        return self.run(callee, args, keywords)

    def method(
        self,
        tree: ast.Attribute,
        scope: Scope,
        args: list[Any],
        keywords: dict[str, Any],
    ) -> Any:
        """Return what a method gives; of those of layers only weights matter."""
        owner = self.value(tree.value, scope)
        if isinstance(owner, list) and tree.attr == "append":
            owner.append(args[0])
        elif isinstance(owner, dict) and tree.attr == "items":
            return list(owner.items())
        elif isinstance(owner, Made) and tree.attr == "add_weight":
            owner.own.append(calls.weight(args, keywords))
        elif isinstance(owner, Made) and tree.attr == "build":
            self.built(owner, args)
        elif isinstance(self.attribute(owner, tree.attr), Made):
            return calls.called(self.attribute(owner, tree.attr), args, keywords)
        return UNKNOWN

    def instance(self, known: Class, args: list[Any], keywords: dict[str, Any]) -> Any:
        """Make an object of a class of the module."""
        if not known.is_layer:
            return UNKNOWN
        made = Made(known.name, "model" if known.base == "keras.Model" else "class")
        start = known.methods.get("__init__")
        if start:
            self.run(start, [made, *args], keywords, known)
        else:
            calls.begin(made, known, args, keywords)
        if _makes(known.methods.get("build")) and made.form == "class":
            shapes = [UNKNOWN] * (len(known.methods["build"].tree.args.args) - 1)
            self.run(known.methods["build"], [made, *shapes], {}, known)
        return made

    def built(self, model: Made, shapes: list[Any]) -> None:
        """Make what a model makes of the shapes of its inputs."""
        known = self.known.get(model.kind)
        method = known.methods.get("build") if isinstance(known, Class) else None
        if method and _makes(method):
            self.run(method, [model, *shapes], {})

    def above(self, scope: Scope, args: list[Any], keywords: dict[str, Any]) -> Any:
        """Do what the constructor of Keras does."""
        owner, made = scope.get("__class__"), scope.get("self")
        if isinstance(owner, Class) and isinstance(made, Made) and not made.name:
            calls.begin(made, owner, args, keywords)
        return UNKNOWN


def _makes(method: Function | None) -> bool:
    """Say whether a method gives its object attributes."""
    if method is None:
        return False
    targets = (n.targets for n in ast.walk(method.tree) if isinstance(n, ast.Assign))
    return any(isinstance(one, ast.Attribute) for each in targets for one in each)


def _is_path(tree: ast.expr) -> bool:
    while isinstance(tree, ast.Attribute):
        tree = tree.value
    return isinstance(tree, ast.Name)
