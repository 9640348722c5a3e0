"""The unrolled model as the checks walked it: what each node gave, and its weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kauxgen.frozen import frozen
from kauxgen.tensor import Shape, TensorType

Place = tuple[str | int, ...]
"""A path of the unrolled model: networks, nodes and round numbers, outermost first."""


@frozen
class LayerWeight:
    """A weight that a layer has: Keras's path of it below the layer, and its shape.

    A `state` is one that no gradient moves, such as a moving average; `trainable` says
    whether training moves it.
    """

    path: str
    shape: Shape
    trainable: bool
    state: bool = False


@frozen
class LayerCall:
    """A call of a layer or backbone: its kind, its arguments, and what enters it.

    `args` are worked out, without defaults; `inputs` stand in the order of the call.
    `inside` are the calls that a layer of `define` makes of others.
    """

    kind: str
    args: Mapping[str, Any]
    inputs: tuple[TensorType, ...]
    inside: tuple[LayerCall, ...] = ()


@frozen
class Visit:
    """One time that a node was walked: what it gave, and the call of a layer it is."""

    at: str
    given: tuple[TensorType, ...]
    call: LayerCall | None = None


@dataclass
class Trace:
    """What was seen: visits by list and path, and the weights of layers by path.

    A list is the pointer of a network, of the model, of a phase or of an evaluation;
    paths in networks begin with the network's name, and with its number in a list. The
    weights of a layer that is called more than once stand at its first call. `words`
    are those of the names that layers have in the code.
    """

    visits: dict[tuple[str, Place], Visit] = field(default_factory=dict)
    weights: dict[Place, tuple[LayerWeight, ...]] = field(default_factory=dict)
    calls: dict[Place, LayerCall] = field(default_factory=dict)
    words: dict[Place, Place] = field(default_factory=dict)
    root: str = ""

    def visit(self, path: Place, at: str, value: object) -> None:
        """Note what a node gave, with the call that was noted at its path."""
        given = tuple(tensors(value))
        self.visits[self.root, path] = Visit(at, given, self.calls.pop(path, None))

    def hold(self, path: Place, weights: Iterable[LayerWeight]) -> None:
        """Note the weights of a layer, the first time it is called."""
        self.weights.setdefault(path, tuple(weights))

    @property
    def inside(self) -> tuple[LayerCall, ...]:
        """The calls of layers, in order."""
        return tuple(one.call for one in self.visits.values() if one.call is not None)


def tensors(value: object) -> Iterable[TensorType]:
    """Yield the tensors in what a node gives: one, or (nested) lists of them."""
    if isinstance(value, TensorType):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from tensors(item)
