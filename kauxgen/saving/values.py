"""What a generated module holds once it is read: models, layers, and their tensors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from kauxgen.frozen import frozen


class UnsureError(Exception):
    """Something that is not known without running the module; the text says what."""


class Unknown:
    """A value that no file of weights depends on: an initializer, a loss, a size."""


UNKNOWN = Unknown()


@frozen
class Own:
    """A weight that a class adds itself; `shape` is None where it is not known."""

    name: str
    shape: tuple[int, ...] | None
    trainable: bool


@dataclass(eq=False)
class Made:
    """A layer or a model, by what Keras saves of it.

    `form` says how: a "kind" is a class of Keras, a "class" one of the module, a
    "model" one of these that is the model itself; a "graph" is `keras.Model(inputs,
    outputs)`, a "closed" thing a backbone or an imported layer. `inner` is the layer
    that a wrapper is given. `attributes` stand in the order of their assignment,
    `outputs` of a graph are nested as it gives them.
    """

    kind: str
    form: Literal["kind", "class", "model", "graph", "closed"]
    name: str = ""
    inner: Made | None = None
    attributes: dict[str, object] = field(default_factory=dict)
    own: list[Own] = field(default_factory=list)
    outputs: object = None

    @property
    def tracked(self) -> list[Made]:
        """The layers of its attributes, in order, each once."""
        found = (one for value in self.attributes.values() for one in made_in(value))
        return list({id(one): one for one in found}.values())


@dataclass(eq=False)
class Step:
    """An operation that is no layer, such as a sum of two tensors."""


@dataclass(eq=False)
class Node:
    """One call in a graph: of what, and on which tensors."""

    of: Made | Step
    inputs: tuple[Tensor, ...] = ()


@dataclass(frozen=True, eq=False)
class Tensor:
    """What a call in a graph gives; `several` if it is a list of tensors."""

    node: Node
    several: bool = False


def made_in(value: object) -> Iterator[Made]:
    """Yield the layers in a value: itself, or those of (nested) lists."""
    if isinstance(value, Made):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from made_in(one)


def tensors_in(value: object) -> Iterator[Tensor]:
    """Yield the tensors in a value, in the order in which Keras flattens it."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from tensors_in(one)
    elif isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from tensors_in(value[key])


def given(value: object, node: Node) -> object:
    """Return what a graph gives where it is called: its outputs, of another call."""
    if isinstance(value, (list, tuple)):
        return [given(one, node) for one in value]
    return Tensor(node)
