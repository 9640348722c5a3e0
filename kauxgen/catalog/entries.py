"""The entries of the catalog as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kauxgen.frozen import frozen

Setting = bool | str | tuple[str, ...]
"""Whether a layer does a thing: as its "inner" layer does, or if an argument is on."""


@frozen
class Argument:
    """One argument of a kind: its type, its range and its default.

    `minimum` and `maximum` belong to the range, `above` and `below` do not; `length` is
    that of a list; `values` are the words of an enum, or words that another type takes
    besides. `since` is the first Keras that has it, "" for all.
    """

    name: str
    type: str
    required: bool
    default: Any
    has_default: bool
    nullable: bool
    values: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    above: float | None
    below: float | None
    length: int | None
    doc: str
    since: str = ""


@frozen
class Application:
    """A backbone of `keras.applications`.

    `layers` gives, in the backbone's order, the channels of each layer whose name Keras
    fixes and which of the `windows` lead to it from the image: their width, their step,
    and whether the sides are padded. `size` is the default one of images, which a
    `fixed` one takes unless another is stated, `least` the least that it takes.
    """

    name: str
    doc: str
    args: Mapping[str, Argument]
    size: int
    fixed: bool
    least: int
    modes: bool
    windows: tuple[tuple[tuple[int, int, bool], ...], ...]
    layers: tuple[tuple[str, int, int], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The layers that a spec may name, in order."""
        return tuple(name for name, _, _ in self.layers if name)

    def maps(self, name: str, sizes: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Give height, width and channels of a layer, of the last one without name."""
        named = [one for one in self.layers if name and one[0] == name]
        _, channels, index = (named or self.layers)[-1]
        return (*(_behind(size, self.windows[index]) for size in sizes), channels)


def _behind(size: int | None, windows: tuple[tuple[int, int, bool], ...]) -> int | None:
    for width, step, padded in windows:
        if size is None:
            return None
        size = -(-size // step) if padded else (size - width) // step + 1
    return size


@frozen
class Weight:
    """A trainable weight: its attribute path, and the argument it depends on.

    It exists if the argument `when` equals `value` or is one of several, or is on if
    `value` is None.
    """

    attribute: str
    when: str = ""
    value: Any = None


@frozen
class Kind:
    """A class of Keras: what it is made with, and what its layers do.

    `positional` is the number of leading arguments written without a keyword. `call`
    names the tensors a layer takes, optional ones with "?", `("*",)` for a list of
    them; a `listed` layer takes its named ones as one list. A layer `takes` "floats",
    "integers", "numbers" or "any" values. `wraps` pairs the prefix of a wrapped layer's
    name with the attribute that holds it. `target` is "like" if a target has the
    prediction's shape, "labels" if it lacks the last axis, else "".
    """

    family: str
    name: str
    doc: str
    args: Mapping[str, Argument]
    positional: int
    call: tuple[str, ...]
    listed: bool
    takes: str
    rank: int | None
    min_rank: int | None
    shape: str
    weights: Mapping[str, Weight]
    wraps: tuple[tuple[str, str], ...]
    modes: Setting
    draws: Setting
    since: str
    strings: tuple[str, ...]
    target: str


@frozen
class Operation:
    """An operation of the expression language.

    `parameters` pairs each name with the text of its default, None where there is none;
    `shape` names its rule, `keras` its function in `keras.ops`; one that `draws` takes
    random numbers from a generator of its own.
    """

    name: str
    doc: str
    parameters: tuple[tuple[str, str | None], ...]
    shape: str
    keras: str
    draws: bool


@frozen
class PenaltyKind:
    """A penalty of the library: its operands, arguments and steps, as expressions.

    `expr` is None for one that `differentiates` a network, and forms by the value of an
    argument where that picks one. `min_rank` says what rank an operand must have.
    """

    name: str
    doc: str
    formula: str
    operands: tuple[str, ...]
    args: Mapping[str, Argument]
    source: str
    let: Mapping[str, str]
    expr: Any
    differentiates: bool
    min_rank: Mapping[str, int]
