"""Reading, part four: lists of nodes, with their inputs and outputs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    Input,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
)
from kauxgen.read_rounds import handed
from kauxgen.read_terms import Terms
from kauxgen.read_texts import Json, token
from kauxgen.spec import Scope
from kauxgen.values import Expr


class Nodes(Terms):
    """Reads lists of nodes: of the model, of networks, of blocks."""

    def scope(self, kind: str, name: str, raw: Json, at: str) -> Scope:
        """Read the model, a network or a block."""
        body = "body" if kind == "block" else "layers"
        nodes = self.nodes(raw.get(body, []), f"{at}/{body}")
        inputs = raw.get("inputs", {})
        return Scope(
            kind=kind,
            name=name,
            at=at,
            description=raw.get("description", ""),
            inputs=tuple(self.inputs(inputs, f"{at}/inputs")),
            nodes=nodes,
            outputs=self.outputs(raw, nodes, at),
            penalties=self.terms("penalty", raw, at),
            params=(
                self.values(raw.get("params", {}), f"{at}/params")
                if kind == "block"
                else {}
            ),
            trainable=raw.get("trainable", True),
            count=self.value(raw.get("count"), f"{at}/count"),
        )

    def inputs(self, raw: Json, at: str) -> Iterable[Input]:
        """Read inputs: names of a block, else names with shapes."""
        if isinstance(raw, list):
            for index, name in enumerate(raw):
                yield Input(name, (), "float32", f"{at}/{index}")
            return
        for name, body in raw.items():
            here = f"{at}/{token(name)}"
            shape = tuple(
                self.value(size, f"{here}/shape/{i}")
                for i, size in enumerate(body["shape"])
            )
            dtype = body.get("dtype", "float32")
            target = body.get("role") == "target"
            description = body.get("description", "")
            yield Input(name, shape, dtype, here, description, target)

    def outputs(self, raw: Json, nodes: tuple[Node, ...], at: str) -> tuple[Expr, ...]:
        """Read outputs, the last node by default."""
        if "outputs" not in raw:
            last = nodes[-1].name if nodes else ""
            return (Expr(last, ast.Name(last), at),)
        return tuple(self.references(raw["outputs"], f"{at}/outputs"))

    def nodes(self, raw: Json, at: str) -> tuple[Node, ...]:
        """Read a list of nodes."""
        read = [
            node
            for index, item in enumerate(raw)
            for node in self.given(item, f"{at}/{index}")
        ]
        made = {node.name: node for node in reversed(read)}
        return tuple(_with_kind(node, made) for node in read)

    def given(self, raw: Json, at: str) -> tuple[Node, ...]:
        """Read a node, behind the nodes of what it carries first."""
        if "repeat" in raw:
            return self.repeat_nodes(raw, at)
        return (self.node(raw, at),)

    def node(self, raw: Json, at: str) -> Node:
        """Read a node by its kind."""
        for key, make in _NODES.items():
            if key in raw:
                return make(self, raw, at, self.common(raw, at))
        raise AssertionError(f"{at}: a node without a kind passed the schema")

    def common(self, raw: Json, at: str) -> dict[str, Any]:
        """Read what every kind of node has."""
        inputs: Any = None
        if isinstance(raw.get("inputs"), dict):
            inputs = {
                key: self.text(item, f"{at}/inputs/{token(key)}")
                for key, item in raw["inputs"].items()
            }
        elif "inputs" in raw:
            inputs = tuple(self.references(raw["inputs"], f"{at}/inputs"))
        return {
            "name": raw["name"],
            "at": at,
            "description": raw.get("description", ""),
            "inputs": inputs,
            "outputs": tuple(raw.get("as", ())) if "repeat" not in raw else (),
        }

    def layer_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        """Read a layer."""
        layer = self.kind("layer", raw, at)
        mode = {
            "trainable": raw.get("trainable", True),
            "training": raw.get("training"),
        }
        return LayerNode(**common, **mode, **self.stated(raw, at), layer=layer)

    def expr_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        """Read an operation on tensors."""
        expr = self.text(raw["expr"], f"{at}/expr")
        return ExprNode(**common, **self.stated(raw, at), expr=expr)

    def stated(self, raw: Json, at: str) -> dict[str, Any]:
        """Read what is said of a node that nothing is known of: its output's shape."""
        if "shape" not in raw:
            return {}
        sizes = enumerate(raw["shape"])
        shape = tuple(self.value(size, f"{at}/shape/{i}") for i, size in sizes)
        return {"shape": shape, "dtype": raw.get("dtype", "float32")}

    def network_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        """Read a call of a network."""
        name, index = self.item(raw["network"], f"{at}/network")
        mode = raw.get("training")
        return NetworkNode(**common, network=name, index=index, training=mode)

    def block_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        """Read a use of a block."""
        args = self.values(raw.get("args", {}), f"{at}/args")
        return BlockNode(**common, block=raw["block"], args=args)

    def reuse_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        """Read one more call of a layer."""
        return ReuseNode(**common, layer=raw["reuse"], training=raw.get("training"))

    def application_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        """Read a backbone."""
        trainable = raw.get("trainable", True)
        part = isinstance(trainable, dict)
        return ApplicationNode(
            **common,
            application=self.kind("application", raw, at),
            taps=tuple(raw.get("taps", ())),
            trainable=True if part else trainable,
            frozen_before=trainable["from"] if part else "",
            training=raw.get("training"),
        )

    def repeat_nodes(self, raw: Json, at: str) -> tuple[Node, ...]:
        """Read a repeat with its body, and the nodes of its first values."""
        rounds = raw["repeat"]
        names = rounds.get("as", [])
        body = self.nodes(raw["body"], f"{at}/body")
        hands = handed(self, raw, body, at)
        node = RepeatNode(
            **self.common(raw, at),
            count=self.value(rounds.get("count"), f"{at}/repeat/count"),
            over=self.value(rounds.get("over"), f"{at}/repeat/over"),
            variables=(names,) if isinstance(names, str) else tuple(names),
            body=(*body, *hands.behind),
            carry=hands.carry,
            following=hands.following,
            zipped=self.steps(rounds.get("zip", {}), f"{at}/repeat/zip"),
        )
        return (*hands.before, node)


def _with_kind(node: Node, made: Mapping[str, Node]) -> Node:
    """Let one more call of a layer know the layer's kind."""
    if not isinstance(node, ReuseNode):
        return node
    original = made.get(node.layer)
    if not isinstance(original, LayerNode):
        return node
    return replace(node, kind=original.layer.name)


_NODES: dict[str, Callable[[Nodes, Json, str, Mapping[str, Any]], Node]] = {
    "layer": Nodes.layer_node,
    "expr": Nodes.expr_node,
    "network": Nodes.network_node,
    "block": Nodes.block_node,
    "reuse": Nodes.reuse_node,
    "application": Nodes.application_node,
}
