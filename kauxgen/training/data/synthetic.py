"""Data made from the shapes that a model needs: seeded, and such that models learn.

All inputs of a row show the same few hidden numbers, so that one can be told from
another and an autoencoder has little to keep; targets are a fixed random function of
the inputs. Images are smooth, so that convolutions see something.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kauxgen.frozen import frozen
from kauxgen.training.data import looks
from kauxgen.training.data.needs import Needs
from kauxgen.training.data.values import BITS, LABELS, SIGNS, Form, Need, names_in

Array = Any
VARYING = 32
"""The size of an axis whose size the spec leaves open."""

_NOISE = 0.05
_MOST_ROWS, _LEAST_ROWS, _BYTES = 1024, 64, 2**27


def make(needs: Needs, seed: int, rows: int = 0) -> dict[str, Array]:
    """Make arrays for all inputs and targets of a model, of 1024 rows if they fit."""
    return _Maker(needs, seed, rows or _rows(needs)).arrays()


def is_known(needs: Needs, target: Need) -> bool:
    """Tell whether the sizes of a target follow from those that are made up."""
    left_open = {
        axis
        for need in needs.inputs
        for axis, size in enumerate(need.shape)
        if size is None
    }
    return all(
        size is not None or axis in left_open for axis, size in enumerate(target.shape)
    )


def _rows(needs: Needs) -> int:
    """Count the rows that fit a bound on memory."""
    row = sum(4 * math.prod(_sizes(need)) for need in needs.arrays)
    return max(_LEAST_ROWS, min(_MOST_ROWS, _BYTES // max(row, 1)))


def _sizes(need: Need) -> tuple[int, ...]:
    return tuple(VARYING if size is None else int(size) for size in need.shape)


@frozen
class _Maker:
    needs: Needs
    seed: int
    rows: int

    def arrays(self) -> dict[str, Array]:
        """Make inputs, then what answers them."""
        answering = {one.name for one in self.needs.inputs if self._answers(one)}
        plain = [one for one in self.needs.inputs if one.name not in answering]
        hidden = self._generator("hidden").normal(size=(self.rows, looks.HIDDEN))
        agreeing = self._agreeing(plain)
        raw: dict[str, Array] = {}
        for place, need in enumerate(plain):
            shown = self._shown(hidden, agreeing) if place else hidden
            raw[need.name] = self._raw(need, shown.astype("float32"))
        made = {one.name: looks.seen(one, raw[one.name]) for one in plain}
        for need in self.needs.arrays:
            if need.name not in made:
                given = {name: raw[name] for name in self._given(need, plain)}
                made[need.name] = self._answer(need, given, agreeing)
        return {need.name: made[need.name] for need in self.needs.arrays}

    def _generator(self, *words: object) -> Any:
        name = " ".join(map(str, words))
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def _answers(self, need: Need) -> bool:
        """Whether an input is a label of others: a whole number for the row."""
        others = any(not one.is_whole for one in self.needs.inputs)
        return need.is_whole and others and (need.shape == () or need.answers)

    def _given(self, need: Need, plain: Sequence[Need]) -> list[str]:
        """Name the inputs that an answer is a function of: those in its own tuple."""
        forms = (self.needs.x, self.needs.held_out)
        beside = {name for form in forms for name in _beside(form, need.name)}
        chosen = [one.name for one in plain if one.name in beside]
        return chosen or [one.name for one in plain]

    def _agreeing(self, plain: Sequence[Need]) -> Array | None:
        """Draw which rows show one thing in all inputs, where that can be asked."""
        binary = [t for t in self.needs.targets if t.values.kind in (BITS, SIGNS)]
        alike = len({one.shape for one in plain}) == 1 and len(plain) > 1
        if not (alike and binary and math.prod(_sizes(binary[0])) == 1):
            return None
        return self._generator("agreeing").integers(0, 2, self.rows)

    def _shown(self, hidden: Array, agreeing: Array | None) -> Array:
        if agreeing is None:
            return hidden
        other = self._generator("other").normal(size=hidden.shape)
        return np.where(agreeing[:, None] == 1, hidden, other)

    def _raw(self, need: Need, hidden: Array) -> Array:
        """Show hidden numbers in the shape of an input, as numbers around 0."""
        sizes = _sizes(need)
        # Two views of one thing look alike; in a step they are two kinds of things.
        word = self._likeness(need) if self.needs.is_step else sizes
        basis = looks.basis(self._generator("basis", word), sizes, need.is_whole)
        shown = (hidden @ basis.reshape(looks.HIDDEN, -1)).reshape(-1, *sizes)
        generator = self._generator("noise", need.name)
        return shown + _NOISE * generator.standard_normal(shown.shape, "float32")

    def _likeness(self, need: Need) -> str:
        """Name the array of training that one of evaluation alone is like."""
        trained = self.needs.trained
        alike = (one.name for one in trained if one.shape == need.shape)
        return need.name if need in trained else next(alike, need.name)

    def _answer(
        self, need: Need, given: Mapping[str, Array], agreeing: Array | None
    ) -> Array:
        """Answer inputs with a fixed random function of them."""
        values, sizes = looks.known(need.values), _sizes(need)
        if agreeing is not None and values.kind in (BITS, SIGNS):
            return looks.told(need, agreeing[:, None] - 0.5, sizes)
        is_label = values.kind == LABELS
        positions = sizes if is_label else sizes[:-1]
        width = values.count if is_label else math.prod(sizes[-1:])
        seen = _features(given, positions)
        scores = self._scores(self._likeness(need), seen, positions, width)
        return looks.told(need, scores, sizes)

    def _scores(
        self, name: str, seen: list[Array], positions: tuple[int, ...], width: int
    ) -> Array:
        """Give `width` scores a position: (rows, positions, width), around 0."""
        generator, total = self._generator("function", name), 0.0
        for array in seen:
            local = array.ndim == len(positions) + 2
            shape = (array.shape[-1], width if local else math.prod(positions) * width)
            weight = generator.normal(size=shape) / math.sqrt(shape[0])
            total = total + (array @ weight).reshape(-1, *positions, width)
        scores = looks.standard(total)
        noise = self._generator("error", name).normal(size=scores.shape)
        return scores + _NOISE * noise


def _beside(form: Form, name: str) -> tuple[str, ...]:
    """Return the names in the innermost tuple with a name; none if it is in none."""
    if isinstance(form, str):
        return ()
    parts = tuple(form.values() if isinstance(form, Mapping) else form)
    if name in parts:
        return names_in(form)
    return next((found for one in parts if (found := _beside(one, name))), ())


def _features(given: Mapping[str, Array], positions: tuple[int, ...]) -> list[Array]:
    """Give what an answer is told from: inputs by position where these are the same."""
    local = [found for one in given.values() for found in _local(one, positions)]
    return local or [array.reshape(len(array), -1) for array in given.values()]


def _local(array: Array, positions: tuple[int, ...]) -> Iterator[Array]:
    if positions and array.shape[1:] == positions:
        yield array[..., None]
    elif positions and array.shape[1:-1] == positions:
        yield array
