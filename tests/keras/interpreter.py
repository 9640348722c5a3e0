"""Steps run by the letter of the language, without the compiler's lowering and styles.

Networks are interpreted too: layers are Keras's own, made as the spec says them, with
the generators that section "One batch" of the language numbers. What is right here and
wrong in a module is the module's error.
"""

from __future__ import annotations

import ast
import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

import keyed
from kauxgen import catalog, expression

Json = Any
Names = dict[str, Any]
Place = tuple[str | int, ...]
Assigned = dict[str, Any]
DRAWS = (
    "normal_like",
    "uniform_like",
    "normal",
    "uniform",
    "categorical",
    "shuffle",
)
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
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: ops.matmul,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: ops.equal,
    ast.NotEq: ops.not_equal,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_NUMBERS = {
    "min": min,
    "max": max,
    "len": len,
    "range": range,
    "reversed": lambda items: list(reversed(items)),
}


@dataclass(frozen=True)
class Call:
    """What a call gave, and the names inside of it."""

    value: Any
    inner: Names


@dataclass(frozen=True)
class Rounds:
    """What the last round of a repeat gave, and the names inside of every round."""

    value: Any
    each: list[Names]


@dataclass(frozen=True)
class Penalty:
    """A penalty inside a network, or a block in it, at one of its uses."""

    network: str
    name: str
    value: Any
    weight: Any


@dataclass
class Pass:
    """What one run over a list of nodes has found out."""

    names: Names
    training: bool
    penalties: list[Penalty] = field(default_factory=list)
    batch: Names = field(default_factory=dict)


@dataclass(frozen=True)
class Objective:
    """What a phase gave: the total, unweighted terms by log name, what metrics read."""

    total: Any
    logs: dict[str, Any]
    uses: dict[str, Any]
    fed: dict[str, Any]
    run: Pass


class Interpreter:
    """A model of a spec with a step."""

    def __init__(self, spec: Json, params: Names, seed: int) -> None:
        """Number all draws; layers are made when they are first called."""
        self.spec, self.step = spec, spec["step"]
        self.params = {**spec.get("params", {}), **params}
        self.define = spec.get("define", {})
        self.inputs = spec["inputs"]
        self.layers: dict[Place, Any] = {}
        self.titles: dict[Place, tuple[str, ...]] = {}
        self.generators: dict[Place, keras.random.SeedGenerator] = {}
        self.seeds: dict[Place, int] = {}
        self.settable: dict[int, float] = {}
        self.finished = 0
        self._numbers = itertools.count(seed)
        self._number()
        self.state = {
            name: self._first(name, one) for name, one in spec.get("state", {}).items()
        }
        self._build()
        self.optimizers = [self._optimizer(phase) for phase in self.step["phases"]]

    # The numbers of generators.

    def _number(self) -> None:
        for name in sorted(self.spec["networks"]):
            network = self.spec["networks"][name]
            self._number_nodes(network["layers"], (name,), (name,), self.params)
        self._number_nodes(self.step.get("forward", []), ("/",), (), self.params)
        for phase in self.step["phases"]:
            self._number_pass(phase, phase["name"])
        own = self.spec.get("evaluation", "same")
        if own != "same":
            self._number_pass(own, "evaluation")

    def _number_pass(self, raw: Json, name: str) -> None:
        at: Place = ("/", name)
        self._number_nodes(raw.get("forward", []), at, (), self.params)
        for index, term in enumerate(raw["terms"]):
            for key, text in _texts(term):
                self._number_draws(text, (*at, index, key))

    def _number_nodes(
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
                self._number_draws(node["expr"], here)
            elif "block" in node:
                block = self.define["blocks"][node["block"]]
                inner = {**block.get("params", {}), **self.given(node, known)}
                self._number_nodes(block["body"], here, words, inner, body=True)
            elif "repeat" in node:
                for index, one in enumerate(self.rounds(node, known)):
                    place, inside = (*here, index), (*words, str(index))
                    self._number_nodes(node["body"], place, inside, one, body=True)

    def _number_draws(self, text: str, at: Place) -> None:
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
            both = {"y_true": _real(y_true), "y_pred": _real(y_pred)}
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

    def _first(self, name: str, raw: Json) -> tf.Variable:
        shape = tuple(self.number(size, self.params) for size in raw["shape"])
        value = np.zeros(shape)
        if "initial" in raw:
            self._number_draws(raw["initial"], ("/", "state", name))
            known = Pass(self.params, False)
            value = self.evaluate(raw["initial"], known, ("/", "state", name))
        return tf.Variable(tf.cast(value, raw.get("dtype", "float32")))

    def _build(self) -> None:
        """Call every network once, so that its layers have weights."""
        for name, raw in self.spec["networks"].items():
            tensors = {
                key: ops.zeros(
                    (2, *self.number(one["shape"], self.params)),
                    one.get("dtype", "float32"),
                )
                for key, one in raw["inputs"].items()
            }
            self.call(name, tensors, Pass(self.params, False), training=False)
        for average in self.spec.get("ema", []):
            for target, source in self.pairs(average):
                target.assign(source)
        self.rewind()

    def rewind(self) -> None:
        """Start all draws again."""
        inside = [getattr(one, "seed_generator", None) for one in self.layers.values()]
        for one in [*self.generators.values(), *filter(None, inside)]:
            one.state.assign([int(one.state[0]), 0])

    def _optimizer(self, phase: Json) -> keras.Optimizer:
        raw = phase.get("optimizer") or self.spec["training"]["optimizer"]
        optimizer = self.made(raw, self.params)
        optimizer.build(self.updated(phase))
        return optimizer

    # Weights.

    def within(self, network: str) -> list[str]:
        """Give a network and those that it calls."""
        found = [network]
        for one in found:
            text = str(self.spec["networks"][one]["layers"])
            for other in self.spec["networks"]:
                called = f"{other}(" in text or f"'network': '{other}'" in text
                if other not in found and called:
                    found.append(other)
        return found

    def variables(self, network: str = "") -> dict[str, Any]:
        """Give weights and moving statistics by key."""
        found = {}
        for place, layer in self.layers.items():
            if network in ("", place[0]):
                title = self.titles[place]
                root = (title[0], "_".join(title[1:]))
                for path, variable in keyed._walk(layer, root):
                    found["_".join(path)] = variable
        return found

    def updated(self, phase: Json) -> list[Any]:
        """Give the weights that a phase updates."""
        chosen = [one for each in phase["update"] for one in self.within(each)]
        every = [self.variables(one) for one in dict.fromkeys(chosen)]
        return [v for one in every for v in one.values() if v.trainable]

    def pairs(self, average: Json) -> Iterator[tuple[Any, Any]]:
        """Pair the variables of a target with those of its source."""
        target = self.variables(average["target"])
        source = self.variables(average["source"])
        for key, variable in target.items():
            other = source[average["source"] + key.removeprefix(average["target"])]
            yield variable, other

    # Expressions.

    def evaluate(
        self, text: str, run: Pass, at: Place | None, *, numbers: bool = False
    ) -> Any:
        """Work out an expression; `at` leads to the generators of its draws."""
        return Evaluation(self, run, at, numbers).value(text)

    # Lists of nodes.

    def call(
        self, name: str, tensors: Names, run: Pass, *, training: bool | None = None
    ) -> Call:
        """Call a network; what it penalizes is noted in the pass."""
        raw = self.spec["networks"][name]
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
            above = _plain(found)
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
            words = self.spec["networks"][node["network"]]["inputs"]
            if isinstance(entering, list):
                entering = dict(zip(words, entering, strict=True))
            fixed = node.get("training")
            return self.call(node["network"], entering, run, training=fixed)
        if "block" in node:
            return self.block(node, at, run, entering, network)
        return self.repeat(node, at, run, entering, network)

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
            made = self.made(_kind(node, "layer"), run.names, **more)
            frozen = self.spec["networks"][network].get("trainable", True) is False
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
        (value,), each = entering, []
        known = {**self.params, **_values_only(run.names)}
        for index, more in enumerate(self.rounds(node, known)):
            inner = Pass({**run.names, **more}, run.training, run.penalties)
            last = self.nodes(node["body"], (*at, index), inner, value, network)
            value = _plain(inner.names[last])
            each.append(inner.names)
        return Rounds(value, each)

    # Terms.

    def term(self, term: Json, run: Pass, at: Place | None) -> Any:
        """Work out the value of a term, unweighted."""
        if "loss" in term:
            function = self.made(_kind(term, "loss"), self.params)
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
            for path, variable in keyed._walk(layer, ()):
                if variable.trainable and _fits(pattern.split("/"), [*place, *path]):
                    found.append(variable)
        return found

    def weight(self, term: Json, run: Pass) -> Any:
        """Work out the weight of a term, a constant to gradients."""
        raw = term.get("weight", 1)
        if not isinstance(raw, dict):
            return self.number(raw, {**self.params, **_values_only(run.names)})
        if "expr" in raw:
            return ops.stop_gradient(_real(self.evaluate(raw["expr"], run, None)))
        if "variable" in raw:
            first = self.number(raw["variable"], self.params)
            return self.settable.setdefault(id(term), first)
        args = self.given(raw, self.params)
        return _SCHEDULES[raw["schedule"]](self.finished, **args)

    # Steps.

    def train(self, batch: Names) -> Logs:
        """Run one training step."""
        logs = Logs()
        if self.step.get("tape") == "shared":
            later = self._at_once(batch, logs)
        else:
            later = self._in_turn(batch, logs)
        self._assign(later)
        self.finished += 1
        for average in self.spec.get("ema", []):
            self._follow(average)
        return logs

    def _in_turn(self, batch: Names, logs: Logs) -> Assigned:
        before = self.forward(batch, training=True)
        later = self._assigned(self.step, before)
        for index, phase in enumerate(self.step["phases"]):
            times = int(self.number(phase.get("repeat", 1), self.params))
            rounds = [self._updated(index, phase, before) for _ in range(times)]
            logs.add(rounds)
        return later

    def _updated(self, index: int, phase: Json, before: Pass) -> Objective:
        """Run a phase once."""
        variables, asked = self.updated(phase), self._gradients(phase)

        def gradients() -> tuple[Objective, list[Any]]:
            with tf.GradientTape() as tape:
                found = self.objective(phase, before, training=True)
            return found, tape.gradient(found.total, _raw(variables))

        found, gradient = gradients()
        if "sam" in asked:
            rho = self.number(asked["sam"]["rho"], self.params)
            norm = math.sqrt(sum(float(ops.sum(ops.square(g))) for g in gradient))
            kept = [one.numpy() for one in variables]
            for one, move in zip(variables, gradient, strict=True):
                one.assign(one + rho * move / norm)
            _, gradient = gradients()
            for one, value in zip(variables, kept, strict=True):
                one.assign(value)
        self._apply(index, gradient, variables, asked)
        self._assign(self._assigned(phase, found.run))
        return found

    def _at_once(self, batch: Names, logs: Logs) -> Assigned:
        """Take all gradients of one pass, the step's own forward included."""
        phases = self.step["phases"]
        with tf.GradientTape(persistent=True) as tape:
            before = self.forward(batch, training=True)
            later = self._assigned(self.step, before)
            found = [self.objective(one, before, training=True) for one in phases]
        variables = [self.updated(phase) for phase in phases]
        gradients = [
            tape.gradient(one.total, _raw(chosen))
            for one, chosen in zip(found, variables, strict=True)
        ]
        for index, phase in enumerate(phases):
            asked = self._gradients(phase)
            self._apply(index, gradients[index], variables[index], asked)
        for phase, one in zip(phases, found, strict=True):
            self._assign(self._assigned(phase, one.run))
            logs.add([one])
        return later

    def _gradients(self, phase: Json) -> Json:
        common = self.spec.get("training", {}).get("gradients", {})
        return phase.get("gradients", common)

    def _apply(
        self, index: int, gradients: list[Any], variables: list[Any], asked: Json
    ) -> None:
        if asked.get("centralize"):
            gradients = [_centralized(one) for one in gradients]
        self.optimizers[index].apply(gradients, variables)

    def _assigned(self, raw: Json, run: Pass) -> Assigned:
        """Work out new values of the state, from the old ones."""
        return {
            name: ops.convert_to_tensor(self.evaluate(text, run, None))
            for name, text in raw.get("assign", {}).items()
        }

    def _assign(self, new: Assigned) -> None:
        for name, value in new.items():
            self.state[name].assign(tf.cast(value, self.state[name].dtype))

    def _follow(self, average: Json) -> None:
        every = self.number(average.get("every", 1), self.params)
        decay = self.number(average["decay"], self.params)
        if self.finished % every == 0:
            for target, source in self.pairs(average):
                target.assign(decay * target + (1 - decay) * source)

    def names(self, batch: Names) -> Names:
        """Give what every list of a step sees."""
        kept = {name: ops.copy(one) for name, one in self.state.items()}
        return {**self.params, **batch, **kept, "step": self.finished}

    def forward(self, batch: Names, *, training: bool) -> Pass:
        """Run what the step computes before its phases."""
        run = Pass(self.names(batch), training)
        raw = self.step.get("forward", [])
        self.nodes(raw, ("/",), run, _only(batch))
        run.batch = batch
        return run

    def objective(self, phase: Json, before: Pass, *, training: bool) -> Objective:
        """Work out what a phase minimizes and logs."""
        kept = {name: ops.copy(one) for name, one in self.state.items()}
        run = Pass({**before.names, **kept}, training)
        at: Place = ("/", phase["name"])
        self.nodes(phase.get("forward", []), at, run, _only(before.batch))
        logs, total = {}, 0.0
        for index, term in enumerate(phase["terms"]):
            value = self.term(term, run, (*at, index))
            if training or term.get("when") != "training":
                total = total + self.weight(term, run) * value
            if "name" in term:
                logs[term["name"]] = value
        own = {one for each in phase["update"] for one in self.within(each)}
        uses: dict[str, Any] = {}
        counted = [one for one in before.penalties if one.network in own]
        for one in [*counted, *run.penalties]:
            total = total + one.weight * one.value
            uses[one.name] = uses.get(one.name, 0.0) + one.value
        regularized = [v for v in self.updated(phase) if v.regularizer is not None]
        lone = len(self.step["phases"]) == 1
        if regularized:
            value = sum(one.regularizer(one) for one in regularized)
            total = total + value
            logs["regularization" if lone else f"{phase['name']}_regularization"] = (
                value
            )
        if lone:
            logs["loss"] = total
        return Objective(total, logs, uses, self._fed(phase, run), run)

    def _fed(self, raw: Json, run: Pass) -> dict[str, Any]:
        """Give what metrics are fed, by log name, with the metric's kind."""
        found = {}
        for metric in raw.get("metrics", []):
            if "metric" not in metric:
                value = self.evaluate(metric["expr"], run, None)
                reduce = {"mean": ops.mean, "sum": ops.sum}.get(metric.get("reduce"))
                found[metric["name"]] = None, reduce(value) if reduce else value
                continue
            name = metric.get("name", snake(metric["metric"]))
            fed = tuple(self.evaluate(metric[k], run, None) for k in ("target", "on"))
            found[name] = metric, fed
        return found

    def test(self, batch: Names) -> Logs:
        """Evaluate one batch."""
        logs, own = Logs(), self.spec.get("evaluation", "same")
        if own == "same":
            before = self.forward(batch, training=False)
            for phase in self.step["phases"]:
                logs.add([self.objective(phase, before, training=False)])
            return logs
        run = Pass(self.names(batch), training=False)
        at: Place = ("/", "evaluation")
        self.nodes(own.get("forward", []), at, run, _only(batch))
        found = {
            term["name"]: self.term(term, run, (*at, index))
            for index, term in enumerate(own["terms"])
        }
        logs.add([Objective(None, found, {}, self._fed(own, run), run)])
        return logs

    def epoch(self, batches: list[Names], *, training: bool) -> dict[str, float]:
        """Run over batches; give the means, weighted by the sizes of the batches."""
        each = self.train if training else self.test
        sums: dict[str, float] = {}
        metrics: dict[str, Any] = {}
        count = 0
        for batch in batches:
            size = len(next(iter(keras.tree.flatten(batch))))
            logs = each(batch)
            count += size
            for name, value in logs.means().items():
                sums[name] = sums.get(name, 0.0) + size * float(value)
            for name, metric, fed in logs.fed:
                if name not in metrics:
                    metrics[name] = self.made(_kind(metric, "metric"), self.params)
                metrics[name].update_state(*fed)
        means = {name: value / count for name, value in sums.items()}
        return {**means, **{key: float(one.result()) for key, one in metrics.items()}}


class Logs:
    """What one batch logs."""

    def __init__(self) -> None:
        """Begin without a log."""
        self.values: dict[str, list[Any]] = {}
        self.fed: list[tuple[str, Json, Any]] = []

    def add(self, rounds: list[Objective]) -> None:
        """Add a phase: the mean of its rounds; uses of several phases add up."""
        every: dict[str, list[Any]] = {}
        for one in rounds:
            found = {**one.logs, **{k: v for k, v in one.uses.items() if k}}
            for name, (metric, fed) in one.fed.items():
                if metric is None:
                    found[name] = fed
                else:
                    self.fed.append((name, metric, fed))
            for name, value in found.items():
                every.setdefault(name, []).append(float(value))
        for name, values in every.items():
            self.values.setdefault(name, []).append(sum(values) / len(values))

    def means(self) -> dict[str, float]:
        """Give a number for each name."""
        return {name: sum(values) for name, values in self.values.items()}


class Evaluation:
    """The value of one expression."""

    def __init__(
        self, model: Interpreter, run: Pass, at: Place | None, numbers: bool
    ) -> None:
        """Keep what names mean; draws are counted in the order of the text."""
        self.model, self.run, self.at, self.numbers = model, run, at, numbers
        self.generators: dict[int, Any] = {}

    def value(self, text: str) -> Any:
        """Work out the value."""
        tree = expression.parse(text)
        drawing = (
            one for one in expression.calls(tree) if expression.call_name(one) in DRAWS
        )
        for index, call in enumerate(drawing):
            assert self.at is not None, f"nothing numbers the draws of {text}"
            self.generators[id(call)] = self.model.generators[(*self.at, index)]
        return _plain(self.raw(tree))

    def of(self, node: ast.expr) -> Any:
        """Work out a part, as a tensor or number."""
        return _plain(self.raw(node))

    def raw(self, node: ast.expr) -> Any:
        """Work out a part that may lead further, as paths do."""
        return getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id == "pi" and node.id not in self.run.names:
            return math.pi
        return self.run.names[node.id]

    def _attribute(self, node: ast.Attribute) -> Any:
        return _inside(self.raw(node.value), node.attr)

    def _subscript(self, node: ast.Subscript) -> Any:
        found = self.raw(node.value)
        found = found if isinstance(found, list) else _plain(found)
        return found[self.of(node.slice)]

    def _slice(self, node: ast.Slice) -> slice:
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if one is None else self.of(one) for one in parts))

    def _tuple(self, node: ast.Tuple) -> Any:
        return tuple(self.of(one) for one in node.elts)

    def _list(self, node: ast.List) -> Any:
        return [self.of(one) for one in node.elts]

    def _binop(self, node: ast.BinOp) -> Any:
        return _OPERATORS[type(node.op)](self.of(node.left), self.of(node.right))

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        return _OPERATORS[type(node.op)](self.of(node.operand))

    def _compare(self, node: ast.Compare) -> Any:
        operate = _OPERATORS[type(node.ops[0])]
        return operate(self.of(node.left), self.of(node.comparators[0]))

    def _call(self, node: ast.Call) -> Any:
        name = str(expression.call_name(node))
        args = [self.of(one) for one in node.args]
        more = {str(one.arg): self.of(one.value) for one in node.keywords}
        if name in DRAWS:
            return _drawn(name, args, self.generators[id(node)])
        if name in self.model.spec["networks"]:
            words = self.model.spec["networks"][name]["inputs"]
            tensors = dict(zip(words, args, strict=True))
            return self.model.call(name, tensors, self.run).value
        functions = self.model.define.get("functions", {})
        if name in functions:
            known = dict(zip(functions[name]["args"], args, strict=True))
            params = functions[name].get("params", {})
            return self.model.defined(functions[name], {**params, **known, **more})
        if self.numbers and name in _NUMBERS:
            return _NUMBERS[name](*args)
        return _own(name)(*args, **more)


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


def _drawn(name: str, args: list[Any], generator: Any) -> Any:
    random = keras.random
    return {
        "normal_like": lambda x: random.normal(x.shape, seed=generator),
        "uniform_like": lambda x: random.uniform(x.shape, seed=generator),
        "normal": lambda shape: random.normal(shape, seed=generator),
        "uniform": lambda shape, low=0.0, high=1.0: random.uniform(
            shape, low, high, seed=generator
        ),
        "categorical": lambda x: random.categorical(x, 1, seed=generator)[:, 0],
        "shuffle": lambda x: random.shuffle(x, seed=generator),
    }[name](*args)


def _own(name: str) -> Callable[..., Any]:
    own: dict[str, Callable[..., Any]] = {
        "batch_size": lambda x: x.shape[0],
        "dim": lambda x, axis: x.shape[axis],
        "shape": lambda x: tuple(x.shape),
        "rows": lambda x: ops.reshape(x, (x.shape[0], -1)),
        "per_sample_sum": lambda x: ops.sum(x, axis=tuple(range(1, len(x.shape)))),
    }
    return own.get(name) or getattr(ops, name)


def _inside(found: Any, name: str) -> Any:
    if isinstance(found, list):
        return [_inside(one, name) for one in found]
    if isinstance(found, Rounds):
        return [one[name] for one in found.each]
    return found.inner[name]


def _plain(found: Any) -> Any:
    if isinstance(found, (Call, Rounds)):
        return found.value
    if isinstance(found, list):
        return [_plain(one) for one in found]
    return found


def _values_only(names: Names) -> Names:
    return {key: _plain(value) for key, value in names.items()}


def _only(batch: Names) -> Any:
    return next(iter(batch.values())) if len(batch) == 1 else None


def _under(at: Place | None, key: str) -> Place | None:
    return None if at is None else (*at, key)


def _texts(term: Json) -> Iterator[tuple[str, str]]:
    """Yield the expressions of a term that may draw, in the order of its text."""
    for key, value in term.items():
        if key in ("on", "target", "expr") and isinstance(value, str):
            yield key, value
        elif key == "let":
            yield from ((f"let/{name}", text) for name, text in value.items())
        elif key == "on" and isinstance(value, list):
            yield from ((f"on/{index}", one) for index, one in enumerate(value))


def _kind(raw: Json, family: str) -> Json:
    return {family: raw[family], "args": raw.get("args", {})}


def _real(value: Any) -> Any:
    return ops.cast(value, "float32")


def _raw(variables: list[Any]) -> list[Any]:
    return [one.value for one in variables]


def _centralized(gradient: Any) -> Any:
    if len(gradient.shape) < 2:
        return gradient
    axes = tuple(range(len(gradient.shape) - 1))
    return gradient - ops.mean(gradient, axis=axes, keepdims=True)


def snake(kind: str) -> str:
    """Give the name of a metric that has none."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")


def _fits(pattern: list[str], path: list[Any]) -> bool:
    if not pattern or not path:
        return not pattern and not path
    if pattern[0] == "**":
        return any(_fits(pattern[1:], path[i:]) for i in range(len(path) + 1))
    same = pattern[0] in ("*", str(path[0]))
    return same and _fits(pattern[1:], path[1:])
