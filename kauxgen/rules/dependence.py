"""What an expression depends on so that it can be differentiated by it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from kauxgen import expression, gradients, naming
from kauxgen.frozen import frozen
from kauxgen.nodes import ExprNode, Node, RepeatNode, walk
from kauxgen.spec import Definition, Spec
from kauxgen.tensor import TensorType

Names = tuple[str, ...]
Reads = Callable[[Names], bool]
"""Says of a path whether it is, or is computed from, the tensor at hand."""

_CONSTANT = frozenset(
    {
        *("stop_gradient", "ones_like", "zeros_like", "full_like", "shape", "dim"),
        *("batch_size", "normal_like", "uniform_like", "ceil", "floor", "round"),
        *("sign", "trunc", "floor_divide", "count_nonzero"),
    }
)
"""Operations that no gradient passes, though they give fractions."""


@frozen
class Dependence:
    """Follows tensors through expressions, functions and networks.

    `types` is what checking saw expressions give; `known` keeps what was found of
    networks and functions, by the number of the argument.
    """

    spec: Spec
    types: Mapping[ast.expr, Any]
    known: dict[tuple[str, int], bool] = field(default_factory=dict)

    def on(self, tree: ast.AST, reads: Reads) -> bool:
        """Say whether an expression is computed from a tensor, by way of floats."""
        if isinstance(tree, ast.expr):
            path = expression.path_of(tree)
            if path is not None:
                return reads(naming.split(path)[0])
            seen = self.types.get(tree)
            if isinstance(seen, TensorType) and "float" not in seen.dtype:
                return False
        if isinstance(tree, ast.Call):
            return self.called(tree, reads)
        if isinstance(tree, ast.Compare):
            return False
        return any(self.on(child, reads) for child in ast.iter_child_nodes(tree))

    def called(self, call: ast.Call, reads: Reads) -> bool:
        """Say whether what a call gives is computed from a tensor."""
        name = str(expression.call_name(call))
        if name in _CONSTANT:
            return False
        if gradients.is_gradient(call):
            return self.on(gradients.read(call).of, reads)
        given = [self.on(one, reads) for one in call.args]
        passing = [self.passes(name, i) for i, one in enumerate(given) if one]
        return any(passing) or any(self.on(one.value, reads) for one in call.keywords)

    def passes(self, name: str, number: int) -> bool:
        """Say whether what a call gives depends on one of its arguments."""
        key = (name, number)
        if key not in self.known:
            function = self.spec.definition("function", name)
            self.known[key] = True
            if function is not None:
                self.known[key] = self.function(function, number)
            elif name in self.spec.networks:
                self.known[key] = self.network(name, number)
        return self.known[key]

    def function(self, function: Definition, number: int) -> bool:
        """Say whether a function's value depends on one of its arguments."""
        if function.gradient:
            return True
        found = {function.arguments[number]}
        for name, step in function.let:
            if self.on(step.tree, lambda names: names[0] in found):
                found.add(name)
        return self.on(function.expr.tree, lambda names: names[0] in found)

    def network(self, name: str, number: int) -> bool:
        """Say whether a network's outputs depend on one of its inputs."""
        scope = self.spec.networks[name]
        found = {scope.inputs[number].name}

        def reads(names: Names) -> bool:
            return names[0] in found

        above = scope.inputs[0].name if len(scope.inputs) == 1 else ""
        for node in scope.nodes:
            if self.node(node, above, reads):
                found.update(naming.produced(node))
            above = node.name
        return any(self.on(output.tree, reads) for output in scope.outputs)

    def node(self, node: Node, above: str, reads: Reads) -> bool:
        """Say whether a node is computed from what is read."""
        if isinstance(node, ExprNode):
            return self.on(node.expr.tree, reads)
        if node.inputs is None:
            entering = bool(above) and reads((above,))
        else:
            given = node.inputs
            entries = given.values() if isinstance(given, Mapping) else given
            entering = any(self.on(entry.tree, reads) for entry in entries)
        if not isinstance(node, RepeatNode):
            return entering
        handed = (*node.carry, *node.following, *node.zipped)
        return (
            entering
            or any(self.on(expr.tree, reads) for _, expr in handed)
            or any(self.node(inner, "", reads) for inner in walk(node.body))
        )
