"""Makes layers and calls them: their outputs, their weights, what does not suit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kauxgen import callees, catalog, shapes
from kauxgen.frozen import frozen
from kauxgen.rules import arguments, misfits
from kauxgen.rules.entering import Arrival, as_given, by_name, one_each
from kauxgen.rules.entries import (
    UNKNOWN,
    Entry,
    flowing,
    is_trained,
    settle,
    through,
    unknown,
)
from kauxgen.rules.own_calls import Enter, Inner, Shapes
from kauxgen.rules.unrolled import Held, Unrolled, Weight
from kauxgen.shapes import Call
from kauxgen.tensor import Misfit, TensorType
from kauxgen.trace import LayerCall, LayerWeight
from kauxgen.values import Kind, computed


@dataclass
class Made:
    """A layer with its arguments worked out; None if one of them is wrong.

    `width` is the last axis of what it was first called on; `stated` is what an
    imported layer is said to give; `weights` are those that the first call of a layer
    of `define` has found.
    """

    kind: Kind
    args: Mapping[str, Any] | None
    trainable: bool
    width: int | None = None
    stated: Entry = UNKNOWN
    weights: Shapes | None = None


@frozen
class Maker:
    """Makes and calls the layer at one path of the unrolled model.

    `node` is the path of the node that calls it, if another one makes it.
    """

    state: Unrolled
    path: tuple[str | int, ...]
    trainable: bool
    enter: Enter
    node: tuple[str | int, ...] = ()

    def make(self, kind: Kind, names: Mapping[str, Entry]) -> Made:
        """Work out a layer's arguments, and check those that are computed."""
        return Made(kind, work_out(self.state, kind, names), self.trainable)

    def call(self, made: Made, given: list[Arrival], at: str) -> Entry:
        """Return what a layer gives; unknown, with a finding, for what misfits."""
        if made.kind.imported:
            entries = [each.entry for each in one_each(self.state, _spread(given))]
            self.called(made, [settle(entry) for entry in entries])
            self.state.unseen |= {str(self.path[0])} if self.trainable else set()
            return through(made.stated, self.trainable or any(map(is_trained, entries)))
        ordered = self.ordered(made.kind, given)
        entries = [] if ordered is None else [each.entry for each in ordered]
        inputs = [settle(entry) for entry in entries]
        if made.args is None or ordered is None or unknown(inputs):
            return UNKNOWN
        try:
            if made.kind.name in self.state.spec.layers:
                return self.own(made, entries)
            self.called(made, inputs)
            inner = self.inner(made)
            rules = {name: one.rule for name, one in inner.items()}
            call = shapes.layer_call(made.kind.name, made.args, inputs, rules)
            outputs = call.outputs()
            own = self.weigh(made, call, inner)
        except Misfit as misfit:
            self.state.keep(misfits.layer_misfit(at, str(misfit)))
            return UNKNOWN
        trained = own or any(map(is_trained, entries))
        return flowing(outputs, trained)

    def called(
        self,
        made: Made,
        inputs: list[TensorType],
        inside: tuple[LayerCall, ...] = (),
    ) -> None:
        """Note the call of a layer, for what the node that calls it gives."""
        call = LayerCall(made.kind.name, made.args or {}, tuple(inputs), inside)
        self.state.trace.calls[self.node or self.path] = call

    def own(self, made: Made, entries: list[Entry]) -> Entry:
        """Call a layer of `define`; a later call must find the weights of the first."""
        assert made.args is not None
        layer = self.state.spec.layers[made.kind.name]
        entered = self.enter(layer, made.args, entries, made.trainable)
        self.state.trace.hold(self.path, entered.kept)
        self.called(made, [settle(entry) for entry in entries], entered.calls)
        if made.weights is None:
            made.weights = entered.shapes
            self.state.weights += [
                replace(weight, layer=(*self.path, *weight.layer))
                for weight in entered.weights
            ]
            self.state.held += [
                replace(held, layer=(*self.path, *held.layer)) for held in entered.held
            ]
        elif made.weights != entered.shapes:
            raise Misfit(f"{layer.name} {_other(made.weights, entered.shapes)}")
        return entered.value

    def inner(self, made: Made) -> Mapping[str, Inner]:
        """Return the layers of `define` that a wrapper holds, by name."""
        assert made.args is not None
        spec = self.state.spec
        found = callees.own_layers(made.kind, spec)
        return {one.name: Inner(spec, one, self.enter, made.trainable) for one in found}

    def ordered(self, kind: Kind, given: list[Arrival]) -> list[Arrival] | None:
        """Put what enters in the order of the layer's call; None with a finding."""
        entry = catalog.find("layer", kind.name)
        if entry is None:
            own = self.state.spec.layers[kind.name]
            words = tuple(each.name for each in own.inputs)
            return as_given(self.state, given, kind.name, words)
        if entry.call == ("*",):
            return one_each(self.state, _spread(given))
        words = tuple(word.removesuffix("?") for word in entry.call)
        ordered = by_name(self.state, given, kind.name, words)
        return None if ordered is None else one_each(self.state, ordered)

    def weigh(self, made: Made, call: Call, inner: Mapping[str, Inner]) -> bool:
        """Note the weights of a layer's first call; say whether training moves any.

        A later call must enter with the same last axis, which the weights multiply.
        """
        assert made.args is not None
        name, inputs = made.kind.name, call.inputs
        self.state.trace.hold(self.path, self.kept(call))
        own = {each: one.attributes() for each, one in inner.items()}
        attributes = shapes.layer_weights(name, made.args, own)
        if not attributes:
            return False
        width = inputs[0].shape[-1] if inputs[0].shape else None
        if made.width is None:
            made.width = width
            self.note(name, attributes, call.weights())
        elif width is not None and width != made.width and name != "Embedding":
            raise Misfit(
                f"{name} was made for {made.width} on the last axis, got {width}"
            )
        return self.trainable

    def kept(self, call: Call) -> Iterator[LayerWeight]:
        """Yield the weights of a layer, those behind that no gradient moves."""
        for path, shape in call.weights().items():
            yield LayerWeight(path, shape, self.trainable)
        for path, shape in call.states().items():
            yield LayerWeight(path, shape, False, state=True)

    def note(
        self,
        kind: str,
        attributes: Mapping[str, str],
        known: Mapping[str, tuple[int | None, ...]],
    ) -> None:
        """Add a layer's weights to those of the model, and to the trainable ones."""
        self.state.held += [
            Held(self.path, kind, path, known[path]) for path in attributes
        ]
        if self.trainable:
            self.state.weights += [
                Weight(self.path, path, attribute, known[path])
                for path, attribute in attributes.items()
            ]


def _spread(given: list[Arrival]) -> list[Arrival]:
    """Let a repeat's list, given alone to a merging layer, stand for its tensors."""
    if len(given) != 1 or not isinstance(given[0].entry, tuple):
        return given
    return [replace(given[0], entry=entry) for entry in given[0].entry]


def _other(first: Shapes, later: Shapes) -> str:
    """Say which weight would have another shape in a later call."""
    for path, shape in first.items():
        if later.get(path) != shape:
            words = ", ".join(map(str, shape))
            return f"has made its weight {path} as ({words}), which does not fit here"
    return "was made with fewer weights"


def work_out(
    state: Unrolled, kind: Kind, names: Mapping[str, Entry]
) -> Mapping[str, Any] | None:
    """Return a kind's arguments worked out; None, with findings, if one is wrong."""
    args = state.evaluation.arguments(kind.args, names)
    wrong = _check(state, kind, args, names)
    return None if wrong or _holds_unknown(args) else args


def _check(
    state: Unrolled,
    kind: Kind,
    args: Mapping[str, Any],
    names: Mapping[str, Entry],
) -> bool:
    """Keep findings about computed arguments; say whether there are any."""
    found = False
    for name, value in kind.args.items():
        if isinstance(value, Kind) and isinstance(args[name], Kind):
            found |= _check(state, value, args[name].args, names)
        elif not isinstance(value, Kind) and any(computed(value)):
            for finding in arguments.check_plain(kind, name, args[name]):
                state.evaluation.blame(finding, value, names)
                found = True
    return found


def _holds_unknown(args: Mapping[str, Any]) -> bool:
    return any(
        _holds_unknown(value.args) if isinstance(value, Kind) else unknown(value)
        for value in args.values()
    )
