"""Attention layers."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen.shapes.call import Call, Weights, apart, differing
from kauxgen.tensor import Shape, TensorType


def attention(call: Call) -> TensorType:
    """Give a mix of values for each query; products need keys as wide as queries.

    (q, d), (k, v) and (k, d) give (q, v). Source: Luong et al., arXiv:1508.04025.
    """
    query, value, key = shapes(call)
    spreads = call.args.get("score_mode", "concat") == "concat"
    if not _fit(query[-1:], key[-1:], spreads=spreads):
        widths = apart(-1, query[-1], key[-1])
        raise call.needs("keys as wide as the queries", widths)
    if not _fit(key[-2:-1], value[-2:-1]):
        raise call.needs("a key for each value", apart(-2, value[-2], key[-2]))
    for one in (key, value):
        if not _repeats(one[:-2], query[:-2]):
            why = differing(query[:-2], one[:-2])
            raise call.needs("equal sizes on the other axes", why)
    return call.give((*query[:-1], value[-1]))


def attention_weights(call: Call) -> Weights:
    """Give the factor of the scores and that of their sums."""
    scale: Weights = {"scale": ()} if call.args["use_scale"] else {}
    if call.args["score_mode"] == "concat":
        return {**scale, "concat_score_weight": ()}
    return scale


def additive_attention(call: Call) -> TensorType:
    """Give a mix of values for each query, whose width the factors need.

    Source: Bahdanau et al., arXiv:1409.0473.
    """
    if call.args["use_scale"] and call.shape[-1] is None:
        raise call.needs("queries of known width")
    return attention(call)


def additive_attention_weights(call: Call) -> Weights:
    """Give the factors, one for each place of a query."""
    return {"scale": (call.shape[-1],)} if call.args["use_scale"] else {}


def multi_head(call: Call) -> TensorType:
    """Give a tensor like the query, or with the stated last axes.

    Source: Vaswani et al., arXiv:1706.03762, 3.2.2.
    """
    query, value, key = shapes(call)
    _check_widths(call)
    _check_axes(call)
    _check_window(call)
    if value[1:-1] != key[1:-1]:
        raise call.needs("a key for each value", differing(value[:-1], key[:-1], 1))
    if not len(query) == len(value) == len(key):
        raise call.needs("queries, values and keys of equal rank")
    for axis in _unmixed(call):
        if not _fit(query[axis : axis + 1], value[axis : axis + 1]):
            why = apart(axis, query[axis], value[axis])
            raise call.needs("equal sizes beside the attention axes", why)
    return call.give((*query[:-1], *_stated(call)) if _stated(call) else query)


def multi_head_weights(call: Call) -> Weights:
    """Give the four projections: width x heads x size, heads x size x width."""
    heads, size = call.args["num_heads"], call.args["key_dim"]
    values = call.args["value_dim"] or size
    query, value, key = (shape[-1] for shape in shapes(call))
    last = _stated(call) or (query,)
    return _projections(
        call,
        {
            "query": ((query,), (heads, size)),
            "key": ((key,), (heads, size)),
            "value": ((value,), (heads, values)),
            "attention_output": ((heads, values), last),
        },
    )


def group_query(call: Call) -> TensorType:
    """Give a tensor like the query. Source: Ainslie et al., arXiv:2305.13245."""
    query, value, key = shapes(call)
    heads, shared = call.args["num_query_heads"], call.args["num_key_value_heads"]
    if heads % shared:
        raise call.misfit(f"needs query heads that {shared} heads divide, got {heads}")
    _check_widths(call)
    if query[-1] != value[-1]:
        widths = apart(-1, query[-1], value[-1])
        raise call.needs("values as wide as the queries", widths)
    if value[1:-1] != key[1:-1]:
        raise call.needs("a key for each value", differing(value[:-1], key[:-1], 1))
    return call.give(query)


def group_query_weights(call: Call) -> Weights:
    """Give the four projections; keys and values have fewer heads."""
    size, heads = call.args["head_dim"], call.args["num_query_heads"]
    shared = (call.args["num_key_value_heads"], size)
    query, value, key = (shape[-1] for shape in shapes(call))
    return _projections(
        call,
        {
            "query": ((query,), (heads, size)),
            "key": ((key,), shared),
            "value": ((value,), shared),
            "attention_output": ((heads, size), (query,)),
        },
    )


def _projections(call: Call, sides: dict[str, tuple[Shape, Shape]]) -> Weights:
    kernels = {
        f"{name}/kernel": before + after for name, (before, after) in sides.items()
    }
    biases = {f"{name}/bias": after for name, (_, after) in sides.items()}
    return {**kernels, **biases} if call.args["use_bias"] else kernels


def shapes(call: Call) -> tuple[Shape, Shape, Shape]:
    """Give query, value and key, which is the value where it is not given."""
    query, value = (tensor.shape for tensor in call.inputs[:2])
    return query, value, call.inputs[2].shape if len(call.inputs) > 2 else value


def seen(call: Call) -> Shape:
    """Give the sizes of the keys along the axes that attention mixes."""
    _, value, _ = shapes(call)
    return tuple(value[axis] for axis in sorted(_mixed_axes(call)))


def _check_widths(call: Call) -> None:
    if any(tensor.shape[-1] is None for tensor in call.inputs):
        raise call.needs("known last axes")


def _stated(call: Call) -> Shape:
    stated = call.args["output_shape"]
    return (stated,) if isinstance(stated, int) else tuple(stated or ())


def _unmixed(call: Call) -> list[int]:
    """Give the axes that attention leaves apart, the batch among them."""
    mixed = _mixed_axes(call)
    return [axis for axis in range(len(call.shape) - 1) if axis not in mixed]


def _mixed(call: Call) -> Sequence[int]:
    axes = call.args.get("attention_axes")
    if axes is None:
        return range(1, len(call.shape) - 1)
    return (axes,) if isinstance(axes, int) else tuple(axes)


def _mixed_axes(call: Call) -> set[int]:
    return {axis % len(call.shape) for axis in _mixed(call)}


def _check_axes(call: Call) -> None:
    rank = len(call.shape)
    if not _mixed(call):
        raise call.misfit("needs attention axes, got an empty list")
    for axis in _mixed(call):
        if not -rank < axis < rank - 1 or axis in (0, -1):
            raise call.needs(f"an axis {axis} between batch and features")


def _check_window(call: Call) -> None:
    """Refuse a sliding window over other axes than the first.

    Keras 3.15 makes its mask for the sizes of the first axis behind the batch.
    """
    mixed = sorted(_mixed_axes(call))
    sides = shapes(call)[:2]
    pairs = [(side[axis], side[1]) for side in sides for axis in mixed]
    fits = len(mixed) == 1 and all(None in pair or len({*pair}) == 1 for pair in pairs)
    if call.args["sliding_window"] is not None and not fits:
        raise call.needs("attention along the first axis for its sliding window")


def _repeats(small: Shape, large: Shape) -> bool:
    """Tell whether each size is one, or that of the other shape."""
    pairs = zip(small, large, strict=False)
    return len(small) == len(large) and all(
        one in (1, None, size) or size is None for one, size in pairs
    )


def _fit(
    one: Sequence[int | None], two: Sequence[int | None], *, spreads: bool = False
) -> bool:
    if len(one) != len(two):
        return False
    pairs = zip(one, two, strict=True)
    return all(
        first == second or None in (first, second) or (spreads and 1 in (first, second))
        for first, second in pairs
    )
