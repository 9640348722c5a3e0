"""Works out what a tensor expression gives: a type, a number or a list of them."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from kauxgen import catalog, expression, operations
from kauxgen.frozen import frozen
from kauxgen.operations.sizes import same
from kauxgen.operations.value import is_float
from kauxgen.rules.entries import (
    UNKNOWN,
    Entry,
    NoRound,
    flowing,
    follow,
    is_trained,
    settle,
    unknown,
    worded,
)
from kauxgen.rules.limits import Budget, Misplaced, MissingRound, descend
from kauxgen.spec import Definition
from kauxgen.tensor import Misfit, TensorType, describe

_AT_RUN_TIME = TensorType((), "int32")


@frozen
class Network:
    """What a call of a network needs to know of it."""

    inputs: tuple[Any, ...]
    entry: Entry
    count: int | None = None


NetworkCall = Callable[[str, Any, tuple[Any, ...]], Entry]


@frozen
class Inference:
    """Infers expressions over names; notes in `types` what each node gives.

    `call` answers for calls of networks; `functions` are those that may be called.
    """

    names: Mapping[str, Entry]
    functions: Mapping[str, Definition]
    call: NetworkCall
    types: dict[ast.expr, Any]
    budget: Budget
    known: dict[Any, Any] = field(default_factory=dict)
    depth: int = 0

    def within(self, names: Mapping[str, Entry]) -> Inference:
        """Return the same over other names."""
        return replace(self, names=names)

    def value(self, node: ast.expr) -> Any:
        """Return what a node gives; raise Misplaced for what does not fit."""
        self.budget.spend()
        try:
            found = self._value(node)
        except Misplaced:
            raise
        except NoRound as misfit:
            raise MissingRound(str(misfit), node) from None
        except Misfit as misfit:
            raise Misplaced(str(misfit), node) from None
        self.types[node] = _noted(self.types.get(node), found)
        return found

    def _value(self, node: ast.expr) -> Any:
        path = expression.path_of(node)
        if path is not None and path[0] in self.names:
            return settle(follow(self.names[str(path[0])], path[1:]))
        if isinstance(node, ast.Name):
            return math.pi if node.id == "pi" else UNKNOWN
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Tuple):
            return tuple(self._items(node.elts))
        if isinstance(node, ast.List):
            return self._items(node.elts)
        return self._computed(node)

    def _items(self, nodes: list[ast.expr]) -> list[Any]:
        items = [self.value(node) for node in nodes]
        self.budget.spend(_size(items))
        return items

    def _computed(self, node: ast.expr) -> Any:
        if isinstance(node, ast.UnaryOp):
            symbol = expression.SYMBOLS[type(node.op)]
            return _fitting(operations.unary, symbol, self.value(node.operand))
        if isinstance(node, ast.BinOp):
            return self._binary(node.op, node.left, node.right)
        if isinstance(node, ast.Compare):
            return self._binary(node.ops[0], node.left, node.comparators[0])
        if isinstance(node, ast.Subscript):
            index = self._index(node.slice)
            return _fitting(operations.subscript, self.value(node.value), index)
        if isinstance(node, ast.Call):
            return self._called(node)
        raise Misfit(f"{ast.unparse(node)} is no tensor")

    def _binary(self, operator: ast.AST, left: ast.expr, right: ast.expr) -> Any:
        symbol = expression.SYMBOLS[type(operator)]
        values = self.value(left), self.value(right)
        return _fitting(operations.binary, symbol, *values)

    def _index(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Tuple):
            return tuple(self._index(item) for item in node.elts)
        if isinstance(node, ast.Slice):
            bounds = (node.lower, node.upper, node.step)
            return slice(*(bound and self._index(bound) for bound in bounds))
        value = self.value(node)
        constant = isinstance(node, ast.Constant)
        return _AT_RUN_TIME if value is None and not constant else value

    def _called(self, node: ast.Call) -> Any:
        name = str(expression.call_name(node))
        args = tuple(self.value(argument) for argument in node.args)
        named = {str(k.arg): self.value(k.value) for k in node.keywords}
        if name in self.functions:
            return self._function(self.functions[name], args, named)
        if name in catalog.operations():
            if unknown((args, tuple(named.values()))):
                return UNKNOWN
            return operations.operation_output(name, args, named)
        written = expression.call_index(node)
        index = None if written is None else self.value(written)
        return UNKNOWN if unknown(args) else settle(self.call(name, index, args))

    def _function(
        self, function: Definition, args: tuple[Any, ...], named: Mapping[str, Any]
    ) -> Any:
        """Infer a function's body on what it is called with, once for equal types."""
        depth = descend(self.depth)
        key = (function.at, repr(args), repr(sorted(named.items())))
        if key not in self.known:
            inside = replace(self, depth=depth)
            self.known[key] = inside._body(function, args, named)
        return self.known[key]

    def _body(
        self, function: Definition, args: tuple[Any, ...], named: Mapping[str, Any]
    ) -> Any:
        params = {name: worded(name, value) for name, value in function.params.items()}
        pairs = zip(function.arguments, args, strict=True)
        given = {name: flowing(value, False) for name, value in pairs}
        names = {**params, **named, **given}
        inside = self.within(names)
        try:
            inside = inside.steps(function)
            result = inside.value(function.expr.tree)
            inside.gradients(function, given, result)
        except Misfit as misfit:
            raise Misfit(f"in {function.name}: {misfit}") from None
        return result

    def steps(self, definition: Definition) -> Inference:
        """Return the same with the steps of a definition, worked out in order."""
        inside = self
        for name, step in definition.let:
            found = flowing(inside.value(step.tree), False)
            inside = inside.within({**inside.names, name: found})
        return inside

    def gradients(
        self, function: Definition, given: Mapping[str, Any], result: Any
    ) -> None:
        """Check that a gradient has the shape of the argument that it is for."""
        inside = self.within({**self.names, "upstream": flowing(result, False)})
        for name, expr in function.gradient:
            found = inside.value(expr.tree)
            wanted = settle(given.get(name))
            if not isinstance(found, TensorType) or not isinstance(wanted, TensorType):
                continue
            if not same(found.shape, wanted.shape):
                got, shape = describe(found.shape), describe(wanted.shape)
                raise Misfit(f"the gradient for {name} is {got}, and {name} is {shape}")


def _noted(before: Any, now: Any) -> Any:
    """Return what to note of a node that may be seen on other types again.

    Code that suits whole numbers suits fractions too, so the whole ones count.
    """
    both = isinstance(before, TensorType) and isinstance(now, TensorType)
    if both and is_float(now.dtype) and not is_float(before.dtype):
        return TensorType(now.shape, before.dtype)
    return now


def _size(value: Any) -> int:
    """Count what a value holds, so that nested lists cost what they are."""
    return 1 + sum(map(_size, value)) if isinstance(value, (tuple, list)) else 1


def _fitting(rule: Callable[..., Any], *values: Any) -> Any:
    """Apply a rule, unless something unknown takes part."""
    return UNKNOWN if any(map(unknown, values)) else rule(*values)


def trained_in(
    tree: ast.AST, names: Mapping[str, Entry], networks: Callable[[str], bool]
) -> bool:
    """Say whether a trainable weight has a part in what an expression gives.

    `networks` says of each network whether a call of it does, whatever enters.
    """
    if isinstance(tree, ast.expr):
        path = expression.path_of(tree)
        if path is not None and path[0] in names:
            return is_trained(follow(names[str(path[0])], path[1:]))
    called = expression.call_name(tree)
    if called == "stop_gradient":
        return False
    own = called is not None and networks(called)
    return own or any(trained_in(each, names, networks) for each in _children(tree))


def _children(tree: ast.AST) -> Iterator[ast.AST]:
    called = tree.func if isinstance(tree, ast.Call) else None
    return (child for child in ast.iter_child_nodes(tree) if child is not called)
