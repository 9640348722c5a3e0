"""Rows that fit a spec: of the same making as the synthetic data of `kauxgen train`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kauxgen.compiler import Loaded
from kauxgen.training.data import needs, synthetic
from kauxgen.training.data.values import Form, names_in

ROWS, BATCH = 40, 16
"""Three batches, the last one short on purpose."""

IMAGE_ROWS, IMAGE_BATCH = 10, 4
"""The same of images, or of steps: these take longer."""

SEED = 1


@dataclass(frozen=True)
class Rows:
    """What a model is trained on: arrays of n rows, or arrays by name.

    `y` is None where nothing reads it. `held_out` is what an evaluation takes in place
    of both, None for the same. `sample_weight` has the shape (n,).
    """

    x: Any
    y: Any
    sample_weight: Any
    batch_size: int
    held_out: Any = None

    def arrays(self) -> tuple[Any, ...]:
        """Give what `train` takes by position."""
        return (self.x,) if self.y is None else (self.x, self.y)

    def evaluated(self) -> tuple[Any, ...]:
        """Give what an evaluation takes by position."""
        return self.arrays() if self.held_out is None else (self.held_out,)

    def validation(self) -> Any:
        """Give what `train` takes as `validation_data`."""
        return self.arrays() if self.held_out is None else self.held_out

    def rows(self, count: int) -> Rows:
        """Cut the first rows out."""
        x, y, weight, held_out = keras.tree.map_structure(
            lambda array: array[:count],
            (self.x, self.y, self.sample_weight, self.held_out),
            none_is_leaf=False,
        )
        return Rows(x, y, weight, self.batch_size, held_out)

    def first_batch(self) -> Rows:
        """Cut the first batch out."""
        return self.rows(self.batch_size)


def of(loaded: Loaded) -> Rows:
    """Make the rows of a spec with its default params, the same in every process."""
    needed = needs.of(loaded.checked, loaded.document)
    image = any(len(one.shape) == 3 for one in needed.inputs)
    small = image or needed.is_step
    rows, batch_size = (IMAGE_ROWS, IMAGE_BATCH) if small else (ROWS, BATCH)
    made = synthetic.make(needed, SEED)
    cut = {name: array[:rows] for name, array in made.items()}
    weight = np.linspace(0, 2, rows, dtype="float32")
    x, y = _formed(cut, needed.x), needed.y and _formed(cut, needed.y)
    held_out = _formed(cut, needed.held_out) if needed.is_step else None
    return Rows(x, y, weight, batch_size, held_out)


def _formed(arrays: Mapping[str, Any], form: Form) -> Any:
    """Give data as `train` takes them: an array, or arrays by name."""
    if isinstance(form, str):
        return arrays[form]
    if isinstance(form, Mapping):
        return {key: _formed(arrays, one) for key, one in form.items()}
    return {name: arrays[name] for name in names_in(form)}
