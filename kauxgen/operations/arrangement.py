"""Rules of operations that move values or axes and compute none."""

from __future__ import annotations

from math import prod

from kauxgen.operations.call import Call
from kauxgen.operations.sizes import better, broadcast, product, spreads, total
from kauxgen.operations.value import is_float, is_integer
from kauxgen.tensor import Misfit, Shape, TensorType, describe


def with_size(shape: Shape, axis: int, size: int | None) -> Shape:
    """Return a shape with another size on one axis."""
    return (*shape[:axis], size, *shape[axis + 1 :])


def transposed(call: Call) -> TensorType:
    """Give the axes in another order, by default in the opposite one."""
    x = call.tensor("x")
    rank = len(x.shape)
    axes = call.axes("axes", rank)
    if len(axes) != rank:
        raise Misfit(f"transpose needs {rank} axes for {describe(x.shape)}")
    if call.arguments["axes"] is None:
        axes = axes[::-1]
    return TensorType(tuple(x.shape[axis] for axis in axes), x.dtype)


def swapped(call: Call) -> TensorType:
    """Give two axes in each other's place."""
    x = call.tensor("x")
    first, second = (call.axis(key, len(x.shape)) for key in ("axis1", "axis2"))
    shape = list(x.shape)
    shape[first], shape[second] = shape[second], shape[first]
    return TensorType(tuple(shape), x.dtype)


def moved(call: Call) -> TensorType:
    """Give axes at other places, the rest in order."""
    x = call.tensor("x")
    rank = len(x.shape)
    sources, targets = (call.axes(key, rank) for key in ("source", "destination"))
    if len(sources) != len(targets):
        raise Misfit("moveaxis needs as many destinations as sources")
    order = [axis for axis in range(rank) if axis not in sources]
    for target, source in sorted(zip(targets, sources, strict=True)):
        order.insert(target, source)
    return TensorType(tuple(x.shape[axis] for axis in order), x.dtype)


def reshaped(call: Call) -> TensorType:
    """Give the values in another shape, of which one size may be -1."""
    x = call.tensor("x")
    asked = call.arguments["newshape"]
    items = list(asked) if isinstance(asked, (tuple, list)) else [asked]
    free = [i for i, s in enumerate(items) if isinstance(s, int) and s == -1]
    if len(free) > 1:
        raise Misfit("reshape computes one size only: -1 stands twice")
    known = Call(call.name, {"newshape": [s for s in items if s != -1]}, call.given)
    shape = list(known.shape("newshape"))
    size = product(x.shape) if x.shape else 1
    if free:
        shape.insert(free[0], _rest(x.shape, size, tuple(shape)))
    elif not _holds(x.shape, tuple(shape)) or not _holds(tuple(shape), x.shape):
        _refuse(x.shape, tuple(shape))
    return TensorType(tuple(shape), x.dtype)


def _holds(shape: Shape, other: Shape) -> bool:
    """Say whether a shape may hold so many values as another, if that is known."""
    wanted = product((1, *other))
    known = prod(size for size in shape if size is not None)
    if wanted is None or (known == wanted and None not in shape):
        return True
    return None in shape and (wanted == 0 or (known > 0 and wanted % known == 0))


def _rest(old: Shape, size: int | None, others: Shape) -> int | None:
    rest = product(others) if others else 1
    if size is None or rest is None:
        return None
    if rest == 0 or size % rest:
        _refuse(old, (*others, -1))
    return size if rest == 1 else size // rest


def _refuse(old: Shape, new: Shape) -> None:
    raise Misfit(f"cannot reshape {describe(old)} to {describe(new)}")


def flattened(call: Call) -> TensorType:
    """Give all values along one axis."""
    x = call.tensor("x")
    return TensorType((product(x.shape),), x.dtype)


def expanded(call: Call) -> TensorType:
    """Give new axes of size 1 at the places named."""
    x = call.tensor("x")
    count = len(call.integers("axis"))
    axes = call.axes("axis", len(x.shape) + count)
    rest = iter(x.shape)
    sizes = [1 if a in axes else next(rest) for a in range(len(x.shape) + count)]
    return TensorType(tuple(sizes), x.dtype)


def squeezed(call: Call) -> TensorType:
    """Give the operand without axes of size 1."""
    x = call.tensor("x")
    if call.arguments["axis"] is None:
        return TensorType(tuple(size for size in x.shape if size != 1), x.dtype)
    axes = call.axes("axis", len(x.shape))
    for axis in axes:
        if x.shape[axis] != 1:
            why = "unknown in" if x.shape[axis] is None else f"{x.shape[axis]} in"
            got = f"which is {why} {describe(x.shape)}"
            raise Misfit(f"squeeze needs size 1 on axis {axis}, {got}")
    shape = tuple(size for axis, size in enumerate(x.shape) if axis not in axes)
    return TensorType(shape, x.dtype)


def flipped(call: Call) -> TensorType:
    """Give the operand, reversed along axes."""
    x = call.tensor("x")
    call.axes("axis", len(x.shape))
    return x


def rolled(call: Call) -> TensorType:
    """Give the operand, shifted around along axes."""
    x = call.tensor("x")
    if call.arguments["axis"] is None:
        call.integer("shift")
    elif len(call.axes("axis", len(x.shape))) != len(call.integers("shift")):
        raise Misfit("roll needs as many shifts as axes")
    return x


def repeated(call: Call) -> TensorType:
    """Give each value several times along an axis, or flattened."""
    x = call.tensor("x")
    if call.arguments["axis"] is None:
        return TensorType((_times(call, product(x.shape)),), x.dtype)
    axis = call.axis("axis", len(x.shape))
    shape = with_size(x.shape, axis, _times(call, x.shape[axis]))
    return TensorType(shape, x.dtype)


def _times(call: Call, size: int | None) -> int | None:
    counts = call.shape("repeats")
    if len(counts) == 1:
        return None if None in (size, counts[0]) else product((size, counts[0]))
    if size is not None and size != len(counts):
        raise Misfit(f"repeat needs {size} counts, got {len(counts)}")
    return total(counts)


def tiled(call: Call) -> TensorType:
    """Give the operand several times along its axes, counted from the last."""
    x = call.tensor("x")
    counts = call.shape("repeats")
    rank = max(len(counts), len(x.shape))
    sizes = (1,) * (rank - len(x.shape)) + x.shape
    times = (1,) * (rank - len(counts)) + counts
    tiles = (
        s if n == 1 else product((s, n)) for s, n in zip(sizes, times, strict=True)
    )
    return TensorType(tuple(tiles), x.dtype)


def padded(call: Call) -> TensorType:
    """Give the operand with values around it."""
    x = call.tensor("x")
    mode = call.choice("mode", "constant", "reflect", "symmetric")
    if mode != "constant" and call.arguments["constant_values"] is not None:
        raise Misfit('pad takes constant_values in mode "constant" only')
    if not is_float(x.dtype) and isinstance(call.arguments["constant_values"], float):
        raise Misfit(f"pad needs constant_values of type {x.dtype}")
    sizes = []
    for size, (before, after) in zip(x.shape, _widths(call, x.shape), strict=True):
        limit = None if size is None else size - (mode == "reflect")
        if mode != "constant" and limit is not None and max(before, after) > limit:
            raise Misfit(f"pad cannot {mode} {max(before, after)} of {size} values")
        wider = None if size is None else size + before + after
        sizes.append(size if before == after == 0 else wider)
    return TensorType(tuple(sizes), x.dtype)


def _widths(call: Call, shape: Shape) -> list[tuple[int, int]]:
    asked = call.arguments["pad_width"]
    pairs = asked if isinstance(asked, (tuple, list)) else [(asked, asked)]
    if len(pairs) != len(shape):
        raise Misfit(f"pad needs {len(shape)} pairs for {describe(shape)}")
    widths = []
    for pair in pairs:
        items = pair if isinstance(pair, (tuple, list)) else ()
        whole = [w for w in items if isinstance(w, int) and is_integer(w) and w >= 0]
        if len(whole) != 2 or len(items) != 2:
            raise Misfit("pad needs pairs of whole numbers from 0 for pad_width")
        widths.append((whole[0], whole[1]))
    return widths


def spread(call: Call) -> TensorType:
    """Give the operand, broadcast to a shape."""
    x, shape = call.tensor("x"), call.shape("shape")
    if not spreads(x.shape, shape):
        raise Misfit(f"cannot broadcast {describe(x.shape)} to {describe(shape)}")
    met = broadcast(x.shape, shape)
    return TensorType(tuple(map(better, shape, met)), x.dtype)
