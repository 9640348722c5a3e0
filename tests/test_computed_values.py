"""Computed values are Python's: random ones of each function, beside Python itself."""

from __future__ import annotations

import ast
from collections import Counter
from random import Random
from typing import Any

import pytest

from kauxgen import computing
from kauxgen.tensor import Misfit

CASES = 400
SCOPE = {
    "n": 3,
    "rate": 0.5,
    "sizes": (8, 4, 2),
    "none": (),
    "word": "relu",
    "on": True,
}
NUMBERS = ("0", "1", "2", "-1", "5", "0.5", "n", "rate", "2 * n", "n - 4", "n / 2")
OTHERS = ("on", "word", "None", '"4"', "n // 2", "sizes[0]", "unknown", "1001")
LISTS = (
    "sizes",
    "none",
    "[1, n]",
    "(n, 2.5)",
    "[[1], [2, 3]]",
    "range(n)",
    "[word, 0]",
)
ARGUMENTS = {
    "range": (1, NUMBERS, OTHERS),
    "reversed": (1, LISTS, NUMBERS),
    "len": (1, LISTS, OTHERS),
    "min": (3, NUMBERS, OTHERS),
    "max": (3, NUMBERS, OTHERS),
}
"""By function: the most arguments, those that it is for, and others."""


def drawn(draw: Random, name: str, depth: int = 2) -> str:
    """Draw a call, often one in another, now and then with a list or item of it."""
    most, fit, unfit = ARGUMENTS[name]
    count = draw.choice([draw.randint(1, most)] * 9 + [0, most + 1])
    given = [draw.choice(fit if draw.random() < 0.8 else unfit) for _ in range(count)]
    if depth and given and draw.random() < 0.4:
        inner = draw.choice(["range", "reversed"] if fit is LISTS else ["len", "max"])
        given[0] = drawn(draw, inner, depth - 1)
    call = f"{name}({', '.join(given)})"
    ending = draw.choice(["", "", "", "[0]", "[-1]", "[n]"])
    return call + ending if name in ("range", "reversed") else call


BUILTINS = {
    **{"len": len, "min": min, "max": max, "range": range},
    "reversed": lambda x: [*reversed(x)],
}


def of_python(text: str) -> Any:
    """Give what Python makes of a value, lists as tuples; what it raises as that."""
    try:
        return settled(eval(text, {"__builtins__": BUILTINS}, dict(SCOPE)))
    except Exception as error:
        return error


def settled(value: Any) -> Any:
    """Make tuples of lists and ranges."""
    if isinstance(value, list | tuple | range):
        return tuple(map(settled, value))
    return value


def of_ours(text: str) -> Any:
    """Give what we make of a value; what is wrong with it as a Misfit."""
    try:
        return computing.evaluate(ast.parse(text, mode="eval").body, SCOPE)
    except Misfit as misfit:
        return misfit


STRICTER = (
    "is not a number",
    "is not a list",
    "is no whole number from 0 to 1000",
    "is not a computed value",
    "takes at least two numbers",
)
"""Why we refuse what Python takes: true for a number, a text for a list, two counts."""


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_value_is_the_one_that_python_gives(name: str) -> None:
    draw, counts = Random(name), Counter[str]()
    for _ in range(CASES):
        text = drawn(draw, name)
        ours, theirs = of_ours(text), of_python(text)
        if isinstance(theirs, Exception):
            assert isinstance(ours, Misfit), text
            counts["refused"] += 1
        elif isinstance(ours, Misfit):
            assert any(reason in str(ours) for reason in STRICTER), (text, ours)
            counts["stricter"] += 1
        else:
            kinds = isinstance(ours, float), isinstance(theirs, float)
            assert ours == theirs, text
            assert kinds[0] == kinds[1], text
            counts["fits"] += 1
    print(name, dict(counts))
    assert counts["fits"] >= 100
    assert counts["refused"] + counts["stricter"] >= 30
