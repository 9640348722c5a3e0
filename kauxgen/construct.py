"""Kinds to the calls that make them: layers, optimizers, losses, initializers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field, replace

from kauxgen import catalog, code, expression, naming
from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.nodes import LayerNode
from kauxgen.spec import Spec
from kauxgen.values import Expr, Kind, Value

MODULES = {
    "layer": "layers",
    "loss": "keras.losses",
    "metric": "keras.metrics",
    "optimizer": "keras.optimizers",
    "schedule": "keras.optimizers.schedules",
    "regularizer": "keras.regularizers",
    "initializer": "keras.initializers",
    "constraint": "keras.constraints",
    "callback": "keras.callbacks",
    "application": "keras.applications",
}

_FLOATS = ("float", "schedule_or_float")
"""The types of arguments of which Keras takes no whole number for granted."""

_ALWAYS_MADE = ("layer", "optimizer", "callback")
"""The families that no bare function can stand for."""


@frozen
class Construct:
    """Writes the calls that make kinds.

    `checked` is the spec whose kinds they are. `compute` writes a computed value,
    `seed` the seed of a drawing layer by its pointer. `classes` says that a closure on
    a layer is written as its class, which a saved graph can name. `inner` are keywords
    for the layers inside wrappers.
    """

    checked: Checked
    compute: Callable[[ast.expr], ast.expr]
    seed: Callable[[str], ast.expr | None] = lambda at: None
    classes: bool = False
    inner: Mapping[str, ast.expr] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.checked.spec

    def __call__(
        self, kind: Kind, extra: Mapping[str, ast.expr] | None = None
    ) -> ast.expr:
        """Write the call that makes a kind, with further keywords behind its own."""
        return code.traced(kind.at, self.made(kind, extra))

    def made(self, kind: Kind, extra: Mapping[str, ast.expr] | None = None) -> ast.expr:
        """Write the call of a class or function of Keras, of the spec, or imported."""
        if kind.family == "layer" and kind.name in self.spec.layers:
            return self.defined(kind, extra)
        own = self.spec.definition(kind.family, kind.name)
        if own is not None:
            as_class = own.emit == "class" or self.classes
            callee = naming.camel(kind.name) if as_class else kind.name
            return code.call(
                callee, keywords={**self.named(kind.args), **(extra or {})}
            )
        if kind.imported:
            return self.imported(kind, extra or {})
        entry = catalog.find(kind.family, kind.name)
        assert entry is not None
        args = {
            key: self.argument(argument, kind.args[key])
            for key, argument in entry.args.items()
            if key in kind.args
        }
        leading: list[ast.expr] = []
        for key in list(entry.args)[: entry.positional]:
            if key not in args:
                break
            leading.append(args.pop(key))
        keywords = args
        seed = self.seed(kind.at)
        if seed is not None:
            keywords["seed"] = seed
        callee = f"{MODULES[kind.family]}.{kind.name}"
        return code.call(callee, *leading, keywords={**keywords, **(extra or {})})

    def imported(self, kind: Kind, extra: Mapping[str, ast.expr]) -> ast.expr:
        """Write an import: a class is made, a function without arguments stays."""
        keywords = {**self.named(kind.args), **extra}
        if kind.is_function and not keywords and kind.family not in _ALWAYS_MADE:
            return code.name(kind.name)
        return code.call(kind.name, keywords=keywords)

    def defined(
        self, kind: Kind, extra: Mapping[str, ast.expr] | None = None
    ) -> ast.expr:
        """Write the call that makes a layer of `define`."""
        params = self.spec.layers[kind.name].params
        keywords = self.named({k: kind.args[k] for k in params if k in kind.args})
        seed = self.seed(kind.at)
        if seed is not None:
            keywords["seed"] = seed
        return code.call(kind.name, keywords={**keywords, **(extra or {})})

    def named(self, args: Mapping[str, Value]) -> dict[str, ast.expr]:
        """Write arguments by keyword."""
        return {key: self.value(value) for key, value in args.items()}

    def layer(self, node: LayerNode, name: ast.expr) -> ast.expr:
        """Write a node's layer; a frozen wrapper freezes the layers inside, too."""
        if node.trainable:
            return self(node.layer, {"name": name})
        extra = {"trainable": code.literal(False)}
        return replace(self, inner=extra)(node.layer, {**extra, "name": name})

    def inner_name(self, kind: Kind) -> dict[str, ast.expr]:
        """Name a wrapped layer as Keras does, without its count of the process."""
        named = {"name": code.literal(naming.snake(kind.name))}
        return {**self.inner, **named} if kind.family == "layer" else {}

    def argument(self, argument: catalog.Argument, value: Value) -> ast.expr:
        """Write a value in its argument's type: Keras refuses `SGD(momentum=0)`."""
        if argument.type not in _FLOATS:
            return self.value(value)
        if type(value) is int:
            return code.literal(float(value))
        written = self.value(value)
        if not isinstance(value, Expr) or value.at not in self.checked.whole:
            return written
        if isinstance(written, ast.Constant) and isinstance(written.value, int):
            return code.literal(float(written.value))
        return code.call("float", written)

    def value(self, value: Value) -> ast.expr:
        """Write one argument's value."""
        if isinstance(value, Expr):
            return self.compute(value.tree)
        if isinstance(value, Kind):
            return self(value, self.inner_name(value))
        if isinstance(value, tuple):
            return ast.Tuple([self.value(item) for item in value])
        if isinstance(value, Mapping):
            keys: list[ast.expr | None] = [code.literal(key) for key in value]
            return ast.Dict(keys, [self.value(item) for item in value.values()])
        return code.literal(value)


def computed_code(
    tree: ast.expr,
    name: Callable[[str], ast.expr],
    dim: Callable[[ast.expr, ast.expr], ast.expr],
) -> ast.expr:
    """Write a computed value: names by `name`, `dim(x, axis)` by `dim`."""
    copy = ast.parse(ast.unparse(tree), mode="eval").body
    written: ast.expr = _Computed(name, dim).visit(copy)
    return written


class _Computed(ast.NodeTransformer):
    """Writes the names, sizes and numbers of a computed value."""

    def __init__(
        self,
        name: Callable[[str], ast.expr],
        dim: Callable[[ast.expr, ast.expr], ast.expr],
    ) -> None:
        self.name = name
        self.dim = dim

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Write a name."""
        return self.name(node.id)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Write a number as the rest of the code does."""
        return code.literal(node.value)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Write a size, or the arguments of Python's own function."""
        if expression.call_name(node) == "dim":
            return self.dim(node.args[0], node.args[1])
        return code.call(node.func, *[self.visit(one) for one in node.args])
