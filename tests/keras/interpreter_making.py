"""The things that a spec names, made as it says; generators in the language's order."""

from __future__ import annotations

import itertools
from typing import Any

import keras
from keras import ops

from interpreter_values import DRAWS, Evaluation, Json, Names, Pass, Place
from kauxgen import expression

STOCHASTIC = ("Dropout", "GaussianNoise", "GaussianDropout", "SpatialDropout1D")
_MODULES = {
    "layer": keras.layers,
    "loss": keras.losses,
    "metric": keras.metrics,
    "optimizer": keras.optimizers,
    "regularizer": keras.regularizers,
    "initializer": keras.initializers,
    "constraint": keras.constraints,
    "schedule": keras.optimizers.schedules,
}


class Maker:
    """Makes layers, losses and the like, and numbers what draws."""

    def __init__(self, spec: Json, params: Names, seed: int) -> None:
        """Start without a layer."""
        self.spec = spec
        self.params = {**spec.get("params", {}), **params}
        self.define = spec.get("define", {})
        self.networks: dict[str, Json] = {}
        self.copies: dict[str, list[str]] = {}
        for name in sorted(spec["networks"]):
            self._network(name, spec["networks"][name])
        self.layers: dict[Place, Any] = {}
        self.titles: dict[Place, tuple[str, ...]] = {}
        self.generators: dict[Place, keras.random.SeedGenerator] = {}
        self.seeds: dict[Place, int] = {}
        self._numbers = itertools.count(seed)

    # Networks.

    def _network(self, name: str, raw: Json) -> None:
        """Note a network, or the copies of it, as a network that says all itself."""
        whole = self._whole(raw)
        self.copies[name] = [name]
        if "count" in whole:
            count = int(self.number(whole["count"], self.params))
            self.copies[name] = [f"{name}_{index}" for index in range(count)]
        self.networks |= dict.fromkeys(self.copies[name], whole)

    def _whole(self, raw: Json) -> Json:
        """Give what a network says; one like another has the other's architecture."""
        if "like" not in raw:
            return raw
        other = self._whole(self.spec["networks"][raw["like"]])
        words = ("inputs", "layers", "outputs", "penalties")
        return {**{key: other[key] for key in words if key in other}, **raw}

    def copy(self, name: str, index: Any = None) -> str:
        """Name the network that a call calls, one of a list by its number."""
        return name if index is None else self.copies[name][int(index)]

    def number_networks(self) -> None:
        """Number the draws inside of networks, by name."""
        for name in sorted(self.copies):
            for one in self.copies[name]:
                layers = self.networks[one]["layers"]
                self.number_nodes(layers, (one,), (one,), self.params)

    # The numbers of generators.

    def number_nodes(
        self,
        nodes: Json,
        at: Place,
        title: tuple[str, ...],
        known: Names,
        *,
        body: bool = False,
    ) -> None:
        """Number a list; the only node of a body bears the name of what holds it."""
        for node in nodes:
            here = (*at, node["name"])
            words = title if body and len(nodes) == 1 else (*title, node["name"])
            if "layer" in node:
                self.titles[here] = words
                if node["layer"] in STOCHASTIC:
                    self.seeds[here] = next(self._numbers)
            elif "expr" in node:
                self.number_draws(node["expr"], here)
            elif "block" in node:
                block = self.define["blocks"][node["block"]]
                inner = {**block.get("params", {}), **self.given(node, known)}
                self.number_nodes(block["body"], here, words, inner, body=True)
            elif "repeat" in node:
                self._number_all(node.get("carry", {}), (*here, "carry"))
                for index, one in enumerate(self.rounds(node, known)):
                    place, inside = (*here, index), (*words, str(index))
                    self.number_nodes(node["body"], place, inside, one, body=True)
                    self._number_all(node.get("next", {}), (*place, "next"))

    def _number_all(self, named: Json, at: Place) -> None:
        for name, text in named.items():
            self.number_draws(text, (*at, name))

    def number_draws(self, text: str, at: Place) -> None:
        """Give every draw of an expression a generator."""
        called = expression.calls(expression.parse(text))
        drawing = [one for one in called if expression.call_name(one) in DRAWS]
        for index, _ in enumerate(drawing):
            seed = next(self._numbers)
            self.generators[(*at, index)] = keras.random.SeedGenerator(seed)

    def rounds(self, node: Json, known: Names) -> list[Names]:
        """Give the names that each round of a repeat adds."""
        repeat = node["repeat"]
        if "count" in repeat:
            return [dict(known)] * int(self.number(repeat["count"], known))
        items = self.number(repeat["over"], known)
        words = repeat["as"]
        if isinstance(words, str):
            return [{**known, words: self.number(item, known)} for item in items]
        return [
            {**known, **dict(zip(words, self.number(item, known), strict=True))}
            for item in items
        ]

    # Making things.

    def number(self, value: Json, known: Names) -> Any:
        """Work out a value in which computed values may stand."""
        if isinstance(value, str) and value.startswith("=="):
            return value[1:]
        if isinstance(value, str) and value.startswith("="):
            return self.evaluate(value[1:], Pass(known, False), None, numbers=True)
        if isinstance(value, list):
            return [self.number(one, known) for one in value]
        if isinstance(value, dict):
            return self.made(value, known)
        return value

    def given(self, raw: Json, known: Names) -> Names:
        """Work out arguments."""
        args = raw.get("args", {})
        return {key: self.number(value, known) for key, value in args.items()}

    def made(self, raw: Json, known: Names, **more: Any) -> Any:
        """Make what a kind with its arguments says."""
        (family,) = (key for key in _MODULES if key in raw)
        args = {**self.given(raw, known), **more}
        plural = {"loss": "losses", "regularizer": "regularizers"}
        own = self.define.get(plural.get(family, ""), {})
        if raw[family] in own:
            return self.closure(family, own[raw[family]], args)
        return getattr(_MODULES[family], raw[family])(**args)

    def closure(self, family: str, definition: Json, args: Names) -> Any:
        """Make the closure of a definition."""
        known = {**definition.get("params", {}), **args}

        def loss(y_true: Any, y_pred: Any) -> Any:
            both = {"y_true": real(y_true), "y_pred": real(y_pred)}
            return ops.mean(self.defined(definition, {**known, **both}))

        def regularizer(w: Any) -> Any:
            return self.defined(definition, {**known, "w": w})

        return {"loss": loss, "regularizer": regularizer}[family]

    def defined(self, definition: Json, known: Names) -> Any:
        """Work out the expression of a definition."""
        run = Pass(dict(known), False)
        for name, text in definition.get("let", {}).items():
            run.names[name] = self.evaluate(text, run, None)
        return self.evaluate(definition["expr"], run, None)

    def evaluate(
        self, text: str, run: Pass, at: Place | None, *, numbers: bool = False
    ) -> Any:
        """Work out an expression; `at` leads to the generators of its draws."""
        return Evaluation(self, run, at, numbers).value(text)


def real(value: Any) -> Any:
    """Make a tensor of floats."""
    return ops.cast(value, "float32")
