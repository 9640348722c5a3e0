"""Lists of nodes to statements, the same walk for graphs and for `call` methods."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from kauxgen import catalog, code, derivatives, naming
from kauxgen.express import Express
from kauxgen.naming import Level
from kauxgen.program import Cut, Names, Plan, Program
from kauxgen.spec import (
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
    Spec,
)


@dataclass(frozen=True)
class Position:
    """Where in nested lists a node stands.

    `levels` are the lists around it, outermost first; `trail` the words and round
    numbers that derived names begin with; `only` whether its own name is left out.
    """

    levels: tuple[Level, ...]
    trail: tuple[str | ast.expr, ...] = ()
    only: bool = False

    def words(self, node: Node) -> tuple[str | ast.expr, ...]:
        """Return the words of the node's derived name."""
        return self.trail if self.only else (*self.trail, node.name)


def joined(words: tuple[str | ast.expr, ...]) -> ast.expr:
    """Write a derived name, its words joined by underscores."""
    parts: list[str | ast.expr] = []
    for word in words:
        parts += ["_", word] if parts else [word]
    return code.text(parts)


class Flow:
    """Writes the statements of a list of nodes.

    Subclasses say what is called for a node: a layer made on the spot in a graph, an
    attribute in a class.
    """

    def __init__(self, program: Program, plan: Plan, cut: Cut | None = None) -> None:
        """Prepare to write one scope of a program, or a cut of it."""
        self.program = program
        self.plan = plan
        self.wanted = cut.wanted if cut else None
        self.reads = cut.reads if cut else plan.reads
        self.gathered = cut.gathered if cut else plan.gathered
        self.carried: dict[str, str] = {}

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.program.spec

    def express(self, node: Node, position: Position) -> Express:
        """Return the writer of expressions at a node."""
        raise NotImplementedError(node, position)

    def callee(self, node: Node, position: Position) -> ast.expr:
        """Return what is called for a layer or block."""
        raise NotImplementedError(node, position)

    def apply(self, node: Node, inputs: list[ast.expr], position: Position) -> ast.expr:
        """Return the call of a node on its inputs."""
        raise NotImplementedError(node, inputs, position)

    def rounds(
        self, node: RepeatNode, position: Position, body: list[ast.stmt]
    ) -> list[ast.stmt]:
        """Return the loop of a repeat around its body."""
        raise NotImplementedError(node, position, body)

    def variable(self, names: Names, levels: tuple[Level, ...]) -> ast.expr:
        """Return the variable of a path as seen from inside nested lists."""
        name = naming.variable(self.spec, levels, names)
        found = naming.resolve(levels, names[0])
        if found is not None and name == found[0].name:
            return code.name(self.carried.get(found[0].at, name))
        return code.name(name)

    def statements(
        self, position: Position, above: ast.expr | None, carry: str | None = None
    ) -> list[ast.stmt]:
        """Write the innermost list; its last node goes to `carry`, if given."""
        written: list[ast.stmt] = []
        level = position.levels[-1]
        for node in level:
            last = carry is not None and node is level[-1]
            if last and carry is not None:
                self.carried[node.at] = carry
            if self.wanted is None or node.at in self.wanted:
                written += self.node(node, position, above, carry if last else None)
            above = code.name(carry if last and carry else node.name)
        return written

    def node(
        self, node: Node, position: Position, above: ast.expr | None, carry: str | None
    ) -> list[ast.stmt]:
        """Write one node; its tensor goes to `carry` or to its name."""
        name = carry or node.name
        if isinstance(node, RepeatNode):
            return self.repeat(node, position, above, name)
        if isinstance(node, ExprNode):
            return self.expression(node, position, name)
        inputs = self.inputs(node, position, above)
        value = self.apply(node, inputs, position)
        return [code.unpack(self.targets(node, position, name), value)]

    def expression(
        self, node: ExprNode, position: Position, name: str
    ) -> list[ast.stmt]:
        """Write an expression node."""
        targets = list(node.outputs) or [name]
        write = self.express(node, position)
        return derivatives.assigned(write, targets, node.expr.tree)

    def targets(self, node: Node, position: Position, name: str) -> list[str]:
        """Return the names that a node's call gives values to."""
        scope = naming.target(self.spec, node)
        if scope is None:
            return list(node.outputs) or [name]
        plan = self.plan_of(node)
        if scope.single:
            declared = [node.outputs[0] if node.outputs else name]
        elif node.outputs:
            declared = list(node.outputs)
        else:
            paths = naming.declared(scope)
            declared = [self.target(node, position, path) for path in paths]
        return declared + [self.target(node, position, path) for path in plan.exports]

    def target(self, node: Node, position: Position, path: Names) -> str:
        """Return the variable of a path below a call, `_` where nothing reads it."""
        if path not in self.reads.get(node.at, ()):
            return "_"
        return naming.variable(self.spec, position.levels, (node.name, *path))

    def plan_of(self, node: Node) -> Plan:
        """Return the plan of the network or block that a node calls."""
        if isinstance(node, NetworkNode):
            return self.program.networks[node.network]
        assert isinstance(node, BlockNode)
        return self.program.blocks[node.block]

    def inputs(
        self, node: Node, position: Position, above: ast.expr | None
    ) -> list[ast.expr]:
        """Write the inputs of a node: names, or what stands above it."""
        write = self.express(node, position)
        if isinstance(node.inputs, Mapping):
            given = {key: write(entry.tree) for key, entry in node.inputs.items()}
            return self.by_name(self.original(node, position), given)
        if node.inputs is not None:
            return [write(entry.tree) for entry in node.inputs]
        assert above is not None, node.at
        return [above]

    def by_name(self, node: Node, given: Mapping[str, ast.expr]) -> list[ast.expr]:
        """Put inputs by name in the order of the scope's inputs or the layer's call."""
        scope = naming.target(self.spec, node)
        if scope is not None:
            return [given[entry.name] for entry in scope.inputs]
        entry = (
            catalog.find("layer", node.layer.name)
            if isinstance(node, LayerNode)
            else None
        )
        order = [name.rstrip("?") for name in entry.call] if entry else list(given)
        return [given[name] for name in order if name in given]

    def original(self, node: Node, position: Position) -> Node:
        """Return the node whose layer a node calls."""
        if not isinstance(node, ReuseNode):
            return node
        return naming.find(position.levels[-1], node.layer) or node

    def repeat(
        self, node: RepeatNode, position: Position, above: ast.expr | None, name: str
    ) -> list[ast.stmt]:
        """Write a repeat: what enters, lists that gather its tensors, the loop."""
        enters = self.inputs(node, position, above)[0]
        inside = self.below(node, position)
        written: list[ast.stmt] = []
        if ast.unparse(enters) != name:
            written.append(code.assign(name, enters))
        gathered = self.gathered.get(node.at, ())
        lists = [naming.cross(self.spec, node, path).name for path in gathered]
        written += [code.assign(one, ast.List([])) for one in lists]
        body = self.statements(inside, code.name(name), name)
        for one, path in zip(lists, gathered, strict=True):
            value = self.variable(path, inside.levels)
            body.append(code.perform(code.call(f"{one}.append", value)))
        return [*written, *self.rounds(node, position, body)]

    def below(self, node: RepeatNode, position: Position) -> Position:
        """Return the position of a repeat's body."""
        index = code.name(self.plan.indices[node.at])
        only = naming.sole(node, node.body)
        return Position(
            (*position.levels, node.body), (*position.words(node), index), only
        )


def shared(node: Node, level: Level) -> bool:
    """Say whether a layer is called again further down."""
    return any(
        isinstance(other, ReuseNode) and other.layer == node.name for other in level
    )


def takes_mode(node: Node) -> bool:
    """Say whether a node's call fixes its mode."""
    return (
        isinstance(node, (LayerNode, NetworkNode, ReuseNode))
        and node.training is not None
    )
