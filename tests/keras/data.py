"""Seeded data that fit a spec: arrays by its inputs, targets by its losses."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

import numpy as np

import rendering
from kauxgen.proving.rows import Rows as Data

SCALAR_LABELS = ("xor_bce",)
"""Specs whose `y` is integers (n,) for outputs (n, 1): their closures must align it."""

_ROWS, _BATCH = 40, 16
_IMAGE_ROWS, _IMAGE_BATCH = 10, 4


@cache
def data(name: str) -> Data:
    """Make the data of a spec, the same in every process."""
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    shapes = _shapes(name)
    image = any(len(shape) == 3 for shape in shapes.values())
    rows, batch_size = (_IMAGE_ROWS, _IMAGE_BATCH) if image else (_ROWS, _BATCH)
    entries = rendering.spec(name)["inputs"]
    made = {
        key: (
            _integers(name, generator, (rows, *shape))
            if "int" in entries[key].get("dtype", "")
            else _input(generator, key, (rows, *shape))
        )
        for key, shape in shapes.items()
    }
    x = made if len(made) > 1 else next(iter(made.values()))
    y = _targets(name, x, generator)
    return Data(x, y, np.linspace(0, 2, rows, dtype="float32"), batch_size)


def reads_y(name: str) -> bool:
    """Tell whether a loss of the spec compares with `y`."""
    return bool(_read(name))


def _shapes(name: str) -> dict[str, list[int]]:
    params = rendering.all_params(name)
    return {
        key: [
            params[size[1:]] if isinstance(size, str) else size
            for size in entry["shape"]
        ]
        for key, entry in rendering.spec(name)["inputs"].items()
    }


def _input(
    generator: np.random.Generator, name: str, shape: tuple[int, ...]
) -> np.ndarray:
    if name == "image" or len(shape) == 4:
        return generator.uniform(size=shape).astype("float32")
    return generator.normal(size=shape).astype("float32")


def _integers(
    name: str, generator: np.random.Generator, shape: tuple[int, ...]
) -> np.ndarray:
    """Draw words, or labels of all classes but the last, which CTC keeps for blanks."""
    params = rendering.all_params(name)
    count = params["vocabulary"] if "vocabulary" in params else params["classes"] - 1
    return generator.integers(0, count, shape).astype("int32")


def _read(name: str) -> dict[str, dict[str, Any]]:
    """Find the losses that read `y`, by its key, which is "" for `y` itself."""
    found = {}
    for term in rendering.spec(name).get("losses", ()):
        if "expr" in term:
            continue
        root, _, key = (term.get("target", "y") or "").partition(".")
        if root == "y":
            found[key] = term
    return found


def _targets(name: str, x: Any, generator: np.random.Generator) -> Any:
    terms = _read(name)
    outputs = _outputs(name, x) if terms else {}
    made = {
        key: _DRAWN[term["loss"]](generator, outputs[term["on"]])
        for key, term in terms.items()
    }
    if name in SCALAR_LABELS:
        return made[""][:, 0].astype("int32")
    return made.get("", made or None)


def _outputs(name: str, x: Any) -> dict[str, tuple[int, ...]]:
    """Ask the reference style for the shapes of the outputs, by name."""
    style = rendering.styles(name)[0]
    params = rendering.PARAMS.get(name, {})
    made = rendering.build(name, style, params)(x)
    spec = rendering.spec(name)
    outputs = spec.get("outputs", spec["layers"][-1]["name"])
    if isinstance(outputs, str):
        return {outputs: made.shape}
    return {key: one.shape for key, one in zip(outputs, made, strict=True)}


def _numbers(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return generator.normal(size=shape).astype("float32")


def _bits(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return generator.integers(0, 2, shape).astype("float32")


def _labels(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return generator.integers(0, shape[-1], shape[:-1]).astype("int32")


_DRAWN = {
    "MeanSquaredError": _numbers,
    "BinaryCrossentropy": _bits,
    "SparseCategoricalCrossentropy": _labels,
    "bce_mse": _bits,
    "contrastive": _bits,
    "cross_entropy": _bits,
}
"""How the targets of a loss look; the last three are closures of specs."""
