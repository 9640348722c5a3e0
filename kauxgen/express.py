"""Tensor expressions to Keras code, for the place where they stand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field, replace
from typing import Any

from kauxgen import (
    catalog,
    code,
    expression,
    gradients,
    naming,
    promotion,
    runtime_sizes,
)
from kauxgen.expander import SUM_OVER
from kauxgen.frozen import frozen
from kauxgen.program import Names, Plan, Program
from kauxgen.spec import Definition

DIFFERENTIATED = ("jacobian", "gradient_norm")
_RUNTIME = {"batch_size", "shape", "normal", "uniform"}


@frozen
class Place:
    """Where an expression stands, and how names read there.

    `params` are the parameters in scope. `variable` gives the code of a path, `param`
    that of a parameter, `network` that of a network; `draw` writes a draw, given its
    call and its written arguments. `mode` is the code of `training`, where there is
    one; `listed` says that a network takes several inputs as a list. `taken` are the
    names that the statements around it use, `made` by identity the calls of `grad` that
    statements before it have written. `bare` says that its tensors are the backend's,
    never those of a graph.
    """

    params: Collection[str]
    variable: Callable[[Names], ast.expr]
    param: Callable[[str], ast.expr]
    network: Callable[[str], ast.expr]
    draw: Callable[[ast.Call, list[ast.expr]], ast.expr]
    mode: ast.expr | None = None
    listed: bool = True
    taken: Collection[str] = ()
    made: Mapping[int, ast.expr] = field(default_factory=dict)
    bare: bool = False


@frozen
class Express:
    """Writes expressions of a program at one place."""

    program: Program
    place: Place

    def __call__(self, tree: ast.expr) -> ast.expr:
        """Write one expression."""
        path = expression.path_of(tree)
        if path is not None:
            return self.reference(path)
        if isinstance(tree, ast.Call):
            return self.call(tree)
        if isinstance(tree, ast.BinOp):
            return self.binary(tree)
        if isinstance(tree, ast.Compare):
            return self.compare(tree)
        if isinstance(tree, ast.Subscript):
            plain = promotion.plain_index if self.place.bare else promotion.index
            return ast.Subscript(self(tree.value), self(plain(tree, self.types)))
        return self.copied(tree)

    def reference(self, path: expression.Path) -> ast.expr:
        """Write a name or a dotted path; indices stay behind it."""
        names, indices = naming.split(path)
        if names == ("pi",):
            written = code.name("math.pi")
        elif len(names) == 1 and names[0] in self.place.params:
            written = self.place.param(names[0])
        else:
            written = self.place.variable(names)
        for index in indices:
            written = code.item(written, index)
        return written

    def copied(self, tree: ast.expr) -> ast.expr:
        """Write a tree whose form stays: its parts are written."""
        if isinstance(tree, ast.Constant):
            return code.literal(tree.value) if tree.value is not Ellipsis else tree
        fields = {
            key: (
                [self(item) for item in value]
                if isinstance(value, list)
                else self(value) if isinstance(value, ast.expr) else value
            )
            for key, value in ast.iter_fields(tree)
        }
        rebuilt: Any = type(tree)
        copy: ast.expr = rebuilt(**fields)
        return copy

    def binary(self, tree: ast.BinOp) -> ast.expr:
        """Write arithmetic; a size that meets a tensor takes a float's type."""
        left, right = self.part(tree, tree.left), self.part(tree, tree.right)
        named = promotion.operation(tree, self.types)
        if named is not None:
            return code.call(f"ops.{named}", left, right)
        sizes = (
            runtime_sizes.is_size(tree.left, self.is_whole),
            runtime_sizes.is_size(tree.right, self.is_whole),
        )
        divided = isinstance(tree.op, ast.Div)
        if sizes[0] and (divided or not (sizes[1] or self.is_whole(tree.right))):
            left = _as_float(left)
        if sizes[1] and (divided or not (sizes[0] or self.is_whole(tree.left))):
            right = _as_float(right)
        return ast.BinOp(left, tree.op, right)

    @property
    def types(self) -> Mapping[ast.expr, Any]:
        """What checking saw expressions give that nothing has rebuilt since."""
        return self.program.checked.types

    def is_whole(self, tree: ast.expr) -> bool:
        """Say whether an expression is a known whole number."""
        seen = self.types.get(tree)
        known = isinstance(seen, int) and not isinstance(seen, bool)
        return known or runtime_sizes.is_whole(tree)

    def part(self, tree: ast.expr, operand: ast.expr) -> ast.expr:
        """Write a part of a tree, such that it meets the others."""
        made = promotion.adapted(tree, operand, self.types)
        written = self(operand)
        if made is None:
            return written
        function, dtype = made
        return code.call(f"ops.{function.strip('_')}", written, code.literal(dtype))

    def compare(self, tree: ast.Compare) -> ast.expr:
        """Write a comparison; equality of tensors is an operation."""
        left, right = self(tree.left), self(tree.comparators[0])
        if isinstance(tree.ops[0], ast.Eq):
            return code.call("ops.equal", left, right)
        if isinstance(tree.ops[0], ast.NotEq):
            return code.call("ops.not_equal", left, right)
        named = promotion.operation(tree, self.types)
        if named is not None:
            return code.call(f"ops.{named}", left, right)
        return ast.Compare(left, tree.ops, [right])

    def call(self, tree: ast.Call) -> ast.expr:
        """Write a call by what it calls."""
        name = str(expression.call_name(tree))
        if name == SUM_OVER:
            return self.sum_over(tree)
        if name == gradients.GRAD:
            return self.place.made[id(tree)]
        if name == promotion.ARRAY:
            return code.call("ops.array", *map(self, tree.args))
        args = [
            self.part(tree, each) for each in tree.args if not self.is_network(each)
        ]
        if name in self.program.spec.networks:
            return self.network_call(name, args, expression.call_index(tree))
        if name in DIFFERENTIATED:
            return self.differentiated(name, tree, args)
        operation = catalog.operations().get(name)
        keywords = {str(k.arg): self.part(tree, k.value) for k in tree.keywords}
        if find_function(self.program, name) is not None or operation is None:
            return code.call(name, *args, keywords=keywords)
        if operation.draws:
            return self.place.draw(tree, [*args, *keywords.values()])
        own = _OWN.get(name)
        return (
            own(args)
            if own
            else code.call(f"ops.{operation.keras}", *args, keywords=keywords)
        )

    def is_network(self, tree: ast.expr) -> bool:
        """Say whether an argument is a network itself."""
        return expression.named_network(tree) in self.program.spec.networks

    def network(self, name: str, index: ast.expr | None) -> ast.expr:
        """Write a network, or one of a list."""
        written = self.place.network(name)
        return written if index is None else ast.Subscript(written, self(index))

    def network_call(
        self, name: str, args: list[ast.expr], index: ast.expr | None
    ) -> ast.expr:
        """Write a network's call; of several outputs the declared one is the first."""
        plan = self.program.networks[name]
        keywords = (
            {"training": self.place.mode} if plan.modes and self.place.mode else {}
        )
        given = [ast.List(args)] if self.place.listed and len(args) > 1 else args
        called = code.call(self.network(name, index), *given, keywords=keywords)
        return code.item(called, 0) if plan.exports else called

    def differentiated(
        self, name: str, tree: ast.Call, args: list[ast.expr]
    ) -> ast.expr:
        """Write a penalty of a network's derivative."""
        operand = tree.args[0]
        word = expression.named_network(operand)
        plan = self.program.networks[word]
        mode = {"training": self.place.mode} if plan.modes and self.place.mode else {}
        index = operand.slice if isinstance(operand, ast.Subscript) else None
        network = self.network(word, index)
        if plan.exports:
            network = self.first_output(network, plan)
        return code.call(name, network, *args, keywords=mode)

    def first_output(self, network: ast.expr, plan: Plan) -> ast.expr:
        """Write a network that gives only its declared output."""
        moded = any(one.modes for one in self.program.networks.values())
        mode = {"training": code.name("training")} if plan.modes else {}
        called = code.call(network, code.name("x"), keywords=mode)
        words = [ast.arg("x"), *([ast.arg("training")] if moded else [])]
        given = ast.arguments([], words, None, [], [], None, [])
        return ast.Lambda(given, code.item(called, 0))

    def sum_over(self, tree: ast.Call) -> ast.expr:
        """Write a sum over a list, nested or not."""
        item, variable, items, depth = tree.args
        assert isinstance(variable, ast.Name)
        assert isinstance(depth, ast.Constant)
        inner = Express(self.program, _with_local(self.place, variable.id))
        clauses = []
        outer = self(items)
        for level in range(int(str(depth.value)) - 1):
            clauses.append((code.name("rounds" * (level + 1)), outer))
            outer = code.name("rounds" * (level + 1))
        return code.total(inner(item), [*clauses, (code.name(variable.id), outer)])


def _with_local(place: Place, name: str) -> Place:
    def variable(names: Names) -> ast.expr:
        return code.name(name) if names == (name,) else place.variable(names)

    return replace(place, variable=variable)


def _batch_size(args: list[ast.expr]) -> ast.expr:
    return code.item(code.call("ops.shape", args[0]), 0)


def _dim(args: list[ast.expr]) -> ast.expr:
    if ast.unparse(args[1]) == "0":
        return _batch_size(args)
    return ast.Subscript(code.attribute(args[0], "shape"), args[1])


def _rows(args: list[ast.expr]) -> ast.expr:
    rest = ast.Subscript(code.attribute(args[0], "shape"), ast.Slice(code.literal(1)))
    shape = ast.Tuple([code.literal(-1), code.call("math.prod", rest)])
    return code.call("ops.reshape", args[0], shape)


def _per_sample_sum(args: list[ast.expr]) -> ast.expr:
    rank = code.call("len", code.attribute(args[0], "shape"))
    axes = code.call("tuple", code.call("range", code.literal(1), rank))
    return code.call("ops.sum", args[0], keywords={"axis": axes})


_OWN: dict[str, Callable[[list[ast.expr]], ast.expr]] = {
    "batch_size": _batch_size,
    "dim": _dim,
    "shape": lambda args: code.call("ops.shape", args[0]),
    "reversed": lambda args: code.turned(args[0]),
    "rows": _rows,
    "per_sample_sum": _per_sample_sum,
}


def _as_float(size: ast.expr) -> ast.expr:
    return code.call("ops.cast", size, code.literal("float32"))


def find_function(program: Program, name: str) -> Definition | None:
    """Find a function of the module by its name."""
    return next((one for one in program.functions if one.name == name), None)


def needs_layer(program: Program, trees: Iterable[ast.expr]) -> bool:
    """Say whether a graph cannot hold an expression as plain operations.

    Sizes of a batch are unknown in a graph, and gradients are not its business: such an
    expression becomes a layer (facts 38 and 47 of the design's Keras notes).
    """
    return any(
        _opaque(program, call) for tree in trees for call in expression.calls(tree)
    )


def _opaque(program: Program, call: ast.Call) -> bool:
    name = str(expression.call_name(call))
    if name in (*_RUNTIME, *DIFFERENTIATED, gradients.GRAD):
        return True
    if name in program.spec.imports:
        return True
    if name == "dim" and ast.unparse(call.args[1]) == "0":
        return True
    function = find_function(program, name)
    if function is None:
        return False
    bodies = [step.tree for _, step in function.let] + [function.expr.tree]
    return bool(function.gradient) or needs_layer(program, bodies)
