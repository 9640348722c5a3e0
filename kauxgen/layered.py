"""A list of nodes as a class: layers made in the constructor, called in `call`."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from kauxgen import code, expression, naming, variables, widths
from kauxgen.backbone_calls import backbone_call
from kauxgen.call_forms import call_arguments
from kauxgen.code import read_names
from kauxgen.construct import Construct, computed_code
from kauxgen.express import Express, Place
from kauxgen.flow import Flow, Position, joined
from kauxgen.frozen import frozen
from kauxgen.graph import known_params
from kauxgen.modes import drawing_calls, has_modes
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
from kauxgen.rounds import round_header
from kauxgen.values import Expr, computed

RANDOM = {
    "normal_like": "normal",
    "uniform_like": "uniform",
    "normal": "normal",
    "uniform": "uniform",
    "categorical": "categorical",
    "shuffle": "shuffle",
}


@frozen
class Owned:
    """An attribute of a class: a layer, a generator, or a list of them, one a round.

    `key` is the pointer of its node, or the identity of its drawing call; `words` make
    its name, `depth` counts the lists around it; `measured` says that it needs
    the sizes of the inputs and is made in `build`.
    """

    key: str | int
    words: tuple[str, ...]
    made: ast.expr
    suffix: str = ""
    depth: int = 0
    measured: bool = False

    @property
    def name(self) -> str:
        """The attribute's name."""
        return "_".join(self.words) + self.suffix

    @property
    def local(self) -> str:
        """The name of one of its items in a loop."""
        suffix = self.suffix or "_layer"
        return "_".join(self.words) + suffix + ("s" if self.depth else "")


class Layered(Flow):
    """Writes a scope as the attributes and the `call` of a class."""

    def __init__(
        self,
        program: Program,
        plan: Plan,
        *,
        base: ast.expr | None = None,
        cut: Cut | None = None,
        measure: Callable[[str, ast.expr], ast.expr] | None = None,
        models: bool = False,
        quiet: Collection[str] = (),
    ) -> None:
        """Prepare to write a scope.

        `measure` writes a size of an input in `build`; `models` says that networks are
        functional models, which take several inputs as a list.
        """
        super().__init__(program, plan, cut, quiet)
        self.start = Position(plan.scope.lists)
        self.seed = code.add(code.name("seed"), base or code.literal(0))
        self.measure = measure
        self.models = models
        self.sources: dict[str | int, ast.expr] = {
            one.key: code.own(one.name) for one in self.owned()
        }
        self.outside: list[dict[str | int, ast.expr]] = []

    @cached_property
    def taken(self) -> frozenset[str]:
        """The variables of the scope's statements."""
        return variables.taken(self.program, self.plan)

    def owned(self) -> list[Owned]:
        """Return the attributes of the class, in the order of the spec."""
        return list(self.attributes(self.start))

    def attributes(self, position: Position) -> Iterator[Owned]:
        """Yield the attributes of the innermost list."""
        for node in position.levels[-1]:
            if isinstance(node, RepeatNode):
                yield from self.repeated(node, position)
            elif isinstance(node, ApplicationNode):
                compute, label = self.construct(position).compute, position.words(node)
                made = backbone_call(self.plan.scope, node, compute, joined(label))
                yield Owned(node.at, (node.name,), code.traced(node.at, made))
            elif isinstance(node, (LayerNode, BlockNode)):
                made, measured = self.make(node, position)
                made = code.traced(node.at, made)
                yield Owned(node.at, (node.name,), made, measured=measured)
            elif isinstance(node, ExprNode):
                for one in self.generators(node.expr.tree, node.name, self.plan.seeds):
                    yield replace(one, made=code.traced(node.at, one.made))
        if position is self.start and self.plan.scope.kind == "layer":
            for output in self.plan.scope.outputs:
                yield from self.generators(output.tree, "output", self.plan.seeds)

    def repeated(self, node: RepeatNode, position: Position) -> Iterator[Owned]:
        """Yield the attributes of a repeat's body as lists, one item a round."""
        inside, index = self.below(node, position), self.plan.indices[node.at]
        value = self.construct(position).value
        only = naming.sole(node, node.body)
        for one in self.attributes(inside):
            target, iterator = round_header(node, index, value, read_names([one.made]))
            if one.measured:
                iterator = self.from_self(iterator)
            made = code.comprehension(one.made, target, iterator)
            made = code.retraced(made, one.made)
            words = (node.name, *one.words[1:]) if only else (node.name, *one.words)
            yield replace(one, words=words, made=made, depth=one.depth + 1)

    def generators(
        self, tree: ast.expr, name: str, seeds: Mapping[str | int, ast.expr]
    ) -> Iterator[Owned]:
        """Yield the generators of an expression's draws."""
        for number, call in enumerate(drawing_calls(tree)):
            seed = code.add(self.seed, seeds[id(call)])
            made = code.call("keras.random.SeedGenerator", seed)
            suffix = f"_seed_{number}" if number else "_seed"
            yield Owned(id(call), (name,), made, suffix)

    def make(
        self, node: LayerNode | BlockNode, position: Position
    ) -> tuple[ast.expr, bool]:
        """Write the constructor of a layer or block, and say where it must stand.

        One that reads the sizes of inputs stands in `build`, where params are read from
        the object.
        """
        construct = self.construct(position)
        label = {"name": joined(position.words(node))}
        if isinstance(node, LayerNode):
            made = construct.layer(node, label["name"])
            return self.placed(node.layer, made, position)
        named = construct.named(node.args)
        offset = self.plan.seeds.get(node.at)
        seed = {} if offset is None else {"seed": code.add(self.seed, offset)}
        callee = naming.camel(node.block)
        made = code.call(callee, keywords={**named, **seed, **label})
        return self.placed(node.args, made, position)

    def placed(
        self, values: object, made: ast.expr, position: Position
    ) -> tuple[ast.expr, bool]:
        """Say whether something is made in `build`, and write it for there."""
        if self.measure is None or not any(
            widths.measured(self.plan.scope, position.levels, value.tree)
            for value in computed(values)
        ):
            return made, False
        return self.from_self(made), True

    def from_self(self, tree: ast.expr) -> ast.expr:
        """Read params and the seed from the object, outside the constructor."""
        known = {*known_params(self.program, self.plan), "seed"}
        written: ast.expr = _FromSelf(known).visit(copy.deepcopy(tree))
        return written

    def construct(self, position: Position) -> Construct:
        """Return the writer of kinds in the constructor."""

        def compute(tree: ast.expr) -> ast.expr:
            return self.compute(tree, position)

        def seed(at: str) -> ast.expr | None:
            offset = self.plan.seeds.get(at)
            return None if offset is None else code.add(self.seed, offset)

        return Construct(self.program.checked, compute, seed)

    def compute(self, tree: ast.expr, position: Position) -> ast.expr:
        """Write a computed value where params are arguments and sizes are known."""
        scope = self.plan.scope
        said = widths.in_words(scope, position.levels, tree)
        assert said is not None, f"{scope.at}: unsaid size in {ast.unparse(tree)}"
        return computed_code(said, code.name, self.size)

    def computed_in_call(self, position: Position) -> Callable[[ast.expr], ast.expr]:
        """Return the writer of computed values in `call`, where tensors are known."""
        known = known_params(self.program, self.plan)

        def name(word: str) -> ast.expr:
            return code.own(word) if word in known else code.name(word)

        def size(tensor: ast.expr, axis: ast.expr) -> ast.expr:
            shape = code.attribute(self.writer(position)(tensor), "shape")
            return ast.Subscript(shape, axis)

        return lambda tree: computed_code(tree, name, size)

    def size(self, tensor: ast.expr, axis: ast.expr) -> ast.expr:
        """Write the size of an input: measured in `build`, or as stated."""
        name = ast.unparse(tensor)
        if self.measure is not None:
            return self.measure(name, axis)
        entries = self.plan.scope.inputs
        shape = next(entry.shape for entry in entries if entry.name == name)
        number = int(ast.literal_eval(axis))
        size = shape[number if number < 0 else number - 1]
        return size.tree if isinstance(size, Expr) else code.literal(size)

    def body(self, entering: ast.expr | None) -> list[ast.stmt]:
        """Write the calls of all nodes."""
        return self.statements(self.start, entering)

    def results(self) -> list[ast.expr]:
        """Write the declared outputs and what callers read beside them."""
        write = self.writer(self.start)
        declared = [write(output.tree) for output in self.plan.scope.outputs]
        return declared + [
            self.variable(path, self.start.levels) for path in self.plan.exports
        ]

    def variable(self, names: Names, levels: tuple[Level, ...]) -> ast.expr:
        """Return the variable of a path, or the weight that it means."""
        weights = {weight.name for weight in self.plan.scope.weights}
        return (
            code.own(names[0])
            if names[0] in weights
            else super().variable(names, levels)
        )

    def express(self, node: Node, position: Position) -> Express:
        """Return the writer of expressions at a node."""
        return self.writer(position)

    def writer(self, position: Position) -> Express:
        """Return the writer of expressions in `call`."""
        place = Place(
            params=known_params(self.program, self.plan),
            variable=lambda names: self.variable(names, position.levels),
            param=code.own,
            network=code.own,
            draw=lambda call, args: drawn(call, args, self.sources[id(call)]),
            mode=code.name("training"),
            listed=self.models,
            taken=self.taken,
            bare=True,
        )
        return Express(self.program, place)

    def callee(self, node: Node, position: Position) -> ast.expr:
        """Return the attribute that a node calls."""
        if isinstance(node, NetworkNode):
            network = code.own(node.network)
            if node.index is None:
                return network
            write = self.computed_in_call(position)
            return ast.Subscript(network, write(node.index.tree))
        if isinstance(node, ReuseNode):
            original = naming.find(position.levels[-1], node.layer)
            assert original is not None
            return self.sources[original.at]
        return self.sources[node.at]

    def apply(self, node: Node, inputs: list[ast.expr], position: Position) -> ast.expr:
        """Write the call of a node, with its mode where it has one."""
        keywords: dict[str, ast.expr] = {}
        original = self.original(node, position)
        fixed = getattr(node, "training", None)
        if fixed is not None:
            keywords["training"] = code.literal(fixed)
        elif has_modes(node, self.spec, position.levels[-1]):
            keywords["training"] = code.name("training")
        called, named = call_arguments(node, original, inputs)
        if isinstance(node, NetworkNode) and self.models and len(inputs) > 1:
            called = [ast.List(inputs)]
        keywords = {**named, **keywords}
        return code.call(self.callee(node, position), *called, keywords=keywords)

    def repeat(
        self, node: RepeatNode, position: Position, above: ast.expr | None, name: str
    ) -> list[ast.stmt]:
        """Write a repeat; inside, layers are read from the loop's variables."""
        self.outside.append(self.sources)
        items = {one.key: code.name(local) for one, local in self.items(node, position)}
        self.sources = {**self.sources, **items}
        written = super().repeat(node, position, above, name)
        self.sources = self.outside.pop()
        return written

    def items(self, node: RepeatNode, position: Position) -> list[tuple[Owned, str]]:
        """Return the attributes of a repeat's body with the loop's names for them."""
        owned = list(self.attributes(self.below(node, position)))
        if (
            len(owned) == 1
            and len(node.body) == 1
            and not owned[0].depth
            and not owned[0].suffix
        ):
            return [(owned[0], node.body[0].name)]
        return [(one, one.local) for one in owned]

    def rounds(
        self, node: RepeatNode, position: Position, body: list[ast.stmt]
    ) -> list[ast.stmt]:
        """Write the loop of a repeat over the lists of its layers."""
        pairs = [
            (code.name(local), self.outside[-1][one.key])
            for one, local in self.items(node, position)
        ]
        used = read_names(body)
        write = replace(
            self.construct(position), compute=self.computed_in_call(position)
        )
        index = self.plan.indices[node.at]
        read = [pair for pair in pairs if used & read_names(pair[:1])] or pairs[:1]
        if set(node.variables) & used or index in used or not read:
            read.insert(0, round_header(node, index, write.value, used))
        lists = zip(node.zipped, self.lists(node, position), strict=True)
        read += [(code.name(name), one) for (name, _), one in lists]
        targets, iterators = zip(*read, strict=True)
        target = targets[0] if len(targets) == 1 else ast.Tuple(list(targets))
        return [code.loop(target, code.in_step(iterators), body)]


def drawn(call: ast.Call, args: list[ast.expr], generator: ast.expr) -> ast.expr:
    """Write a draw from a generator."""
    kind = str(expression.call_name(call))
    first = code.call("ops.shape", args[0]) if kind.endswith("_like") else args[0]
    keywords: dict[str, ast.expr] = {"seed": generator}
    if kind == "uniform" and len(args) == 3:
        keywords = {"minval": args[1], "maxval": args[2], **keywords}
    if kind == "categorical":
        return _one_draw(first, keywords)
    if kind == "shuffle":
        keywords = {"axis": code.literal(0), **keywords}
    return code.call(f"keras.random.{RANDOM[kind]}", first, keywords=keywords)


def _one_draw(logits: ast.expr, keywords: Mapping[str, ast.expr]) -> ast.expr:
    """Write one draw a row of logits, without the axis of draws."""
    drawn_rows = code.call(
        "keras.random.categorical", logits, code.literal(1), keywords=keywords
    )
    return code.call("ops.squeeze", drawn_rows, keywords={"axis": code.literal(-1)})


class _FromSelf(ast.NodeTransformer):
    """Reads some names from the object."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Write one name."""
        return code.own(node.id) if node.id in self.names else node
