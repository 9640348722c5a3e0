"""A layer of `define` at one use: the names it sees, its weights, what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kauxgen import naming
from kauxgen.catalog import Kind
from kauxgen.frozen import frozen
from kauxgen.rules import sizes
from kauxgen.rules.entries import (
    UNKNOWN,
    Entry,
    Flow,
    Record,
    flowing,
    settle,
    unknown,
    worded,
)
from kauxgen.rules.rounds import shown, whole
from kauxgen.rules.unrolled import Held, Unrolled, Weight
from kauxgen.shapes import Rule
from kauxgen.shapes.call import Call, Outputs
from kauxgen.spec import OwnWeight, Scope, Spec
from kauxgen.tensor import Shape, Size, TensorType
from kauxgen.trace import LayerCall, LayerWeight, Trace
from kauxgen.values import Expr

Shapes = Mapping[str, Shape]


@frozen
class Entered:
    """What a use of a layer gives: its outputs, and its weights.

    `weights` are the trainable ones and `held` all, with paths from the layer; `kept`
    are all with those that no gradient moves. `calls` are those of layers inside.
    """

    value: Entry
    weights: tuple[Weight, ...]
    held: tuple[Held, ...]
    kept: tuple[LayerWeight, ...] = ()
    calls: tuple[LayerCall, ...] = ()

    @property
    def shapes(self) -> Shapes:
        """The shapes of all weights by path: a later call is held to the first."""
        return {path_of(one): one.shape for one in self.held}


Enter = Callable[[Scope, Mapping[str, Any], list[Entry], bool], Entered]
"""Works out a layer on what enters it, with its arguments, frozen or not."""


@dataclass
class Inner:
    """A layer of `define` inside a wrapper: its rule, as Keras's layers have one."""

    spec: Spec
    layer: Scope
    enter: Enter
    trainable: bool
    last: Entered = field(default_factory=lambda: Entered(UNKNOWN, (), ()))

    @property
    def rule(self) -> Rule:
        """What follows from calls of the layer."""
        return Rule(self.outputs, self.weights, self.states, kind_of(self.layer))

    def outputs(self, call: Call) -> Outputs:
        """Work out the layer on what the wrapper hands it."""
        entries = [flowing(one, False) for one in call.inputs]
        self.last = self.enter(self.layer, call.args, entries, self.trainable)
        given: Outputs = settle(self.last.value)
        if unknown(given):
            raise call.misfit("does not fit what the wrapper hands it")
        return given

    def weights(self, call: Call) -> Shapes:
        """Give the shapes of the trainable weights by path."""
        return {path_of(one): one.shape for one in self.last.weights}

    def states(self, call: Call) -> Shapes:
        """Give the shapes of its other weights by path."""
        moved = self.weights(call)
        return {one.path: one.shape for one in self.last.kept if one.path not in moved}

    def attributes(self) -> Mapping[str, str]:
        """Give the attributes that lead to the trainable weights, by path."""
        found = {}
        for one in self.last.weights:
            above = naming.attribute(self.spec, self.layer.nodes, one.layer)
            found[path_of(one)] = ".".join(filter(None, (above, one.attribute)))
        return found


def path_of(weight: Weight | Held) -> str:
    """Return the path of a weight below the layer that it is of."""
    return "/".join((*map(str, weight.layer), weight.path))


def kind_of(layer: Scope) -> Kind:
    """Describe a layer as the catalog describes those of Keras."""
    return Kind(
        family="layer",
        name=layer.name,
        doc=layer.description,
        args={},
        positional=0,
        call=tuple(entry.name for entry in layer.inputs),
        listed=False,
        takes="any",
        rank=None,
        min_rank=None,
        shape=layer.name,
        weights={},
        wraps=(),
        modes=False,
        draws=False,
        since="",
        strings=(),
        target="",
    )


def names(
    state: Unrolled,
    layer: Scope,
    args: Mapping[str, Any],
    entries: list[Entry],
    trainable: bool,
) -> dict[str, Entry]:
    """Return what the nodes of a layer see at one use: params, inputs and weights."""
    given = {**state.evaluation.arguments(layer.params, {}), **args}
    known = {name: worded(name, value) for name, value in given.items()}
    for entry, each in zip(entries, layer.inputs, strict=True):
        known[each.name] = entry
        if isinstance(entry, Flow):
            state.shapes[each.at] = entry.type
    made = {
        each.name: _weight(state, each, known, trainable and each.trainable)
        for each in layer.weights
    }
    return {**known, **made}


def _weight(
    state: Unrolled, weight: OwnWeight, known: Mapping[str, Entry], trained: bool
) -> Entry:
    found = state.evaluation.value(weight.shape, known)
    for value, size in zip(weight.shape, found, strict=True):
        if not unknown(size) and not whole(size, 1):
            wanted = "a whole number of at least 1"
            place = value.at if isinstance(value, Expr) else f"{weight.at}/shape"
            wrong = sizes.wrong_size(place, "a size", wanted, shown(size))
            state.evaluation.blame(wrong, value, known)
            return UNKNOWN
    if unknown(found):
        return UNKNOWN
    return Flow(TensorType(tuple(found)), trained)


def entered(
    state: Unrolled,
    layer: Scope,
    record: Record,
    args: Mapping[str, Any],
    marks: tuple[int, int],
    trace: Trace,
) -> Entered:
    """Gather what the walk through a layer has found behind some marks, and take it.

    `trace` is that of the walk.
    """
    weights, held = state.weights[marks[0] :], state.held[marks[1] :]
    del state.weights[marks[0] :], state.held[marks[1] :]
    types = {one.name: settle(record.fields[one.name]) for one in layer.weights}
    known = {name: one.shape for name, one in types.items() if not unknown(one)}
    own = [
        Weight((), one.name, one.name, known[one.name])
        for one in layer.weights
        if one.name in known and getattr(record.fields[one.name], "trained", False)
    ]
    mine = [Held((), layer.name, name, shape) for name, shape in known.items()]
    state.uses.add(layer, record.fields, state.types)
    entries = [record.fields[each.name] for each in layer.inputs]
    value = _outward(record.value, args, entries)
    moved = {each.path for each in own}
    kept = [LayerWeight(one.path, one.shape, one.path in moved) for one in mine]
    kept += _below(trace)
    return Entered(value, (*own, *weights), (*mine, *held), tuple(kept), trace.inside)


def _below(trace: Trace) -> Iterator[LayerWeight]:
    """Yield the weights of the layers inside a layer, with paths from the layer."""
    for place, held in trace.weights.items():
        for one in held:
            yield replace(one, path="/".join((*map(str, place), one.path)))


def _outward(value: Entry, args: Mapping[str, Any], entries: list[Entry]) -> Entry:
    """Say the sizes of what a layer gives as its caller does: by what it handed in."""
    if isinstance(value, tuple):
        return tuple(_outward(each, args, entries) for each in value)
    if not isinstance(value, Flow):
        return value
    types = [entry.type for entry in entries if isinstance(entry, Flow)]
    sizes_in = [size for one in types for size in one.shape]
    known = {size.text: size for size in sizes_in if isinstance(size, Size)}
    said = tuple(_said(size, {**known, **args}) for size in value.type.shape)
    return Flow(TensorType(said, value.type.dtype), value.trained)


def _said(size: int | None, known: Mapping[str, Any]) -> int | None:
    if not isinstance(size, Size):
        return size
    outer = known.get(size.text)
    return outer if isinstance(outer, int) and outer == size else int(size)
