"""Multiply-accumulates of the layers that compute products, for one sample.

A multiply-accumulate is one product of two numbers and its addition to a sum. As papers
do, the counts hold the products of matrices, of convolutions and of attention; biases,
activations, gates and other work that is done number by number are left out. Where a
layer's weights are used once at every position, its count is the number of positions
times the number of weights. Each count is None where a size that it needs is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from kauxgen.shapes import attention, convolution, einsum, wrapping
from kauxgen.shapes.call import Call
from kauxgen.shapes.windows import spatial_axes
from kauxgen.tensor import Shape


def dense(call: Call) -> int | None:
    """Count positions x inputs x units.

    Source: the product of matrices, Goodfellow et al., Deep Learning, 2.2.
    """
    return _times(call.shape[1:-1], call.weights()["kernel"])


def einsum_dense(call: Call) -> int | None:
    """Count the product of the sizes of all letters of the equation but the batch.

    Source: numpy.einsum, each combination of indices is one product.
    """
    return _times(einsum.index_sizes(call))


def conv(call: Call) -> int | None:
    """Count output positions x window x channels / groups x filters.

    Source: Howard et al., MobileNets, arXiv:1704.04861, 3.1 (groups of one).
    """
    return _times(_positions(call), call.weights()["kernel"])


def conv_transpose(call: Call) -> int | None:
    """Count input positions x window x channels x filters.

    Each position of the input adds a window to the output; windows that "same" cuts
    at the border count whole. Source: Dumoulin and Visin, arXiv:1603.07285, 4.
    """
    positions = tuple(call.shape[axis] for axis in spatial_axes(call))
    return _times(positions, call.weights()["kernel"])


def depthwise(call: Call) -> int | None:
    """Count output positions x window x channels x depth multiplier.

    Source: Howard et al., MobileNets, arXiv:1704.04861, 3.1.
    """
    return _times(_positions(call), call.weights()["kernel"])


def separable(call: Call) -> int | None:
    """Count a depthwise convolution and one of window one after it.

    Output positions x (window x channels x multiplier + channels x multiplier x
    filters). Source: Howard et al., MobileNets, arXiv:1704.04861, 3.1.
    """
    weights = call.weights()
    return _plus(
        _times(_positions(call), weights["depthwise_kernel"]),
        _times(_positions(call), weights["pointwise_kernel"]),
    )


def dot_attention(call: Call) -> int | None:
    """Count queries x keys x width for the scores, and x width of values for the mix.

    Scores of mode "concat" are sums without products. Source: Luong et al.,
    arXiv:1508.04025, 3.1.
    """
    width = call.shape[-1] if call.args["score_mode"] == "dot" else 0
    return _attended(call, width)


def additive_attention(call: Call) -> int | None:
    """Count queries x keys x width for scaled scores, and x width of values.

    Source: Bahdanau et al., arXiv:1409.0473, A.1.2, without its projections.
    """
    return _attended(call, call.shape[-1] if call.args["use_scale"] else 0)


def multi_head(call: Call) -> int | None:
    """Count four projections, the scores and the mix of all heads.

    Positions x width x heads x size for each projection; queries x keys x heads x size
    for the scores and the mix. Source: Vaswani et al., arXiv:1706.03762, 3.2.
    """
    heads, size = call.args["num_heads"], call.args["key_dim"]
    each = size + (call.args["value_dim"] or size)
    return _plus(_projected(call), _pairs(call, heads * each))


def group_query(call: Call) -> int | None:
    """Count as for attention of many heads; fewer keys and values are projected.

    Source: Ainslie et al., arXiv:2305.13245, 2.2.
    """
    heads, size = call.args["num_query_heads"], call.args["head_dim"]
    return _plus(_projected(call), _pairs(call, heads * 2 * size))


def recurrent(call: Call) -> int | None:
    """Count steps x gates x units x (inputs + units); one gate is a plain cell.

    Source: the products of Hochreiter and Schmidhuber (LSTM, four) and of Cho et al.,
    arXiv:1406.1078 (GRU, three).
    """
    return _times(call.shape[1:2], (_numbers(_kernels(call)),))


def conv_lstm(call: Call) -> int | None:
    """Count steps x output positions x window x (channels + filters) x 4 x filters.

    Source: Shi et al., arXiv:1506.04214, equation 3, without its peepholes.
    """
    positions = convolution.slid(call.step())
    return _times(call.shape[1:2], positions, (_numbers(_kernels(call)),))


def bidirectional(call: Call) -> int | None:
    """Count the wrapped layer twice.

    Source: Schuster and Paliwal, Bidirectional Recurrent Neural Networks, 1997.
    """
    return _times((2, wrapping.whole(call).macs()))


def time_distributed(call: Call) -> int | None:
    """Count the wrapped layer at each step. Source: the Keras page of the layer."""
    return _times((call.shape[1], wrapping.one_slice(call).macs()))


def spectral_normalization(call: Call) -> int | None:
    """Count the wrapped layer; the kernel's norm is estimated in training only.

    Source: Miyato et al., arXiv:1802.05957.
    """
    return wrapping.whole(call).macs()


def _attended(call: Call, width: int | None) -> int | None:
    """Count queries x keys x (width of scores + width of values)."""
    _, value, _ = attention.shapes(call)
    return _plus(
        _times(call.shape[1:-1], value[-2:-1], (width,)),
        _times(call.shape[1:-1], value[-2:]),
    )


def _projected(call: Call) -> int | None:
    """Count the four projections of queries, keys, values and results."""
    query, value, key = attention.shapes(call)
    places = {"query": query, "key": key, "value": value, "attention_output": query}
    weights = call.weights()
    return _plus(
        *(
            _times(shape[1:-1], weights[f"{name}/kernel"])
            for name, shape in places.items()
        )
    )


def _pairs(call: Call, width: int) -> int | None:
    """Count every query times every key that it sees, times a width."""
    return _times(call.shape[1:-1], attention.seen(call), (width,))


def _kernels(call: Call) -> Iterable[Shape]:
    weights = call.weights().items()
    return [shape for path, shape in weights if path.endswith("kernel")]


def _positions(call: Call) -> Shape:
    """Give the sizes of the maps that come out."""
    shape = call.output().shape
    return tuple(shape[axis] for axis in spatial_axes(call))


def _numbers(shapes: Iterable[Shape]) -> int:
    return sum(prod(size or 0 for size in shape) for shape in shapes)


def _times(*shapes: Shape) -> int | None:
    sizes = [size for shape in shapes for size in shape]
    known = [int(size) for size in sizes if size is not None]
    return prod(known) if len(known) == len(sizes) else None


def _plus(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
