"""One pass over a fixed batch: each term, what it adds, and its gradient by weights."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kauxgen.frozen import frozen
from kauxgen.spec import Pattern, Spec
from kauxgen.styles.phase_pass import FORWARD
from kauxgen.training.health.beside import Beside
from kauxgen.training.health.goals import Goal


@frozen
class Reading:
    """A term as measured, in one objective.

    `value` is the term before its weight, `weighed` what it adds to the total. `norms`
    are those of the gradient of the latter by the weights of each network to which a
    gradient leads at all.
    """

    value: float
    weighed: float
    norms: Mapping[str, float]


class Measuring:
    """Measures the terms of a model on one batch; traced once, then run as a graph."""

    def __init__(self, beside: Beside, batch: Any) -> None:
        """Keep the batch on the device, by the names of what objectives take."""
        self.beside = beside
        self.given = dict(named(beside.spec, batch))
        self.variables = [beside.variables(one) for one in self.goals]
        self._reached: list[list[list[bool]]] = []
        self._run = tf.function(self._measured, autograph=False)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The objectives."""
        return self.beside.measured.goals

    def readings(self) -> list[dict[str, Reading]]:
        """Measure the terms of each objective by name, with the weights as they are."""
        self.beside.follow()
        found = self._run(self.given)
        told = keras.tree.map_structure(keras.ops.convert_to_numpy, found)
        return [
            dict(zip(goal.terms, self._of_goal(number, *told[number]), strict=True))
            for number, goal in enumerate(self.goals)
        ]

    def suspects(self) -> Iterator[tuple[str, Any]]:
        """Run the pass eagerly and yield the terms by name, then their gradients."""
        known, shared = dict(self.given), self.beside.measured.shared
        known |= {} if shared else self._passed(known)
        with tf.GradientTape(persistent=True) as tape:
            known |= self._passed(known) if shared else {}
            every = [self._pairs(goal, known) for goal in self.goals]
        named = [
            (name, weighed, own)
            for goal, pairs, own in zip(self.goals, every, self.variables, strict=True)
            for name, (_, weighed) in zip(goal.terms, pairs, strict=True)
        ]
        yield from ((name, weighed) for name, weighed, _ in named)
        for name, weighed, own in named:
            for one in tape.gradient(weighed, own):
                yield name, one

    def _of_goal(self, number: int, pairs: Any, squares: Any) -> Iterator[Reading]:
        owners = self.beside.owners(self.variables[number])
        for (value, weighed), row, reached in zip(
            pairs, squares, self._reached[number], strict=True
        ):
            sums: dict[str, float] = {}
            for owner, square, leads in zip(owners, row, reached, strict=True):
                if leads:
                    sums[owner] = sums.get(owner, 0.0) + float(square)
            norms = {owner: float(np.sqrt(one)) for owner, one in sums.items()}
            yield Reading(float(value), float(weighed), norms)

    def _measured(self, given: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        """Give each objective's pairs, and the squared norms by term and weight."""
        known, shared = dict(given), self.beside.measured.shared
        known |= {} if shared else self._passed(known)
        with tf.GradientTape(persistent=True) as tape:
            known |= self._passed(known) if shared else {}
            every = [self._pairs(goal, known) for goal in self.goals]
        self._reached = []
        return [
            (
                tf.stack([tf.stack(pair) for pair in pairs]),
                self._squares(tape, pairs, own),
            )
            for pairs, own in zip(every, self.variables, strict=True)
        ]

    def _passed(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Compute what the phases read of the pass before them."""
        names = self.beside.measured.forwarded
        if not names:
            return {}
        given = self.beside.model.forward(**self._taken(FORWARD, known))
        return dict(zip(names, given if len(names) > 1 else [given], strict=True))

    def _pairs(self, goal: Goal, known: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        found = getattr(self.beside.model, goal.method)(
            **self._taken(goal.method, known)
        )
        return [(_number(value), _number(weighed)) for value, weighed in found]

    def _taken(self, method: str, known: Mapping[str, Any]) -> dict[str, Any]:
        """Choose what a method takes."""
        wanted = inspect.signature(getattr(self.beside.model, method)).parameters
        return {name: known[name] for name in wanted}

    def _squares(self, tape: Any, pairs: list[tuple[Any, Any]], own: list[Any]) -> Any:
        """Give the squared norms of the gradients of terms by weights."""
        rows, reached = [], []
        for _, weighed in pairs:
            found = tape.gradient(weighed, own)
            reached.append([one is not None for one in found])
            rows.append([_square(one) for one in found])
        self._reached.append(reached)
        return tf.convert_to_tensor(rows)


def _number(value: Any) -> Any:
    return tf.cast(tf.convert_to_tensor(value), "float32")


def _square(gradient: Any) -> Any:
    if gradient is None:
        return tf.zeros(())
    whole = tf.cast(tf.convert_to_tensor(gradient), "float32")
    return tf.reduce_sum(tf.square(whole))


def named(spec: Spec, batch: Any) -> Iterator[tuple[str, Any]]:
    """Yield what objectives take of a batch, as tensors: (x,), (x, y) or x by name."""
    yield "training", True
    if spec.step is not None:
        yield from _bound(spec.step.batch, _of_step(spec.step.batch, batch))
        return
    x, y, weight = keras.utils.unpack_x_y_sample_weight(batch)
    names = [one.name for one in spec.inputs]
    yield (names[0] if len(names) == 1 else "inputs"), _tensors(x)
    yield "target", _tensors(y)
    yield "sample_weight", _tensors(weight)


def _of_step(pattern: Pattern, batch: Any) -> Any:
    """Return the tensors of a step's batch; `train` takes them as (x,) too."""
    if not isinstance(batch, tuple):
        return batch
    by_name = len(batch) == 1 and isinstance(batch[0], Mapping)
    return batch[0] if by_name or isinstance(pattern, str) else batch


def _bound(pattern: Pattern, x: Any) -> Iterator[tuple[str, Any]]:
    """Name the tensors of a step's batch, given by name or in its pattern."""
    if isinstance(x, Mapping):
        yield from ((name, _tensors(one)) for name, one in x.items())
    elif isinstance(pattern, str):
        yield pattern, _tensors(x)
    else:
        for part, one in zip(pattern, x, strict=True):
            yield from _bound(part, one)


def _tensors(values: Any) -> Any:
    """Turn arrays into tensors; floats take Keras's own width, as in `fit`."""
    return keras.tree.map_structure(_tensor, values, none_is_leaf=False)


def _tensor(value: Any) -> Any:
    found = tf.convert_to_tensor(value)
    return tf.cast(found, keras.config.floatx()) if found.dtype.is_floating else found
