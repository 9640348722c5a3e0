"""The statements of a generated module, gone through without running it."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from kauxgen.saving.expressions import Expressions, Scope
from kauxgen.saving.module import Class, Function
from kauxgen.saving.values import UNKNOWN, UnsureError


class _Returned(Exception):
    """Carries what a function returns."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Statements(Expressions):
    """Goes through the functions of a module."""

    def __init__(self, known: Mapping[str, Function | Class]) -> None:
        """Note the functions and classes of a module."""
        self.known = dict(known)

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
