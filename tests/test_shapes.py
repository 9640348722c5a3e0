"""What the layer rules say: sizes that keep their words, and clear refusals."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kauxgen.catalog import kinds
from kauxgen.shapes import layer_outputs, layer_weights, parameter_count, weight_shapes
from kauxgen.tensor import Misfit, Shape, Size, TensorType, describe

UNITS = Size(64, "units")
WIDTH = Size(28, "width")
SAMPLES: dict[str, Any] = {
    "factor": 0.5,
    "int": 2,
    "float": 0.5,
    "ints": 2,
    "axis": 1,
    "shape": (2, 3),
    "indices": (2, 1),
    "activation": "relu",
    "any_number": 0.5,
    "string": "abc,cd->abd",
    "layer": SimpleNamespace(name="Dense", args={"units": 3}),
}


def out(name: str, args: dict[str, Any], *shapes: Shape) -> str:
    """Describe what comes out of a layer."""
    outputs = layer_outputs(name, args, [TensorType(shape) for shape in shapes])
    each = outputs if isinstance(outputs, tuple) else (outputs,)
    return " ".join(describe(output.shape) for output in each)


@pytest.mark.parametrize(
    ("name", "args", "shape", "expected"),
    [
        ("Dense", {"units": UNITS}, (None, WIDTH, 3), "(batch, width, units)"),
        (
            "Conv2D",
            {"filters": UNITS, "kernel_size": 3, "padding": "same"},
            (None, WIDTH, None, 3),
            "(batch, width, any, units)",
        ),
        (
            "Conv2D",
            {"filters": UNITS, "kernel_size": 3},
            (None, WIDTH, None, 3),
            "(batch, 26, any, units)",
        ),
        (
            "Conv1DTranspose",
            {"filters": UNITS, "kernel_size": 3, "padding": "same"},
            (None, WIDTH, 3),
            "(batch, width, units)",
        ),
        (
            "DepthwiseConv2D",
            {"kernel_size": 1},
            (None, 4, 4, UNITS),
            "(batch, 4, 4, units)",
        ),
        ("MaxPooling2D", {}, (None, WIDTH, WIDTH, UNITS), "(batch, 14, 14, units)"),
        ("GlobalAveragePooling1D", {}, (None, 9, UNITS), "(batch, units)"),
        (
            "GlobalMaxPooling2D",
            {"keepdims": True, "data_format": "channels_first"},
            (None, UNITS, 4, 4),
            "(batch, units, 1, 1)",
        ),
        ("Flatten", {}, (None, UNITS), "(batch, units)"),
        ("Flatten", {}, (None, 4, None), "(batch, any)"),
        ("Reshape", {"target_shape": (UNITS, -1)}, (None, 128), "(batch, units, 2)"),
        ("Permute", {"dims": (2, 1)}, (None, UNITS, WIDTH), "(batch, width, units)"),
        ("RepeatVector", {"n": WIDTH}, (None, UNITS), "(batch, width, units)"),
        (
            "ZeroPadding2D",
            {"padding": (0, (1, 2))},
            (None, WIDTH, 4, UNITS),
            "(batch, width, 7, units)",
        ),
        (
            "UpSampling2D",
            {"size": (1, 2)},
            (None, WIDTH, 4, UNITS),
            "(batch, width, 8, units)",
        ),
        (
            "Embedding",
            {"input_dim": 9, "output_dim": UNITS},
            (None, WIDTH),
            "(batch, width, units)",
        ),
        (
            "LSTM",
            {"units": UNITS, "return_sequences": True},
            (None, WIDTH, 3),
            "(batch, width, units)",
        ),
        (
            "LSTM",
            {"units": UNITS, "return_state": True},
            (None, WIDTH, 3),
            "(batch, units) (batch, units) (batch, units)",
        ),
        ("BatchNormalization", {}, (None, WIDTH, UNITS), "(batch, width, units)"),
    ],
)
def test_sizes_keep_their_words(
    name: str, args: dict[str, Any], shape: Shape, expected: str
) -> None:
    """A size that is passed on is the spec's; one that is computed is a number."""
    if name == "Embedding":
        output = layer_outputs(name, args, [TensorType(shape, "int32")])
        assert isinstance(output, TensorType)
        assert describe(output.shape) == expected
    else:
        assert out(name, args, shape) == expected


def test_sizes_keep_their_words_with_several_inputs() -> None:
    """Merging layers and attention take them from the first tensor that has them."""
    shape: Shape = (None, WIDTH, UNITS)
    assert out("Add", {}, shape, shape) == "(batch, width, units)"
    assert out("Concatenate", {}, shape, shape) == "(batch, width, 128)"
    assert out("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, shape, shape) == (
        "(batch, width, units)"
    )
    assert out("Attention", {}, shape, (None, 5, UNITS)) == "(batch, width, units)"


@pytest.mark.parametrize(
    ("name", "args", "shapes", "message"),
    [
        (
            "Dense",
            {"units": 3},
            [(None, None)],
            "Dense needs a known last axis",
        ),
        (
            "Dense",
            {"units": 3},
            [(None,)],
            "Dense needs an input of rank 2 or more",
        ),
        (
            "Conv2D",
            {"filters": 3, "kernel_size": 3},
            [(None, 10)],
            "Conv2D needs an input of rank 4",
        ),
        (
            "Conv2D",
            {"filters": 3, "kernel_size": 3},
            [(None, 8, 8, None)],
            "Conv2D needs a known number of channels",
        ),
        (
            "Conv2D",
            {"filters": 3, "kernel_size": 5, "dilation_rate": 2},
            [(None, 8, 9, 1)],
            "Conv2D needs at least 9 on axis 1, got {}: it is 8",
        ),
        (
            "Conv2D",
            {"filters": 3, "kernel_size": 5, "groups": 2},
            [(None, 8, 9, 4)],
            "Conv2D needs filters that 2 groups divide, got 3",
        ),
        (
            "Conv1D",
            {"filters": 4, "kernel_size": 2, "strides": 2, "dilation_rate": 2},
            [(None, 8, 4)],
            "Conv1D takes strides or a dilation, got (2,) and (2,)",
        ),
        (
            "MaxPooling1D",
            {"pool_size": 4},
            [(None, 3, 8)],
            "MaxPooling1D needs at least 4 on axis 1, got {}: it is 3",
        ),
        (
            "Concatenate",
            {},
            [(None, 4, 4, 8), (None, 4, 5, 8)],
            "Concatenate needs equal sizes on every axis but -1, got {}: "
            "axis 2 is 4 and 5",
        ),
        (
            "Add",
            {},
            [(None, UNITS), (None, 3)],
            "Add needs shapes that broadcast, got {}: axis 1 is units and 3",
        ),
        (
            "Add",
            {},
            [(None, 4, 3), (None, 5)],
            "Add needs shapes that broadcast, got {}: axis -1 is 3 and 5",
        ),
        (
            "Average",
            {},
            [(2, 3), (4, 3)],
            "Average needs equal batches, got {}: axis 0 is 2 and 4",
        ),
        (
            "Concatenate",
            {"axis": 1},
            [(None, 4, 4), (None, 4)],
            "Concatenate needs equal sizes on every axis but 1, got {}: "
            "their ranks are 3 and 2",
        ),
        (
            "Concatenate",
            {"axis": 3},
            [(None, 4), (None, 4)],
            "Concatenate needs an axis 3",
        ),
        (
            "Dot",
            {"axes": 0},
            [(None, 4), (None, 4)],
            "Dot needs an axis beside the batch instead of 0",
        ),
        (
            "Reshape",
            {"target_shape": (4, 5)},
            [(None, 4, 4)],
            "Reshape needs 20 values for [4, 5], got {}: they are 16",
        ),
        (
            "Dropout",
            {"rate": 0.5, "noise_shape": (None, 1, 5)},
            [(None, 4, UNITS)],
            "Dropout needs an input over which noise of shape (batch, 1, 5) spreads, "
            "got {}: axis 2 is units and 5",
        ),
        (
            "Rescaling",
            {"scale": (1.0, 2.0)},
            [(None, 3)],
            "Rescaling needs an input over which its scale spreads, got {}: "
            "axis 1 is 3 and 2",
        ),
        (
            "Conv1D",
            {"filters": 4, "kernel_size": 2, "groups": 2},
            [(None, 8, 3)],
            "Conv1D needs channels that 2 groups divide, got {}: they are 3",
        ),
        (
            "Attention",
            {},
            [(None, 4, 3), (None, 5, 3), (None, 6, 3)],
            "Attention needs a key for each value, got {}: axis -2 is 5 and 6",
        ),
        (
            "MultiHeadAttention",
            {"num_heads": 2, "key_dim": 2, "attention_axes": 1},
            [(None, 4, 3, 2), (None, 4, 5, 2)],
            "MultiHeadAttention needs equal sizes beside the attention axes, got {}: "
            "axis 2 is 3 and 5",
        ),
        (
            "GroupQueryAttention",
            {"num_query_heads": 2, "num_key_value_heads": 1, "head_dim": 2},
            [(None, 4, 3), (None, 4, 5)],
            "GroupQueryAttention needs values as wide as the queries, got {}: "
            "axis -1 is 3 and 5",
        ),
        (
            "EinsumDense",
            {"equation": "ab,bc->ac", "output_shape": (4, 5)},
            [(None, 4)],
            "EinsumDense needs an output shape of length 1 for 'ab,bc->ac', "
            "got [4, 5]",
        ),
        (
            "Softmax",
            {"axis": ()},
            [(None, 4)],
            "Softmax needs an axis, got an empty list",
        ),
        ("Add", {}, [(None, 3)], "Add takes at least 2 tensors, got 1"),
        ("Subtract", {}, [(None, 3)] * 3, "Subtract takes 2 tensors, got 3"),
        (
            "Dot",
            {"axes": 1},
            [(None, 3, 4), (None, 4, 3)],
            "Dot needs equal sizes on axes 1 and 1, got {}: they are 3 and 4",
        ),
        (
            "Reshape",
            {"target_shape": (7, -1)},
            [(None, 12)],
            "Reshape needs a multiple of 7 values for [7, -1], got {}: they are 12",
        ),
        (
            "Permute",
            {"dims": (2, 2)},
            [(None, 3, 4)],
            "Permute needs each axis from 1 once, got [2, 2]",
        ),
        (
            "Cropping1D",
            {"cropping": 2},
            [(None, 4, 1)],
            "Cropping1D needs more than 4 on axis 1, got {}: it is 4",
        ),
        (
            "GroupNormalization",
            {"groups": 3},
            [(None, 4)],
            "GroupNormalization needs channels that 3 groups divide, got {}: "
            "they are 4",
        ),
        (
            "MultiHeadAttention",
            {"num_heads": 2, "key_dim": 2},
            [(None, 4, 3)],
            "MultiHeadAttention takes query, value, key (or not), got 1",
        ),
        (
            "Attention",
            {},
            [(None, 4, 3), (None, 5, 2)],
            "Attention needs keys as wide as the queries, got {}: axis -1 is 3 and 2",
        ),
        (
            "LSTM",
            {"units": 3},
            [(None, 5)],
            "LSTM needs an input of rank 3",
        ),
        (
            "Bidirectional",
            {"layer": SAMPLES["layer"]},
            [(None, 4, 3)],
            "Bidirectional needs a recurrent layer, got Dense",
        ),
        (
            "EinsumDense",
            {"equation": "ab->b", "output_shape": (3,)},
            [(None, 4)],
            "EinsumDense needs an equation such as 'abc,cd->abd', got 'ab->b'",
        ),
        (
            "Embedding",
            {"input_dim": 3, "output_dim": 2},
            [(None, 4)],
            "Embedding needs integers, got float32",
        ),
    ],
)
def test_misfits_say_what_is_needed(
    name: str, args: dict[str, Any], shapes: list[Shape], message: str
) -> None:
    """One clause, with the shapes and the axis in question."""
    with pytest.raises(Misfit) as caught:
        layer_outputs(name, args, [TensorType(shape) for shape in shapes])
    given = " and ".join(describe(shape) for shape in shapes)
    expected = message if " got " in message else f"{message}, got {{}}"
    assert str(caught.value) == expected.format(given)


def test_misfits_of_wrapped_layers_name_them() -> None:
    """A wrapped layer sees one step; one of the spec's own is not known here."""
    entering = [TensorType((None, 4, None))]
    with pytest.raises(
        Misfit, match=r"Dense needs a known last axis, got \(batch, any\)"
    ):
        layer_outputs("TimeDistributed", {"layer": SAMPLES["layer"]}, entering)
    own = {"layer": SimpleNamespace(name="Mine", args={})}
    with pytest.raises(Misfit, match="Mine is no layer of Keras"):
        layer_outputs("TimeDistributed", own, entering)


@pytest.mark.parametrize("name", ["Conv2D", "LSTM", "Dense", "BatchNormalization"])
def test_layers_that_compute_need_floats(name: str) -> None:
    """Integers meet floats only through a cast."""
    shape: Shape = (None, 4, 4, 3) if name == "Conv2D" else (None, 4, 3)
    args = {"units": 2, "filters": 2, "kernel_size": 2}
    needed = {key: args[key] for key in kinds("layer")[name].args if key in args}
    with pytest.raises(Misfit, match=f"{name} needs floats, got int32"):
        layer_outputs(name, needed, [TensorType(shape, "int32")])


@pytest.mark.parametrize(
    ("name", "args", "given", "expected"),
    [
        ("Flatten", {}, "int32", "int32"),
        ("Reshape", {"target_shape": (-1,)}, "bool", "bool"),
        ("ZeroPadding1D", {}, "uint8", "uint8"),
        ("Flatten", {}, "float64", "float32"),
        ("Rescaling", {"scale": 0.1}, "uint8", "float32"),
        ("Dense", {"units": 3}, "float16", "float32"),
        (
            "TimeDistributed",
            {"layer": SimpleNamespace(name="Flatten", args={})},
            "int32",
            "int32",
        ),
    ],
)
def test_types(name: str, args: dict[str, Any], given: str, expected: str) -> None:
    """Layers that move values keep integers; all that Keras computes is float32."""
    output = layer_outputs(name, args, [TensorType((None, 4, 3), given)])
    assert isinstance(output, TensorType)
    assert output.dtype == expected


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["int32", "int64"], "int64"),
        (["bool", "uint8"], "uint8"),
        (["uint8", "int8"], "int16"),
        (["uint32", "int8", "bool"], "int64"),
        (["uint64", "int8"], "float32"),
        (["uint64", "bool"], "uint32"),
        (["float16", "int8"], "float32"),
        (["bool", "bool"], "bool"),
    ],
)
def test_merged_types_widen(types: list[str], expected: str) -> None:
    """Keras computes in the narrowest type that holds both."""
    tensors = [TensorType((None, 4), dtype) for dtype in types]
    assert layer_outputs("Concatenate", {}, tensors).dtype == expected  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "args", "types", "message"),
    [
        ("Maximum", {}, ["bool", "int32"], "Maximum needs numbers, got bool"),
        ("Masking", {}, ["bool"], "Masking needs numbers, got bool"),
        ("Subtract", {}, ["bool", "bool"], "Subtract needs numbers, got bool"),
        (
            "Dot",
            {"axes": 1, "normalize": True},
            ["int32", "float32"],
            "Dot needs floats to normalize, got int32 and float32",
        ),
    ],
)
def test_types_that_do_not_suit(
    name: str, args: dict[str, Any], types: list[str], message: str
) -> None:
    """What Keras states, it cannot compute on data of these types."""
    tensors = [TensorType((None, 4), dtype) for dtype in types]
    with pytest.raises(Misfit) as caught:
        layer_outputs(name, args, tensors)
    assert str(caught.value) == message


def test_concatenated_integers_stay_integers() -> None:
    """Of mixed types, Keras makes floats."""
    tokens, floats = TensorType((None, 4), "int32"), TensorType((None, 4))
    assert layer_outputs("Concatenate", {}, [tokens, tokens]).dtype == "int32"  # type: ignore[union-attr]
    assert layer_outputs("Concatenate", {}, [tokens, floats]).dtype == "float32"  # type: ignore[union-attr]


def test_weights_of_wrapped_layers_stand_under_their_names() -> None:
    """Paths are Keras's own, attributes lead through the wrapper."""
    lstm = SimpleNamespace(name="LSTM", args={"units": 3, "use_bias": False})
    assert layer_weights("Bidirectional", {"layer": lstm}) == {
        f"{side}_lstm/lstm_cell/{name}": f"{side}_layer.cell.{name}"
        for side in ("forward", "backward")
        for name in ("kernel", "recurrent_kernel")
    }
    args = {
        "layer": SimpleNamespace(name="Conv2D", args={"filters": 8, "kernel_size": 3})
    }
    shapes = weight_shapes("TimeDistributed", args, [TensorType((None, 5, 9, 9, 3))])
    assert shapes == {"conv2d/kernel": (3, 3, 3, 8), "conv2d/bias": (8,)}


def test_counts_of_known_models() -> None:
    """The first layers of published models."""
    image = [TensorType((None, 32, 32, 3))]
    assert parameter_count("Conv2D", {"filters": 8, "kernel_size": 4}, image) == (
        392,
        0,
    )
    assert parameter_count("BatchNormalization", {}, image) == (6, 6)
    assert parameter_count("Dense", {"units": 64}, [TensorType((None, 784))]) == (
        50240,
        0,
    )


@pytest.mark.parametrize("name", kinds("layer"))
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_any_shapes_fit_or_are_refused(name: str, number: int) -> None:
    """No shape leads to another error than a misfit."""
    needed = (each for each in kinds("layer")[name].args.values() if each.required)
    args = {each.name: SAMPLES[each.type] for each in needed}
    sizes = (None, 3, 2, None, 4, 1)
    for rank in range(1, 7):
        for shape in ((None,) * rank, sizes[:rank], (None, *sizes[:0:-1])[:rank]):
            assert is_answered(name, args, [TensorType(shape)] * number)


def is_answered(name: str, args: dict[str, Any], inputs: list[TensorType]) -> bool:
    """Tell whether a layer gives tensors, or says what does not fit."""
    try:
        outputs = layer_outputs(name, args, inputs)
    except Misfit as misfit:
        return str(misfit) != ""
    return isinstance(outputs, TensorType | tuple)
