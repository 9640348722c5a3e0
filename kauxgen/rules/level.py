"""A list of nodes at one use: walks through it, and works out what each node gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kauxgen.frozen import frozen
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
from kauxgen.rules import backbones, copies, misfits, own_calls, rounds
from kauxgen.rules.entering import Arrival, arrivals, as_given, one_each
from kauxgen.rules.entries import (
    UNKNOWN,
    Entry,
    Flow,
    Record,
    Rounds,
    is_trained,
    settle,
    through,
    unknown,
    worded,
)
from kauxgen.rules.layering import Made, Maker
from kauxgen.rules.limits import descend
from kauxgen.rules.own_calls import Entered
from kauxgen.rules.rounds import sized
from kauxgen.rules.unrolled import Layer, Unrolled, misfit_of
from kauxgen.spec import Scope
from kauxgen.tensor import Misfit, TensorType
from kauxgen.trace import LayerCall, Trace
from kauxgen.values import Computed


@frozen
class Level:
    """A list of nodes at one use: its names so far, what enters, its path.

    `words` are those of the path that names in the code have; a node that is the only
    one of a body (`alone`) adds none.
    """

    state: Unrolled
    scope: Scope
    names: dict[str, Entry]
    entering: tuple[Entry, ...]
    path: tuple[str | int, ...]
    words: tuple[str | int, ...]
    trainable: bool = True
    depth: int = 0
    alone: bool = False

    def walk(self) -> Record:
        """Walk all nodes of the scope; return a record of them with its outputs."""
        above = self.entering[0] if len(self.entering) == 1 else UNKNOWN
        self.nodes(self.scope.nodes, above)
        state, scope = self.state, self.scope
        given = [state.infer(output, self.names) for output in scope.outputs]
        outputs = tuple(
            state.one(output.at, output.text, entry)
            for output, entry in zip(scope.outputs, given, strict=True)
        )
        value = outputs[0] if scope.single else outputs
        if not unknown(settle(value)):
            state.shapes[scope.at] = settle(value)
        state.scopes[scope.at] = self.names
        return Record(self.names, value)

    def nodes(self, nodes: tuple[Node, ...], above: Entry) -> Entry:
        """Walk a list of nodes; return what the last one hands on."""
        layers: dict[str, Made] = {}
        for node in nodes:
            self.state.visit(node.at)
            above = self.give(node, _WALKS[type(node)](self, node, above, layers))
        return above

    def give(self, node: Node, entry: Entry) -> Entry:
        """Name what a node gives, and hand it on."""
        several = self.named(node, entry)
        if several is None:
            entry, several = UNKNOWN, dict.fromkeys(node.outputs, UNKNOWN)
        self.names.update({node.name: entry, **several})
        value = settle(entry)
        if not unknown(value):
            self.state.shapes[node.at] = value
            self.state.trace.visit((*self.path, node.name), node.at, value)
        return entry

    def named(self, node: Node, entry: Entry) -> Mapping[str, Entry] | None:
        """Pair the names of several outputs with these; None if they do not match."""
        several = entry.value if isinstance(entry, Record) else entry
        if unknown(several):
            return dict.fromkeys(node.outputs, UNKNOWN)
        count = len(several) if isinstance(several, tuple) else 1
        whole = isinstance(entry, (Record, Rounds)) and not node.outputs
        if whole or (count == 1 and isinstance(several, Flow) and not node.outputs):
            return {}
        if isinstance(several, tuple) and len(node.outputs) == count:
            trained = isinstance(entry, Record) and entry.trained
            pairs = zip(node.outputs, several, strict=True)
            return {name: through(each, trained) for name, each in pairs}
        place = f"{node.at}/as" if node.outputs else node.at
        found = misfits.wrong_outputs(place, node.name, count, len(node.outputs))
        self.state.keep(found)
        return None

    def arrivals(self, node: Node, above: Entry) -> list[Arrival]:
        """Return what enters a node."""
        return arrivals(self.state, node, self.names, above)

    def layer(self, node: Node, above: Entry, layers: dict[str, Made]) -> Entry:
        """Call a layer of its own."""
        assert isinstance(node, LayerNode)
        trainable = self.trainable and node.trainable
        path = (*self.path, node.name)
        maker = Maker(self.state, path, trainable, self.enter)
        self.named_layer(node)
        layers[node.name] = maker.make(node.layer, self.names)
        made = layers[node.name]
        made.stated = self.stated(node)
        return maker.call(made, self.arrivals(node, above), f"{node.at}/layer")

    def application(self, node: Node, above: Entry, layers: dict[str, Made]) -> Entry:
        """Call a backbone on images."""
        assert isinstance(node, ApplicationNode)
        kind = node.application
        path = (*self.path, node.name)
        self.named_layer(node)
        given = one_each(self.state, self.arrivals(node, above))
        args = self.state.evaluation.arguments(kind.args, self.names)
        for name, value in args.items():
            for finding in backbones.plain(kind, name, value):
                self.state.evaluation.blame(finding, kind.args[name], self.names)
        types = [settle(each.entry) for each in given]
        if unknown(types) or unknown(tuple(args.values())):
            return UNKNOWN
        at = f"{node.at}/application"
        self.state.trace.calls[path] = LayerCall(kind.name, args, tuple(types))
        try:
            if len(types) != 1:
                raise Misfit(f"{kind.name} takes one tensor, got {len(types)}")
            own = self.trainable and node.trainable
            self.state.unseen |= {str(path[0])} if own else set()
            entering = any(is_trained(each.entry) for each in given)
            record = backbones.gives(node, args, types[0], own or entering)
            for tap in node.inside:
                shape = settle(record.fields[tap.name])
                self.state.trace.visit((*path, tap.name), tap.at, shape)
        except Misfit as misfit:
            self.state.keep(misfits.layer_misfit(at, str(misfit)))
            return UNKNOWN
        return through(record, entering)

    def stated(self, node: LayerNode | ExprNode) -> Entry:
        """Return what a node is said to give, of the shape that it states."""
        if node.shape is None:
            return UNKNOWN
        sizes = sized(self.state, node.shape, self.names)
        if unknown(sizes):
            return UNKNOWN
        return Flow(TensorType((None, *sizes), node.dtype))

    def reuse(self, node: Node, above: Entry, layers: dict[str, Made]) -> Entry:
        """Call an earlier layer once more."""
        assert isinstance(node, ReuseNode)
        made = layers[node.layer]
        path = (*self.path, node.layer)
        own = (*self.path, node.name)
        maker = Maker(self.state, path, made.trainable, self.enter, own)
        return maker.call(made, self.arrivals(node, above), f"{node.at}/reuse")

    def enter(
        self,
        layer: Scope,
        args: Mapping[str, Any],
        entries: list[Entry],
        trainable: bool,
    ) -> Entered:
        """Walk a layer of `define` once more, with the arguments of this use."""
        state = self.state
        marks = len(state.weights), len(state.held)
        layers, outer = len(state.layers), state.trace
        state.trace = Trace()
        record = replace(
            self,
            scope=layer,
            names=own_calls.names(state, layer, args, entries, trainable),
            entering=tuple(entries),
            path=(),
            words=(),
            trainable=trainable,
            depth=descend(self.depth),
            alone=False,
        ).walk()
        del state.layers[layers:]
        inside, state.trace = state.trace, outer
        return own_calls.entered(state, layer, record, args, marks, inside)

    def expr(self, node: Node, above: Entry, layers: dict[str, Made]) -> Entry:
        """Infer an expression, which gives a tensor or several with names."""
        assert isinstance(node, ExprNode)
        entry = self.state.infer(node.expr, self.names)
        if node.shape is not None:
            moved = self.state.trained(node.expr.tree, self.names)
            return through(self.stated(node), moved)
        if node.outputs:
            return entry
        return self.state.one(node.expr.at, node.expr.text, entry)

    def network(self, node: Node, above: Entry, layers: dict[str, Made]) -> Entry:
        """Call a network on tensors of the shapes that it states."""
        assert isinstance(node, NetworkNode)
        known = self.state.networks[node.network]
        if node.index is not None:
            self.item(node.network, node.index)
        inputs = self.state.spec.networks[node.network].inputs
        words = tuple(each.name for each in inputs)
        given = as_given(self.state, self.arrivals(node, above), node.network, words)
        if given is None or unknown(settle(known.entry)):
            return known.entry
        for arrival, wanted in zip(given, known.inputs, strict=True):
            reason = misfit_of(settle(arrival.entry), wanted)
            if reason:
                found = misfits.network_misfit(arrival.at, node.network, reason)
                self.state.keep(found)
        return through(known.entry, any(is_trained(a.entry) for a in given))

    def item(self, name: str, index: Computed) -> None:
        """Check that a list of networks has the one that is called."""
        found = self.state.evaluation.value(index, self.names)
        reason = self.state.absent(name, found)
        if reason:
            wrong = copies.no_such_item(index.at, reason)
            self.state.evaluation.blame(wrong, index, self.names)

    def block(self, node: Node, above: Entry, layers: dict[str, Made]) -> Entry:
        """Walk a block once more, with the arguments of this use."""
        assert isinstance(node, BlockNode)
        block = self.state.spec.blocks[node.block]
        words = tuple(each.name for each in block.inputs)
        given = as_given(self.state, self.arrivals(node, above), node.block, words)
        args = self.state.evaluation.arguments(
            {**block.params, **node.args}, self.names
        )
        params = {name: worded(name, value) for name, value in args.items()}
        entries = [each.entry for each in given] if given else [UNKNOWN] * len(words)
        for entry, each in zip(entries, block.inputs, strict=True):
            if isinstance(entry, Flow):
                self.state.shapes[each.at] = entry.type
        record = replace(
            self,
            scope=block,
            names={**params, **dict(zip(words, entries, strict=True))},
            entering=tuple(entries),
            path=(*self.path, node.name),
            words=self.named_after(node),
            depth=descend(self.depth),
            alone=len(block.nodes) == 1,
        ).walk()
        if block.penalties:
            self.state.uses.see(block, record.fields)
        return record

    def repeat(self, node: Node, above: Entry, layers: dict[str, Made]) -> Entry:
        """Walk the body of a repeat, once a round."""
        assert isinstance(node, RepeatNode)
        entering, carried = self.first(node, above)
        items = rounds.items(self.state, node, self.names)
        handed = rounds.zipped(self.state, node, self.names, len(items))
        walked = []
        for index, item in enumerate(items):
            variables = rounds.variables(self.state, node, item)
            names = {**self.names, **variables, **handed[index], **carried}
            inner = self.round(node, index, names)
            entering = inner.nodes(node.body, entering)
            carried = rounds.ones(self.state, node.following, names)
            entering = rounds.only(carried, entering)
            walked.append(names)
        value = rounds.only(carried, tuple(carried.values()) or entering)
        return Rounds(tuple(walked), value, carried=carried)

    def first(self, node: RepeatNode, above: Entry) -> tuple[Entry, dict[str, Entry]]:
        """Return what enters the first round, as the node above it and by name."""
        if node.carry:
            carried = rounds.ones(self.state, node.carry, self.names)
            return rounds.only(carried, UNKNOWN), carried
        if node.inputs is None:
            return above, {}
        arrived = self.arrivals(node, UNKNOWN)
        return rounds.carried(self.state, node, arrived), {}

    def round(self, node: RepeatNode, index: int, names: dict[str, Entry]) -> Level:
        """Return the list of nodes of one round."""
        return replace(
            self,
            names=names,
            path=(*self.path, node.name, index),
            words=(*self.named_after(node), index),
            depth=descend(self.depth),
            alone=len(node.body) == 1,
        )

    def named_layer(self, node: Node) -> None:
        """Note how the code names a layer."""
        path, words = (*self.path, node.name), self.named_after(node)
        self.state.layers.append(Layer(node.at, path, words))
        self.state.trace.words[path] = words

    def named_after(self, node: Node) -> tuple[str | int, ...]:
        """Return the words of a node's name in the code, without the only one."""
        return self.words if self.alone else (*self.words, node.name)


_Walk = Callable[[Level, Node, Entry, dict[str, Made]], Entry]
_WALKS: dict[type[Node], _Walk] = {
    LayerNode: Level.layer,
    ReuseNode: Level.reuse,
    ExprNode: Level.expr,
    NetworkNode: Level.network,
    BlockNode: Level.block,
    RepeatNode: Level.repeat,
    ApplicationNode: Level.application,
}
