"""The warnings: what Keras builds and what is mostly not meant (KX471 and on)."""

from __future__ import annotations

from kauxgen.expression import Part
from kauxgen.finding import WARNING, Finding
from kauxgen.tensor import Shape, describe


def softmax_of_one(
    pointer: str, shape: Shape, axis: int, part: Part | None = None
) -> Finding:
    """KX471: a softmax over a single value (warning).

    A softmax divides by the sum of its axis. Over an axis of size 1 the result is 1
    whatever enters, so nothing before it can learn from it. One unit that says yes or
    no has a sigmoid; two classes have two units.

    Wrong:
        {"name": "probability", "layer": "Dense", "args": {"units": 1,
         "activation": "softmax"}}

    Right:
        {"name": "probability", "layer": "Dense", "args": {"units": 1,
         "activation": "sigmoid"}}
    """
    message = f"a softmax over axis {axis} of {describe(shape)}, of size 1, is always 1"
    help = "a single probability is a sigmoid"
    return Finding(pointer, "KX471", message, help, part=part, severity=WARNING)


RULES = (softmax_of_one,)
