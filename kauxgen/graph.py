"""A list of nodes as a graph: layers made and called at once, in a builder function."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kauxgen import code, expression, naming, sparsity
from kauxgen.backbone_calls import backbone_call
from kauxgen.call_forms import call_arguments
from kauxgen.code import read_names
from kauxgen.construct import Construct, computed_code
from kauxgen.expander import references
from kauxgen.express import Express, Place, needs_layer
from kauxgen.flow import Flow, Position, Valued, joined, shared
from kauxgen.formula_layers import Formula, FormulaLayer, Made
from kauxgen.modes import drawing_calls
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
from kauxgen.rounds import round_header, zipped_header
from kauxgen.rules.graphs import operation_of


class Graph(Flow):
    """Writes a scope as statements of a builder function."""

    def __init__(
        self,
        program: Program,
        plan: Plan,
        made: Made,
        *,
        prefix: tuple[str | ast.expr, ...] = (),
        base: ast.expr | None = None,
        classes: bool = False,
        cut: Cut | None = None,
        stem: tuple[str, ...] = (),
    ) -> None:
        """Prepare to write a scope whose layers' names begin with `prefix`.

        The names of its own layer classes begin with `stem`.
        """
        super().__init__(program, plan, cut)
        self.stem = stem
        self.made = made
        only = plan.scope.kind == "block" and naming.single(plan.scope.nodes)
        self.start = Position((plan.scope.nodes,), prefix, only)
        self.seed = code.add(code.name("seed"), base or code.literal(0))
        self.classes = classes
        self.locals: dict[Names, ast.expr] = {}

    def body(self) -> list[ast.stmt]:
        """Write all nodes."""
        return self.statements(self.start, self.entering())

    def entering(self) -> ast.expr | None:
        """Return what the first node takes when it names nothing."""
        scope = self.plan.scope
        return code.name(scope.first.name) if scope.inputs else None

    def results(self) -> list[ast.expr]:
        """Write the declared outputs and what callers read beside them."""
        write = self.express(self.plan.scope.nodes[-1], self.start)
        declared = [write(output.tree) for output in self.plan.scope.outputs]
        return declared + [
            self.variable(path, self.start.levels) for path in self.plan.exports
        ]

    def express(self, node: Node, position: Position) -> Express:
        """Return the writer of expressions at a node."""
        whole = isinstance(node, ExprNode) and len(drawing_calls(node.expr.tree)) == 1
        alone = (
            whole
            and isinstance(node, ExprNode)
            and node.expr.tree in drawing_calls(node.expr.tree)
            and not operation_of(node.name)
        )
        words = position.words(node)
        return self.writer(
            position, words if alone else (*words, "draw"), self.plan.seeds
        )

    def writer(
        self,
        position: Position,
        label: tuple[str | ast.expr, ...],
        seeds: Mapping[str | int, ast.expr],
        base: ast.expr | None = None,
    ) -> Express:
        """Return a writer of expressions whose draws become layers called `label`."""
        numbers: list[int] = []
        first = base or self.seed

        def draw(call: ast.Call, args: list[ast.expr]) -> ast.expr:
            kind = str(expression.call_name(call))
            self.made.noises.add(kind)
            words = (*label, str(len(numbers))) if numbers else label
            numbers.append(1)
            seed = code.add(first, seeds[id(call)])
            named = {"name": joined(words)}
            return code.call(code.call(naming.camel(kind), seed, keywords=named), *args)

        place = Place(
            params=known_params(self.program, self.plan),
            variable=lambda names: self.variable(names, position.levels),
            param=code.name,
            network=code.name,
            draw=draw,
        )
        return Express(self.program, place)

    def expression(
        self, node: ExprNode, position: Position, name: str
    ) -> list[ast.stmt]:
        """Write an expression node, as a layer where a graph cannot hold it."""
        if not needs_layer(self.program, [node.expr.tree]):
            return super().expression(node, position, name)
        _, value = self.computed(node, position)
        return [code.unpack(list(node.outputs) or [name], value)]

    def computed(self, node: ExprNode, position: Position) -> Valued:
        """Write an expression, as a layer where a graph cannot hold it."""
        if not needs_layer(self.program, [node.expr.tree]):
            return super().computed(node, position)
        more = ("layer",) if operation_of(node.name) else ()
        value = self.formula_layer(
            node.at,
            position.words(node),
            Formula((), node.expr.tree, node.expr.text),
            self.plan.seeds,
            levels=position.levels,
            more=more,
        )
        return [], value

    def formula_layer(
        self,
        at: str,
        words: tuple[str | ast.expr, ...],
        formula: Formula,
        seeds: Mapping[str | int, ast.expr],
        *,
        levels: tuple[Level, ...],
        base: ast.expr | None = None,
        more: tuple[str, ...] = (),
    ) -> ast.expr:
        """Make the layer class of an expression; return its call in the graph.

        `words` name the class and, with `more`, the layer.
        """
        stem = (*self.stem, *(word for word in words if isinstance(word, str)))
        layer = replace(_formula_layer(self, stem, formula, levels), at=at)
        if layer not in self.made.formulas:
            self.made.formulas.append(layer)
        given = {name: code.name(name) for name in (*layer.networks, *layer.params)}
        for key, seed in layer.seeds.items():
            given[seed] = code.add(base or self.seed, seeds[key])
        label = (*words, *more)
        made = code.call(layer.name, keywords={**given, "name": joined(label)})
        tensors = [self.variable(names, levels) for names in layer.paths]
        if tensors:
            tensors[0] = self.behind(tensors[0], at, label, levels)
        return code.call(made, *tensors)

    def callee(self, node: Node, position: Position) -> ast.expr:
        """Return what a node calls: a new layer, an earlier one, a model."""
        if isinstance(node, BlockNode):
            return code.name(naming.block_function(self.spec, node.block))
        label = joined(position.words(node))
        if isinstance(node, NetworkNode):
            called = self.network(node, position)
            return self.in_mode(called, node.training, label)
        if isinstance(node, ReuseNode):
            return self.in_mode(code.name(f"{node.layer}_layer"), node.training, label)
        if isinstance(node, ApplicationNode):
            return self.in_mode(self.backbone(node, position), node.training, label)
        assert isinstance(node, LayerNode)
        return self.in_mode(self.layer(node, position), node.training, label)

    def network(self, node: NetworkNode, position: Position) -> ast.expr:
        """Write the network that a node calls, or the one of a list."""
        network = code.name(node.network)
        if node.index is None:
            return network
        return ast.Subscript(network, self.construct(position).value(node.index))

    def backbone(self, node: ApplicationNode, position: Position) -> ast.expr:
        """Write the call of the function that builds a backbone."""
        value = self.construct(position).compute
        return backbone_call(self.plan.scope, node, value, joined(position.words(node)))

    def layer(self, node: LayerNode, position: Position) -> ast.expr:
        """Make a layer under its derived name."""
        label = joined(position.words(node))
        return self.construct(position).layer(node, label)

    def in_mode(
        self, callee: ast.expr, training: bool | None, label: ast.expr
    ) -> ast.expr:
        """Wrap what is called in a fixed mode."""
        if training is None:
            return callee
        self.made.fixed_modes = True
        mode = {"training": code.literal(training), "name": label}
        return code.call("FixedMode", callee, keywords=mode)

    def construct(self, position: Position) -> Construct:
        """Return the writer of kinds at a position."""

        def size(tensor: ast.expr, axis: ast.expr) -> ast.expr:
            shape = code.attribute(self.writer(position, (), {})(tensor), "shape")
            return ast.Subscript(shape, axis)

        def compute(tree: ast.expr) -> ast.expr:
            return computed_code(tree, code.name, size)

        def seed(at: str) -> ast.expr | None:
            offset = self.plan.seeds.get(at)
            return None if offset is None else code.add(self.seed, offset)

        return Construct(self.program.checked, compute, seed, self.classes)

    def node(
        self, node: Node, position: Position, above: ast.expr | None, carry: str | None
    ) -> list[ast.stmt]:
        """Write a node; a layer that is called again gets a name of its own."""
        if not (isinstance(node, LayerNode) and shared(node, position.levels[-1])):
            return super().node(node, position, above, carry)
        keep = f"{node.name}_layer"
        inputs = self.inputs(node, position, above)
        label = joined((*position.words(node), "fixed"))
        callee = self.in_mode(code.name(keep), node.training, label)
        given, keywords = call_arguments(node, node, inputs)
        value = code.call(callee, *given, keywords=keywords)
        return [
            code.assign(keep, self.layer(node, position)),
            code.unpack(self.targets(node, position, carry or node.name), value),
        ]

    def inputs(
        self, node: Node, position: Position, above: ast.expr | None
    ) -> list[ast.expr]:
        """Write the inputs of a node, the first one behind what must come before."""
        first, *rest = self.unmarked(
            node, position, super().inputs(node, position, above)
        )
        words = position.words(node)
        return [self.behind(first, node.at, words, position.levels), *rest]

    def unmarked(
        self, node: Node, position: Position, inputs: list[ast.expr]
    ) -> list[ast.expr]:
        """Write the inputs of a layer of `define` without Keras's mark of sparsity."""
        if not sparsity.enters_own(self.spec, node):
            return inputs
        return [dense(one) if self.marked(one, position) else one for one in inputs]

    def marked(self, tensor: ast.expr, position: Position) -> bool:
        """Say whether a tensor may be marked as sparse, as all inside a call may."""
        name = ast.unparse(tensor)
        if any(name == entry.name for entry in self.plan.scope.inputs):
            return False
        known = naming.resolve(position.levels, name) is not None
        return not known or sparsity.marked(self.spec, position.levels, name)

    def behind(
        self,
        tensor: ast.expr,
        at: str,
        words: tuple[str | ast.expr, ...],
        levels: tuple[Level, ...],
    ) -> ast.expr:
        """Write a tensor that is there only behind what must come before a call."""
        paths = self.plan.before.get(at, ())
        if not paths:
            return tensor
        self.made.ordered = True
        others = [
            self.locals.get(path) or self.variable(path, levels) for path in paths
        ]
        named = {"name": joined((*words, "after"))}
        return code.call(code.call("After", keywords=named), tensor, *others)

    def apply(self, node: Node, inputs: list[ast.expr], position: Position) -> ast.expr:
        """Write the call of a node."""
        callee = self.callee(node, position)
        if isinstance(node, BlockNode):
            return code.call(
                callee,
                *inputs,
                joined(position.words(node)),
                keywords=self.block_arguments(node, position),
            )
        if isinstance(node, NetworkNode):
            return code.call(
                callee, inputs[0] if len(inputs) == 1 else ast.List(inputs)
            )
        original = self.original(node, position)
        given, keywords = call_arguments(node, original, inputs)
        return code.call(callee, *given, keywords=keywords)

    def block_arguments(
        self, node: BlockNode, position: Position
    ) -> dict[str, ast.expr]:
        """Write a block's arguments, its seed last."""
        named = self.construct(position).named(node.args)
        offset = self.plan.seeds.get(node.at)
        return (
            named if offset is None else {**named, "seed": code.add(self.seed, offset)}
        )

    def rounds(
        self, node: RepeatNode, position: Position, body: list[ast.stmt]
    ) -> list[ast.stmt]:
        """Write the loop of a repeat, with the number of the round."""
        value = self.construct(position).value
        index, used = self.plan.indices[node.at], read_names(body)
        header = (
            zipped_header(node, index, value, used, self.lists(node, position))
            if node.zipped
            else round_header(node, index, value, used)
        )
        return [code.loop(*header, body)]


def dense(tensor: ast.expr) -> ast.expr:
    """Write a tensor without the mark of sparsity."""
    sparse = {"sparse": code.literal(False)}
    return code.call("ops.convert_to_tensor", tensor, keywords=sparse)


def known_params(program: Program, plan: Plan) -> frozenset[str]:
    """Return the parameters that expressions of a scope see."""
    own = plan.scope.parametric
    return frozenset(plan.scope.params if own else program.spec.params)


def _formula_layer(
    graph: Graph,
    words: tuple[str, ...],
    formula: Formula,
    levels: tuple[Level, ...],
) -> FormulaLayer:
    trees = [*(step for _, step in formula.steps), formula.value]
    local = {name for name, _ in formula.steps}
    spec, scope = graph.spec, graph.plan.scope
    params = scope.params if scope.kind == "block" else spec.params
    paths: dict[Names, str] = {}
    for names in _read(trees):
        known = names[0] in local or names[0] in params or names[0] in spec.networks
        if not known and names != ("pi",):
            paths[names] = ast.unparse(graph.variable(names, levels))
    networks = [
        name for name in spec.networks if any(_mentions(one, name) for one in trees)
    ]
    calls = [call for one in trees for call in drawing_calls(one)]
    base = "_".join(words) or "formula"
    return FormulaLayer(
        name=naming.camel(base),
        text=formula.text,
        tensors=tuple(paths.values()),
        params={
            name: value
            for name, value in params.items()
            if any(_mentions(one, name) for one in trees)
        },
        networks=tuple(networks),
        seeds={
            id(call): "seed" if i == 0 else f"seed_{i}" for i, call in enumerate(calls)
        },
        steps=formula.steps,
        value=formula.value,
        modes=any(graph.program.networks[name].modes for name in networks),
        paths=paths,
    )


def _read(trees: Iterable[ast.expr]) -> Iterable[Names]:
    for tree in trees:
        yield from references(tree)


def _mentions(tree: ast.expr, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree)
    )
