"""Dense layers that an einsum equation describes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from kauxgen.frozen import frozen
from kauxgen.shapes.call import Call, Weights
from kauxgen.tensor import Shape, TensorType, word

_LETTERS = "([A-Za-z]+)"
_EQUATIONS = (
    (re.compile(f"{_LETTERS},{_LETTERS}->{_LETTERS}"), ""),
    (re.compile(rf"\.\.\.{_LETTERS},{_LETTERS}->\.\.\.{_LETTERS}"), "left"),
    (re.compile(rf"([A-Za-z]{{2,}})\.\.\.,{_LETTERS}->{_LETTERS}\.\.\."), "right"),
)


@frozen
class _Equation:
    """The letters of an equation, with the size of each where it enters and leaves.

    An ellipsis stands for the axes `elided`; `shape` is that of the output.
    """

    weight: str
    output: str
    entering: Mapping[str, int | None]
    leaving: Mapping[str, int | None]
    elided: Shape
    shape: Shape
    side: str


def einsum(call: Call) -> TensorType:
    """Give the shape that the layer states, which must agree with the equation.

    Source: the Keras page of EinsumDense, and that of numpy.einsum.
    """
    equation = _read(call)
    _check_letters(call, equation)
    _check_sizes(call, equation)
    einsum_weights(call)
    return call.give(equation.shape)


def einsum_weights(call: Call) -> Weights:
    """Give a weight of the sizes of its letters, and a bias of those of its axes."""
    equation = _read(call)
    sizes = {**equation.entering, **equation.leaving}
    kernel = tuple(_known(call, letter, sizes[letter]) for letter in equation.weight)
    if call.args["bias_axes"] is None:
        return {"kernel": kernel}
    return {"kernel": kernel, "bias": _bias(call, equation)}


def index_sizes(call: Call) -> Shape:
    """Give the size of every letter and elided axis but the batch."""
    equation = _read(call)
    sizes = {**equation.leaving, **equation.entering}
    if equation.side == "left" and equation.elided:
        return (*sizes.values(), *equation.elided[1:])
    batch = next(iter(equation.entering))
    letters = [size for letter, size in sizes.items() if letter != batch]
    return (*letters, *equation.elided)


def _bias(call: Call, equation: _Equation) -> Shape:
    axes = call.args["bias_axes"]
    letters = equation.output[min(map(equation.output.index, axes)) :]
    sizes = (
        _known(call, letter, equation.leaving[letter]) if letter in axes else 1
        for letter in letters
    )
    return (*sizes, *(1 for _ in equation.elided if equation.side == "right"))


def _read(call: Call) -> _Equation:
    text = call.args["equation"]
    for pattern, side in _EQUATIONS:
        found = pattern.fullmatch(text)
        if found:
            entering, weight, output = found.groups()
            return _measured(call, entering, weight, output, side)
    raise call.misfit(f"needs an equation such as 'abc,cd->abd', got {text!r}")


def _measured(
    call: Call, entering: str, weight: str, output: str, side: str
) -> _Equation:
    number = len(call.shape) - len(entering)
    if number < 0 or (number and not side):
        rank = f"{len(entering)} or more" if side else str(len(entering))
        raise call.needs(f"an input of rank {rank} for {call.args['equation']!r}")
    left = number if side == "left" else 0
    elided = call.shape[:left] or call.shape[len(entering) :]
    shape = _output_shape(call, elided, side, len(output))
    return _Equation(
        weight,
        output,
        dict(zip(entering, call.shape[left:], strict=False)),
        dict(zip(output, shape[left:], strict=False)),
        elided,
        shape,
        side,
    )


def _output_shape(call: Call, elided: Shape, side: str, letters: int) -> Shape:
    """Put the batch and the elided axes beside the stated shape."""
    stated = tuple(call.args["output_shape"])
    before = elided if side == "left" and elided else call.shape[:1]
    wanted = letters - (0 if side == "left" and elided else 1)
    if len(stated) != wanted:
        what = f"an output shape of length {wanted} for {call.args['equation']!r}"
        raise call.misfit(f"needs {what}, got {json.dumps(stated)}")
    return (*before, *stated, *(elided if side == "right" else ()))


def _check_letters(call: Call, equation: _Equation) -> None:
    text = call.args["equation"]
    for letter in equation.output:
        if letter not in equation.entering and letter not in equation.weight:
            raise call.misfit(f"has {letter!r} only in the output of {text!r}")
    for letter in equation.weight:
        if letter not in equation.entering and letter not in equation.leaving:
            raise call.misfit(f"has {letter!r} only in the weight of {text!r}")
    axes = call.args["bias_axes"]
    if axes is not None and not (axes and set(axes) <= set(equation.output)):
        raise call.misfit(f"needs bias axes in the output of {text!r}, got {axes!r}")


def _check_sizes(call: Call, equation: _Equation) -> None:
    for letter in equation.entering.keys() & equation.leaving.keys():
        entering, leaving = equation.entering[letter], equation.leaving[letter]
        if leaving not in (None, entering):
            what = f"{leaving} along {letter!r} of {call.args['equation']!r}"
            raise call.needs(what, f"it is {word(entering)}")
    if equation.side == "left" and len(set(equation.elided[1:])) > 1:
        # Keras 3.15 states the sizes of more elided axes in reverse.
        raise call.needs("an ellipsis for at most one axis beside the batch")


def _known(call: Call, letter: str, size: int | None) -> int:
    if size is None:
        raise call.needs(f"a known size along {letter!r} of {call.args['equation']!r}")
    return size
