"""What synthetic data look like: smooth pictures of hidden numbers, their labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kauxgen.training.data.values import (
    BITS,
    LABELS,
    NUMBERS,
    ONE_HOT,
    SIGNS,
    Need,
    Values,
)

Array = Any
HIDDEN = 6
"""How many hidden numbers a row has."""

_LEVELS = 16
"""How many words of a vocabulary texts use."""
_WAVES = 3
_TINY = 1e-6


def basis(generator: Any, sizes: Sequence[int], is_text: bool) -> Array:
    """Draw what each hidden number looks like: (hidden, *sizes), smooth along space."""
    if len(sizes) < 2 or is_text:
        drawn = generator.normal(size=(HIDDEN, *sizes))
        return (drawn / math.sqrt(HIDDEN)).astype("float32")
    total = sum(_wave(generator, sizes) for _ in range(_WAVES))
    spread = np.sqrt(np.sum(np.square(total), axis=0).mean())
    return (total / (spread + _TINY)).astype("float32")


def _wave(generator: Any, sizes: Sequence[int]) -> Array:
    """Draw a wave along every axis but the last: (hidden, *sizes)."""
    ones = [1] * len(sizes)
    wave = generator.normal(size=(HIDDEN, *ones[1:], sizes[-1]))
    for axis, size in enumerate(sizes[:-1], 1):
        frequency = generator.integers(0, 4, size=(HIDDEN, *ones))
        phase = generator.uniform(0, 2 * np.pi, size=(HIDDEN, *ones))
        others = [at for at in range(len(sizes) + 1) if at != axis]
        place = np.expand_dims((np.arange(size) + 0.5) / size, others)
        wave = wave * np.cos(np.pi * frequency * place + phase)
    return wave


def known(values: Values) -> Values:
    """Take two classes where it is not known how many there are."""
    if values.kind != LABELS or values.bounded:
        return values
    low = 0 if math.isinf(values.low) else values.low
    return replace(values, low=low, high=low + 1)


def seen(need: Need, raw: Array) -> Array:
    """Bring numbers around 0 into the range and type of an input."""
    values = known(need.values)
    if values.kind == LABELS:
        levels = max(1, min(values.count, _LEVELS))
        level = np.clip(np.floor(_share(raw) * levels), 0, levels - 1)
        found = values.low + level * (values.count // levels)
    elif values.kind == BITS:
        found = raw > 0
    else:
        found = _ranged(raw, values)
    return found.astype(need.dtype)


def told(need: Need, scores: Array, sizes: Sequence[int]) -> Array:
    """Turn scores, (rows, ..., scores), into labels, bits or numbers of an answer."""
    values = known(need.values)
    if values.kind == LABELS:
        found = values.low + np.argmax(scores, axis=-1)
    elif values.kind == ONE_HOT:
        found = np.eye(scores.shape[-1])[np.argmax(scores, axis=-1)]
    elif values.kind == BITS:
        found = scores > 0
    elif values.kind == SIGNS:
        found = np.where(scores > 0, 1, -1)
    else:
        found = _ranged(np.sin(scores) + 0.5 * scores, values)
    return found.reshape(len(scores), *sizes).astype(need.dtype)


def _ranged(raw: Array, values: Values) -> Array:
    """Bring numbers around 0 into a range, where it has ends."""
    ends = values.low, values.high
    if values.kind != NUMBERS or all(map(math.isinf, ends)):
        return raw
    if values.bounded:
        return values.low + (values.high - values.low) * _share(raw)
    if math.isinf(values.high):
        return values.low + np.logaddexp(0, raw)
    return values.high - np.logaddexp(0, -raw)


def _share(raw: Array) -> Array:
    """Bring numbers around 0 to between 0 and 1."""
    return 1 / (1 + np.exp(-1.7 * raw))


def standard(scores: Array) -> Array:
    """Give scores a mean of 0 and a variance of 1 over the rows."""
    moved = scores - np.mean(scores, axis=0)
    return moved / (np.std(moved, axis=0) + _TINY)
