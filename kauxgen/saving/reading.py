"""Reads what `build_model` of a generated module would build, without running it.

It knows the code that kauxgen writes and no more: what it does not know is UNKNOWN, and
UnsureError where that would matter to a file of weights.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from kauxgen.saving import calls
from kauxgen.saving.expressions import Expressions, Scope
from kauxgen.saving.module import Class, Function, builds_a_backbone, read
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


class _Returned(Exception):
    """Carries what a function returns."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Reading(Expressions):
    """Works out calls and statements."""

    def __init__(
        self, known: Mapping[str, Function | Class], imported: Mapping[str, str]
    ) -> None:
        self.known = dict(known)
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

    # Functions and statements

    def run(
        self,
        function: Function,
        args: list[Any],
        keywords: Mapping[str, Any],
        owner: Class | None = None,
    ) -> Any:
        """Return what a function of the module gives for some arguments."""
        scope: Scope = ChainMap({}, dict(function.around), dict(self.known))
        self.enter(function.tree.args, args, keywords, scope)
        scope["__class__"] = owner
        try:
            self.statements(function.tree.body, scope)
        except _Returned as returned:
            return returned.value
        return None

    def enter(
        self,
        form: ast.arguments,
        args: list[Any],
        keywords: Mapping[str, Any],
        scope: Scope,
    ) -> None:
        """Bind the parameters of a function."""
        names = [one.arg for one in (*form.posonlyargs, *form.args)]
        first = len(names) - len(form.defaults)
        for name, default in zip(names[first:], form.defaults, strict=True):
            scope[name] = self.value(default, scope)
        for one, tree in zip(form.kwonlyargs, form.kw_defaults, strict=True):
            scope[one.arg] = UNKNOWN if tree is None else self.value(tree, scope)
        scope.update(zip(names, args, strict=False))
        known = {*names, *(one.arg for one in form.kwonlyargs)}
        scope.update({key: one for key, one in keywords.items() if key in known})
        if form.vararg:
            scope[form.vararg.arg] = tuple(args[len(names) :])
        if form.kwarg:
            rest = {key: one for key, one in keywords.items() if key not in known}
            scope[form.kwarg.arg] = rest

    def statements(self, body: list[ast.stmt], scope: Scope) -> None:
        """Go through statements."""
        for statement in body:
            found = getattr(self, f"_do_{type(statement).__name__.lower()}", None)
            if found is None:
                first = ast.unparse(statement).splitlines()[0]
                raise UnsureError(f"what `{first}` does")
            found(statement, scope)

    def _do_pass(self, statement: ast.Pass, scope: Scope) -> None:
        """Do nothing."""

    def _do_expr(self, statement: ast.Expr, scope: Scope) -> None:
        self.value(statement.value, scope)

    def _do_return(self, statement: ast.Return, scope: Scope) -> None:
        tree = statement.value
        raise _Returned(None if tree is None else self.value(tree, scope))

    def _do_assign(self, statement: ast.Assign, scope: Scope) -> None:
        value = self.value(statement.value, scope)
        for target in statement.targets:
            self.bind(target, value, scope)

    def _do_functiondef(self, statement: ast.FunctionDef, scope: Scope) -> None:
        scope[statement.name] = Function(statement, dict(scope))

    def _do_if(self, statement: ast.If, scope: Scope) -> None:
        chosen = (
            statement.body if self.holds(statement.test, scope) else statement.orelse
        )
        self.statements(chosen, scope)

    def _do_for(self, statement: ast.For, scope: Scope) -> None:
        for item in self.iterate(self.value(statement.iter, scope)):
            self.bind(statement.target, item, scope)
            self.statements(statement.body, scope)

    # Calls

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
