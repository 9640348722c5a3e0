"""Networks, lists of nodes and terms run by the letter of the language."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
from keras import ops

from interpreter_making import Maker, real
from interpreter_values import Call, Json, Names, Pass, Penalty, Place, Rounds, plain
from kauxgen import catalog
from kauxgen.proving import keyed

_MERGING = (
    keras.layers.Concatenate,
    keras.layers.Add,
    keras.layers.Multiply,
    keras.layers.Average,
)
_SCHEDULES: dict[str, Callable[..., float]] = {
    "linear": lambda step, start, end, steps: (
        start + (end - start) * min(step / steps, 1)
    ),
    "cosine": lambda step, start, end, steps: (
        start + (end - start) * (1 - math.cos(math.pi * min(step / steps, 1))) / 2
    ),
    "cyclical": lambda step, start, end, steps: (
        start + (end - start) * min(2 * (step % steps) / steps, 1)
    ),
}


class Networks(Maker):
    """Runs networks, lists of nodes and terms, on layers of its own."""

    settable: dict[int, float]
    finished: int

    # Weights.

    def within(self, network: str) -> list[str]:
        """Give a network, or the copies of one, and those that they call."""
        found = list(self.copies[network])
        for one in found:
            text = str(self.networks[one]["layers"])
            for name, copies in self.copies.items():
                called = rf"\b{name}[(\[]|'network': '{name}[\['']"
                if re.search(called, text):
                    found += [each for each in copies if each not in found]
        return found

    def variables(self, network: str = "") -> dict[str, Any]:
        """Give weights and moving statistics by key."""
        found = {}
        for place, layer in self.layers.items():
            if not network or place[0] in self.copies.get(network, [network]):
                title = self.titles[place]
                root = (title[0], "_".join(title[1:]))
                for path, variable in keyed.walk(layer, root):
                    found["_".join(path)] = variable
        return found

    # Lists of nodes.

    def call(
        self, name: str, tensors: Names, run: Pass, *, training: bool | None = None
    ) -> Call:
        """Call a network; what it penalizes is noted in the pass."""
        raw = self.networks[name]
        mode = run.training if training is None else training
        inner = Pass({**self.params, **tensors, "step": self.finished}, mode)
        inner.penalties = run.penalties
        entering = next(iter(tensors.values())) if len(tensors) == 1 else None
        last = self.nodes(raw["layers"], (name,), inner, entering, name)
        outputs = raw.get("outputs", last)
        several = isinstance(outputs, list)
        value = [
            self.evaluate(one, inner, None)
            for one in (outputs if several else [outputs])
        ]
        self.penalize(raw, inner, name)
        return Call(value if several and len(value) > 1 else value[0], inner.names)

    def penalize(self, raw: Json, run: Pass, network: str) -> None:
        """Note the penalties of a network, or of a block in it, at one use."""
        for penalty in raw.get("penalties", []):
            inside = Pass(run.names, run.training)
            value = self.term(penalty, inside, None)
            weight = self.weight(penalty, inside)
            found = Penalty(network, penalty.get("name", ""), value, weight)
            run.penalties.append(found)

    def nodes(
        self, nodes: Json, at: Place, run: Pass, entering: Any, network: str = ""
    ) -> str:
        """Run a list of nodes; return the name of the last."""
        above, name = entering, ""
        for node in nodes:
            name = node["name"]
            found = self.node(node, (*at, name), run, above, network)
            run.names[name] = found
            above = plain(found)
            if "as" in node:
                run.names.update(zip(node["as"], above, strict=True))
        return name

    def node(self, node: Json, at: Place, run: Pass, above: Any, network: str) -> Any:
        """Run one node."""
        if "expr" in node:
            return self.evaluate(node["expr"], run, at)
        entering = self.entering(node, run, above)
        if "layer" in node:
            return self.layer(node, at, run, entering, network)
        if "reuse" in node:
            place = (*at[:-1], node["reuse"])
            return self.called(self.layers[place], node, run, entering)
        if "network" in node:
            name = self.called_network(node, run)
            words = self.networks[name]["inputs"]
            if isinstance(entering, list):
                entering = dict(zip(words, entering, strict=True))
            fixed = node.get("training")
            return self.call(name, entering, run, training=fixed)
        if "block" in node:
            return self.block(node, at, run, entering, network)
        return self.repeat(node, at, run, entering, network)

    def called_network(self, node: Json, run: Pass) -> str:
        """Name what a node calls: `critic`, or one of a list, `coupling[i]`."""
        name, _, index = node["network"].partition("[")
        known = {**self.params, **_values_only(run.names)}
        number = self.number(f"={index[:-1]}", known) if index else None
        return self.copy(name, number)

    def entering(self, node: Json, run: Pass, above: Any) -> Any:
        """Give what enters a node: a list, or tensors by name."""
        if "inputs" not in node:
            return [above]
        said = node["inputs"]
        if isinstance(said, dict):
            return {key: self.evaluate(one, run, None) for key, one in said.items()}
        several = said if isinstance(said, list) else [said]
        return [self.evaluate(one, run, None) for one in several]

    def layer(
        self, node: Json, at: Place, run: Pass, entering: Any, network: str
    ) -> Any:
        """Call a layer, and make it before its first call."""
        if at not in self.layers:
            more = {"seed": self.seeds[at]} if at in self.seeds else {}
            made = self.made(kind(node, "layer"), run.names, **more)
            frozen = self.networks[network].get("trainable", True) is False
            made.trainable = node.get("trainable", True) and not frozen
            self.layers[at] = made
        return self.called(self.layers[at], node, run, entering)

    def called(self, layer: Any, node: Json, run: Pass, entering: Any) -> Any:
        """Call a layer in the mode of the pass, or its own."""
        mode = {}
        if layer._call_has_training_arg:
            mode = {"training": node.get("training", run.training)}
        if isinstance(entering, dict):
            return layer(**entering, **mode)
        merges = isinstance(layer, _MERGING)
        return layer(entering, **mode) if merges else layer(*entering, **mode)

    def block(
        self, node: Json, at: Place, run: Pass, entering: Any, network: str
    ) -> Call:
        """Run the body of a block."""
        raw = self.define["blocks"][node["block"]]
        known = {**raw.get("params", {}), **self.given(node, run.names)}
        if isinstance(entering, list):
            entering = dict(zip(raw["inputs"], entering, strict=True))
        counted = {"step": self.finished}
        inner = Pass({**known, **entering, **counted}, run.training, run.penalties)
        only = next(iter(entering.values())) if len(entering) == 1 else None
        last = self.nodes(raw["body"], at, inner, only, network)
        self.penalize(raw, inner, network)
        return Call(self.evaluate(raw.get("outputs", last), inner, None), inner.names)

    def repeat(
        self, node: Json, at: Place, run: Pass, entering: Any, network: str
    ) -> Rounds:
        """Run the rounds of a repeat."""
        carried = self._each(node.get("carry", {}), run, (*at, "carry"))
        value, each = only(carried) if carried else entering[0], []
        zipped = self._each(node["repeat"].get("zip", {}), run, None)
        rounds = self.rounds(node, {**self.params, **_values_only(run.names)})
        assert all(len(items) == len(rounds) for items in zipped.values())
        for index, more in enumerate(rounds):
            handed = {name: items[index] for name, items in zipped.items()}
            names = {**run.names, **more, **carried, **handed}
            inner = Pass(names, run.training, run.penalties)
            last = self.nodes(node["body"], (*at, index), inner, value, network)
            value = plain(inner.names[last])
            each.append(inner.names)
            if carried:
                carried = self.handed_on(node, inner, (*at, index), value)
                value = only(carried)
        return Rounds(value, each, carried)

    def handed_on(self, node: Json, inner: Pass, at: Place, last: Any) -> Names:
        """Give what a round hands on by name; a lone name takes the last node."""
        if "next" in node:
            return self._each(node["next"], inner, (*at, "next"))
        (name,) = node["carry"]
        return {name: last}

    def _each(self, named: Json, run: Pass, at: Place | None) -> Names:
        return {
            name: self.evaluate(text, run, _under(at, name))
            for name, text in named.items()
        }

    # Terms.

    def term(self, term: Json, run: Pass, at: Place | None) -> Any:
        """Work out the value of a term, unweighted."""
        if "loss" in term:
            function = self.made(kind(term, "loss"), self.params)
            prediction = self._part(term, "on", run, at)
            target = self._part(term, "target", run, at) if term["target"] else None
            return function(target, prediction)
        if "penalty" in term:
            return self.penalty(term, run, at)
        inner = Pass(dict(run.names), run.training, run.penalties)
        for name, text in term.get("let", {}).items():
            inner.names[name] = self.evaluate(text, inner, _under(at, f"let/{name}"))
        value = self.evaluate(term["expr"], inner, _under(at, "expr"))
        reduce = {"mean": ops.mean, "sum": ops.sum}.get(term.get("reduce", ""))
        return reduce(value) if reduce else value

    def _part(self, term: Json, key: str, run: Pass, at: Place | None) -> Any:
        return self.evaluate(term[key], run, _under(at, key))

    def penalty(self, term: Json, run: Pass, at: Place | None) -> Any:
        """Work out a penalty of the library, or a regularizer of weights."""
        on, kind = term["on"], term["penalty"]
        if isinstance(on, dict) and set(on) == {"weights"}:
            found = self.selected(on["weights"])
            return sum(self.penalized(kind, term, [one]) for one in found)
        if isinstance(on, dict):
            operands = {key: self.evaluate(on[key], run, None) for key in on}
            return self.penalized(kind, term, operands)
        several = on if isinstance(on, list) else [on]
        operands = [
            self.evaluate(one, run, _under(at, "on" if on is one else f"on/{index}"))
            for index, one in enumerate(several)
        ]
        if len(operands) == 1 and isinstance(operands[0], list):
            return sum(self.penalized(kind, term, [one]) for one in operands[0])
        return self.penalized(kind, term, operands)

    def penalized(self, kind: str, term: Json, operands: Any) -> Any:
        """Work out a penalty on its operands."""
        args = self.given(term, self.params)
        own = self.define.get("regularizers", {})
        if kind in own:
            return self.closure("regularizer", own[kind], args)(operands[0])
        entry = catalog.penalties()[kind]
        known = {name: one.default for name, one in entry.args.items()}
        if isinstance(operands, list):
            operands = dict(zip(entry.operands, operands, strict=True))
        formula = entry.expr
        if isinstance(formula, Mapping):
            (name, forms), *_ = formula.items()
            formula = forms[{**known, **args}[name]]
        definition = {"let": dict(entry.let or {}), "expr": formula}
        return self.defined(definition, {**known, **args, **operands})

    def selected(self, pattern: str) -> list[Any]:
        """Find the weights of a pattern of whole paths."""
        found = []
        for place, layer in self.layers.items():
            for path, variable in keyed.walk(layer, ()):
                if variable.trainable and _fits(pattern.split("/"), [*place, *path]):
                    found.append(variable)
        return found

    def weight(self, term: Json, run: Pass) -> Any:
        """Work out the weight of a term, a constant to gradients."""
        raw = term.get("weight", 1)
        if not isinstance(raw, dict):
            return self.number(raw, {**self.params, **_values_only(run.names)})
        if "expr" in raw:
            return ops.stop_gradient(real(self.evaluate(raw["expr"], run, None)))
        if "variable" in raw:
            first = self.number(raw["variable"], self.params)
            return self.settable.setdefault(id(term), first)
        args = self.given(raw, self.params)
        return _SCHEDULES[raw["schedule"]](self.finished, **args)


def _values_only(names: Names) -> Names:
    return {key: plain(value) for key, value in names.items()}


def only(batch: Names) -> Any:
    """Give the only tensor, if there is but one."""
    return next(iter(batch.values())) if len(batch) == 1 else None


def _under(at: Place | None, key: str) -> Place | None:
    return None if at is None else (*at, key)


def texts(term: Json) -> Iterator[tuple[str, str]]:
    """Yield the expressions of a term that may draw, in the order of its text."""
    for key, value in term.items():
        if key in ("on", "target", "expr") and isinstance(value, str):
            yield key, value
        elif key == "let":
            yield from ((f"let/{name}", text) for name, text in value.items())
        elif key == "on" and isinstance(value, list):
            yield from ((f"on/{index}", one) for index, one in enumerate(value))


def kind(raw: Json, family: str) -> Json:
    """Cut what makes a thing out of what stands around it."""
    return {family: raw[family], "args": raw.get("args", {})}


def _fits(pattern: list[str], path: list[Any]) -> bool:
    if not pattern or not path:
        return not pattern and not path
    if pattern[0] == "**":
        return any(_fits(pattern[1:], path[i:]) for i in range(len(path) + 1))
    same = pattern[0] in ("*", str(path[0]))
    return same and _fits(pattern[1:], path[1:])
