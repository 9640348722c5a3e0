"""Random values of arguments by type, and random tensors that enter a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from kauxgen.catalog import Argument, Kind
from kauxgen.tensor import Shape

Shapes = tuple[Shape, ...]
Args = dict[str, Any]


def drawn_shapes(random: Random, kind: Kind) -> Shapes:
    """Draw the shapes that enter a call of a kind; some do not fit."""
    return SHAPES.get(kind.name, _shapes)(random, kind)


def drawn_types(random: Random, kind: Kind, number: int) -> tuple[str, ...]:
    """Draw types of the tensors that enter; most are what the kind is made for."""
    usual = usual_type(kind)
    if random.random() < 0.85:
        return (usual,) * number
    types = random.choice(((usual, *TYPES), TYPES[:4]))
    return tuple(random.choice(types) for _ in range(number))


def usual_type(kind: Kind) -> str:
    """Give a type of values that a kind takes."""
    return "int32" if kind.takes == "integers" else "float32"


TYPES = ("int32", "int64", "uint8", "bool", "float16", "float64")


def drawn_arguments(random: Random, kind: Kind, rank: int) -> Args:
    """Draw arguments of the types that `VALUES` knows."""
    return {
        name: VALUES[argument.type](random, argument, rank)
        for name, argument in kind.args.items()
        if _is_drawn(random, argument)
    }


def _is_drawn(random: Random, argument: Argument) -> bool:
    """Draw what is required and a third of the rest; zeros are quick to make."""
    if argument.type not in VALUES or argument.name == "seed":
        return False
    return argument.required or argument.type == "initializer" or random.random() < 0.35


def _integer(random: Random, argument: Argument, rank: int) -> int:
    least = int(argument.minimum or 0)
    return random.randint(least, int(argument.maximum or max(least, 0) + 3))


def _integers(random: Random, argument: Argument, rank: int) -> Any:
    return random.choice(
        (
            _integer(random, argument, rank),
            tuple(
                _integer(random, argument, rank) for _ in range(argument.length or 2)
            ),
        )
    )


def _axis(random: Random, argument: Argument, rank: int) -> Any:
    least = -rank if argument.minimum is None else int(argument.minimum)
    axis = random.randrange(least, rank)
    return random.choice((axis, (axis,)))


def _margins(random: Random, argument: Argument, rank: int) -> Any:
    number = argument.length or 1
    pairs = tuple((random.randint(0, 2), random.randint(0, 2)) for _ in range(number))
    return random.choice(
        (random.randint(0, 2), tuple(pair[0] for pair in pairs), pairs)
    )


def misused(random: Random, kind: Kind, args: Args) -> Args:
    """Put one argument that has to do with sizes out of its range."""
    names = [name for name in args if kind.args[name].type in WRONG]
    if not names:
        return args
    name = random.choice(names)
    return {**args, name: random.choice(WRONG[kind.args[name].type])}


WRONG: Mapping[str, tuple[Any, ...]] = {
    "int": (0, -1, -3, 2.5),
    "ints": (0, -1, (0, 1), (2, -2), (1, 2, 3, 4), (-1,), ()),
    "axis": (7, -8, (), (1, 9), (-1, -1)),
    "margins": (-1, (-1, 0), ((-2, 1), (0, 0)), (1, 2, 3, 4), ((1,), (2,))),
    "enum": ("causal", "full", "mean"),
}
"""Values that do not suit arguments of a type, or only some of its arguments."""

VALUES: Mapping[str, Callable[[Random, Argument, int], Any]] = {
    "int": _integer,
    "ints": _integers,
    "axis": _axis,
    "margins": _margins,
    "float": lambda random, argument, rank: random.choice((0.0, 0.25)),
    "bool": lambda random, argument, rank: random.random() < 0.5,
    "enum": lambda random, argument, rank: random.choice(argument.values),
    "any_number": lambda random, argument, rank: 0.5,
    "factor": lambda random, argument, rank: 0.5,
    "activation": lambda random, argument, rank: "relu",
    "initializer": lambda random, argument, rank: "zeros",
}


def _size(random: Random, most: int = 8) -> int | None:
    return None if random.random() < 0.1 else random.randint(1, most)


def _shape(random: Random, rank: int) -> Shape:
    batch = 2 if random.random() < 0.1 else None
    most = 8 if rank < 5 else 4  # Larger volumes take long.
    return (batch, *(_size(random, most) for _ in range(rank - 1)))


def _changed(random: Random, shape: Shape) -> Shape:
    """Change one size, the rank, or nothing."""
    way = random.random()
    if len(shape) == 1:
        return shape
    if way < 0.2:
        return _shape(random, random.choice((len(shape) + 1, max(2, len(shape) - 1))))
    return shape if way < 0.5 else _resized(random, shape)


def _resized(random: Random, shape: Shape) -> Shape:
    """Change one size, or nothing."""
    axis = random.randrange(1, len(shape))
    size = random.choice((shape[axis], _size(random)))
    return (*shape[:axis], size, *shape[axis + 1 :])


def _shapes(random: Random, kind: Kind) -> Shapes:
    rank = kind.rank or random.randint(max(2, kind.min_rank or 0), 4)
    if random.random() < 0.1:
        rank += random.choice((-1, 1))
    first = _shape(random, max(rank, 1))
    if kind.call == ("*",):
        number = random.choice((0, *(1,) * 12, *(2,) * 7))
        return (first, *(_changed(random, first) for _ in range(number)))
    number = random.randint(min(2, len(kind.call)), len(kind.call))
    if number > 1 and random.random() < 0.05:
        number = random.choice((1, 5))
    return (first, *(_changed(random, first) for _ in range(number - 1)))


def _two(random: Random, kind: Kind) -> Shapes:
    first = _shape(random, random.randint(2, 4))
    number = random.choice((0, 2, *(1,) * 18))
    return (first, *(_changed(random, first) for _ in range(number)))


def _three(random: Random, kind: Kind) -> Shapes:
    first = (None, *(random.randint(1, 8) for _ in range(random.randint(2, 3))))
    return (first, *(_resized(random, first) for _ in range(random.randint(1, 2))))


def _of_rank(rank: int) -> Callable[[Random, Kind], Shapes]:
    return lambda random, kind: (_shape(random, rank),)


def _colored(random: Random, kind: Kind) -> Shapes:
    channels = random.choice((3, 3, 3, 3, 2, 4, None))
    return ((*_shape(random, 3), channels),)


def _counted(random: Random, kind: Kind) -> Shapes:
    rank = random.choice((1, 2, 2, 2, 2, 2, 3))
    shape = _shape(random, rank)
    return ((*shape[:-1], 1) if rank > 1 and random.random() < 0.6 else shape,)


def _crossed(random: Random, kind: Kind) -> Shapes:
    first = random.choice(((None,), (None, 1), (None, 1), (None, 4), (None, 1, 1)))
    second = random.choice((first, first, first, first, (None, 1), (None, 2)))
    return (first, second, first)[: random.choice((2, 2, 2, 2, 3, 1))]


def _waves(random: Random, kind: Kind) -> Shapes:
    length = random.choice((None, 4, 30, 64, 65))
    return ((None, length),) if kind.rank == 2 else ((None, length, 2),)


SHAPES: Mapping[str, Callable[[Random, Kind], Shapes]] = {
    "Subtract": _two,
    "Dot": _two,
    "Attention": _three,
    "AdditiveAttention": _three,
    "GroupNormalization": _of_rank(3),
    "Bidirectional": _of_rank(3),
    "SpectralNormalization": _of_rank(3),
    "CategoryEncoding": _counted,
    "Discretization": _counted,
    "Hashing": _counted,
    "HashedCrossing": _crossed,
    "MelSpectrogram": _waves,
    "STFTSpectrogram": _waves,
    **dict.fromkeys(
        (
            "RandAugment",
            "RandomColorDegeneration",
            "RandomColorJitter",
            "RandomGrayscale",
            "RandomHue",
            "RandomSaturation",
        ),
        _colored,
    ),
}
