"""Reading, part five: the layers of `define`, with their weights and steps."""

from __future__ import annotations

from collections.abc import Iterable

from kauxgen.nodes import ExprNode, Node
from kauxgen.read_nodes import Nodes
from kauxgen.read_texts import Json, token
from kauxgen.spec import OwnWeight, Scope


class Layers(Nodes):
    """Reads layers of a spec's own."""

    def own_layer(self, name: str, raw: Json, at: str) -> Scope:
        """Read a layer: its steps are nodes behind those of its body."""
        body = self.nodes(raw.get("body", []), f"{at}/body")
        nodes = (*body, *self.let(raw.get("let", {}), f"{at}/let"))
        return Scope(
            kind="layer",
            name=name,
            at=at,
            description=raw.get("description", ""),
            inputs=tuple(self.inputs(raw["inputs"], f"{at}/inputs")),
            nodes=nodes,
            outputs=self.outputs(raw, nodes, at),
            penalties=self.terms("penalty", raw, at),
            params=self.values(raw.get("params", {}), f"{at}/params"),
            weights=tuple(self.weights(raw.get("weights", {}), f"{at}/weights")),
        )

    def let(self, raw: Json, at: str) -> Iterable[Node]:
        """Read the steps of a layer as nodes."""
        for name, expr in self.steps(raw, at):
            yield ExprNode(name, expr.at, expr=expr, step=True)

    def weights(self, raw: Json, at: str) -> Iterable[OwnWeight]:
        """Read the weights of a layer."""
        for name, body in raw.items():
            here = f"{at}/{token(name)}"
            shape = self.value(body["shape"], f"{here}/shape")
            assert isinstance(shape, tuple)
            yield OwnWeight(
                name=name,
                at=here,
                shape=shape,
                initializer=self.value(body.get("initializer"), f"{here}/initializer"),
                regularizer=self.value(body.get("regularizer"), f"{here}/regularizer"),
                constraint=self.value(body.get("constraint"), f"{here}/constraint"),
                trainable=body.get("trainable", True),
                description=body.get("description", ""),
            )
