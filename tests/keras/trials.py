"""Any spec rendered in its styles and run on seeded data: what the styles agree in.

The harness of the specs of this repository knows their params and targets; a trial
works both out of a spec that it has never seen.
"""

from __future__ import annotations

import inspect
import json
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np

import training
from kauxgen import compiler, rules, styles
from kauxgen.proving import keyed, modules
from kauxgen.proving.subject import RATE
from kauxgen.spec import Spec, Term
from kauxgen.tensor import TensorType
from kauxgen.terms import references

ROWS, BATCH = 7, 4
_FOLDER = tempfile.TemporaryDirectory(prefix="kauxgen_trials_")
_UNKNOWN = 5
"""The size of an axis that the spec leaves open."""


@dataclass(frozen=True)
class Fitted:
    """What two batches left: the logs by epoch, the weights, the model."""

    logs: dict[str, np.ndarray]
    weights: keyed.Arrays
    model: keras.Model


@dataclass
class Trial:
    """One spec in its styles, on data of its own; `traced` runs graphs, not eagerly."""

    text: str
    traced: bool = True
    params: dict[str, Any] = field(default_factory=dict)
    runs: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def loaded(self) -> compiler.Loaded:
        """The sound spec."""
        return compiler.load(self.text)

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.loaded.spec

    @cached_property
    def styles(self) -> list[str]:
        """The styles that can express it; the first is the reference."""
        checked = self.loaded.checked
        return [one for one in styles.STYLES if not rules.portability(checked, one)]

    def module(self, style: str) -> ModuleType:
        """Render and import the spec in a style, once."""
        title = f"{self.spec.name}_{style}"
        if title not in self.runs:
            text = compiler.render(self.loaded, style)
            self.runs[title] = modules.load(text, title)
            modules.note(self.spec, self.runs[title])
        return self.runs[title]

    def running(self) -> AbstractContextManager[None]:
        """Run as graphs or eagerly."""
        return nullcontext() if self.traced else training.eagerly()

    def build(self, style: str) -> keras.Model:
        """Build a model and compile it as its module says, without XLA."""
        model = called(self.module(style).build_model, self.params)
        return self.compile(style, model)

    def compile(self, style: str, model: keras.Model) -> keras.Model:
        """Compile a model as its module says, without XLA."""
        called(self.module(style).compile_model, self.params, model)
        model.jit_compile = False
        model.optimizer.build(model.trainable_variables)
        return model

    @cached_property
    def start(self) -> keyed.Arrays:
        """Draw start weights: Keras's own, moved so that no bias is zero."""
        keras.utils.set_random_seed(1)
        generator = np.random.default_rng(1)
        model = self.runs["built"] = self.build(self.styles[0])
        moved = keyed.trainable(model)
        return {
            key: value + 0.05 * generator.normal(size=value.shape) * (key in moved)
            for key, value in sorted(keyed.values(model).items())
        }

    @cached_property
    def rows(self) -> tuple[Any, ...]:
        """Draw the data: x, and y where the spec reads it."""
        return _rows(self.loaded)

    @property
    def first(self) -> tuple[Any, ...]:
        """The first batch."""
        return keras.tree.map_structure(lambda one: one[:BATCH], self.rows)

    def step(self, style: str) -> tuple[dict[str, np.ndarray], keyed.Arrays]:
        """Give the logs and gradients of one step of plain SGD on the first batch."""
        key = ("step", style)
        if key not in self.runs:
            self.runs[key] = self._stepped(style, self._started(style))
        return self.runs[key]

    def _started(self, style: str) -> keras.Model:
        """Give a model at the start weights; the first one gave them its own."""
        key = ("started", style)
        if key not in self.runs:
            start = self.start
            first = style == self.styles[0] and "built" in self.runs
            self.runs[key] = self.runs.pop("built") if first else self.build(style)
            keyed.restore(self.runs[key], start)
        return self.runs[key]

    def _stepped(self, style: str, model: keras.Model) -> Any:
        """Step, and leave the model as it was: `fitted` trains the same one."""
        optimizer, before = model.optimizer, [one.numpy() for one in model.variables]
        with training.eagerly():
            model.optimizer = keras.optimizers.SGD(RATE)
            model.optimizer.build(model.trainable_variables)
            logs = self.trained(style, model, self.first).logs
        gradients = {
            key: (self.start[key] - value) / RATE
            for key, value in keyed.values(model).items()
            if key in keyed.trainable(model)
        }
        model.optimizer, model.train_function = optimizer, None
        for variable, value in zip(model.variables, before, strict=True):
            variable.assign(value)
        return logs, gradients

    def fitted(self, style: str, **options: Any) -> Fitted:
        """Train one epoch of two batches, the last one short."""
        key = (style, *options)
        if key not in self.runs:
            with self.running():
                model = self._started(style)
                del self.runs["started", style]
                self.runs[key] = self.trained(style, model, self.rows, **options)
        return self.runs[key]

    def trained(
        self, style: str, model: keras.Model, rows: tuple[Any, ...], **options: Any
    ) -> Fitted:
        """Train a model further, in the order of the rows."""
        settings = {"epochs": 1, "batch_size": BATCH, "shuffle": False, "verbose": 0}
        train = self.module(style).train
        history = train(model, *rows, **{**settings, **options}).history
        logs = {key: np.array(value) for key, value in history.items()}
        return Fitted(logs, keyed.values(model), model)

    def scores(self, style: str, model: keras.Model) -> dict[str, float]:
        """Evaluate on the first batch with the draws from their start, eagerly."""
        keyed.rewind(model)
        with training.eagerly():
            if style == "loop":
                evaluate = self.module(style).evaluate
                return evaluate(model, *self.first, batch_size=BATCH)
            return model.evaluate(
                *self.first, batch_size=BATCH, verbose=0, return_dict=True
            )

    def reloaded(self, style: str, model: keras.Model) -> keras.Model:
        """Save a model to a file and load it; its module compiles it again."""
        path = Path(_FOLDER.name, f"{self.spec.name}_{style}.keras")
        model.save(path)
        again = keras.saving.load_model(path, compile=False)
        return self.compile(style, again)

    def outputs(self, model: keras.Model) -> list[np.ndarray]:
        """Call a model on the data, with the draws from their start."""
        keyed.rewind(model)
        found = model(self.rows[0])
        several = found if isinstance(found, list) else [found]
        return [keras.ops.convert_to_numpy(one) for one in several]


def called(function: Any, params: Mapping[str, Any], *args: Any) -> Any:
    """Call a function with those params that it takes."""
    taken = inspect.signature(function).parameters.keys() & params.keys()
    return function(*args, **{name: params[name] for name in taken})


def moved(params: Mapping[str, Any]) -> dict[str, Any]:
    """Change all numbers among params, so that no default can stand in for them."""
    return {name: _moved(value) for name, value in params.items()}


def _moved(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_moved(one) for one in value]
    if isinstance(value, (bool, str)):
        return value
    return value + 1 if isinstance(value, int) else value * 1.25


def _rows(loaded: compiler.Loaded) -> tuple[Any, ...]:
    spec = loaded.spec
    generator = np.random.default_rng(zlib.crc32(spec.name.encode()))
    shapes = loaded.checked.shapes
    made = {
        one.name: _drawn(generator, shapes[one.at], spec) for one in spec.main.inputs
    }
    x = made if len(made) > 1 else next(iter(made.values()))
    targets = dict(_targets(loaded, generator))
    if not targets:
        return (x,)
    return x, targets.get("", targets)


def _drawn(generator: np.random.Generator, kind: TensorType, spec: Spec) -> np.ndarray:
    shape = (
        ROWS,
        *(_UNKNOWN if size is None else int(size) for size in kind.shape[1:]),
    )
    if kind.dtype == "bool":
        return generator.integers(0, 2, shape).astype("bool")
    if "int" in kind.dtype:
        return generator.integers(0, 4, shape).astype(kind.dtype)
    return generator.normal(size=shape).astype(kind.dtype)


def _targets(
    loaded: compiler.Loaded, generator: np.random.Generator
) -> Iterator[tuple[str, np.ndarray]]:
    """Draw y, by key, in the form that the first term wants that reads it."""
    seen = set()
    spec, checked = loaded.spec, loaded.checked
    for term in (*spec.losses, *spec.metrics):
        for key in _keys(term):
            if key in seen:
                continue
            seen.add(key)
            tree = (
                term.operands[0][1].tree if term.operands else spec.main.outputs[0].tree
            )
            kind = checked.types.get(tree) or _output(checked, key)
            if not term.operands:
                kind = _output(checked, key)
            shape = (ROWS, *(int(size or _UNKNOWN) for size in kind.shape[1:]))
            word = term.kind.name if term.kind else ""
            yield key, _FORMS.get(word, _numbers)(generator, shape)


def _output(checked: Any, key: str) -> TensorType:
    outputs = checked.spec.main.outputs
    found = checked.shapes[""]
    several = (found,) if isinstance(found, TensorType) else found
    names = [output.text for output in outputs]
    return several[names.index(key) if key in names else 0]


def _keys(term: Term) -> list[str]:
    """Return the keys of y that a term reads; "" is y itself."""
    if term.kind is not None:
        if not term.has_target:
            return [""]
        trees = [term.target.tree] if term.target else []
    else:
        assert term.expr is not None
        trees = [term.expr.tree, *(step.tree for _, step in term.let)]
    found = [names for tree in trees for names in references(tree)]
    return [names[1] if names[1:] else "" for names in found if names[0] == "y"]


def _numbers(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return generator.normal(size=shape).astype("float32")


def _bits(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return generator.integers(0, 2, shape).astype("float32")


def _labels(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return generator.integers(0, shape[-1], shape[:-1]).astype("int32")


def _one_hot(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.eye(shape[-1], dtype="float32")[_labels(generator, shape)]


def _positive(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return generator.uniform(0.1, 1, shape).astype("float32")


_FORMS: Mapping[str, Any] = {
    "BinaryCrossentropy": _bits,
    "BinaryFocalCrossentropy": _bits,
    "BinaryAccuracy": _bits,
    "SparseCategoricalCrossentropy": _labels,
    "CategoricalCrossentropy": _one_hot,
    "Poisson": _positive,
    "KLDivergence": _positive,
}
"""How targets look where they are not just numbers."""


def read(path: Path) -> Trial:
    """Read a spec for a trial."""
    return Trial(path.read_text(encoding="utf-8"))


def of(document: Mapping[str, Any], *, traced: bool = False) -> Trial:
    """Make a trial of a spec as a value."""
    return Trial(json.dumps(document), traced)
