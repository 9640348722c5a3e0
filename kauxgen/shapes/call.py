"""One call of a layer: its kind, its arguments and the tensors that enter it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kauxgen.catalog import Kind, find
from kauxgen.frozen import frozen
from kauxgen.shapes.types import TAKES
from kauxgen.tensor import Misfit, Shape, TensorType, describe, word

Outputs = TensorType | tuple[TensorType, ...]
Weights = Mapping[str, Shape]


def no_weights(call: Call) -> Weights:
    """Give the weights of a layer that has none."""
    return {}


@frozen
class Rule:
    """What follows from a call: its outputs and the shapes of the layer's weights.

    `weights` are the trainable ones by path, `states` those that no gradient moves.
    `macs` counts the multiply-accumulates of one sample, None where there is no
    standard count. The rule of a layer that is none of Keras's brings its `kind`.
    """

    outputs: Callable[[Call], Outputs]
    weights: Callable[[Call], Weights] = no_weights
    states: Callable[[Call], Weights] = no_weights
    kind: Kind | None = None
    macs: Callable[[Call], int | None] | None = None


@frozen
class Call:
    """A layer called on tensors; `args` hold every argument, defaults filled in."""

    kind: Kind
    args: Mapping[str, Any]
    inputs: tuple[TensorType, ...]
    rules: Mapping[str, Rule]

    @property
    def shape(self) -> Shape:
        """The shape of the first tensor that enters."""
        return self.inputs[0].shape

    @property
    def rule(self) -> Rule:
        """What follows from calls of this kind."""
        return self.rules[self.kind.shape]

    def outputs(self) -> Outputs:
        """Check number, type and rank of the tensors, then give what comes out."""
        _check_number(self)
        _check_types(self)
        _check_ranks(self)
        return self.rule.outputs(self)

    def output(self) -> TensorType:
        """Give what comes out, if it is one tensor."""
        outputs = self.outputs()
        if isinstance(outputs, tuple):
            raise self.misfit(f"gives {len(outputs)} tensors where one is needed")
        return outputs

    def weights(self) -> Weights:
        """Give the shapes of the layer's trainable weights by path."""
        return self.rule.weights(self)

    def states(self) -> Weights:
        """Give the shapes of its other weights by path."""
        return self.rule.states(self)

    def macs(self) -> int | None:
        """Count its multiply-accumulates; None if there is no count or size."""
        return self.rule.macs(self) if self.rule.macs else None

    def sizes(self, argument: str, length: int) -> tuple[int, ...]:
        """Give an argument that may be one number for all as a tuple."""
        value = self.args[argument]
        return (value,) * length if isinstance(value, int) else tuple(value)

    def give(self, shape: Sequence[int | None], dtype: str = "float32") -> TensorType:
        """Make an output of this shape."""
        return TensorType(tuple(shape), dtype)

    def inner(self, *inputs: TensorType) -> Call:
        """Make the call of the wrapped layer on these tensors."""
        layer = self.args["layer"]
        return called(layer.name, layer.args, inputs, self.rules)

    def misfit(self, clause: str) -> Misfit:
        """Make the error that begins with the kind's name."""
        return Misfit(f"{self.kind.name} {clause}")

    def needs(self, what: str, why: str = "") -> Misfit:
        """Make the error `Dense needs a known last axis, got (batch, any)`.

        A reason `why` follows it, such as what `apart` or `differing` say.
        """
        shapes = " and ".join(describe(tensor.shape) for tensor in self.inputs)
        reason = f": {why}" if why else ""
        return self.misfit(f"needs {what}, got {shapes}{reason}")

    def with_inputs(self, *shapes: Shape) -> Call:
        """Make the same call on tensors of these shapes."""
        return replace(self, inputs=tuple(map(TensorType, shapes)))

    def step(self) -> Call:
        """Make the same call on what enters at one step of a series."""
        return self.with_inputs((self.shape[0], *self.shape[2:]))


def called(
    name: str,
    args: Mapping[str, Any],
    inputs: Sequence[TensorType],
    rules: Mapping[str, Rule],
) -> Call:
    """Make a call, with the kind's defaults for arguments that are not given."""
    own = rules.get(name)
    kind = own.kind if own else find("layer", name)
    if kind is None:
        raise Misfit(f"{name} is no layer of Keras, so what it gives is unknown")
    defaults = {
        name: each.default for name, each in kind.args.items() if each.has_default
    }
    return Call(kind, {**defaults, **args}, tuple(inputs), rules)


def _check_number(call: Call) -> None:
    names, number = call.kind.call, len(call.inputs)
    if names == ("*",):
        fits, wanted = number >= 2, "at least 2 tensors"
    else:
        least = sum(not name.endswith("?") for name in names)
        fits = least <= number <= len(names)
        wanted = ", ".join(name.replace("?", " (or not)") for name in names)
    if not fits:
        raise call.misfit(f"takes {wanted}, got {number}")


def _check_types(call: Call) -> None:
    suits = TAKES[call.kind.takes]
    for tensor in call.inputs:
        if not suits(tensor.dtype):
            raise call.misfit(f"needs {call.kind.takes}, got {tensor.dtype}")


def _check_ranks(call: Call) -> None:
    for tensor in call.inputs:
        rank = len(tensor.shape)
        if call.kind.rank not in (None, rank):
            raise call.needs(f"an input of rank {call.kind.rank}")
        if rank < (call.kind.min_rank or 0):
            raise call.needs(f"an input of rank {call.kind.min_rank} or more")


def known(call: Call, axis: int, what: str = "") -> int:
    """Give the size of an axis of the first tensor, which must be known."""
    if not -len(call.shape) <= axis < len(call.shape):
        raise call.needs(f"an axis {axis}")
    size = call.shape[axis]
    if size is None:
        raise call.needs(f"a known {what or f'axis {axis}'}")
    return size


def apart(axis: int, one: int | None, two: int | None) -> str:
    """Say which axis of two shapes has which sizes, `axis 1 is 4 and 5`."""
    return f"axis {axis} is {word(one, axis)} and {word(two, axis)}"


def differing(one: Shape, two: Shape, first: int = 0) -> str:
    """Say where two shapes differ from an axis on, where a size varies last of all."""
    if len(one) != len(two):
        return f"their ranks are {len(one)} and {len(two)}"
    sizes = zip(one[first:], two[first:], strict=True)
    pairs = [(axis, *each) for axis, each in enumerate(sizes, first)]
    unlike = [pair for pair in pairs if pair[1] != pair[2]]
    return apart(*min(unlike, key=lambda pair: None in pair)) if unlike else ""
