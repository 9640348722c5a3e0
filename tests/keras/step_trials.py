"""Specs with a step, rendered and run on seeded data, and run by the interpreter."""

from __future__ import annotations

import copy
import inspect
import json
import re
import tempfile
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import rendering
import training
import trials
from interpreter import Interpreter, Pass, snake
from kauxgen.proving import keyed
from kauxgen.proving.numbers import outputs as named
from kauxgen.proving.watching import Moves
from kauxgen.spec import Pattern, names_in

ROWS, BATCH = 7, 4
SEED = 3
FOLDER = Path(__file__).parent / "nasty_steps"
STYLES = ("train_step", "loop")
_FOLDER = tempfile.TemporaryDirectory(prefix="kauxgen_steps_")


@dataclass(frozen=True)
class Run:
    """What a training left: logs by epoch, weights, the state of the step."""

    logs: dict[str, np.ndarray]
    weights: keyed.Arrays
    state: keyed.Arrays
    model: Any = None


@dataclass
class Trial(trials.Trial):
    """One spec with a step, in its two styles."""

    params: dict[str, Any] = field(default_factory=lambda: {"seed": SEED})

    @cached_property
    def raw(self) -> Any:
        """The spec as JSON."""
        return json.loads(self.text)

    @property
    def batch(self) -> Pattern:
        """What a batch of training holds."""
        return self.spec.step.batch

    @property
    def held_out_batch(self) -> Pattern:
        """What a batch of evaluation holds."""
        own = self.spec.step.evaluation
        return own.batch if own else self.batch

    def compile(self, style: str, model: keras.Model) -> keras.Model:
        """Compile a model as its module says, without XLA."""
        trials.called(self.module(style).compile_model, self.params, model)
        model.jit_compile = False
        return model

    @cached_property
    def tensors(self) -> dict[str, np.ndarray]:
        """Draw what batches hold, by name."""
        generator = np.random.default_rng(zlib.crc32(self.spec.name.encode()))
        known = self.interpreter()
        return {
            name: _drawn(generator, known.number(one["shape"], known.params), one)
            for name, one in self.raw["inputs"].items()
        }

    def rows_of(self, batch: Pattern) -> Any:
        """Give the data of a batch, as `train` takes them: an array, or by name."""
        if isinstance(batch, str):
            return self.tensors[batch]
        return {name: self.tensors[name] for name in names_in(batch)}

    def batches(self, batch: Pattern) -> list[dict[str, np.ndarray]]:
        """Cut the data into batches by name, the last one short."""
        names = names_in(batch)
        return [
            {name: self.tensors[name][at : at + BATCH] for name in names}
            for at in range(0, ROWS, BATCH)
        ]

    def interpreter(self) -> Interpreter:
        """Make the interpreter's model."""
        params = {key: one for key, one in self.params.items() if key != "seed"}
        return Interpreter(copy.deepcopy(self.raw), params, self.params["seed"])

    @cached_property
    def start(self) -> keyed.Arrays:
        """Draw start weights, moved so that no bias is zero; copies stay copies."""
        keras.utils.set_random_seed(1)
        generator = np.random.default_rng(1)
        model = self.build(self.styles[0])
        moved = keyed.trainable(model)
        found = {
            key: value + 0.05 * generator.normal(size=value.shape) * (key in moved)
            for key, value in sorted(keyed.values(model).items())
        }
        return found

    def started(self, style: str) -> keras.Model:
        """Build a model with the start weights."""
        model = self.build(style)
        keyed.restore(model, self.start)
        return model

    def states(self, model: Any) -> keyed.Arrays:
        """Copy what the step keeps."""
        return {
            one.name: np.array(getattr(model, one.name)) for one in self.spec.step.state
        }

    def ran(self, style: str, model: keras.Model | None = None, **options: Any) -> Run:
        """Train two epochs of two batches, each with an evaluation."""
        model = model or self.started(style)
        settings = {
            "epochs": 2,
            "batch_size": BATCH,
            "shuffle": False,
            "verbose": 0,
            "validation_data": self.rows_of(self.held_out_batch),
            **options,
        }
        x = settings.pop("x", self.rows_of(self.batch))
        history = self.module(style).train(model, x, **settings).history
        logs = {key: np.array(value) for key, value in history.items()}
        return Run(logs, keyed.values(model), self.states(model), model)

    def fitted_in(self, style: str) -> Run:
        """Train as a graph, once."""
        key = ("step", style)
        if key not in self.runs:
            self.runs[key] = self.ran(style)
        return self.runs[key]

    def networks(self, phase: Any) -> list[str]:
        """Give the networks that a phase updates, with those that they call."""
        known = self.interpreter()
        return [one for each in phase["update"] for one in known.within(each)]

    def log_names(self) -> set[str]:
        """Work out what a training with evaluation logs, from the spec alone."""
        phases, networks = self.raw["step"]["phases"], self.interpreter().networks
        lone = len(phases) == 1
        found = {"loss"} if lone else set()
        for phase in phases:
            found |= _names(phase)
            regularized = [str(networks[one]) for one in self.networks(phase)]
            if any("_regularizer" in text for text in regularized):
                prefix = "" if lone else f"{phase['name']}_"
                found.add(f"{prefix}regularization")
        blocks = self.raw.get("define", {}).get("blocks", {})
        for owner in (*networks.values(), *blocks.values()):
            inner = owner.get("penalties", ())
            found |= {one["name"] for one in inner if "name" in one}
        own = self.raw.get("evaluation", "same")
        held = found if own == "same" else _names(own)
        return found | {f"val_{name}" for name in held}

    def defaults(self, style: str) -> dict[str, Any]:
        """Read the arguments of a module's functions that have defaults."""
        rendered = self.module(style)
        found: dict[str, Any] = {}
        for function in (rendered.build_model, rendered.compile_model):
            for one in inspect.signature(function).parameters.values():
                if one.default is not one.empty:
                    found[one.name] = one.default
        return found

    def network_inputs(self, network: str) -> Any:
        """Draw what a network takes: a tensor, or a list of them."""
        generator = np.random.default_rng(0)
        known = self.interpreter()
        entries = known.networks[network]["inputs"]
        found = [
            _drawn(generator, known.number(one["shape"], known.params), one)
            for one in entries.values()
        ]
        return found[0] if len(found) == 1 else found

    def outputs_by_letter(self, model: keras.Model, x: Any) -> dict[str, np.ndarray]:
        """Call the network that predicts by the interpreter, with equal weights."""
        own, network = self.interpreter(), self.raw["inference"]
        values = keyed.values(model)
        for key, variable in own.variables().items():
            variable.assign(values[key])
        several = x if isinstance(x, list) else [x]
        entries = own.networks[network]["inputs"]
        tensors = dict(zip(entries, several, strict=True))
        run = Pass(own.params, training=False)
        return numbered(own.call(network, tensors, run).value)

    def saved(self, style: str, model: keras.Model) -> keras.Model:
        """Save a compiled model to a file and load it."""
        path = Path(_FOLDER.name, f"{self.spec.name}_{style}.keras")
        model.save(path)
        again = keras.saving.load_model(path)
        again.jit_compile = False
        return again

    def dataset(self, batch: Pattern) -> tf.data.Dataset:
        """Give batches in the form of a pattern."""
        rows = tf.data.Dataset.from_tensor_slices(self._formed(batch))
        return rows.batch(BATCH)

    def _formed(self, batch: Pattern) -> Any:
        if batch == "_":
            return np.zeros((ROWS, 1), "float32")
        if isinstance(batch, str):
            return self.tensors[batch]
        return tuple(map(self._formed, batch))

    def changes(self, style: str) -> list[set[str]]:
        """Tell which weights each phase's updates of one batch have changed."""
        with training.eagerly():
            model = self.started(style)
            seen = Moves(model)
            for number, optimizer in enumerate(self.optimizers(model)):
                seen.watch(str(number), optimizer)
            first = self.batches(self.batch)[0]
            x = first if len(first) > 1 else next(iter(first.values()))
            settings = {"epochs": 1, "batch_size": BATCH, "shuffle": False}
            self.module(style).train(model, x, verbose=0, **settings)
        return [*seen.found.values()]

    def optimizers(self, model: Any) -> list[keras.Optimizer]:
        """Give the optimizer of every phase, in order."""
        phases = self.raw["step"]["phases"]
        if len(phases) == 1:
            return [model.optimizer]
        return [getattr(model, f"{phase['name']}_optimizer") for phase in phases]

    @cached_property
    def interpreted(self) -> Run:
        """Train by the letter of the language."""
        own = self.interpreter()
        for key, variable in own.variables().items():
            variable.assign(self.start[key])
        epochs = []
        for _ in range(2):
            logs = own.epoch(self.batches(self.batch), training=True)
            held = own.epoch(self.batches(self.held_out_batch), training=False)
            epochs.append({**logs, **{f"val_{key}": one for key, one in held.items()}})
        logs = {key: np.array([one[key] for one in epochs]) for key in epochs[0]}
        weights = {key: np.array(one) for key, one in own.variables().items()}
        state = {key: one.numpy() for key, one in own.state.items()}
        return Run(logs, weights, state, own)


def numbered(outputs: Any) -> dict[str, np.ndarray]:
    """Name outputs by their number."""
    return named(outputs)


def _names(one: Any) -> set[str]:
    every = [*one["terms"], *one.get("metrics", ())]
    return {
        each.get("name") or snake(each["metric"])
        for each in every
        if "name" in each or "metric" in each
    }


def paths() -> dict[str, Path]:
    """Find every spec with a step: those of the repository, and the nasty ones."""
    found = [*rendering.SPECS.glob("*.json"), *FOLDER.glob("*.json")]
    return {
        path.stem: path
        for path in sorted(found)
        if "step" in json.loads(path.read_text(encoding="utf-8"))
    }


def read(path: Path, *, slim: bool = True) -> Trial:
    """Read a spec for a trial; `slim` lets what is wide be small."""
    text = path.read_text(encoding="utf-8")
    for large, small in (SLIMMER if slim else {}).get(path.stem, {}).items():
        text = re.sub(rf"\b{large}\b", str(small), text)
    for plain, steady in (STEADIER if slim else {}).get(path.stem, {}).items():
        assert plain in text
        text = text.replace(plain, steady)
    trial = Trial(text)
    trial.params |= PARAMS.get(path.stem, {})
    return trial


PARAMS: dict[str, dict[str, Any]] = {
    "cyclegan_small": {"size": 8, "width": 4, "residual_units": 2, "cycle_weight": 7.0},
    "dcgan": {"noise_dim": 4},
    "ddim_small": {"size": 8, "widths": [3, 5], "embedding_dim": 6},
    "dqn_update": {"state_dim": 3, "actions": 3, "discount": 0.8, "copy_every": 2},
    "knowledge_distillation": {"alpha": 0.3, "temperature": 3.0},
    "wgan_gp": {"noise_dim": 4, "penalty_weight": 5.0},
}
"""Params that make the specs of the repository small."""

SLIMMER: dict[str, dict[int, int]] = {
    "dcgan": {64: 4, 128: 8},
    "knowledge_distillation": {256: 6, 16: 4},
    "wgan_gp": {64: 4, 128: 5, 256: 6, 512: 7},
}
"""Widths that are no params, and what stands for them here; the oracles keep them."""

STEADIER: dict[str, dict[str, str]] = {
    "cyclegan_small": {'"beta_1": 0.5': '"beta_1": 0.5, "epsilon": 0.001'},
    "wgan_gp": {'"name": "critic", "repeat": 3': '"name": "critic", "repeat": 2'},
}
"""The gradient of biases before a normalization is noise, which Adam makes big. A third
update of a critic takes as long to trace as a second, and tells no more."""


def _drawn(
    generator: np.random.Generator, shape: list[int], one: dict[str, Any]
) -> np.ndarray:
    sizes = (ROWS, *(3 if size is None else size for size in shape))
    if "int" in one.get("dtype", "float32"):
        return generator.integers(0, 3, sizes).astype(one["dtype"])
    if len(shape) == 3:
        return generator.uniform(size=sizes).astype("float32")
    return generator.normal(size=sizes).astype("float32")
