"""Random calls of every layer kind, fitting and misfitting ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from kauxgen.catalog import kinds
from kauxgen.tensor import Shape, Size, TensorType
from layer_values import (
    Args,
    Shapes,
    drawn_arguments,
    drawn_shapes,
    drawn_types,
    misused,
    usual_type,
)


@dataclass(frozen=True)
class Layer:
    """A layer within a layer, as a spec's kind."""

    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One call: a kind, its arguments, and the shapes and types that enter."""

    name: str
    args: Mapping[str, Any]
    shapes: Shapes
    types: tuple[str, ...]

    @property
    def inputs(self) -> list[TensorType]:
        """The tensors that enter, with sizes that have words as params have."""
        pairs = zip(self.shapes, self.types, strict=True)
        return [TensorType(tuple(map(_worded, shape)), type) for shape, type in pairs]

    @property
    def moves_integers(self) -> bool:
        """Whether others than floats enter a layer that takes them beside floats."""
        if kinds("layer")[self.name].takes in ("floats", "integers"):
            return False
        others = any("float" not in dtype for dtype in self.types)
        return others and all(None not in shape[1:] for shape in self.shapes)


def _worded(size: int | None) -> int | None:
    return None if size is None else Size(size, f"size{size}")


def cases(name: str, number: int) -> list[Case]:
    """Draw calls of a kind, the same ones each time."""
    random = Random(name)
    return [_case(random, name) for _ in range(number)]


def _case(random: Random, name: str) -> Case:
    kind = kinds("layer")[name]
    shapes = drawn_shapes(random, kind)
    args = drawn_arguments(random, kind, len(shapes[0]))
    special = SPECIAL[name](random, shapes) if name in SPECIAL else {}
    args = {**args, **special}
    if random.random() < 0.1:
        args = misused(random, kind, args)
    types = drawn_types(random, kind, len(shapes))
    if len(shapes) > 1 and types != (usual_type(kind),) * len(shapes):
        shapes = tuple(map(_closed, shapes))
    return Case(name, args, shapes, types)


def _closed(shape: Shape) -> Shape:
    """Give a shape of which only the batch is open, so that data can be made of it."""
    return (None, *(size or 1 for size in shape[1:]))


EQUATIONS: tuple[tuple[str, tuple[int | None, ...], str | None], ...] = (
    ("ab,bc->ac", (5,), "c"),
    ("abc,cd->abd", (None, 5), "d"),
    ("abc,cd->abd", (None, 5), "bd"),
    ("abc,cd->abd", (3, 5), None),
    ("abc,bcd->ad", (5,), "d"),
    ("abc,cd->abd", (5,), None),
    ("abc,cd->abe", (None, 5), None),
    ("abc,bcde->ade", (4, 5), "e"),
    ("...x,xy->...y", (5,), "y"),
    ("...x,xy->...y", (5,), None),
    ("ab...,bc->ac...", (5,), "c"),
    ("ab,bc->", (5,), None),
    ("...ab,bc->ac...", (5,), None),
    ("ab,bc->ac", (5,), "d"),
)
"""Equations with output shapes and bias axes; some are wrong."""


def _einsum(random: Random, shapes: Shapes) -> Args:
    fitting = [each for each in EQUATIONS if each[0].index(",") == len(shapes[0])]
    equation, stated, bias = random.choice(
        random.choice((fitting, EQUATIONS)) or EQUATIONS
    )
    return {"equation": equation, "output_shape": stated, "bias_axes": bias}


def _target(random: Random, shapes: Shapes) -> Args:
    sizes = list(shapes[0][1:])
    random.shuffle(sizes)
    known = [size or 1 for size in sizes]
    targets = (
        tuple(known),
        (*known[1:], -1),
        (-1,),
        (None, *known[1:]),
        (-1, 2),
        (2, None),
        (-1, -1),
        (*known, 1),
    )
    return {"target_shape": random.choice(targets)}


def _order(random: Random, shapes: Shapes) -> Args:
    axes = list(range(1, len(shapes[0])))
    random.shuffle(axes)
    return {"dims": tuple(random.choice((axes, axes, axes, [*axes, 9], axes[:-1])))}


def _noise(random: Random, shapes: Shapes) -> Args:
    sizes = tuple(random.choice((1, size)) for size in shapes[0])
    noises = (None, sizes, sizes, sizes[1:], (*sizes[:-1], 9), (1, *sizes))
    return {"rate": 0.5, "noise_shape": random.choice(noises)}


def _scales(random: Random, shapes: Shapes) -> Args:
    width = shapes[0][-1] or 2
    lists = (2.0, (0.5,) * width, (0.5,) * (width + 1), (0.5,))
    return {"scale": random.choice(lists), "offset": random.choice(lists)}


def _pair_of_axes(random: Random, shapes: Shapes) -> Args:
    ranks = [len(shape) for shape in shapes]
    one = random.randint(-min(ranks), min(ranks) - 1)
    pair = tuple(random.randint(-rank, rank - 1) for rank in ranks)
    return {"axes": random.choice((-1, 1, one, pair, (1, 2, 1)))}


def _heads(random: Random, shapes: Shapes) -> Args:
    return {
        "num_query_heads": random.randint(1, 4),
        "num_key_value_heads": random.randint(1, 2),
    }


def _mixed_axes(random: Random, shapes: Shapes) -> Args:
    axes = (None, None, (1,), -2, 2) if len(shapes[0]) > 3 else (None,)
    return {
        "attention_axes": random.choice(axes),
        "output_shape": random.choice((None, None, 3, (2, 3))),
    }


def _wrapped(*names: str) -> Callable[[Random, Shapes], Args]:
    def draw(random: Random, shapes: Shapes) -> Args:
        name = random.choice(names)
        kind = kinds("layer")[name]
        args = drawn_arguments(random, kind, len(shapes[0]))
        return {"layer": Layer(name, args)}

    return draw


def _groups(random: Random, shapes: Shapes) -> Args:
    return {
        "groups": random.choice((1, 1, 2, -1, 3)),
        "axis": random.choice((-1, 1, 2)),
    }


def _trailing(random: Random, shapes: Shapes) -> Args:
    return {"axis": random.choice((-1, (-1,), len(shapes[0]) - 1, 5))}


def _bins(random: Random, shapes: Shapes) -> Args:
    lists: tuple[Any, ...] = ((0.0, 1.0), (0.5,), (-1, 0.7, 2), (1.0, 0.0), None)
    return {"bin_boundaries": random.choice(lists)}


def _vocabulary(random: Random, shapes: Shapes) -> Args:
    lists: tuple[Any, ...] = ((3, 0), (0, 1, 2), (0, 0), None)
    return {
        "vocabulary": random.choice(lists),
        "num_oov_indices": random.randint(1, 3),
        "mask_token": random.choice((None, None, 4, 0)),
    }


def _transform(random: Random, shapes: Shapes) -> Args:
    return {
        "fft_length": random.choice((8, 16)),
        "sequence_length": random.choice((None, 8, 12)),
        "sequence_stride": random.choice((3, 5)),
        "sampling_rate": 16000,
        "num_mel_bins": 4,
        "min_freq": 20.0,
        "max_freq": None,
    }


def _frames(random: Random, shapes: Shapes) -> Args:
    return {
        "frame_length": random.choice((8, 5)),
        "frame_step": random.choice((None, 3, 8)),
        "fft_length": random.choice((None, 8, 16)),
    }


def _bits(random: Random, shapes: Shapes) -> Args:
    return {"factor": random.choice((4, (2, 3)))}


def _window(random: Random, shapes: Shapes) -> Args:
    return {"kernel_size": random.choice((3, (3, 5), 4)), "factor": 1.0}


SPECIAL: Mapping[str, Callable[[Random, Shapes], Args]] = {
    "EinsumDense": _einsum,
    "GroupNormalization": _groups,
    "RMSNormalization": _trailing,
    "Reshape": _target,
    "Permute": _order,
    "Dropout": _noise,
    "AlphaDropout": _noise,
    "Rescaling": _scales,
    "Dot": _pair_of_axes,
    "GroupQueryAttention": _heads,
    "MultiHeadAttention": _mixed_axes,
    "Bidirectional": _wrapped("SimpleRNN", "GRU", "LSTM", "Dense"),
    "Discretization": _bins,
    "CategoryEncoding": lambda random, shapes: {"num_tokens": random.randint(1, 4)},
    "IntegerLookup": _vocabulary,
    "MelSpectrogram": _transform,
    "STFTSpectrogram": _frames,
    "RandomPosterization": _bits,
    "RandomGaussianBlur": _window,
    "TimeDistributed": _wrapped(
        "Dense", "Conv1D", "Flatten", "BatchNormalization", "GRU"
    ),
    "SpectralNormalization": _wrapped("Dense", "Conv1D", "SeparableConv1D", "Dropout"),
}
