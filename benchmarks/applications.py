"""Writes `schemas/applications/*.json`: what Keras's backbones are made of.

    PYTHONPATH=. python benchmarks/applications.py [--check] [NAME ...]

Builds each backbone without weights and notes, for every layer whose name Keras fixes,
its channels and how its height and width follow from those of the image: the windows on
the way to it. Each note is held against real models of several sizes before it is
written. Layers with counted names (`conv2d_7`) are left out: another model in the same
process changes them. No weight is made: all of them would fill 20 GB. With --check it
writes nothing, and fails where a file is not what Keras builds.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras

SIZES = (96, 97, 110, 128, 139, 224, 299)
FEW = 4
"""How many ways to a layer are followed on: they give the same sizes."""
LEAST = (32, 71, 75)
SCHEMAS = Path(__file__).parents[1] / "schemas"
FOLDER = SCHEMAS / "applications"
KNOWN = json.loads((SCHEMAS / "keras.json").read_text(encoding="utf-8"))["application"]
LAYERS = keras.layers
ARGUMENTS = {
    "include_top": {
        "type": "bool",
        "default": True,
        "doc": "Whether it ends in classes.",
    },
    "weights": {
        "type": "string",
        "nullable": True,
        "default": "imagenet",
        "doc": "Where weights start: imagenet, the path of a file, or null for anew.",
    },
    "input_shape": {
        "type": "shape",
        "length": 3,
        "min": 1,
        "nullable": True,
        "default": None,
        "doc": "Height, width and channels of the images.",
    },
    "pooling": {
        "type": "enum",
        "values": ["avg", "max"],
        "nullable": True,
        "default": None,
        "doc": "How the last maps become one vector; none leaves them.",
    },
    "classes": {"type": "int", "min": 1, "default": 1000, "doc": "How many classes."},
    "dropout": {
        "type": "float",
        "min": 0,
        "max": 1,
        "default": 0.001,
        "doc": "Share of the values that are dropped before the classes, in training.",
    },
    "dropout_rate": {
        "type": "float",
        "min": 0,
        "max": 1,
        "default": 0.2,
        "doc": "Share of the values that are dropped before the classes, in training.",
    },
    "include_preprocessing": {
        "type": "bool",
        "default": True,
        "doc": "Whether it takes pixels from 0 to 255 and scales them itself.",
    },
    "classifier_activation": {
        "type": "activation",
        "nullable": True,
        "default": "softmax",
        "doc": "What the scores of the classes are put through.",
    },
}
Window = tuple[int, int, bool]
"""Its width, its step, and whether the sides are padded so that none is lost."""


def build(name: str, size: int | None, **args: Any) -> keras.Model:
    """Build a backbone for square images, without its head and without weights."""
    make = getattr(keras.applications, name)
    shape = size and (size, size, 3)
    args = {"include_top": False, "weights": None, "input_shape": shape, **args}
    with keras.StatelessScope(initialize_variables=False):
        return make(**args)


def least(name: str) -> int:
    """Find the least size that a backbone takes: Keras checks it before it builds."""
    for size in LEAST:
        try:
            build(name, size)
        except ValueError:
            continue
        return size
    raise ValueError(f"{name} takes no size of {LEAST}")


def window(layer: Any) -> tuple[Window, ...]:
    """Say what a layer does to height and width."""
    if isinstance(layer, keras.Sequential):
        return tuple(one for inner in layer.layers for one in window(inner))
    if isinstance(
        layer, (LAYERS.Conv2D, LAYERS.DepthwiseConv2D, LAYERS.SeparableConv2D)
    ):
        return ((layer.kernel_size[0], layer.strides[0], layer.padding == "same"),)
    if isinstance(layer, (LAYERS.MaxPooling2D, LAYERS.AveragePooling2D)):
        return ((layer.pool_size[0], layer.strides[0], layer.padding == "same"),)
    if isinstance(layer, LAYERS.ZeroPadding2D):
        return ((1 - sum(layer.padding[0]), 1, False),)
    return ()


def after(size: int, windows: tuple[Window, ...]) -> int:
    """Work out the size behind windows."""
    for width, step, padded in windows:
        size = -(-size // step) if padded else (size - width) // step + 1
    return size


def plain(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Leave out windows that change nothing."""
    idle = ((1, 1, False), (1, 1, True))
    return tuple(one for one in windows if one not in idle and one[1:] != (1, True))


def chains(models: dict[int, keras.Model]) -> dict[str, list[tuple[Window, ...]]]:
    """Give, by layer, the windows that lead to it in models of several sizes."""
    known: dict[str, list[tuple[Window, ...]]] = {}
    for index, layer in enumerate(models[224].operations):
        parents = [
            tensor._keras_history.operation.name
            for node in layer._inbound_nodes
            for tensor in node.input_tensors
        ]
        ways = [way for parent in parents for way in known[parent]] or [()]
        own = window(layer)
        found = [plain((*way, *own)) for way in ways]
        if own and own[0][1] == 2:  # sides padded by what the size asks for
            found += [plain((*way[:-1], (*own[0][:2], True))) for way in ways if way]
        alike = {size: one.operations[index] for size, one in models.items()}
        shapes = {size: one.output.shape for size, one in alike.items()}
        fits = [way for way in dict.fromkeys(found) if fit(way, shapes)]
        known[layer.name] = fits[:FEW] or found[:1]
    return known


def fit(way: tuple[Window, ...], shapes: dict[int, tuple[int, ...]]) -> bool:
    """Say whether windows give the height of maps of all sizes."""
    return all(
        len(shape) == 4 and after(size, way) == shape[1]
        for size, shape in shapes.items()
    )


def fixed(name: str) -> set[str]:
    """Give the names of the layers that two models of a process share.

    One of them is without the layers that scale pixels, if it can be.
    """
    bare = {"include_preprocessing"} & KNOWN[name]["args"].keys()
    options = ({}, dict.fromkeys(bare, False))
    first, second = (
        {one.name for one in build(name, 224, **o).layers} for o in options
    )
    return first & second


def described(name: str) -> dict[str, Any]:
    """Describe a backbone, held against models of several sizes."""
    stable = fixed(name)
    models = {size: build(name, size) for size in SIZES}
    model = models[224]
    known = chains(models)
    windows: list[tuple[Window, ...]] = []
    found = []
    for index, layer in enumerate(model.layers[1:], start=1):
        shapes = {size: one.layers[index].output.shape for size, one in models.items()}
        last = index == len(model.layers) - 1
        if layer.name not in stable and not last:
            continue
        shape = shapes[224]
        fits = [way for way in known[layer.name] if fit(way, shapes)]
        if not fits and not last:
            continue
        if fits[0] not in windows:
            windows.append(fits[0])
        title = layer.name if layer.name in stable else ""
        found.append([title, int(shape[-1]), windows.index(fits[0])])
    moded = (LAYERS.BatchNormalization, LAYERS.Dropout)
    return {
        "doc": f"{name} of keras.applications.",
        "size": build(name, None, include_top=True).input.shape[1],
        "fixed": build(name, None).input.shape[1] is not None,
        "least": least(name),
        "modes": any(isinstance(one, moded) for one in model.layers),
        "args": {
            key: ARGUMENTS[key] for key in KNOWN[name]["args"] if key in ARGUMENTS
        },
        "windows": windows,
        "layers": found,
    }


def lines(entry: dict[str, Any]) -> str:
    """Write an entry with several layers a line."""
    head = {key: entry[key] for key in ("doc", "size", "fixed", "least", "modes")}
    parts = [
        f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()
    ]
    rows = [f"      {json.dumps(k)}: {json.dumps(v)}" for k, v in entry["args"].items()]
    parts.append('    "args": {\n' + ",\n".join(rows) + "\n    }")
    for key, width in (("windows", 1), ("layers", 4)):
        items = [json.dumps(one) for one in entry[key]]
        rows = [", ".join(items[i : i + width]) for i in range(0, len(items), width)]
        body = ",\n".join(f"      {row}" for row in rows)
        parts.append(f"    {json.dumps(key)}: [\n{body}\n    ]")
    return "{\n" + ",\n".join(parts) + "\n  }"


def main() -> int:
    """Write a file a backbone; with --check, name those that differ."""
    names, stale = [one for one in sys.argv[1:] if one != "--check"], []
    for name in names or KNOWN:
        text = "{\n  " + json.dumps(name) + ": " + lines(described(name)) + "\n}\n"
        path = FOLDER / f"{name.lower()}.json"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
        keras.backend.clear_session()
    print("\n".join(stale or ["all as Keras builds them"]))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
