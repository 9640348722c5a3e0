"""Lists of nodes to statements, the same walk for graphs and for `call` methods."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping

from kauxgen import catalog, code, derivatives, naming
from kauxgen.express import Express
from kauxgen.frozen import frozen
from kauxgen.naming import Level
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
)
from kauxgen.program import Cut, Names, Plan, Program
from kauxgen.spec import Spec
from kauxgen.values import Expr, Implied

Valued = tuple[list[ast.stmt], ast.expr]
"""An expression, and the statements before it."""


@frozen
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
        without = self.only and not naming.is_penalty(node)
        return self.trail if without else (*self.trail, node.name)


def joined(words: tuple[str | ast.expr, ...]) -> ast.expr:
    """Write a derived name, its words joined by underscores."""
    parts: list[str | ast.expr] = []
    for word in words:
        parts += ["_", word] if parts else [word]
    return code.text(parts)


class Flow(ABC):
    """Writes the statements of a list of nodes.

    Subclasses say what is called for a node: a layer made on the spot in a graph, an
    attribute in a class.
    """

    def __init__(
        self,
        program: Program,
        plan: Plan,
        cut: Cut | None = None,
        quiet: Collection[str] = (),
    ) -> None:
        """Prepare to write one scope of a program, or a cut of it.

        `quiet` are the pointers of nodes that the module describes elsewhere.
        """
        self.program = program
        self.plan = plan
        self.wanted = cut.wanted if cut else None
        self.reads = cut.reads if cut else plan.reads
        self.gathered = cut.gathered if cut else plan.gathered
        self.quiet = quiet
        self.carried: dict[str, str] = {}

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.program.spec

    @abstractmethod
    def express(self, node: Node, position: Position) -> Express:
        """Return the writer of expressions at a node."""

    @abstractmethod
    def callee(self, node: Node, position: Position) -> ast.expr:
        """Return what is called for a layer or block."""

    @abstractmethod
    def apply(self, node: Node, inputs: list[ast.expr], position: Position) -> ast.expr:
        """Return the call of a node on its inputs."""

    @abstractmethod
    def rounds(
        self, node: RepeatNode, position: Position, body: list[ast.stmt]
    ) -> list[ast.stmt]:
        """Return the loop of a repeat around its body."""

    def variable(self, names: Names, levels: tuple[Level, ...]) -> ast.expr:
        """Return the variable of a path as seen from inside nested lists."""
        name = self.called(names, levels)
        found = naming.resolve(levels, names[0])
        if found is not None and name == found[0].name:
            return code.name(self.carried.get(found[0].at, name))
        return code.name(name)

    def called(self, names: Names, levels: tuple[Level, ...]) -> str:
        """Return the name of a path's variable; that of a term where it is one."""
        name = naming.variable(self.spec, levels, names)
        outer = self.plan.scope.kind == "main" and len(levels) == 1
        return self.program.called.get(names, name) if outer else name

    def statements(
        self, position: Position, above: ast.expr | None, carry: str | None = None
    ) -> list[ast.stmt]:
        """Write the innermost list; its last node goes to `carry`, if given."""
        written: list[ast.stmt] = []
        level = position.levels[-1]
        for node in level:
            if isinstance(node, ExprNode) and node.implied:
                continue  # the repeat that carries it writes it
            last = carry is not None and node is level[-1]
            if last and carry is not None:
                self.carried[node.at] = carry
            if self.wanted is None or node.at in self.wanted:
                lines = self.node(node, position, above, carry if last else None)
                lines = code.all_traced(node.at, lines)
                written += code.commented(self.said(node), lines)
            name = code.name(carry if last and carry else node.name)
            above = name if last else self.variable((node.name,), position.levels)
        return written

    def said(self, node: Node) -> str:
        """Return what the spec says of a node; a backbone says it in a docstring."""
        silent = isinstance(node, ApplicationNode) or node.at in self.quiet
        return "" if silent else node.description

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

    def computed(self, node: ExprNode, position: Position) -> Valued:
        """Write the value of an expression node, and the statements before it."""
        return derivatives.value(self.express(node, position), node.expr.tree)

    def targets(self, node: Node, position: Position, name: str) -> list[str]:
        """Return the names that a node's call gives values to."""
        scope = naming.target(self.spec, node)
        if isinstance(node, ApplicationNode):
            return [name, *(self.target(node, position, (tap,)) for tap in node.taps)]
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
        return self.called((node.name, *path), position.levels)

    def plan_of(self, node: Node) -> Plan:
        """Return the plan of the network, block or layer that a node calls."""
        if isinstance(node, NetworkNode):
            return self.program.networks[node.network]
        if isinstance(node, LayerNode):
            return self.program.layers[node.layer.name]
        if isinstance(node, ReuseNode):
            return self.program.layers[node.kind]
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
        inside = self.below(node, position)
        if node.carry:
            return self.carrying(node, position, inside, name)
        enters = self.inputs(node, position, above)[0]
        written = assigned([(name, enters)])
        return [*written, *self.looped(node, position, inside, code.name(name), name)]

    def looped(
        self,
        node: RepeatNode,
        position: Position,
        inside: Position,
        above: ast.expr | None,
        last: str | None,
        hand_on: Callable[[], list[ast.stmt]] = list,
    ) -> list[ast.stmt]:
        """Write lists that gather what a body gives, and the loop around it.

        The last node of the body goes to the name `last`, if given; `hand_on` writes
        what ends a round.
        """
        gathered = self.gathered.get(node.at, ())
        lists = [naming.cross(self.spec, node, path).name for path in gathered]
        written = [code.assign(one, ast.List([])) for one in lists]
        body = self.statements(inside, above, last)
        for one, path in zip(lists, gathered, strict=True):
            value = self.variable(path, inside.levels)
            body.append(code.perform(code.call(f"{one}.append", value)))
        return [*written, *self.rounds(node, position, [*body, *hand_on()])]

    def carrying(
        self, node: RepeatNode, position: Position, inside: Position, name: str
    ) -> list[ast.stmt]:
        """Write a repeat that hands on tensors by their names."""
        named = {
            one: naming.carried(position.levels[0], node, one) for one in node.carried
        }
        first = self.handed(node.carry, named, position)
        last = straight(node)
        only = code.name(named[node.carried[0]]) if len(named) == 1 else None

        def hand_on() -> list[ast.stmt]:
            return self.handed(node.following, named, inside)

        loop = self.looped(node, position, inside, only, named.get(last), hand_on)
        ends = [(name, only)] if only and name != node.name else []
        return [*first, *loop, *assigned(ends)]

    def handed(
        self,
        values: tuple[tuple[str, Expr], ...],
        named: Mapping[str, str],
        position: Position,
    ) -> list[ast.stmt]:
        """Write what a repeat carries to its variables."""
        before: list[ast.stmt] = []
        pairs = []
        for one, expr in values:
            statements, value = self.given(expr, position)
            before += statements
            pairs.append((named[one], value))
        return [*before, *assigned(pairs)]

    def given(self, expr: Expr, position: Position) -> Valued:
        """Write a value that a repeat carries; implied nodes compute theirs."""
        level = position.levels[-1]
        if isinstance(expr, Implied):
            node = naming.find(level, ast.unparse(expr.tree))
            assert isinstance(node, ExprNode)
            return self.computed(node, position)
        return [], self.express(level[0], position)(expr.tree)

    def lists(self, node: RepeatNode, position: Position) -> list[ast.expr]:
        """Write the lists that give one item to each round."""
        write = self.express(node, position)
        return [turned_once(write, expr.tree) for _, expr in node.zipped]

    def below(self, node: RepeatNode, position: Position) -> Position:
        """Return the position of a repeat's body."""
        index = code.name(self.plan.indices[node.at])
        only = naming.sole(node, node.body)
        return Position(
            (*position.levels, node.body), (*position.words(node), index), only
        )


def assigned(pairs: list[tuple[str, ast.expr]]) -> list[ast.stmt]:
    """Write assignments that all read the old values, in such an order.

    Where values read each other's names, names are swapped at once, and what is
    computed waits under a name of its own.
    """
    left = [(name, value) for name, value in pairs if ast.unparse(value) != name]
    written: list[ast.stmt] = []
    while left:
        free = next((one for one in left if not _read_by(left, one)), None)
        computed = [one for one in left if not isinstance(one[1], ast.Name)]
        if free is not None:
            written.append(code.assign(*free))
            left.remove(free)
        elif computed:
            name, value = computed[0]
            written.append(code.assign(f"next_{name}", value))
            left[left.index(computed[0])] = (name, code.name(f"next_{name}"))
        else:
            names, values = zip(*left, strict=True)
            return [*written, code.unpack(names, ast.Tuple(list(values)))]
    return written


def _read_by(pairs: list[tuple[str, ast.expr]], one: tuple[str, ast.expr]) -> bool:
    """Say whether the value of another pair reads the name of this one."""
    return any(
        isinstance(node, ast.Name) and node.id == one[0]
        for other in pairs
        if other is not one
        for node in ast.walk(other[1])
    )


def straight(node: RepeatNode) -> str:
    """Return the carried name that the last node of a body is handed on by.

    The node is then written to its variable at once: no other value may read the old
    one.
    """
    read = {name: ast.unparse(expr.tree) for name, expr in node.following}
    ends = [name for name, text in read.items() if text == node.body[-1].name]
    others = [text for name, text in read.items() if name not in ends]
    return ends[0] if len(ends) == 1 and ends[0] not in others else ""


def turned_once(write: Callable[[ast.expr], ast.expr], tree: ast.expr) -> ast.expr:
    """Write a list to run over: `reversed(...)` is Python's own."""
    inner, turned = tree, False
    while isinstance(inner, ast.Call):
        inner, turned = inner.args[0], not turned
    written = write(inner)
    return code.call("reversed", written) if turned else written


def shared(node: Node, level: Level) -> bool:
    """Say whether a layer is called again further down."""
    return any(
        isinstance(other, ReuseNode) and other.layer == node.name for other in level
    )


def takes_mode(node: Node) -> bool:
    """Say whether a node's call fixes its mode."""
    return (
        isinstance(node, (LayerNode, NetworkNode, ReuseNode, ApplicationNode))
        and node.training is not None
    )
