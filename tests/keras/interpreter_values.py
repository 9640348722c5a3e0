"""Tensor expressions worked out by the letter of the language, part by part."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kauxgen import expression

Json = Any
Names = dict[str, Any]
Place = tuple[str | int, ...]
DRAWS = (
    "normal_like",
    "uniform_like",
    "normal",
    "uniform",
    "categorical",
    "shuffle",
)
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: ops.matmul,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: ops.equal,
    ast.NotEq: ops.not_equal,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_NUMBERS = {
    "min": min,
    "max": max,
    "len": len,
    "range": range,
    "reversed": lambda items: list(reversed(items)),
}


@dataclass(frozen=True)
class Call:
    """What a call gave, and the names inside of it."""

    value: Any
    inner: Names


@dataclass(frozen=True)
class Rounds:
    """What the last round of a repeat gave, by name too, and what is inside of each."""

    value: Any
    each: list[Names]
    last: Names


@dataclass(frozen=True)
class Penalty:
    """A penalty inside a network, or a block in it, at one of its uses."""

    network: str
    name: str
    value: Any
    weight: Any


@dataclass
class Pass:
    """What one run over a list of nodes has found out."""

    names: Names
    training: bool
    penalties: list[Penalty] = field(default_factory=list)
    batch: Names = field(default_factory=dict)


class Evaluation:
    """The value of one expression."""

    def __init__(self, model: Any, run: Pass, at: Place | None, numbers: bool) -> None:
        """Keep what names mean; draws are counted in the order of the text."""
        self.model, self.run, self.at, self.numbers = model, run, at, numbers
        self.generators: dict[int, Any] = {}

    def value(self, text: str) -> Any:
        """Work out the value."""
        tree = expression.parse(text)
        drawing = (
            one for one in expression.calls(tree) if expression.call_name(one) in DRAWS
        )
        for index, call in enumerate(drawing):
            assert self.at is not None, f"nothing numbers the draws of {text}"
            self.generators[id(call)] = self.model.generators[(*self.at, index)]
        return plain(self.raw(tree))

    def of(self, node: ast.expr) -> Any:
        """Work out a part, as a tensor or number."""
        return plain(self.raw(node))

    def raw(self, node: ast.expr) -> Any:
        """Work out a part that may lead further, as paths do."""
        return getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id == "pi" and node.id not in self.run.names:
            return math.pi
        return self.run.names[node.id]

    def _attribute(self, node: ast.Attribute) -> Any:
        return _inside(self.raw(node.value), node.attr)

    def _subscript(self, node: ast.Subscript) -> Any:
        found = self.raw(node.value)
        found = found if isinstance(found, list) else plain(found)
        return found[self.of(node.slice)]

    def _slice(self, node: ast.Slice) -> slice:
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if one is None else self.of(one) for one in parts))

    def _tuple(self, node: ast.Tuple) -> Any:
        return tuple(self.of(one) for one in node.elts)

    def _list(self, node: ast.List) -> Any:
        return [self.of(one) for one in node.elts]

    def _binop(self, node: ast.BinOp) -> Any:
        return _OPERATORS[type(node.op)](self.of(node.left), self.of(node.right))

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        return _OPERATORS[type(node.op)](self.of(node.operand))

    def _compare(self, node: ast.Compare) -> Any:
        operate = _OPERATORS[type(node.ops[0])]
        return operate(self.of(node.left), self.of(node.comparators[0]))

    def _call(self, node: ast.Call) -> Any:
        name = str(expression.call_name(node))
        if name == "grad":
            return self._grad(*node.args)
        args = [self.of(one) for one in node.args]
        more = {str(one.arg): self.of(one.value) for one in node.keywords}
        if name in DRAWS:
            return _drawn(name, args, self.generators[id(node)])
        if name in self.model.spec["networks"]:
            index = expression.call_index(node)
            number = None if index is None else self.of(index)
            network = self.model.copy(name, number)
            words = self.model.networks[network]["inputs"]
            tensors = dict(zip(words, args, strict=True))
            return self.model.call(network, tensors, self.run).value
        functions = self.model.define.get("functions", {})
        if name in functions:
            known = dict(zip(functions[name]["args"], args, strict=True))
            params = functions[name].get("params", {})
            return self.model.defined(functions[name], {**params, **known, **more})
        if self.numbers and name in _NUMBERS:
            return _NUMBERS[name](*args)
        return _own(name)(*args, **more)

    def _grad(self, found: ast.expr, wrt: ast.expr) -> Any:
        """Differentiate the sum of an expression by what names in it stand for."""
        outer, several = self.run, isinstance(wrt, ast.List)
        names = [one.id for one in (wrt.elts if several else [wrt])]
        tensors = [ops.convert_to_tensor(plain(outer.names[name])) for name in names]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            watched = dict(zip(names, tensors, strict=True))
            self.run = replace(outer, names={**outer.names, **watched})
            value = self.of(found)
            self.run = outer
        slopes = tape.gradient(value, tensors)
        return slopes if several else slopes[0]


def _drawn(name: str, args: list[Any], generator: Any) -> Any:
    random = keras.random
    return {
        "normal_like": lambda x: random.normal(x.shape, seed=generator),
        "uniform_like": lambda x: random.uniform(x.shape, seed=generator),
        "normal": lambda shape: random.normal(shape, seed=generator),
        "uniform": lambda shape, low=0.0, high=1.0: random.uniform(
            shape, low, high, seed=generator
        ),
        "categorical": lambda x: random.categorical(x, 1, seed=generator)[:, 0],
        "shuffle": lambda x: random.shuffle(x, seed=generator),
    }[name](*args)


def _own(name: str) -> Callable[..., Any]:
    own: dict[str, Callable[..., Any]] = {
        "batch_size": lambda x: x.shape[0],
        "dim": lambda x, axis: x.shape[axis],
        "shape": lambda x: tuple(x.shape),
        "reversed": lambda items: list(reversed(items)),
        "rows": lambda x: ops.reshape(x, (x.shape[0], -1)),
        "per_sample_sum": lambda x: ops.sum(x, axis=tuple(range(1, len(x.shape)))),
    }
    return own.get(name) or getattr(ops, name)


def _inside(found: Any, name: str) -> Any:
    if isinstance(found, list):
        return [_inside(one, name) for one in found]
    if isinstance(found, Rounds):
        if name in found.last:
            return found.last[name]
        return [one[name] for one in found.each]
    return found.inner[name]


def plain(found: Any) -> Any:
    """Forget what is inside of a call."""
    if isinstance(found, (Call, Rounds)):
        return found.value
    if isinstance(found, list):
        return [plain(one) for one in found]
    return found
