"""Steps run by the letter of the language, without the compiler's lowering and styles.

Networks are interpreted too: layers are Keras's own, made as the spec says them, with
the generators that section "One batch" of the language numbers. What is right here and
wrong in a module is the module's error.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from interpreter_networks import Networks, kind, only, texts
from interpreter_values import Json, Names, Pass, Place

Assigned = dict[str, Any]


@dataclass(frozen=True)
class Objective:
    """What a phase gave: the total, unweighted terms by log name, what metrics read."""

    total: Any
    logs: dict[str, Any]
    uses: dict[str, Any]
    fed: dict[str, Any]
    run: Pass


class Interpreter(Networks):
    """A model of a spec with a step."""

    def __init__(self, spec: Json, params: Names, seed: int) -> None:
        """Number all draws; layers are made when they are first called."""
        super().__init__(spec, params, seed)
        self.step = spec["step"]
        self.settable, self.finished = {}, 0
        self._number()
        self.state = {
            name: self._first(name, one) for name, one in spec.get("state", {}).items()
        }
        self._build()
        self.optimizers = [self._optimizer(phase) for phase in self.step["phases"]]

    # The numbers of generators.

    def _number(self) -> None:
        self.number_networks()
        self.number_nodes(self.step.get("forward", []), ("/",), (), self.params)
        for phase in self.step["phases"]:
            self._number_pass(phase, phase["name"])
        own = self.spec.get("evaluation", "same")
        if own != "same":
            self._number_pass(own, "evaluation")

    def _number_pass(self, raw: Json, name: str) -> None:
        at: Place = ("/", name)
        self.number_nodes(raw.get("forward", []), at, (), self.params)
        for index, term in enumerate(raw["terms"]):
            for key, text in texts(term):
                self.number_draws(text, (*at, index, key))

    def _first(self, name: str, raw: Json) -> tf.Variable:
        shape = tuple(self.number(size, self.params) for size in raw["shape"])
        value = np.zeros(shape)
        if "initial" in raw:
            self.number_draws(raw["initial"], ("/", "state", name))
            known = Pass(self.params, False)
            value = self.evaluate(raw["initial"], known, ("/", "state", name))
        return tf.Variable(tf.cast(value, raw.get("dtype", "float32")))

    def _build(self) -> None:
        """Call every network once, so that its layers have weights."""
        for name, raw in self.networks.items():
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
        self.nodes(raw, ("/",), run, only(batch))
        run.batch = batch
        return run

    def objective(self, phase: Json, before: Pass, *, training: bool) -> Objective:
        """Work out what a phase minimizes and logs."""
        kept = {name: ops.copy(one) for name, one in self.state.items()}
        run = Pass({**before.names, **kept}, training)
        at: Place = ("/", phase["name"])
        self.nodes(phase.get("forward", []), at, run, only(before.batch))
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
        self.nodes(own.get("forward", []), at, run, only(batch))
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
                    metrics[name] = self.made(kind(metric, "metric"), self.params)
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
