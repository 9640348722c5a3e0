"""Random calls of every operation, small and seeded, many of which do not fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from kauxgen.resources import entries
from kauxgen.tensor import TensorType

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """Arguments of one call; tensors stand as their types."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)


class Draw(Random):
    """Random shapes, axes and tensors, sometimes wrong ones on purpose."""

    def shape(self, *ranks: int) -> Shape:
        """Draw sizes from 1 to 4 for one of some ranks."""
        return tuple(self.randint(1, 4) for _ in range(self.choice(ranks)))

    def tensor(self, *ranks: int, dtypes: str = "float32") -> TensorType:
        """Draw a tensor of one of some ranks and types."""
        return TensorType(self.shape(*ranks), self.choice(dtypes.split()))

    def axis(self, rank: int) -> int:
        """Draw an axis, now and then one too far."""
        far = self.random() < 0.2
        return self.randint(-rank - far, rank - 1 + far) if rank or far else 0

    def axes(self, rank: int) -> Any:
        """Draw an axis, two of them, or none."""
        pair = (self.axis(rank), self.axis(rank))
        return self.choice([None, self.axis(rank), self.axis(rank), pair])

    def flag(self) -> bool:
        """Draw a bool."""
        return self.random() < 0.5

    def near(self, shape: Shape) -> Shape:
        """Draw a shape that often broadcasts with another."""
        sizes = [self.choice([n, n, n, 1, self.randint(1, 4)]) for n in shape]
        return tuple(sizes[self.choice([0, 0, 0, 1]) :])

    def off(self, size: int) -> int:
        """Draw a size, now and then another one."""
        return size if self.random() < 0.8 else self.randint(1, 4)


def _unary(dtypes: str, *options: Any) -> Callable[[Draw], Case]:
    def draw(rng: Draw) -> Case:
        more = (rng.choice(options),) if options and rng.flag() else ()
        return Case((rng.tensor(0, 1, 2, 3, dtypes=dtypes), *more))

    return draw


def _along(dtypes: str = "float32", *ranks: int) -> Callable[[Draw], Case]:
    def draw(rng: Draw) -> Case:
        x = rng.tensor(*(ranks or (1, 2, 3)), dtypes=dtypes)
        return Case((x,), {"axis": rng.axis(len(x.shape))} if rng.flag() else {})

    return draw


def _reduction(dtypes: str, single: bool = False) -> Callable[[Draw], Case]:
    def draw(rng: Draw) -> Case:
        x = rng.tensor(1, 2, 3, dtypes=dtypes)
        rank = len(x.shape)
        axis = rng.choice([None, rng.axis(rank)]) if single else rng.axes(rank)
        kwargs = {"axis": axis, "keepdims": rng.flag()}
        return Case((x,), kwargs if rng.random() < 0.9 else {})

    return draw


def _pair(dtypes: str, numbers: tuple[Any, ...] = ()) -> Callable[[Draw], Case]:
    def draw(rng: Draw) -> Case:
        x = rng.tensor(0, 1, 2, 3, dtypes=dtypes)
        other: Any = TensorType(rng.near(x.shape), x.dtype)
        if numbers and rng.random() < 0.2:
            other = rng.choice(numbers)
        return Case((x, other) if rng.flag() or x.shape == () else (other, x))

    return draw


def _clip(rng: Draw) -> Case:
    x = rng.tensor(0, 1, 2, 3, dtypes="float32 int32")
    if rng.flag():
        return Case((x, 0, rng.choice([2, 3])))
    bound = TensorType(rng.near(x.shape), x.dtype)
    return Case((x, bound, bound))


def _where(rng: Draw) -> Case:
    condition = rng.tensor(0, 1, 2, dtypes="bool bool int32")
    first = TensorType(rng.near(condition.shape), rng.choice(["float32", "int32"]))
    second: Any = TensorType(rng.near(condition.shape), first.dtype)
    return Case((condition, first, rng.choice([second, 0])))


def _cast(rng: Draw) -> Case:
    x = rng.tensor(0, 1, 2, dtypes="float32 int32 bool")
    return Case((x, rng.choice(["float32", "int32", "bool", "float99"])))


def _average(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3, dtypes="float32 int32")
    axis = rng.choice([None, rng.axis(len(x.shape))])
    if rng.flag():
        return Case((x,), {"axis": axis})
    size = x.shape[axis] if axis in range(len(x.shape)) else 3
    weights = TensorType(rng.choice([x.shape, (rng.off(size),)]))
    return Case((TensorType(x.shape), axis, weights))


def _norm(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3, dtypes="float32 int32")
    order = rng.choice([None, None, 1, 2, 3, "fro", "nuc"])
    return Case((x, order), {"axis": rng.axes(len(x.shape)), "keepdims": rng.flag()})


def _diff(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3, dtypes="float32 int32")
    return Case((x, rng.choice([0, 1, 1, 2, -1]), rng.axis(len(x.shape))))


def _transpose(rng: Draw) -> Case:
    x = rng.tensor(0, 1, 2, 3, dtypes="float32 int32 bool")
    axes = list(range(len(x.shape)))
    rng.shuffle(axes)
    return Case((x, rng.choice([None, axes, axes, axes[1:], [*axes, 0]])))


def _two_axes(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    return Case((x, rng.axis(len(x.shape)), rng.axis(len(x.shape))))


def _moveaxis(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    rank = len(x.shape)
    if rng.flag():
        return Case((x, rng.axis(rank), rng.axis(rank)))
    pairs = [rng.sample(range(rank), min(2, rank)) for _ in range(2)]
    return Case((x, *pairs))


def _reshape(rng: Draw) -> Case:
    x = TensorType(rng.choice([(2, 6), (4, 3), (12,), (2, 3, 2), ()]))
    shapes = [(3, 4), (-1,), -1, 12, (-1, 6), (5, -1), (2, 2, 3), (-1, -1), (), (1,)]
    return Case((x, rng.choice(shapes)))


def _expand(rng: Draw) -> Case:
    x = rng.tensor(0, 1, 2)
    rank = len(x.shape) + 1
    pair = rng.sample(range(-1, rank + 1), 2)
    return Case((x, rng.choice([rng.axis(rank), rng.axis(rank), pair])))


def _squeeze(rng: Draw) -> Case:
    x = TensorType(tuple(rng.choice([1, 1, 3]) for _ in range(rng.randint(1, 3))))
    pair = tuple(rng.sample(range(-1, len(x.shape)), 2))
    return Case((x, rng.choice([None, rng.axis(len(x.shape)), pair])))


def _flip(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    return Case((x,), {"axis": rng.axes(len(x.shape))} if rng.flag() else {})


def _roll(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    axis = rng.choice([None, rng.axis(len(x.shape))])
    return Case((x, rng.randint(-2, 2), axis))


def _repeat(rng: Draw) -> Case:
    x = rng.tensor(1, 2)
    axis = rng.choice([None, rng.axis(len(x.shape))])
    return Case((x, rng.choice([1, 2, 3, [2] * x.shape[0], [1, 2]]), axis))


def _tile(rng: Draw) -> Case:
    return Case((rng.tensor(0, 1, 2, 3), list(rng.shape(1, 2, 3))))


def _pad(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    count = rng.off(len(x.shape))
    pairs = [(rng.randint(0, 2), rng.randint(0, 2)) for _ in range(count)]
    mode = rng.choice(["constant", "constant", "reflect", "symmetric", "round"])
    more = {"constant_values": 1.0} if rng.random() < 0.2 else {}
    return Case((x, pairs, mode), more)


def _broadcast_to(rng: Draw) -> Case:
    shape = rng.shape(0, 1, 2, 3)
    return Case((TensorType(rng.near(shape)), shape))


def _concatenate(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    axis = rng.axis(len(x.shape))
    others = []
    for _ in range(rng.randint(0, 2)):
        sizes = [rng.off(n) if i != axis else 2 for i, n in enumerate(x.shape)]
        others.append(TensorType(tuple(sizes), x.dtype))
    return Case(([x, *others],), {"axis": axis})


def _stack(rng: Draw) -> Case:
    x = rng.tensor(0, 1, 2)
    shapes = [tuple(map(rng.off, x.shape)) for _ in range(rng.randint(0, 2))]
    return Case(([x, *map(TensorType, shapes)],), {"axis": rng.axis(len(x.shape) + 1)})


def _split(rng: Draw) -> Case:
    x = TensorType(rng.choice([(4,), (6, 2), (2, 4, 3)]))
    cuts = rng.choice([1, 2, 3, [1], [1, 2], [1, 1]])
    return Case((x, cuts), {"axis": rng.axis(len(x.shape))})


def _unstack(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    axis = rng.axis(len(x.shape))
    size = x.shape[axis] if -len(x.shape) <= axis < len(x.shape) else 1
    return Case((x,), {"num": rng.choice([None, rng.off(size)]), "axis": axis})


def _matmul(rng: Draw) -> Case:
    first = rng.shape(1, 2, 3)
    second = rng.choice([rng.shape(0, 1), rng.shape(2), first[:-2] + rng.shape(2)])
    if second:
        inner = 0 if len(second) == 1 else len(second) - 2
        second = (*second[:inner], rng.off(first[-1]), *second[inner + 1 :])
    dtype = rng.choice(["float32", "float32", "int32"])
    return Case((TensorType(first, dtype), TensorType(second, dtype)))


def _inner(rng: Draw) -> Case:
    first, second = rng.shape(0, 1, 2), rng.shape(0, 1, 2)
    if first and second:
        second = (*second[:-1], rng.off(first[-1]))
    return Case((TensorType(first), TensorType(second)))


def _tensordot(rng: Draw) -> Case:
    first = rng.shape(2, 3)
    second = tuple(map(rng.off, first))
    rank = len(first)
    same = [[0, 1], [0, 1]]
    axes = rng.choice([0, 1, rank, rank + 1, same, [rng.axis(rank), 0], [[0], [0, 1]]])
    return Case((TensorType(first), TensorType(second)), {"axes": axes})


def _einsum(rng: Draw) -> Case:
    text = rng.choice(
        [
            *("bij,bjk->bik", "bi,bi->b", "ij,jk", "bi,bj->bij", "...i,ij->...j"),
            *("ij->ji", "bij,bjk->bz", "ij,jk,kl->il", "bi, i->b", "bi->b", "bi,b"),
            *("i1->i", "bi,ci->bc"),
        ]
    )
    sizes: dict[str, int] = {}
    shapes = []
    for term in text.split("->")[0].split(","):
        letters = term.replace("...", "xy")
        shape = (rng.off(sizes.setdefault(c, rng.randint(2, 4))) for c in letters)
        shapes.append(TensorType(tuple(shape)))
    return Case((text, *(shapes[1:] if rng.random() < 0.1 else shapes)))


def _diagonal(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 2, 3, dtypes="float32 int32")
    rank = len(x.shape)
    if rng.flag():
        return Case((x,), {"offset": rng.randint(-1, 1)})
    return Case((x,), {"axis1": rng.axis(rank), "axis2": rng.axis(rank)})


def _trace(rng: Draw) -> Case:
    """Off the main diagonal only of square matrices: others Keras miscounts."""
    side = rng.randint(1, 3)
    if rng.flag():
        return Case((TensorType((side, side, 2)[: rng.choice([1, 2, 3])]), 1))
    return Case((rng.tensor(2, 3), 0, rng.axis(2), rng.axis(2)))


def _diag(rng: Draw) -> Case:
    return Case((rng.tensor(1, 2, 3), rng.randint(-1, 1)))


def _triangle(rng: Draw) -> Case:
    return Case((rng.tensor(1, 2, 3, dtypes="float32 int32"), rng.randint(-1, 1)))


def _square(rng: Draw) -> Case:
    side = rng.randint(1, 3)
    shape = rng.choice([(side, side), (2, side, side), (side, side + 1), (side,)])
    return Case((TensorType(shape),))


def _normalize(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    order = rng.choice([1, 2, 2, 3, 0])
    return Case((x, rng.axis(len(x.shape)), order))


def _zeros(rng: Draw) -> Case:
    dtype = rng.choice([None, "int32", "bool", "real"])
    shapes = [rng.shape(0, 1, 2), list(rng.shape(1, 2)), (-1, 2), 3]
    return Case((rng.choice(shapes), dtype))


def _full(rng: Draw) -> Case:
    shape = rng.shape(0, 1, 2)
    value = rng.choice([0, 0.5, TensorType(rng.near(shape))])
    return Case((shape, value), rng.choice([{}, {"dtype": "int32"}]))


def _like(rng: Draw) -> Case:
    return Case((rng.tensor(0, 1, 2, dtypes="float32 int32 bool"),))


def _full_like(rng: Draw) -> Case:
    return Case((rng.tensor(0, 1, 2, dtypes="float32 int32"), 3))


def _eye(rng: Draw) -> Case:
    more = [{}, {"M": 2}, {"k": 1}, {"k": -2}, {"dtype": "int32"}, {"M": -2}]
    return Case((rng.randint(1, 4),), rng.choice(more))


def _arange(rng: Draw) -> Case:
    bounds = rng.choice([(5,), (1, 4), (0, 5, 2), (0.0, 1.0, 0.3), (4, 1), (3, 0, -1)])
    return Case(bounds if rng.random() < 0.9 else (0, 3, 0), {})


def _linspace(rng: Draw) -> Case:
    start = rng.choice([0, 0.0, TensorType(rng.shape(0, 1))])
    stop = rng.choice([1, 1.0, TensorType(rng.shape(0, 1))])
    more = [{}, {"num": 4}, {"num": 3, "endpoint": False}]
    return Case((start, stop), rng.choice(more))


def _take(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3, dtypes="float32 int32")
    indices = rng.choice([rng.tensor(0, 1, 2, dtypes="int32"), 0, [0, 0]])
    return Case((x, indices), {"axis": rng.choice([None, rng.axis(len(x.shape))])})


def _take_along(rng: Draw) -> Case:
    x = rng.tensor(1, 2, 3)
    axis = rng.choice([None, rng.axis(len(x.shape)), rng.axis(len(x.shape))])
    indices = rng.choice([rng.near(x.shape), tuple(map(rng.off, x.shape))])
    return Case((x, TensorType(indices, "int32")), {"axis": axis})


def _one_hot(rng: Draw) -> Case:
    x = rng.tensor(1, 2, dtypes="int32")
    return Case((x, 3), {"axis": rng.choice([-1, 0, 1, 2, 3])})


def _top_k(rng: Draw) -> Case:
    x = rng.tensor(0, 1, 2, dtypes="float32 int32")
    return Case((x, rng.choice([1, 2, 3])))


def _pool(rng: Draw) -> Case:
    x = rng.tensor(2, 3, 3, 4, 4, 4, 5)
    space = len(x.shape) - 2
    size = rng.choice([1, 1, 2, (2,) * space, (2, 2, 2)])
    padding = rng.choice(["valid", "same", "same", "same", "round"])
    return Case((x, size), {"strides": rng.choice([None, 1, 2]), "padding": padding})


def _losses(rng: Draw) -> Case:
    output = rng.shape(1, 2, 3)
    target = tuple(map(rng.off, output))
    return Case((TensorType(target), TensorType(output)), {"from_logits": rng.flag()})


def _class_loss(rng: Draw) -> Case:
    """Of unlike sizes: along other axes Keras gives symbolic tensors a wrong shape."""
    output = rng.choice([(3,), (3, 2), (2, 3, 4)])
    target = (*output[:-1], rng.choice([output[-1], output[-1], 5]))
    axis = rng.choice([-1, -1, len(output) - 1, rng.axis(len(output))])
    types = (TensorType(target), TensorType(output))
    return Case(types, {"from_logits": rng.flag(), "axis": axis})


def _index_loss(rng: Draw) -> Case:
    output = rng.shape(1, 2, 3)
    target = tuple(map(rng.off, output[:-1]))
    target = rng.choice([target, target, (*target, 1)])
    axis = rng.choice([-1, len(output) - 1, 0])
    return Case((TensorType(target, "int32"), TensorType(output)), {"axis": axis})


def _ctc(rng: Draw) -> Case:
    batch = rng.randint(1, 3)
    target = TensorType((rng.off(batch), 2), "int32")
    output = TensorType((batch, 5, 4)[: rng.choice([2, 3, 3, 3])])
    lengths = [TensorType((rng.off(batch),), "int32") for _ in range(2)]
    return Case((target, output, *lengths), {"mask_index": 3})


NUMBERS = "float32 int32"
ANY = "float32 int32 bool"
BY_RULE: dict[str, Callable[[Draw], Case]] = {
    "number": _unary(NUMBERS),
    "squared": _unary(ANY),
    "fraction": _unary(ANY),
    "real": _unary("float32 float32 int32"),
    "unary_test": _unary(ANY),
    "real_axis": _along("float32 float32 int32"),
    "real_line": _along("float32 float32 int32"),
    "halved": _along(),
    "binary_numbers": _pair(NUMBERS, (2, 2.0)),
    "binary_fraction": _pair(NUMBERS, (2, 2.0)),
    "binary_test": _pair(ANY),
    "binary_order": _pair(ANY),
    "binary_truth": _pair(ANY),
    "clipped": _clip,
    "chosen": _where,
    "cast": _cast,
    "total": _reduction(ANY),
    "average": _reduction(ANY),
    "real_average": _reduction("float32 float32 int32"),
    "extreme": _reduction(NUMBERS),
    "truth": _reduction(ANY),
    "count": _flip,
    "position": _reduction(NUMBERS, single=True),
    "weighted": _average,
    "running": _along(ANY),
    "norm": _norm,
    "ordered": _along(NUMBERS),
    "order": _along(NUMBERS),
    "differences": _diff,
    "transposed": _transpose,
    "swapped": _two_axes,
    "moved": _moveaxis,
    "reshaped": _reshape,
    "flattened": _unary(ANY),
    "expanded": _expand,
    "squeezed": _squeeze,
    "flipped": _flip,
    "rolled": _roll,
    "repeated": _repeat,
    "tiled": _tile,
    "padded": _pad,
    "spread": _broadcast_to,
    "concatenated": _concatenate,
    "stacked": _stack,
    "pieces": _split,
    "unstacked": _unstack,
    "matmul": _matmul,
    "dot": _matmul,
    "tensordot": _tensordot,
    "einsum": _einsum,
    "outer": _pair("float32"),
    "inner": _inner,
    "triangle": _triangle,
    "diagonal": _diagonal,
    "trace": _trace,
    "diag": _diag,
    "square_matrix": _square,
    "determinant": _square,
    "constant": _zeros,
    "filled": _full,
    "like": _like,
    "identity": _eye,
    "counted": _arange,
    "spaced": _linspace,
    "taken": _take,
    "taken_along": _take_along,
    "one_hot": _one_hot,
    "largest": _top_k,
    "pooled": _pool,
    "normalized": _normalize,
    "binary_loss": _losses,
    "class_loss": _class_loss,
    "index_loss": _index_loss,
    "ctc": _ctc,
}
BY_NAME: dict[str, Callable[[Draw], Case]] = {
    "full_like": _full_like,
    "isclose": _pair("float32"),
    "leaky_relu": _unary("float32 float32 int32", 0.3),
    "elu": _unary("float32 float32 int32", 0.5),
    "celu": _unary("float32 float32 int32", 0.5),
    "gelu": _unary("float32 float32 int32", True, False),
    "argsort": _along(NUMBERS),
}
OPERATIONS = {
    name: entry for name, entry in entries("operations").items() if not entry.get("own")
}


def cases(name: str, count: int = 24) -> list[Case]:
    """Draw calls of an operation: the same ones every time, the last two wrong."""
    draw = BY_NAME.get(name) or BY_RULE[OPERATIONS[name]["shape"]]
    drawn = [draw(Draw(f"{name} {index}")) for index in range(count)]
    first = drawn[0]
    unknown = Case(first.args, {**first.kwargs, "dim": 0})
    return [*drawn, unknown, Case((), {})]
