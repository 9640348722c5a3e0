"""The value of an expression of a generated module, without running it."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections import ChainMap
from collections.abc import Callable, Iterator
from typing import Any

from kauxgen.computing import ARITHMETIC
from kauxgen.saving.values import (
    UNKNOWN,
    Made,
    Node,
    Own,
    Step,
    Tensor,
    Unknown,
    UnsureError,
    tensors_in,
)

Scope = ChainMap[str, object]

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Is: lambda a, b: a is b,
    ast.IsNot: lambda a, b: a is not b,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_PLAIN = (int, float, str, tuple, list, dict, range, type(None))
_MOST = 10_000
"""How long a list may be, and how large an exponent, before it is not worked out."""


class Expressions(ABC):
    """Works out expressions; calls are left to a class that knows what they mean."""

    def value(self, tree: ast.expr, scope: Scope) -> Any:
        """Return a value: a number, a text, a list, a layer, a tensor, or UNKNOWN."""
        found = getattr(self, f"_{type(tree).__name__.lower()}", None)
        return UNKNOWN if found is None else found(tree, scope)

    @abstractmethod
    def call(self, tree: ast.Call, scope: Scope) -> Any:
        """Return what a call gives."""

    def attribute(self, value: Any, name: str) -> Any:
        """Return an attribute of a value."""
        known = value.attributes if isinstance(value, Made) else {}
        return known.get(name, UNKNOWN)

    def _call(self, tree: ast.Call, scope: Scope) -> Any:
        return self.call(tree, scope)

    def _constant(self, tree: ast.Constant, scope: Scope) -> Any:
        return tree.value

    def _name(self, tree: ast.Name, scope: Scope) -> Any:
        return scope.get(tree.id, UNKNOWN)

    def _attribute(self, tree: ast.Attribute, scope: Scope) -> Any:
        return self.attribute(self.value(tree.value, scope), tree.attr)

    def _tuple(self, tree: ast.Tuple, scope: Scope) -> tuple[Any, ...]:
        return tuple(self.items(tree.elts, scope))

    def _list(self, tree: ast.List, scope: Scope) -> list[Any]:
        return list(self.items(tree.elts, scope))

    def _dict(self, tree: ast.Dict, scope: Scope) -> Any:
        if any(key is None for key in tree.keys):
            return UNKNOWN
        pairs = zip(tree.keys, tree.values, strict=True)
        return {self.value(k, scope): self.value(v, scope) for k, v in pairs if k}

    def items(self, trees: list[ast.expr], scope: Scope) -> Iterator[Any]:
        """Yield the values of a list, starred ones one by one."""
        for tree in trees:
            if isinstance(tree, ast.Starred):
                yield from self.iterate(self.value(tree.value, scope))
            else:
                yield self.value(tree, scope)

    def iterate(self, value: Any) -> list[Any]:
        """Return the items of a value."""
        if isinstance(value, (list, tuple, range)) and len(value) <= _MOST:
            return list(value)
        raise UnsureError("how often a loop runs")

    def _joinedstr(self, tree: ast.JoinedStr, scope: Scope) -> str:
        parts = (
            self.value(one.value if isinstance(one, ast.FormattedValue) else one, scope)
            for one in tree.values
        )
        return "".join(map(str, parts))

    def _ifexp(self, tree: ast.IfExp, scope: Scope) -> Any:
        chosen = tree.body if self.holds(tree.test, scope) else tree.orelse
        return self.value(chosen, scope)

    def holds(self, tree: ast.expr, scope: Scope) -> bool:
        """Say whether a condition holds."""
        value = self.value(tree, scope)
        if isinstance(value, (*_PLAIN, Made)):
            return bool(value) if not isinstance(value, Made) else True
        raise UnsureError("which way a condition goes")

    def _boolop(self, tree: ast.BoolOp, scope: Scope) -> bool:
        every = isinstance(tree.op, ast.And)
        found = (self.holds(one, scope) for one in tree.values)
        return all(found) if every else any(found)

    def _compare(self, tree: ast.Compare, scope: Scope) -> Any:
        left, right = self.value(tree.left, scope), self.value(
            tree.comparators[0], scope
        )
        if any(True for _ in tensors_in([left, right])):
            return step(left, right)
        plain = isinstance(left, _PLAIN) and isinstance(right, _PLAIN)
        return _COMPARED[type(tree.ops[0])](left, right) if plain else UNKNOWN

    def _unaryop(self, tree: ast.UnaryOp, scope: Scope) -> Any:
        value = self.value(tree.operand, scope)
        if isinstance(value, Tensor):
            return step(value)
        if isinstance(tree.op, ast.Not):
            return not self.holds(tree.operand, scope)
        number = isinstance(value, (int, float))
        return -value if number and isinstance(tree.op, ast.USub) else value

    def _binop(self, tree: ast.BinOp, scope: Scope) -> Any:
        left, right = self.value(tree.left, scope), self.value(tree.right, scope)
        return combined(tree.op, left, right)

    def _subscript(self, tree: ast.Subscript, scope: Scope) -> Any:
        value, index = self.value(tree.value, scope), self.value(tree.slice, scope)
        if isinstance(value, Tensor):
            return Tensor(value.node) if value.several else step(value)
        try:
            return UNKNOWN if isinstance(value, (Made, Unknown)) else value[index]
        except (TypeError, LookupError):
            return UNKNOWN

    def _slice(self, tree: ast.Slice, scope: Scope) -> slice:
        ends = (tree.lower, tree.upper, tree.step)
        return slice(*(None if one is None else self.value(one, scope) for one in ends))

    def _listcomp(self, tree: ast.ListComp, scope: Scope) -> list[Any]:
        return [
            self.value(tree.elt, one) for one in self.rounds(tree.generators, scope)
        ]

    _generatorexp = _listcomp

    def _dictcomp(self, tree: ast.DictComp, scope: Scope) -> Any:
        rounds = self.rounds(tree.generators, scope)
        return {
            self.value(tree.key, one): self.value(tree.value, one) for one in rounds
        }

    def rounds(
        self, generators: list[ast.comprehension], scope: Scope
    ) -> Iterator[Scope]:
        """Yield the names of each round of a comprehension."""
        first, *rest = generators
        for item in self.iterate(self.value(first.iter, scope)):
            inner = scope.new_child()
            self.bind(first.target, item, inner)
            if all(self.holds(one, inner) for one in first.ifs):
                yield from self.rounds(rest, inner) if rest else [inner]

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Give names, or an attribute of an object, their value."""
        if isinstance(target, ast.Name):
            scope[target.id] = value
        elif isinstance(target, ast.Attribute):
            owner = self.value(target.value, scope)
            if isinstance(owner, Made) and isinstance(value, Own):
                owner.own.append(value)
            elif isinstance(owner, Made):
                owner.attributes[target.attr] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            for one, item in zip(target.elts, _parts(target.elts, value), strict=True):
                self.bind(one, item, scope)


def _parts(targets: list[ast.expr], value: Any) -> list[Any]:
    """Part a value among targets; what is not known has parts that are not."""
    if isinstance(value, Tensor):
        return [Tensor(value.node) for _ in targets]
    if not isinstance(value, (list, tuple)):
        return [UNKNOWN for _ in targets]
    starred = [i for i, one in enumerate(targets) if isinstance(one, ast.Starred)]
    if starred or len(value) != len(targets):
        raise UnsureError("what a list is parted into")
    return list(value)


def step(*values: Any, several: bool = False) -> Tensor:
    """Return what an operation on tensors gives."""
    return Tensor(Node(Step(), tuple(tensors_in(values))), several)


def combined(operator: ast.operator, left: Any, right: Any) -> Any:
    """Return what an operator gives on tensors, numbers and lists."""
    if any(True for _ in tensors_in([left, right])):
        both_lists = isinstance(left, list) and isinstance(right, list)
        return left + right if both_lists else step(left, right)
    joined = type(left) is type(right) and isinstance(left, (list, tuple, str))
    if joined and isinstance(operator, ast.Add):
        return left + right
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    if not numbers or type(operator) not in ARITHMETIC:
        return UNKNOWN
    if isinstance(operator, ast.Pow) and max(abs(left), abs(right)) > _MOST:
        return UNKNOWN
    try:
        return ARITHMETIC[type(operator)](left, right)
    except (ZeroDivisionError, OverflowError):
        return UNKNOWN
