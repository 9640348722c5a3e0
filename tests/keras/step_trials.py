"""Specs with a step, rendered and run on seeded data, and run by the interpreter."""

from __future__ import annotations

import copy
import json
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np

import keyed
import rendering
import trials
from interpreter import Interpreter
from kauxgen.spec import Pattern, names_in

ROWS, BATCH = 10, 4
SEED = 3
FOLDER = Path(__file__).parent / "nasty_steps"
STYLES = ("train_step", "loop")


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
        """Train two epochs of three batches, each with an evaluation."""
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


def paths() -> dict[str, Path]:
    """Find every spec with a step: those of the repository, and the nasty ones."""
    found = [*rendering.SPECS.glob("*.json"), *FOLDER.glob("*.json")]
    return {
        path.stem: path
        for path in sorted(found)
        if "step" in json.loads(path.read_text(encoding="utf-8"))
    }


def read(path: Path) -> Trial:
    """Read a spec for a trial."""
    trial = Trial(path.read_text(encoding="utf-8"))
    trial.params |= PARAMS.get(path.stem, {})
    return trial


PARAMS: dict[str, dict[str, Any]] = {"dcgan": {"noise_dim": 4}}
"""Params that make the specs of the repository small."""


def _drawn(
    generator: np.random.Generator, shape: list[int], one: dict[str, Any]
) -> np.ndarray:
    sizes = (ROWS, *(3 if size is None else size for size in shape))
    if "int" in one.get("dtype", "float32"):
        return generator.integers(0, 3, sizes).astype(one["dtype"])
    if len(shape) == 3:
        return generator.uniform(size=sizes).astype("float32")
    return generator.normal(size=sizes).astype("float32")
