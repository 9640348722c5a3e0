"""Backbones: what `schemas/applications/` says of them is what Keras builds."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import overviews
import training
from data import data
from kauxgen import catalog, resources
from kauxgen.nodes import ApplicationNode
from kauxgen.overview.backbones import backbone_count
from kauxgen.tensor import TensorType
from kauxgen.trace import LayerCall

NAMES = (
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "Xception",
)
"""One of each sort; `python benchmarks/applications.py --check` builds them all."""
SIZES = (96, 107)
COUNTED = resources.schema("backbones")
"""The backbones whose weights are counted; of others a summary says that it is not."""


def build(name: str, **args: object) -> keras.Model:
    """Build a backbone without pretrained weights."""
    with keras.StatelessScope(initialize_variables=False):
        return getattr(keras.applications, name)(weights=None, **args)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_maps_have_the_stated_shapes(name: str, size: int) -> None:
    """Every layer that a spec may name, in order, and the output."""
    known = catalog.applications()[name]
    model = build(name, include_top=False, input_shape=(size, size + 1, 3))
    order = [layer.name for layer in model.layers if layer.name in known.names]
    assert order == list(known.names)
    told = {
        layer.name: (known.maps(layer.name, (size, size + 1)), layer.output.shape[1:])
        for layer in model.layers
        if layer.name in known.names
    }
    assert {key: one for key, one in told.items() if one[0] != one[1]} == {}
    assert known.maps("", (size, size + 1)) == model.output.shape[1:]
    moded = (keras.layers.BatchNormalization, keras.layers.Dropout)
    assert known.modes == any(isinstance(layer, moded) for layer in model.layers)
    if name in COUNTED:
        assert tuple(COUNTED[name]["base"]) == overviews.counts(model)
        assert COUNTED[name]["before"] == before(model, known.names)


def before(model: keras.Model, names: tuple[str, ...]) -> dict[str, list[int]]:
    """Count the weights before each layer that a spec may name."""
    found, passed = {}, np.zeros(2, int)
    for layer in model.layers:
        found[layer.name] = passed.tolist()
        passed += overviews.counts(layer)
    return {name: found[name] for name in names}


def counted(name: str, image: tuple[int, ...], **args: object) -> tuple[int, int]:
    """Count the weights of a backbone as the overview does."""
    call = LayerCall(name, args, (TensorType((None, *image)),))
    count = backbone_count(ApplicationNode("backbone", ""), call, trainable=True)
    return count.trainable, count.non_trainable


@pytest.mark.parametrize("name", ["MobileNet", "VGG16"])
def test_tops_and_pooling_are_as_stated(name: str) -> None:
    args = {"input_shape": (64, 64, 3)}
    model = build(name, classes=7, **args)
    assert model.output.shape[1:] == (7,)
    assert counted(name, (64, 64, 3), classes=7) == overviews.counts(model)
    gray = build(name, include_top=False, input_shape=(64, 64, 1))
    assert counted(name, (64, 64, 1), include_top=False) == overviews.counts(gray)
    channels = catalog.applications()[name].maps("", (64, 64))[-1:]
    for pooling in ("avg", "max"):
        pooled = build(name, include_top=False, pooling=pooling, **args)
        assert pooled.output.shape[1:] == channels


@pytest.mark.parametrize("name", NAMES)
def test_sizes_are_keras_own(name: str) -> None:
    known = catalog.applications()[name]
    small = (known.least - 1, known.least - 1, 3)
    with pytest.raises(ValueError, match="size"):
        build(name, include_top=False, input_shape=small)


@pytest.mark.parametrize("style", ["functional", "subclass", "train_step", "loop"])
@pytest.mark.xdist_group("fine_tune")
def test_only_the_top_of_a_backbone_is_trained(style: str) -> None:
    """What stands before `from` stays as it was, bit by bit; the rest moves."""
    with training.eagerly():
        run = training.train("fine_tune", style, data("fine_tune").first_batch())
    start = training.start("fine_tune")
    moved = {
        key
        for key, value in run.weights.items()
        if not np.array_equal(value, start[key].astype("float32"))
    }
    top = {
        f"features_backbone_block5_conv{index}_{part}"
        for index in (1, 2, 3)
        for part in ("kernel", "bias")
    }
    assert moved == {*top, "logits_kernel", "logits_bias"}
