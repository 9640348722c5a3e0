"""Multiply-accumulates are those that loops over all indices count."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from kauxgen.shapes import RULES, multiply_accumulates
from kauxgen.tensor import Shape, TensorType


def macs(name: str, args: dict[str, Any], *shapes: Shape) -> int | None:
    """Count what our rule counts."""
    return multiply_accumulates(name, args, [TensorType(shape) for shape in shapes])


def count(*sizes: int) -> int:
    """Count the turns of nested loops."""
    return sum(1 for _ in product(*map(range, sizes)))


def starts(size: int, window: int, stride: int) -> list[int]:
    """List where a window stands that stays inside."""
    return [start for start in range(0, size, stride) if start + window <= size]


def windows(size: tuple[int, int], window: tuple[int, int], stride: int) -> int:
    """Count the places of a window on a map, times the numbers in it."""
    rows, columns = (starts(*each, stride) for each in zip(size, window, strict=True))
    return sum(count(*window) for _ in product(rows, columns))


def layer(name: str, **args: Any) -> SimpleNamespace:
    """Make a layer that a wrapper holds."""
    return SimpleNamespace(name=name, args=args)


def test_dense() -> None:
    """A product for each position, input and unit."""
    assert macs("Dense", {"units": 7}, (None, 5)) == count(5, 7)
    assert macs("Dense", {"units": 7}, (None, 3, 4, 5)) == count(3, 4, 5, 7)


def test_einsum_dense() -> None:
    """A product for each combination of indices, of one sample."""
    args = {"equation": "abc,cde->abde", "output_shape": (None, 2, 3)}
    assert macs("EinsumDense", args, (None, 4, 5)) == count(4, 5, 2, 3)
    args = {"equation": "...x,xy->...y", "output_shape": (6,)}
    assert macs("EinsumDense", args, (None, 4, 5)) == count(4, 5, 6)
    assert macs("EinsumDense", args, (None, 5)) == count(5, 6)
    args = {"equation": "ab...,bc->ac...", "output_shape": (6,)}
    assert macs("EinsumDense", args, (None, 4, 5)) == count(4, 5, 6)
    args = {"equation": "abc,bcd->ad", "output_shape": (6,)}
    assert macs("EinsumDense", args, (None, 4, 5)) == count(4, 5, 6)


def test_convolutions() -> None:
    """A product for each number in each window, by pairs of channels that meet."""
    image = (None, 9, 8, 4)
    args = {"filters": 6, "kernel_size": (3, 2), "strides": 2}
    found = windows((9, 8), (3, 2), 2)
    assert macs("Conv2D", args, image) == found * count(4, 6)
    pairs = sum(1 for one in range(4) for two in range(6) if one // 2 == two // 3)
    assert macs("Conv2D", {**args, "groups": 2}, image) == found * pairs
    first = {**args, "data_format": "channels_first"}
    assert macs("Conv2D", first, (None, 4, 9, 8)) == found * count(4, 6)
    args = {"kernel_size": (3, 2), "strides": 2, "depth_multiplier": 5}
    assert macs("DepthwiseConv2D", args, image) == found * count(4, 5)
    positions = len(starts(9, 3, 2)) * len(starts(8, 2, 2))
    assert macs("SeparableConv2D", {**args, "filters": 7}, image) == (
        found * count(4, 5) + positions * count(4 * 5, 7)
    )


def test_padded_and_dilated_convolutions() -> None:
    """Padding counts as numbers do, and holes of a dilation do not."""
    args = {"filters": 6, "kernel_size": 3, "padding": "same"}
    assert macs("Conv1D", args, (None, 9, 4)) == count(9, 3, 4, 6)
    args = {"filters": 6, "kernel_size": 3, "dilation_rate": 2}
    assert macs("Conv1D", args, (None, 9, 4)) == len(starts(9, 5, 1)) * count(3, 4, 6)


def test_transposed_convolution() -> None:
    """Every number of the input meets every number of the window and every filter."""
    args = {"filters": 6, "kernel_size": (3, 2), "strides": 2}
    assert macs("Conv2DTranspose", args, (None, 5, 4, 3)) == count(5, 4, 3, 3, 2, 6)


def test_attention() -> None:
    """Queries by keys, once over the width of keys and once over that of values."""
    query, value, key = (None, 5, 4), (None, 6, 3), (None, 6, 4)
    scores, mix = count(5, 6, 4), count(5, 6, 3)
    assert macs("Attention", {}, query, value, key) == scores + mix
    assert macs("Attention", {"score_mode": "concat"}, query, value, key) == mix
    assert macs("AdditiveAttention", {}, query, value, key) == scores + mix
    unscaled = {"use_scale": False}
    assert macs("AdditiveAttention", unscaled, query, value, key) == mix


def test_attention_of_many_heads() -> None:
    """Four projections, and attention in each head."""
    query, value, key = (None, 5, 4), (None, 6, 3), (None, 6, 2)
    args = {"num_heads": 2, "key_dim": 3, "value_dim": 7, "output_shape": 9}
    projected = count(5, 4, 2, 3) + count(6, 3, 2, 7) + count(6, 2, 2, 3)
    seen = count(2, 5, 6, 3) + count(2, 5, 6, 7)
    assert macs("MultiHeadAttention", args, query, value, key) == (
        projected + seen + count(5, 2, 7, 9)
    )
    args = {"num_query_heads": 4, "num_key_value_heads": 2, "head_dim": 3}
    projected = count(5, 4, 4, 3) + 2 * count(6, 4, 2, 3) + count(5, 4, 3, 4)
    series = (None, 5, 4), (None, 6, 4)
    assert macs("GroupQueryAttention", args, *series) == (
        projected + 2 * count(4, 5, 6, 3)
    )


def test_attention_along_one_axis() -> None:
    """Other axes only repeat it."""
    maps = (None, 5, 6, 4)
    args = {"num_heads": 2, "key_dim": 3}
    projections = 4 * count(5, 6, 4, 2, 3)
    for axes, seen in ((1, 5), (2, 6), ((1, 2), 30), (None, 30)):
        found = macs("MultiHeadAttention", {**args, "attention_axes": axes}, maps, maps)
        assert found == projections + 2 * count(5, 6, seen, 2, 3)


@pytest.mark.parametrize(("name", "gates"), [("SimpleRNN", 1), ("GRU", 3), ("LSTM", 4)])
def test_recurrent_layers(name: str, gates: int) -> None:
    """At each step a product with the input and one with the state, by gate."""
    for more in ({}, {"return_sequences": True}, {"use_bias": False}):
        found = macs(name, {"units": 3, **more}, (None, 5, 4))
        assert found == 5 * gates * (count(4, 3) + count(3, 3))


def test_conv_lstm() -> None:
    """The same with windows; that of the state is padded."""
    args = {"filters": 3, "kernel_size": (3, 2)}
    positions = count(len(starts(9, 3, 1)), len(starts(8, 2, 1)))
    assert macs("ConvLSTM2D", args, (None, 5, 9, 8, 2)) == 5 * positions * 4 * (
        count(3, 2, 2, 3) + count(3, 2, 3, 3)
    )


def test_wrappers() -> None:
    """The wrapped layer's count, twice or at every step; none if it has none."""
    series, rnn = (None, 5, 4), layer("GRU", units=3)
    inner = macs("GRU", {"units": 3}, series)
    assert inner
    assert macs("Bidirectional", {"layer": rnn}, series) == 2 * inner
    dense = layer("Dense", units=7)
    assert macs("TimeDistributed", {"layer": dense}, series) == count(5, 4, 7)
    assert macs("SpectralNormalization", {"layer": dense}, series) == count(5, 4, 7)
    flat = layer("Flatten")
    assert macs("TimeDistributed", {"layer": flat}, (None, 5, 4, 3)) is None


def test_no_count() -> None:
    """Layers without products have none, and no count follows from unknown sizes."""
    assert RULES["flatten"].macs is None
    assert macs("Flatten", {}, (None, 5, 4)) is None
    assert macs("BatchNormalization", {}, (None, 5, 4)) is None
    assert macs("Dense", {"units": 7}, (None, None, 4)) is None
    conv = {"filters": 3, "kernel_size": 2}
    assert macs("Conv1D", conv, (None, None, 4)) is None
    assert macs("SeparableConv1D", conv, (None, None, 4)) is None
    assert macs("LSTM", {"units": 3}, (None, None, 4)) is None
    rnn = {"layer": layer("LSTM", units=3)}
    assert macs("Bidirectional", rnn, (None, None, 4)) is None
    heads = {"num_heads": 2, "key_dim": 3}
    assert macs("MultiHeadAttention", heads, (None, 5, 4), (None, None, 4)) is None
