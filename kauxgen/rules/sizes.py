"""The findings about computed values and rounds (KX305, KX306, KX309 to KX312)."""

from __future__ import annotations

from kauxgen.expression import Part
from kauxgen.finding import Finding


def no_value(pointer: str, reason: str) -> Finding:
    """KX305: a computed value that cannot be worked out.

    Computed values are worked out with the defaults of the params when the spec is
    checked. Division by zero, arithmetic with a list, an item that is not there and the
    size of an axis that varies have no value.

    Wrong:
        {"params": {"widths": [8, 4]}, "layers": [{"name": "a", "layer": "Dense",
         "args": {"units": "=widths[2]"}}]}

    Right:
        {"params": {"widths": [8, 4]}, "layers": [{"name": "a", "layer": "Dense",
         "args": {"units": "=widths[1]"}}]}
    """
    return Finding(pointer, "KX305", reason)


def wrong_size(pointer: str, what: str, wanted: str, value: str) -> Finding:
    """KX306: a computed size or count that is no size or count.

    Sizes of inputs are whole numbers of at least 1, counts of rounds whole numbers of
    at least 0, and what a repeat runs over is a list. `/` gives a fraction; `//` does
    not.

    Wrong:
        {"params": {"width": 5}, "inputs": {"image": {"shape": ["=width / 2"]}}}

    Right:
        {"params": {"width": 5}, "inputs": {"image": {"shape": ["=width // 2"]}}}
    """
    return Finding(pointer, "KX306", f"{what} is {wanted}, not {value}")


def wrong_item(pointer: str, names: int, item: str) -> Finding:
    """KX309: items of a repeat that its variables do not unpack.

    With several names in `as`, every item of `over` is a list of as many.

    Wrong:
        {"repeat": {"over": [[16, 1], [32]], "as": ["width", "strides"]}}

    Right:
        {"repeat": {"over": [[16, 1], [32, 2]], "as": ["width", "strides"]}}
    """
    message = f"as names {names} variables, and the item {item} does not hold as many"
    return Finding(pointer, "KX309", message)


def no_such_round(pointer: str, reason: str, part: Part | None) -> Finding:
    """KX310: a round that a repeat does not have.

    Rounds count from 0, so the last of five is 4.

    Wrong:
        {"repeat": {"count": 5}} ... {"penalty": "mean_square", "on": "hidden.dense[5]"}

    Right:
        {"repeat": {"count": 5}} ... {"penalty": "mean_square", "on": "hidden.dense[4]"}
    """
    return Finding(pointer, "KX310", reason, part=part)


def too_large(pointer: str, reason: str) -> Finding:
    """KX312: a model that is too large to be checked.

    Repeats and blocks are unrolled while shapes are worked out. What has tens of
    thousands of nodes, or nests deeper than any model does, was mostly made by mistake.

    Wrong:
        {"repeat": {"count": 1000}, "body": [{"name": "b", "repeat": {"count": 1000},
         "body": []}]}

    Right:
        {"repeat": {"count": 10}, "body": [{"name": "b", "repeat": {"count": 10},
         "body": []}]}
    """
    return Finding(pointer, "KX312", reason)


RULES = (
    no_value,
    wrong_size,
    wrong_item,
    no_such_round,
    too_large,
)
