"""Shapes, weights and costs as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kauxgen.overview import Cost, Count, Mark, Row
from kauxgen.tensor import Size, TensorType

_PARAM = re.compile(r"[A-Za-z_]\w*(\[\d+\])?")


def shape_words(row: Row) -> Iterator[str]:
    """Yield the shapes of what a row gives; of rounds that differ, first and last."""
    if len(row.distinct) > 1:
        first, last = row.distinct[0], row.distinct[-1]
        pairs = zip(map(shape_word, first), map(shape_word, last), strict=False)
        yield from (f"{a} .. {b}" if a != b else a for a, b in pairs)
        return
    shapes = [shape_word(tensor) for tensor in row.outputs]
    if len(shapes) > 1 and len(set(shapes)) == 1:
        yield f"{len(shapes)} of {shapes[0]}"
    else:
        yield from shapes


def shape_word(tensor: TensorType) -> str:
    """Write a shape, params by name, and a type that is not float32."""
    sizes = ", ".join(_size(size, axis) for axis, size in enumerate(tensor.shape))
    return f"({sizes}){'' if tensor.dtype == 'float32' else f' {tensor.dtype}'}"


def _size(size: int | None, axis: int) -> str:
    if size is None:
        return "batch" if axis == 0 else "any"
    named = isinstance(size, Size) and _PARAM.fullmatch(size.text)
    return f"{size.text}={int(size)}" if isinstance(size, Size) and named else str(size)


def count_words(count: Count) -> str:
    """Write a number of weights: ">= 5" if there may be more, "?" if none is known."""
    return at_least(count.total, count.known)


def weight_words(mark: Mark) -> str:
    """Write the weight of a term, with the number that it comes to."""
    if mark.value is None or mark.weight == str(mark.value):
        return mark.weight
    said = mark.weight if _PARAM.fullmatch(mark.weight) else f"({mark.weight})"
    return f"{said}={mark.value:g}"


def cost_words(cost: Cost, shown: bool = True) -> str:
    """Write multiply-accumulates; nothing for none."""
    return at_least(cost.macs, cost.known) if shown and cost != Cost() else ""


def at_least(number: int, known: bool) -> str:
    """Write a number, which is the least if it is not all that is known."""
    if not known:
        return f">= {number:,}" if number else "?"
    return f"{number:,}"
