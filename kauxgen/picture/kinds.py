"""Nodes of each kind as parts of a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    RepeatNode,
    ReuseNode,
)
from kauxgen.nodes import Node as Step
from kauxgen.picture import uses
from kauxgen.picture.drawing import Above, Drawing, Drawn, Place
from kauxgen.picture.model import Node
from kauxgen.picture.sources import Source, references
from kauxgen.picture.words import formula


class KindDrawing(Drawing):
    """Draws nodes, each as its kind wants it."""

    def draw(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw one node."""
        return _DRAW[type(step)](self, step, place, names, above)

    def layer(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw a layer: one of `define` that is used once with what is in it."""
        assert isinstance(step, LayerNode)
        entering = self.entering(step, names, above)
        kind, values = step.layer, self.facts.values
        own = self.spec.layers.get(kind.name)
        if own is not None and ("layer", kind.name) in self.in_place:
            inner = place.below(step.name, own.params)
            return self.inside(step, own, inner, f"layer {kind.name}", entering)
        mode = "" if step.training is None else f", training={step.training}"
        text = values.kind(kind, place.own) + mode
        notes = values.penalties(kind, place.own)
        drawn = self.card(step, place, "layer", text, entering)
        assert isinstance(drawn.part, Node)
        held = bool(notes) or drawn.part.penalized
        return replace(drawn, part=replace(drawn.part, notes=notes, penalized=held))

    def reuse(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw one more call of a layer."""
        assert isinstance(step, ReuseNode)
        entering = self.entering(step, names, above)
        text = f"{step.kind or 'layer'}, the weights of {step.layer}"
        return self.card(step, place, "call", text, entering)

    def expr(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw an expression."""
        assert isinstance(step, ExprNode)
        entering = tuple(references(step.expr.tree, names))
        called = uses.networks_in(step.expr.tree, self.spec)
        role = "call" if called else "operation"
        return self.card(step, place, role, formula(step.expr.text), entering)

    def application(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw a backbone."""
        assert isinstance(step, ApplicationNode)
        entering = self.entering(step, names, above)
        text = self.facts.values.kind(step.application, place.own)
        if step.frozen_before:
            text += f", frozen before {step.frozen_before}"
        return self.card(step, place, "layer", text, entering)

    def network(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw a call of a network."""
        assert isinstance(step, NetworkNode)
        entering = self.entering(step, names, above)
        scope = self.spec.networks[step.network]
        if ("network", step.network) in self.in_place:
            inner = Place(
                place.of(step.name), (step.network,), muted=not scope.trainable
            )
            return self.inside(step, scope, inner, f"network {step.network}", entering)
        index = f"[{step.index.text.strip()}]" if step.index else ""
        text = f"network {step.network}{index}, shared weights"
        return self.card(step, place, "call", text, entering)

    def block(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw a use of a block."""
        assert isinstance(step, BlockNode)
        entering = self.entering(step, names, above)
        args = self.facts.values.args(step.args, place.own)
        if ("block", step.block) in self.in_place:
            scope = self.spec.blocks[step.block]
            inner = place.below(step.name, scope.params)
            return self.inside(
                step, scope, inner, f"block {step.block}", entering, args
            )
        text = " ".join(filter(None, [f"block {step.block}", args]))
        return self.card(step, place, "use", text, entering)


_Draw = Callable[[KindDrawing, Step, Place, dict[str, Source], Above], Drawn]
_DRAW: dict[type[Step], _Draw] = {
    LayerNode: KindDrawing.layer,
    ReuseNode: KindDrawing.reuse,
    ExprNode: KindDrawing.expr,
    ApplicationNode: KindDrawing.application,
    NetworkNode: KindDrawing.network,
    BlockNode: KindDrawing.block,
    RepeatNode: Drawing.repeat,
}
