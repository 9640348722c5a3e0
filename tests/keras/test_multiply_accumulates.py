"""Our multiply-accumulates are half the float operations that TensorFlow counts."""

from __future__ import annotations

import re
from math import prod
from typing import Any

import pytest
import tensorflow as tf
from tensorflow.python.profiler.model_analyzer import profile
from tensorflow.python.profiler.option_builder import ProfileOptionBuilder

from kauxgen.catalog import kinds
from kauxgen.shapes import multiply_accumulates
from kauxgen.tensor import Shape, TensorType
from keras_layers import call, make
from layer_cases import Layer

PRODUCTS = "MatMul|BatchMatMul.*|Conv.*|DepthwiseConv.*"
"""The types of TensorFlow's operations that multiply and add up."""

MAPS: Shape = (None, 9, 8, 4)
SERIES: Shape = (None, 5, 4)
CASES: tuple[tuple[str, dict[str, Any], tuple[Shape, ...]], ...] = (
    ("Dense", {"units": 7}, ((None, 3, 4, 5),)),
    (
        "EinsumDense",
        {"equation": "abc,cde->abde", "output_shape": (None, 2, 3)},
        (SERIES,),
    ),
    ("Conv1D", {"filters": 6, "kernel_size": 3, "padding": "same"}, (SERIES,)),
    ("Conv2D", {"filters": 6, "kernel_size": (3, 2), "strides": 2}, (MAPS,)),
    ("Conv3D", {"filters": 3, "kernel_size": 2}, ((None, 4, 5, 3, 2),)),
    (
        "Conv2DTranspose",
        {"filters": 6, "kernel_size": 3, "strides": 2, "padding": "same"},
        (MAPS,),
    ),
    ("DepthwiseConv1D", {"kernel_size": 3}, (SERIES,)),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, (MAPS,)),
    ("SeparableConv1D", {"filters": 3, "kernel_size": 3}, (SERIES,)),
    (
        "SeparableConv2D",
        {"filters": 3, "kernel_size": 3, "depth_multiplier": 2, "padding": "same"},
        (MAPS,),
    ),
    ("Attention", {}, (SERIES, (None, 6, 4))),
    (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3, "value_dim": 7, "output_shape": 9},
        (SERIES, (None, 6, 3)),
    ),
    (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3, "attention_axes": 2},
        (MAPS, (None, 9, 5, 4)),
    ),
    (
        "GroupQueryAttention",
        {"num_query_heads": 4, "num_key_value_heads": 2, "head_dim": 3},
        (SERIES, (None, 6, 4)),
    ),
    ("SimpleRNN", {"units": 3, "unroll": True}, (SERIES,)),
    ("GRU", {"units": 3, "unroll": True}, (SERIES,)),
    ("LSTM", {"units": 3, "unroll": True}, (SERIES,)),
    (
        "ConvLSTM1D",
        {"filters": 3, "kernel_size": 2, "unroll": True},
        ((None, *MAPS[1:]),),
    ),
    (
        "Bidirectional",
        {"layer": Layer("LSTM", {"units": 3, "unroll": True})},
        (SERIES,),
    ),
    (
        "TimeDistributed",
        {"layer": Layer("Conv1D", {"filters": 3, "kernel_size": 2})},
        ((1, 5, 8, 4),),
    ),
    ("SpectralNormalization", {"layer": Layer("Dense", {"units": 7})}, (SERIES,)),
)


def traced(name: str, args: dict[str, Any], shapes: tuple[Shape, ...]) -> Any:
    """Give the graph of a layer's call on one sample."""
    layer = make(name, args)
    inputs = [tf.TensorSpec((1, *shape[1:]), tf.float32) for shape in shapes]
    function = tf.function(lambda *tensors: call(layer, kinds("layer")[name], tensors))
    return function.get_concrete_function(*inputs).graph


def counted(graph: Any) -> float:
    """Count the multiply-accumulates of a graph.

    TensorFlow's profiler knows no einsums: each combination of indices is one of them.
    """
    options = ProfileOptionBuilder.float_operation()
    options |= {"output": "none", "account_type_regexes": [PRODUCTS]}
    operations = graph.get_operations()
    einsums = map(einsum, (one for one in operations if one.type == "Einsum"))
    return profile(graph, options=options).total_float_ops / 2 + sum(einsums)


def einsum(operation: Any) -> int:
    """Count the combinations of the indices of an einsum."""
    letters = re.split(",|->", operation.get_attr("equation").decode())
    sizes: dict[str, int] = {}
    for names, tensor in zip(letters, operation.inputs, strict=False):
        sizes |= dict(zip(names, tensor.shape.as_list(), strict=True))
    return prod(sizes.values())


@pytest.mark.parametrize(("name", "args", "shapes"), CASES)
def test_products_are_those_of_the_graph(
    name: str, args: dict[str, Any], shapes: tuple[Shape, ...]
) -> None:
    ours = multiply_accumulates(name, args, [TensorType(shape) for shape in shapes])
    assert ours == counted(traced(name, args, shapes))
