"""Writes `schemas/applications/*.json`: what Keras's backbones are made of.

    PYTHONPATH=. python benchmarks/applications.py

Builds each backbone without weights and notes, for every layer whose name Keras fixes,
its channels and how its height and width follow from those of the image: the windows on
the way to it. Each note is held against real models of several sizes before it is
written. Layers with counted names (`conv2d_7`) are left out: another model in the same
process changes them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import keras

NAMES = (
    "VGG16",
    "VGG19",
    "ResNet50",
    "ResNet50V2",
    "MobileNet",
    "MobileNetV2",
    "DenseNet121",
    "EfficientNetB0",
    "InceptionV3",
    "Xception",
)
SIZES = (96, 97, 110, 128, 139, 224, 299)
MINIMUM = {"InceptionV3": 75, "Xception": 71}
FOLDER = Path(__file__).parents[1] / "schemas" / "applications"
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
    "classifier_activation": {
        "type": "activation",
        "nullable": True,
        "default": "softmax",
        "doc": "What the scores of the classes are put through.",
    },
}
Window = tuple[int, int, bool]
"""Its width, its step, and whether the sides are padded so that none is lost."""


def build(name: str, size: int) -> keras.Model:
    """Build a backbone without its head for square images."""
    make = getattr(keras.applications, name)
    return make(include_top=False, weights=None, input_shape=(size, size, 3))


def window(layer: Any) -> tuple[Window, ...]:
    """Say what a layer does to height and width."""
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
    for index, layer in enumerate(models[224].layers):
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
        shapes = {size: one.layers[index].output.shape for size, one in models.items()}
        fits = [way for way in dict.fromkeys(found) if fit(way, shapes)]
        known[layer.name] = fits or found[:1]
    return known


def fit(way: tuple[Window, ...], shapes: dict[int, tuple[int, ...]]) -> bool:
    """Say whether windows give the height of maps of all sizes."""
    return all(
        len(shape) == 4 and after(size, way) == shape[1]
        for size, shape in shapes.items()
    )


def fixed(name: str) -> set[str]:
    """Give the names of the layers that two models of a process share."""
    first, second = ({one.name for one in build(name, 224).layers} for _ in range(2))
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
        if not fits:
            continue
        if fits[0] not in windows:
            windows.append(fits[0])
        title = layer.name if layer.name in stable else ""
        found.append([title, int(shape[-1]), windows.index(fits[0])])
    moded = (LAYERS.BatchNormalization, LAYERS.Dropout)
    return {
        "doc": f"{name} of keras.applications.",
        "size": 299 if name in MINIMUM else 224,
        "least": MINIMUM.get(name, 32),
        "modes": any(isinstance(one, moded) for one in model.layers),
        "windows": windows,
        "layers": found,
    }


def lines(entry: dict[str, Any]) -> str:
    """Write an entry with several layers a line."""
    head = {key: entry[key] for key in ("doc", "size", "least", "modes")}
    parts = [
        f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()
    ]
    rows = [f"      {json.dumps(k)}: {json.dumps(v)}" for k, v in ARGUMENTS.items()]
    parts.append('    "args": {\n' + ",\n".join(rows) + "\n    }")
    for key, width in (("windows", 1), ("layers", 4)):
        items = [json.dumps(one) for one in entry[key]]
        rows = [", ".join(items[i : i + width]) for i in range(0, len(items), width)]
        body = ",\n".join(f"      {row}" for row in rows)
        parts.append(f"    {json.dumps(key)}: [\n{body}\n    ]")
    return "{\n" + ",\n".join(parts) + "\n  }"


def main() -> None:
    """Write a file a backbone."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or NAMES:
        text = "{\n  " + json.dumps(name) + ": " + lines(described(name)) + "\n}\n"
        (FOLDER / f"{name.lower()}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
