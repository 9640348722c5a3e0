"""Rules of operations that work element by element."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kauxgen.operations.call import Call
from kauxgen.operations.sizes import broadcast, spreads
from kauxgen.operations.value import Value, as_tensor, is_float, is_number, meet
from kauxgen.tensor import Misfit, TensorType, describe


def fractional(dtype: str) -> str:
    """Return the type that an operation with fractional results gives."""
    return dtype if is_float(dtype) else "float32"


def arithmetic(name: str, values: Sequence[Value]) -> Value:
    """Return what arithmetic on some values gives.

    Numbers alone stay a number, one known only when the model runs.
    """
    if all(map(is_number, values)):
        return None
    dtype = meet(values)
    if dtype == "bool":
        raise Misfit(f"{name} needs numbers, got bool: cast it")
    if not is_float(dtype):
        _refuse_impossible(name, values)
    return TensorType(broadcast(*(as_tensor(value).shape for value in values)), dtype)


def _refuse_impossible(name: str, values: Sequence[Value]) -> None:
    """Refuse what no whole number has: powers below 0, quotients by 0."""
    known = list(_integers(values[-1]))
    if name in ("**", "power") and any(number < 0 for number in known):
        raise Misfit(f"whole numbers have no power {min(known)}: cast them")
    if name in ("//", "%", "mod", "floor_divide") and 0 in known:
        raise Misfit("whole numbers are not divided by 0: cast them")


def _integers(value: Value) -> Iterator[int]:
    """Yield the numbers of a number or a list."""
    if isinstance(value, int):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _integers(item)


def meeting_fractions(values: Sequence[Value]) -> TensorType:
    """Return what values give that meet and become fractions."""
    dtype = fractional(meet(values))
    return TensorType(broadcast(*(as_tensor(value).shape for value in values)), dtype)


def comparison(values: Sequence[Value]) -> TensorType:
    """Return what comparing values gives."""
    meet(values)
    return TensorType(broadcast(*(as_tensor(value).shape for value in values)), "bool")


def _pair(call: Call) -> tuple[Value, Value]:
    call.tensor("x1"), call.tensor("x2")
    return call.arguments["x1"], call.arguments["x2"]


def same(call: Call) -> TensorType:
    """Give the type of the operand, whatever it is."""
    return call.tensor("x")


def number(call: Call) -> Value:
    """Give the type of the operand, which holds numbers; a number stays one."""
    call.numbers("x")
    return arithmetic(call.name, [call.arguments["x"]])


def squared(call: Call) -> Value:
    """Give numbers of the operand's shape; truth values count as 0 and 1."""
    x = call.tensor("x")
    return TensorType(x.shape, "int32") if x.dtype == "bool" else number(call)


def fraction(call: Call) -> TensorType:
    """Give fractions of the operand's shape; whole numbers become fractions."""
    return meeting_fractions([call.tensor("x")])


def real(call: Call) -> TensorType:
    """Give the type of the operand, which must hold fractions."""
    return call.floats("x")


def real_axis(call: Call) -> TensorType:
    """Give the type of a fractional operand that has the axes named."""
    x = call.floats("x")
    if isinstance(call.arguments["axis"], list):
        raise Misfit(f"{call.name} takes several axes in round brackets")
    call.axes("axis", len(x.shape))
    return x


def real_line(call: Call) -> TensorType:
    """Give the type of a fractional operand that has the one axis named."""
    x = call.floats("x")
    call.axis("axis", len(x.shape))
    return x


def halved(call: Call) -> TensorType:
    """Give a fractional operand with half the size along its axis."""
    x = call.floats("x")
    axis = call.axis("axis", len(x.shape))
    size = x.shape[axis]
    if size is not None and size % 2:
        raise Misfit(f"{call.name} needs an even size on axis {axis}, got {size}")
    half = None if size is None else size // 2
    return TensorType((*x.shape[:axis], half, *x.shape[axis + 1 :]), x.dtype)


def binary_numbers(call: Call) -> Value:
    """Give what two operands with numbers give by broadcasting."""
    return arithmetic(call.name, _pair(call))


def binary_fraction(call: Call) -> TensorType:
    """Give fractions by broadcasting two operands."""
    return meeting_fractions(_pair(call))


def binary_test(call: Call) -> TensorType:
    """Give truth values by broadcasting two operands of one type."""
    return comparison(_pair(call))


def binary_order(call: Call) -> TensorType:
    """Give truth values by comparing two operands with numbers of one type."""
    arithmetic(call.name, _pair(call))
    return comparison(_pair(call))


def binary_truth(call: Call) -> TensorType:
    """Give truth values by broadcasting two operands of any types."""
    shapes = (call.tensor("x1").shape, call.tensor("x2").shape)
    return TensorType(broadcast(*shapes), "bool")


def unary_test(call: Call) -> TensorType:
    """Give a truth value for each element."""
    return TensorType(call.tensor("x").shape, "bool")


def clipped(call: Call) -> Value:
    """Give the operand's shape; the bounds broadcast to it."""
    x, *bounds = (call.tensor(key) for key in ("x", "x_min", "x_max"))
    for bound in bounds:
        if not spreads(bound.shape, x.shape):
            got = describe(bound.shape)
            raise Misfit(f"clip needs bounds that fit {describe(x.shape)}, got {got}")
    if meet([call.arguments[k] for k in ("x", "x_min", "x_max")]) != x.dtype:
        raise Misfit(f"clip needs bounds of type {x.dtype}")
    return number(call)


def chosen(call: Call) -> TensorType:
    """Give one of two operands by a condition; all three broadcast."""
    for key in ("x1", "x2"):
        if key not in call.given:
            raise Misfit(f'where needs its argument "{key}"')
    shapes = (call.tensor(key).shape for key in ("condition", "x1", "x2"))
    return TensorType(broadcast(*shapes), meet(_pair(call)))


def cast(call: Call) -> TensorType:
    """Give the operand's shape in another type."""
    return TensorType(call.tensor("x").shape, call.dtype("dtype", "float32"))
