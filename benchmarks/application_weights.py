"""Writes `schemas/backbones.json`: how many numbers Keras's backbones have in weights.

    PYTHONPATH=. python benchmarks/application_weights.py [NAME...]

Builds each backbone of the catalog without weights, for images of one and of three
channels, with and without its top, and notes what the counts follow from:

- `base`: trainable numbers and others, for three channels and without a top;
- `channel`: what each further channel adds;
- `top`: what the top adds, and what each class adds to that; where the top reads all
  positions of the last maps, `position` is what each number in them adds;
- `before`: what stands before each layer that a spec may name, for three channels.

Names given on the command line are written anew, the others kept.
"""

from __future__ import annotations

import json
import sys
from math import prod
from pathlib import Path
from typing import Any

import keras

from kauxgen import catalog

FILE = Path(__file__).parents[1] / "schemas" / "backbones.json"
FLAT = {"VGG16": 4096, "VGG19": 4096}
"""Tops that read all positions, and the width of their first layer."""


def counted(weights: list[Any]) -> int:
    """Count the numbers in weights."""
    return sum(prod(one.shape) for one in weights)


def counts(layer: Any) -> list[int]:
    """Count the trainable numbers and the others."""
    return [counted(layer.trainable_weights), counted(layer.non_trainable_weights)]


def less(one: list[int], other: list[int]) -> list[int]:
    """Subtract counts."""
    return [a - b for a, b in zip(one, other, strict=True)]


def build(name: str, channels: int = 3, classes: int = 0) -> keras.Model:
    """Build a backbone, with a top if there are classes."""
    size = catalog.applications()[name].size
    top = {"classes": classes} if classes else {}
    return getattr(keras.applications, name)(
        weights=None,
        include_top=bool(classes),
        input_shape=(size, size, channels),
        **top,
    )


def before(model: keras.Model, names: tuple[str, ...]) -> dict[str, list[int]]:
    """Count what stands before each named layer."""
    found, passed = {}, [0, 0]
    for layer in model.layers:
        if layer.name in names:
            found[layer.name] = passed
        passed = [a + b for a, b in zip(passed, counts(layer), strict=True)]
    return found


def described(name: str) -> dict[str, Any]:
    """Describe the counts of a backbone."""
    known, model = catalog.applications()[name], build(name)
    base = counts(model)
    ten, twenty = (counts(build(name, classes=number))[0] for number in (10, 20))
    per_class = (twenty - ten) // 10
    position = FLAT.get(name, 0)
    maps = prod(model.output.shape[1:])
    return {
        "base": base,
        "channel": [each // 2 for each in less(base, counts(build(name, 1)))],
        "top": [ten - base[0] - 10 * per_class - position * maps, per_class, position],
        "before": before(model, known.names),
    }


def main() -> None:
    """Write the file, an application a line."""
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    for name in sys.argv[1:] or catalog.applications():
        known[name] = described(name)
        print(name, known[name]["base"], flush=True)
        keras.backend.clear_session()
    rows = [
        f"  {json.dumps(name)}: {json.dumps(known[name])}" for name in sorted(known)
    ]
    FILE.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
