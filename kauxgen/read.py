"""Document to Spec: the form holds already, so reading only gives it types."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kauxgen import expression
from kauxgen.finding import Finding
from kauxgen.source import Document
from kauxgen.spec import (
    FAMILIES,
    BlockNode,
    Computed,
    Definition,
    Expr,
    ExprNode,
    Gradients,
    Input,
    Kind,
    LayerNode,
    NetworkName,
    NetworkNode,
    Node,
    Operand,
    RepeatNode,
    ReuseNode,
    Schedule,
    Scope,
    Spec,
    Term,
    Training,
    Value,
    Variable,
    Weight,
    Weights,
)

Json = Any
_ARGUMENTS = {
    "losses": ("y_true", "y_pred"),
    "regularizers": ("w",),
    "initializers": ("shape",),
}
_SINGULAR = {
    "losses": "loss",
    "regularizers": "regularizer",
    "initializers": "initializer",
    "functions": "function",
}


def malformed_expression(
    pointer: str, reason: str, part: tuple[int, int] | None
) -> Finding:
    """KX110: text that is no expression of the language.

    Expressions use Python's syntax for names, numbers, arithmetic, comparisons, tuples,
    lists, indexing and calls of known operations. Lambdas, comprehensions,
    conditionals, f-strings, other attributes and names with a leading underscore are
    not part of it: a spec is never run, so nothing that must run can be written in it.

    Wrong:
        {"name": "z", "expr": "x if flag else y"}

    Right:
        {"name": "z", "expr": "where(x > 0, x, y)"}
    """
    return Finding(pointer, "KX110", reason, part=part)


def read(document: Document) -> tuple[Spec | None, list[Finding]]:
    """Give a document of good form its types; findings are malformed expressions."""
    reader = _Reader()
    spec = reader.spec(document.value)
    return (None if reader.findings else spec), sorted(reader.findings)


class _Reader:
    """Reads one document and gathers the expressions that do not parse."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def spec(self, raw: Json) -> Spec:
        networks = raw.get("networks", {})
        define = raw.get("define", {})
        return Spec(
            name=raw["name"],
            description=raw.get("description", ""),
            style=raw.get("style"),
            backend=raw.get("backend", "any"),
            params=self.values(raw.get("params", {}), "/params"),
            definitions=tuple(self.definitions(define)),
            blocks={
                name: self.scope("block", name, body, f"/define/blocks/{_token(name)}")
                for name, body in define.get("blocks", {}).items()
            },
            networks={
                name: self.scope("network", name, body, f"/networks/{_token(name)}")
                for name, body in networks.items()
            },
            main=self.scope("main", raw["name"], {**raw, "penalties": []}, ""),
            losses=self.terms("loss", raw, ""),
            penalties=self.terms("penalty", raw, ""),
            metrics=self.terms("metric", raw, ""),
            training=self.training(raw["training"], "/training"),
        )

    def text(self, text: str, at: str, shift: int = 0) -> Expr:
        """Parse an expression at a place; keep a finding if it is none."""
        make = Computed if shift else Expr
        try:
            tree = expression.parse(text)
        except expression.ExpressionError as error:
            part = error.part and (error.part[0] + shift, error.part[1] + shift)
            self.findings.append(malformed_expression(at, str(error), part))
            tree = ast.Constant(0)
        return make(text, tree, at, shift)

    def value(self, raw: Json, at: str) -> Value:
        """Read a value of arguments: plain, computed, a kind, or a list of them."""
        if isinstance(raw, str):
            return self.string(raw, at)
        if isinstance(raw, list):
            return tuple(self.value(item, f"{at}/{i}") for i, item in enumerate(raw))
        if isinstance(raw, dict):
            family = next((key for key in FAMILIES if key in raw), None)
            return self.kind(family, raw, at) if family else self.values(raw, at)
        plain: Value = raw
        return plain

    def string(self, raw: str, at: str) -> Value:
        if raw.startswith("=="):
            return raw[1:]
        if not raw.startswith("="):
            return raw
        found = self.text(raw[1:], at, shift=1)
        assert isinstance(found, Computed)
        return found

    def values(self, raw: Mapping[str, Json], at: str) -> dict[str, Value]:
        return {
            key: self.value(item, f"{at}/{_token(key)}") for key, item in raw.items()
        }

    def kind(self, family: str, raw: Json, at: str) -> Kind:
        return Kind(
            family, raw[family], self.values(raw.get("args", {}), f"{at}/args"), at
        )

    def scope(self, kind: str, name: str, raw: Json, at: str) -> Scope:
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
        )

    def inputs(self, raw: Json, at: str) -> Iterable[Input]:
        if isinstance(raw, list):
            for index, name in enumerate(raw):
                yield Input(name, (), "float32", f"{at}/{index}")
            return
        for name, body in raw.items():
            here = f"{at}/{_token(name)}"
            shape = tuple(
                self.value(size, f"{here}/shape/{i}")
                for i, size in enumerate(body["shape"])
            )
            dtype = body.get("dtype", "float32")
            yield Input(name, shape, dtype, here, body.get("description", ""))

    def outputs(self, raw: Json, nodes: tuple[Node, ...], at: str) -> tuple[Expr, ...]:
        if "outputs" not in raw:
            last = nodes[-1].name if nodes else ""
            return (Expr(last, ast.Name(last), at),)
        return tuple(self.references(raw["outputs"], f"{at}/outputs"))

    def references(self, raw: Json, at: str) -> list[Expr]:
        if isinstance(raw, str):
            return [self.text(raw, at)]
        return [self.text(item, f"{at}/{i}") for i, item in enumerate(raw)]

    def nodes(self, raw: Json, at: str) -> tuple[Node, ...]:
        return tuple(self.node(item, f"{at}/{index}") for index, item in enumerate(raw))

    def node(self, raw: Json, at: str) -> Node:
        for key, make in _NODES.items():
            if key in raw:
                return make(self, raw, at, self.common(raw, at))
        raise AssertionError(f"{at}: a node without a kind passed the schema")

    def common(self, raw: Json, at: str) -> dict[str, Any]:
        inputs: Any = None
        if isinstance(raw.get("inputs"), dict):
            inputs = {
                key: self.text(item, f"{at}/inputs/{_token(key)}")
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
        layer = self.kind("layer", raw, at)
        mode = {
            "trainable": raw.get("trainable", True),
            "training": raw.get("training"),
        }
        return LayerNode(**common, **mode, layer=layer)

    def expr_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        return ExprNode(**common, expr=self.text(raw["expr"], f"{at}/expr"))

    def network_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        return NetworkNode(
            **common, network=raw["network"], training=raw.get("training")
        )

    def block_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        args = self.values(raw.get("args", {}), f"{at}/args")
        return BlockNode(**common, block=raw["block"], args=args)

    def reuse_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        return ReuseNode(**common, layer=raw["reuse"], training=raw.get("training"))

    def repeat_node(self, raw: Json, at: str, common: Mapping[str, Any]) -> Node:
        rounds = raw["repeat"]
        names = rounds.get("as", [])
        return RepeatNode(
            **common,
            count=self.value(rounds.get("count"), f"{at}/repeat/count"),
            over=self.value(rounds.get("over"), f"{at}/repeat/over"),
            variables=(names,) if isinstance(names, str) else tuple(names),
            body=self.nodes(raw["body"], f"{at}/body"),
        )

    def terms(self, role: str, raw: Json, at: str) -> tuple[Term, ...]:
        key = {"loss": "losses", "penalty": "penalties", "metric": "metrics"}[role]
        return tuple(
            self.term(role, item, f"{at}/{key}/{index}")
            for index, item in enumerate(raw.get(key, []))
        )

    def term(self, role: str, raw: Json, at: str) -> Term:
        family = next(
            (key for key in ("loss", "penalty", "metric") if key in raw), None
        )
        target = raw.get("target")
        return Term(
            role=role,
            name=raw.get("name", ""),
            at=at,
            description=raw.get("description", ""),
            kind=self.kind(family, raw, at) if family else None,
            operands=tuple(self.operands(raw["on"], f"{at}/on")) if "on" in raw else (),
            target=self.text(target, f"{at}/target") if target is not None else None,
            has_target="target" in raw,
            let=self.steps(raw.get("let", {}), f"{at}/let"),
            expr=self.text(raw["expr"], f"{at}/expr") if "expr" in raw else None,
            weight=self.weight(raw.get("weight", 1), f"{at}/weight"),
            weight_at=f"{at}/weight" if "weight" in raw else at,
            reduce=raw.get("reduce"),
            when=raw.get("when", "always"),
        )

    def operands(self, raw: Json, at: str) -> Iterable[tuple[str, Operand]]:
        if isinstance(raw, str):
            yield "", self.text(raw, at)
        elif isinstance(raw, list):
            for index, item in enumerate(raw):
                yield "", self.operand(item, f"{at}/{index}")
        elif set(raw) == {"weights"}:
            yield "", Weights(raw["weights"], f"{at}/weights")
        else:
            for key, item in raw.items():
                here = f"{at}/{_token(key)}"
                named = key == "network" and isinstance(item, str)
                yield key, (
                    NetworkName(item, here) if named else self.operand(item, here)
                )

    def operand(self, raw: Json, at: str) -> Operand:
        if isinstance(raw, dict):
            return Weights(raw["weights"], f"{at}/weights")
        return self.text(raw, at)

    def steps(self, raw: Mapping[str, str], at: str) -> tuple[tuple[str, Expr], ...]:
        return tuple(
            (name, self.text(item, f"{at}/{_token(name)}"))
            for name, item in raw.items()
        )

    def weight(self, raw: Json, at: str) -> Weight:
        if not isinstance(raw, dict):
            return self.value(raw, at)
        if "expr" in raw:
            return self.text(raw["expr"], f"{at}/expr")
        if "variable" in raw:
            return Variable(self.value(raw["variable"], f"{at}/variable"), at)
        return Schedule(
            raw["schedule"], self.values(raw.get("args", {}), f"{at}/args"), at
        )

    def definitions(self, raw: Json) -> Iterable[Definition]:
        for plural, family in _SINGULAR.items():
            for name, body in raw.get(plural, {}).items():
                at = f"/define/{plural}/{_token(name)}"
                yield Definition(
                    family=family,
                    name=name,
                    at=at,
                    description=body.get("description", ""),
                    arguments=_ARGUMENTS.get(plural) or tuple(body["args"]),
                    params=self.values(body.get("params", {}), f"{at}/params"),
                    let=self.steps(body.get("let", {}), f"{at}/let"),
                    expr=self.text(body["expr"], f"{at}/expr"),
                    gradient=self.steps(body.get("gradient", {}), f"{at}/gradient"),
                    emit=body.get("emit", "function"),
                )

    def training(self, raw: Json, at: str) -> Training:
        gradients = raw.get("gradients")
        return Training(
            at=at,
            optimizer=self.kind("optimizer", raw["optimizer"], f"{at}/optimizer"),
            epochs=self.value(raw.get("epochs", 1), f"{at}/epochs"),
            batch_size=self.value(raw.get("batch_size", 32), f"{at}/batch_size"),
            shuffle=raw.get("shuffle", True),
            seed=raw.get("seed", 0),
            callbacks=tuple(
                self.kind("callback", item, f"{at}/callbacks/{index}")
                for index, item in enumerate(raw.get("callbacks", []))
            ),
            jit_compile=raw.get("jit_compile", "auto"),
            steps_per_execution=raw.get("steps_per_execution", 1),
            gradients=(
                self.gradients(gradients, f"{at}/gradients") if gradients else None
            ),
        )

    def gradients(self, raw: Json, at: str) -> Gradients:
        sam = raw.get("sam")
        rho = self.value(sam["rho"], f"{at}/sam/rho") if sam else None
        return Gradients(raw.get("centralize", False), rho, at)


_NODES: dict[str, Callable[[_Reader, Json, str, Mapping[str, Any]], Node]] = {
    "layer": _Reader.layer_node,
    "expr": _Reader.expr_node,
    "network": _Reader.network_node,
    "block": _Reader.block_node,
    "reuse": _Reader.reuse_node,
    "repeat": _Reader.repeat_node,
}


def _token(key: str) -> str:
    """Escape a key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
