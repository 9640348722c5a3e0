"""One call of an operation: its arguments, bound to names and read with care."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cache

from kauxgen.frozen import frozen
from kauxgen.operations.value import Value, article, as_tensor, is_float, is_integer
from kauxgen.resources import entries
from kauxgen.tensor import Misfit, Shape, TensorType, describe

DTYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"),
    *("uint64", "float16", "bfloat16", "float32", "float64"),
)


@frozen
class Parameter:
    """An argument of an operation; a variadic one takes all that is left."""

    name: str
    default: Value = None
    required: bool = False
    variadic: bool = False


@cache
def signature(name: str) -> tuple[Parameter, ...]:
    """Return the arguments of an operation, as its data states them."""
    return tuple(_parameter(text) for text in entries("operations")[name]["args"])


def _parameter(text: str) -> Parameter:
    name, equals, default = text.partition("=")
    if name.startswith("*"):
        return Parameter(name[1:], variadic=True)
    if not equals:
        return Parameter(name, required=True)
    return Parameter(name, default=ast.literal_eval(default))


@frozen
class Call:
    """A call with all its arguments, given or default.

    Each method reads one argument as what a rule needs, or raises Misfit.
    """

    name: str
    arguments: Mapping[str, Value]
    given: frozenset[str]

    def tensor(self, key: str) -> TensorType:
        """Read a tensor; a number, or a list of numbers, is a constant one."""
        value = self.arguments[key]
        if isinstance(value, str) or value == ():
            raise Misfit(f"{self.name} needs a tensor for {key}, got {article(value)}")
        return as_tensor(value)

    def floats(self, key: str) -> TensorType:
        """Read a tensor that must hold fractions."""
        tensor = self.tensor(key)
        if not is_float(tensor.dtype):
            raise Misfit(f"{self.name} needs floats, got {tensor.dtype}: cast it")
        return tensor

    def numbers(self, key: str) -> TensorType:
        """Read a tensor that must hold numbers, not truth values."""
        tensor = self.tensor(key)
        if tensor.dtype == "bool":
            raise Misfit(f"{self.name} needs numbers, got bool: cast it")
        return tensor

    def whole(self, key: str) -> TensorType:
        """Read a tensor that must hold whole numbers."""
        tensor = self.tensor(key)
        if is_float(tensor.dtype) or tensor.dtype == "bool":
            got = f"got {tensor.dtype}"
            raise Misfit(f"{self.name} needs whole numbers for {key}, {got}")
        return tensor

    def sequence(self, key: str) -> Sequence[Value]:
        """Read a list that is not empty."""
        value = self.arguments[key]
        if not isinstance(value, (tuple, list)) or not value:
            raise Misfit(f"{self.name} needs a list for {key}, got {article(value)}")
        return value

    def rank(self, key: str, *allowed: int) -> TensorType:
        """Read a tensor of one of some ranks."""
        tensor = self.tensor(key)
        if len(tensor.shape) not in allowed:
            ranks = " or ".join(map(str, allowed))
            got = describe(tensor.shape)
            raise Misfit(f"{self.name} needs rank {ranks} for {key}, got {got}")
        return tensor

    def integer(self, key: str) -> int:
        """Read a known whole number."""
        value = self.arguments[key]
        if not isinstance(value, int) or not is_integer(value):
            raise Misfit(f"{self.name} needs a whole number for {key}")
        return value

    def integers(self, key: str) -> tuple[int, ...]:
        """Read a known whole number or a list of them."""
        value = self.arguments[key]
        items = value if isinstance(value, (tuple, list)) else (value,)
        found = [item for item in items if isinstance(item, int) and is_integer(item)]
        if len(found) < len(items):
            raise Misfit(f"{self.name} needs whole numbers for {key}")
        return tuple(found)

    def size(self, key: str) -> int | None:
        """Read a size: a whole number from 0, or unknown."""
        return self._size(key, self.arguments[key])

    def shape(self, key: str) -> Shape:
        """Read a shape: a size or a list of sizes, of which some are unknown."""
        value = self.arguments[key]
        items = value if isinstance(value, (tuple, list)) else (value,)
        return tuple(self._size(key, item) for item in items)

    def _size(self, key: str, value: Value) -> int | None:
        if value is None or value == TensorType((), "int32"):
            return None
        if not isinstance(value, int) or not is_integer(value) or value < 0:
            raise Misfit(f"{self.name} needs sizes for {key}: whole numbers from 0")
        return value

    def axis(self, key: str, rank: int) -> int:
        """Read one axis of a tensor of some rank, counted from 0."""
        return self._axis(self.integer(key), rank)

    def axes(self, key: str, rank: int) -> tuple[int, ...]:
        """Read some axes of a tensor of some rank; `None` is all of them."""
        if self.arguments[key] is None:
            return tuple(range(rank))
        axes = tuple(self._axis(axis, rank) for axis in self.integers(key))
        if len(set(axes)) < len(axes):
            raise Misfit(f"{self.name} names an axis twice")
        return axes

    def _axis(self, axis: int, rank: int) -> int:
        if not -rank <= axis < rank:
            raise Misfit(f"{self.name} has no axis {axis} in a tensor of rank {rank}")
        return axis % rank

    def flag(self, key: str) -> bool:
        """Read a bool."""
        value = self.arguments[key]
        if not isinstance(value, bool):
            raise Misfit(f"{self.name} needs True or False for {key}")
        return value

    def choice(self, key: str, *allowed: str) -> str:
        """Read one of some texts."""
        value = self.arguments[key]
        if not isinstance(value, str) or value not in allowed:
            words = ", ".join(f'"{word}"' for word in allowed)
            raise Misfit(f"{self.name} needs one of {words} for {key}")
        return value

    def dtype(self, key: str, default: str) -> str:
        """Read the name of a type."""
        given = self.arguments[key] is not None
        return self.choice(key, *DTYPES) if given else default


def bind(name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Call:
    """Give each argument of a call its name; Misfit for what does not belong."""
    parameters = signature(name)
    values = _positional(name, parameters, args)
    for key, value in kwargs.items():
        if key not in {p.name for p in parameters if not p.variadic}:
            raise Misfit(f'{name} has no argument "{key}"')
        if key in values:
            raise Misfit(f'{name} is given "{key}" twice')
        values[key] = value
    missing = [p.name for p in parameters if p.required and p.name not in values]
    if missing:
        raise Misfit(f'{name} needs its argument "{missing[0]}"')
    defaults = {parameter.name: parameter.default for parameter in parameters}
    return Call(name, {**defaults, **values}, frozenset(values))


def _positional(
    name: str, parameters: tuple[Parameter, ...], args: Sequence[Value]
) -> dict[str, Value]:
    if parameters and parameters[-1].variadic:
        plain = parameters[:-1]
        rest = tuple(args[len(plain) :])
        return {
            **_positional(name, plain, args[: len(plain)]),
            parameters[-1].name: rest,
        }
    if len(args) > len(parameters):
        most = f"{len(parameters)} argument{'s' if len(parameters) != 1 else ''}"
        raise Misfit(f"{name} takes at most {most}, got {len(args)}")
    names = (parameter.name for parameter in parameters)
    return dict(zip(names, args, strict=False))
