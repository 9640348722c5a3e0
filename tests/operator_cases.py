"""Random calls of operators, of indices and of the language's own operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kauxgen.tensor import TensorType
from operation_cases import Case, Draw
from operation_variants import bent

ANY = "float32 float32 int32 int32 bool"
NUMBERS = (0, 1, 2, -1, 0.5, -1.5)


def binary_case(rng: Draw) -> Case:
    """Draw two operands: tensors, numbers, lists."""
    x = rng.tensor(0, 1, 2, 3, dtypes=ANY)
    near = TensorType(rng.near(x.shape), rng.choice([x.dtype, x.dtype, "int32"]))
    listed = [rng.choice(NUMBERS) for _ in range(rng.randint(1, 4))]
    other: Any = rng.choice([near, near, near, rng.choice(NUMBERS), listed])
    return Case((x, other) if rng.flag() else (other, x))


def matrix_case(rng: Draw) -> Case:
    """Draw two operands of a matrix product."""
    first, second = rng.shape(0, 1, 2, 3), rng.shape(0, 1, 2, 3)
    if first and second:
        at = max(0, len(second) - 2)
        second = (*second[:at], rng.off(first[-1]), *second[at + 1 :])
    if len(first) == len(second) == 3:
        second = (rng.choice([first[0], first[0], 1, 2]), *second[1:])
    dtype = rng.choice(["float32", "float32", "int32"])
    return Case((TensorType(first, dtype), TensorType(second, dtype)))


def unary_case(rng: Draw) -> Case:
    """Draw one operand."""
    return Case((rng.tensor(0, 1, 2, 3, dtypes=ANY),))


def index_case(rng: Draw) -> Case:
    """Draw a tensor and an index: numbers, slices, dots and new axes."""
    x = rng.tensor(0, 1, 2, 3, dtypes=ANY)
    parts = [_index(rng) for _ in range(rng.randint(1, 4))]
    return Case((x, tuple(parts)))


def _index(rng: Draw) -> Any:
    def bound() -> Any:
        return rng.choice([None, None, 0, 1, 2, -1, -2, 5, -7])

    step = rng.choice([None, None, None, 1, 2, -1, -2, 0])
    cut = slice(bound(), bound(), step)
    return rng.choice([cut, cut, cut, 0, 1, -1, -2, 3, ..., None])


def drawn_case(rng: Draw) -> Case:
    """Draw a shape of sizes, now and then a wrong one."""
    wrong = [(-1, 2), (0.5,), (2, True), "x"]
    return Case((rng.choice([rng.shape(0, 1, 2, 3)] * 5 + wrong),))


def tensor_case(*ranks: int) -> Callable[[Draw], Case]:
    """Make the drawing of one tensor of some ranks."""

    def draw(rng: Draw) -> Case:
        return Case((rng.tensor(*ranks, dtypes=ANY),))

    return draw


def axis_case(rng: Draw) -> Case:
    """Draw a tensor and an axis of it."""
    x = rng.tensor(0, 1, 2, 3)
    return Case((x, rng.choice([rng.axis(len(x.shape)), 0, 1, None, 0.5])))


def list_case(rng: Draw) -> Case:
    """Draw a list of tensors, now and then what is none."""
    several = [rng.tensor(0, 1, 2, dtypes=ANY) for _ in range(rng.randint(1, 4))]
    return Case((rng.choice([several] * 5 + [several[0], 2, "xy"]),))


def drawn(draw: Callable[[Draw], Case], name: str, count: int) -> list[Case]:
    """Draw so many cases, about half of them bent; always the same."""
    made = (Draw(f"{name} {index}") for index in range(count))
    return [bent(rng, draw(rng)) for rng in made]
