"""Document to Spec: the form holds already, so reading only gives it types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kauxgen.finding import Finding
from kauxgen.read_layers import Layers
from kauxgen.read_step import Steps
from kauxgen.read_texts import Json, token
from kauxgen.source import Document
from kauxgen.spec import Definition, Scope, Silence, Spec, Training
from kauxgen.values import Import

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


def read(document: Document) -> tuple[Spec | None, list[Finding]]:
    """Give a document of good form its types; findings are malformed expressions."""
    reader = _Reader()
    spec = reader.spec(document.value)
    return (None if reader.findings else spec), sorted(reader.findings)


class _Reader(Layers, Steps):
    """Reads a whole document."""

    def spec(self, raw: Json) -> Spec:
        """Read the whole spec."""
        self.imports = {
            name: Import(name, path, f"/imports/{token(name)}")
            for name, path in raw.get("imports", {}).items()
        }
        main = self.main(raw)
        networks = raw.get("networks", {})
        define = raw.get("define", {})
        return Spec(
            name=raw["name"],
            description=raw.get("description", ""),
            style=raw.get("style"),
            backend=raw.get("backend", "any"),
            keras=raw.get("keras", ""),
            params=self.values(raw.get("params", {}), "/params"),
            definitions=tuple(self.definitions(define)),
            layers={
                name: self.own_layer(name, body, f"/define/layers/{token(name)}")
                for name, body in define.get("layers", {}).items()
            },
            blocks={
                name: self.scope("block", name, body, f"/define/blocks/{token(name)}")
                for name, body in define.get("blocks", {}).items()
            },
            networks=self.networks(networks),
            main=main,
            losses=self.terms("loss", raw, ""),
            penalties=self.terms("penalty", raw, ""),
            metrics=self.terms("metric", raw, ""),
            training=self.training(raw["training"], "/training"),
            inputs=tuple(self.inputs(raw["inputs"], "/inputs")),
            step=self.step(raw, "/step") if "step" in raw else None,
            inference=self.inference(raw, main),
            imports=self.imports,
            silences=tuple(
                Silence(item["code"], item["reason"], item.get("at"), f"/silence/{i}")
                for i, item in enumerate(raw.get("silence", []))
            ),
        )

    def main(self, raw: Json) -> Scope:
        """Read the model's list of nodes, or what a step computes before its phases."""
        if "step" in raw:
            return self.forward(raw)
        return self.scope("main", raw["name"], {**raw, "penalties": []}, "")

    def networks(self, raw: Json) -> dict[str, Scope]:
        """Read the networks; one that is like another has that one's layers."""
        built = {
            name: self.scope("network", name, body, f"/networks/{token(name)}")
            for name, body in raw.items()
            if "layers" in body
        }
        return {
            name: built[name] if name in built else self.copy(raw, name, built)
            for name in raw
        }

    def copy(self, raw: Json, name: str, built: Mapping[str, Scope]) -> Scope:
        """Read a network that is like another, also by way of a third.

        One of a circle, or without layers at all, is like itself; one that leads there
        is like the next.
        """
        body, at = raw[name], f"/networks/{token(name)}"
        seen, like = {name}, body.get("like", name)
        while like in raw and like not in built and like not in seen:
            seen.add(like)
            like = raw[like].get("like", like)
        if like not in built and like != name:
            like = body["like"]
        nothing = self.scope("network", name, {"outputs": name}, at)
        return replace(
            built.get(like, nothing),
            name=name,
            at=at,
            description=body.get("description", ""),
            trainable=body.get("trainable", True),
            like=like,
            count=self.value(body.get("count"), f"{at}/count"),
        )

    def definitions(self, raw: Json) -> Iterable[Definition]:
        """Yield the definitions of `define`."""
        for plural, family in _SINGULAR.items():
            for name, body in raw.get(plural, {}).items():
                at = f"/define/{plural}/{token(name)}"
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
        """Read how the model is trained."""
        return Training(
            at=at,
            optimizer=self.optimizer(raw, at),
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
            gradients=self.gradients(raw, at),
        )
