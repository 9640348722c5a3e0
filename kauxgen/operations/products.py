"""Rules of products of tensors and of operations on matrices."""

from __future__ import annotations

from kauxgen.operations.call import Call
from kauxgen.operations.reductions import reduced
from kauxgen.operations.sizes import broadcast, fits, product
from kauxgen.operations.value import Value, as_tensor, meet
from kauxgen.tensor import Misfit, Shape, TensorType, describe


def matrix_product(left: Value, right: Value) -> TensorType:
    """Return what `left @ right` gives, by NumPy's rule."""
    first, second = as_tensor(left).shape, as_tensor(right).shape
    if not first or not second:
        raise Misfit("matmul needs tensors with axes, got a number")
    inner = second[-2] if len(second) > 1 else second[0]
    _inner("matmul", first[-1], inner, f" of {describe(first)} and {describe(second)}")
    batch = broadcast(first[:-2], second[:-2])
    rows = first[-2:-1]
    columns = second[-1:] if len(second) > 1 else ()
    return TensorType((*batch, *rows, *columns), _type("matmul", left, right))


def _inner(name: str, first: int | None, second: int | None, of: str = "") -> None:
    if not fits(first, second):
        raise Misfit(f"{name} needs equal inner sizes, got {first} and {second}{of}")


def _type(name: str, left: Value, right: Value) -> str:
    dtype = meet([left, right])
    if dtype == "bool":
        raise Misfit(f"{name} needs numbers, got bool: cast it")
    return dtype


def _operands(call: Call) -> tuple[Shape, Shape, str]:
    first, second = call.tensor("x1").shape, call.tensor("x2").shape
    dtype = _type(call.name, call.arguments["x1"], call.arguments["x2"])
    return first, second, dtype


def matmul(call: Call) -> TensorType:
    """Give the matrix product; leading axes broadcast."""
    _operands(call)
    return matrix_product(call.arguments["x1"], call.arguments["x2"])


def dot(call: Call) -> TensorType:
    """Give products along the last axis and the second-last of the other."""
    first, second, dtype = _operands(call)
    if not first or not second:
        return TensorType(first or second, dtype)
    inner = second[-2] if len(second) > 1 else second[0]
    _inner("dot", first[-1], inner)
    rest = (*second[:-2], second[-1]) if len(second) > 1 else ()
    return TensorType((*first[:-1], *rest), dtype)


def tensordot(call: Call) -> TensorType:
    """Give products along the axes named, or along so many that touch."""
    first, second, dtype = _operands(call)
    left, right = _contracted(call, len(first), len(second))
    for axis, other in zip(left, right, strict=True):
        _inner("tensordot", first[axis], second[other])
    kept = reduced(first, left, False) + reduced(second, right, False)
    return TensorType(kept, dtype)


def _contracted(
    call: Call, first: int, second: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    axes = call.arguments["axes"]
    if not isinstance(axes, (tuple, list)):
        count = call.integer("axes")
        if not 0 <= count <= min(first, second):
            raise Misfit(f"tensordot cannot multiply along {count} axes")
        return tuple(range(first - count, first)), tuple(range(count))
    if len(axes) != 2 or not all(isinstance(each, (tuple, list)) for each in axes):
        raise Misfit("tensordot needs a number or a pair of lists for axes")
    pair = Call(call.name, {"first": axes[0], "second": axes[1]}, call.given)
    left, right = pair.axes("first", first), pair.axes("second", second)
    if len(left) != len(right):
        raise Misfit("tensordot needs as many axes of one operand as of the other")
    return left, right


def outer(call: Call) -> TensorType:
    """Give the product of every value with every other."""
    first, second, dtype = _operands(call)
    return TensorType((_count(first), _count(second)), dtype)


def _count(shape: Shape) -> int | None:
    return product(shape) if shape else 1


def inner(call: Call) -> TensorType:
    """Give products along the last axis of both operands."""
    first, second, dtype = _operands(call)
    if not first or not second:
        return TensorType(first or second, dtype)
    _inner("inner", first[-1], second[-1])
    return TensorType(first[:-1] + second[:-1], dtype)


def _matrix(call: Call) -> TensorType:
    x = call.tensor("x")
    if len(x.shape) < 2:
        raise Misfit(f"{call.name} needs rank 2 or more, got {describe(x.shape)}")
    return x


def triangle(call: Call) -> TensorType:
    """Give matrices with a part set to zero."""
    call.integer("k")
    return _matrix(call)


_LONGEST = 10**15


def _length(rows: int | None, columns: int | None, offset: int) -> int | None:
    left = None if rows is None else rows + min(offset, 0)
    right = None if columns is None else columns - max(offset, 0)
    length = min(each for each in (left, right, _LONGEST) if each is not None)
    if length <= 0 and offset:
        got = describe((rows, columns))
        raise Misfit(f"diagonal {offset} lies outside a matrix {got}")
    return None if left is None or right is None else length


def _sides(call: Call, x: TensorType) -> tuple[int, int]:
    first, second = (call.axis(key, len(x.shape)) for key in ("axis1", "axis2"))
    if first == second:
        raise Misfit(f"{call.name} needs two different axes")
    return first, second


def off_diagonal(call: Call, key: str, rows: int | None, columns: int | None) -> None:
    """Refuse a diagonal beside the main one where Keras 3.15 miscounts it.

    Its `eye` on TensorFlow, which `trace` uses, gives such a matrix a wrong shape.
    """
    offset = call.integer(key)
    if offset and not fits(rows, columns):
        raise Misfit(f"{call.name} beside the main diagonal needs a square matrix")
    if rows is not None and abs(offset) > rows:
        raise Misfit(f"{call.name} has no diagonal {offset} in {rows} rows")


def diagonal(call: Call) -> TensorType:
    """Give the diagonal of two axes as the last axis."""
    x = _matrix(call)
    first, second = _sides(call, x)
    length = _length(x.shape[first], x.shape[second], call.integer("offset"))
    return TensorType((*reduced(x.shape, (first, second), False), length), x.dtype)


def trace(call: Call) -> TensorType:
    """Give the sum along the diagonal of two axes."""
    x = _matrix(call)
    first, second = _sides(call, x)
    off_diagonal(call, "offset", x.shape[first], x.shape[second])
    shape = reduced(x.shape, (first, second), False)
    return TensorType(shape, "int32" if x.dtype == "bool" else x.dtype)


def diag(call: Call) -> TensorType:
    """Give a matrix with a diagonal, or the diagonal of a matrix."""
    x = call.rank("x", 1, 2)
    k = call.integer("k")
    if len(x.shape) == 2:
        return TensorType((_length(x.shape[0], x.shape[1], k),), x.dtype)
    size = x.shape[0]
    side = size if size is None or k == 0 else size + abs(k)
    return TensorType((side, side), x.dtype)


def square_matrix(call: Call) -> TensorType:
    """Give matrices of the operand's shape, which must be square."""
    call.floats("x")
    x = _matrix(call)
    if not fits(x.shape[-2], x.shape[-1]):
        raise Misfit(f"{call.name} needs square matrices, got {describe(x.shape)}")
    return x


def determinant(call: Call) -> TensorType:
    """Give a number for each square matrix."""
    x = square_matrix(call)
    return TensorType(x.shape[:-2], x.dtype)
