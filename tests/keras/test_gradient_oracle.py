"""What `grad` gives and refuses on random expressions, beside TensorFlow's tape."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from kauxgen import compiler
from kauxgen.finding import SpecError
from kauxgen.tensor import TensorType

CASES = 400
ROWS = 5
TENSORS = {"a": "float32", "b": "float32", "n": "int32", "h": "float16"}
"""The inputs: rows of three, by type."""
ONE = (
    *("square", "tanh", "abs", "relu", "exp", "sign", "floor", "round", "ones_like"),
    *("stop_gradient", "zeros_like", "softmax", "negative", "flipped"),
)
TWO = (
    "add",
    "multiply",
    "subtract",
    "maximum",
    "floor_divide",
    "mod",
    "where",
    "joined",
)
WHOLE = ("sum", "mean", "max", "argmax", "cumsum", "logsumexp")


def expression(draw: Random, depth: int) -> str:
    """Draw an expression of one type, float32, and of three columns or one."""
    if depth == 0 or draw.random() < 0.1:
        leaf = draw.choice(["a", "a", "a", "b", "b", "n", "h"])
        return leaf if leaf in "ab" else f'cast({leaf}, "float32")'
    inner = expression(draw, depth - 1)
    kind = draw.randrange(7)
    if kind == 0:
        name = draw.choice(WHOLE)
        keep = "" if name == "cumsum" else ", keepdims=True"
        return f'cast({name}({inner}, axis=1{keep}), "float32")'
    if kind == 1:
        return f'cast(cast({inner}, "{draw.choice(["int32", "float16"])}"), "float32")'
    if kind in (2, 3):
        name = draw.choice(ONE)
        if name == "flipped":
            return f"{inner}[:, ::-1]"
        return f"{name}({inner})"
    other = expression(draw, depth - 1)
    name = draw.choice(TWO)
    if name == "where":
        return f"where({inner} > 0.1, {inner}, {other})"
    if name == "joined":
        return f"concatenate([{inner}, {other}], axis=1)[:, :1]"
    return f"{name}({inner}, {other})"


def said(of: str, by: str) -> Any:
    """Give what we say that a gradient is, or the codes of what is wrong with it."""
    names = by.strip("[]").split(", ")
    several = {"as": [f"s{i}" for i in range(len(names))]} if by[0] == "[" else {}
    slopes = several.get("as", ["slope"])
    kept = 'a + b + cast(n, "float32") + cast(h, "float32")'
    spec = {
        "kauxgen": 1,
        "name": "tried",
        "inputs": {
            name: {"shape": [3], "dtype": dtype} for name, dtype in TENSORS.items()
        },
        "layers": [
            {"name": "slope", "expr": f"grad({of}, {by})", **several},
            {"name": "every", "expr": kept},
            {"name": "kept", "layer": "Dense", "args": {"units": 1}},
        ],
        "outputs": [*slopes, "kept"],
        "losses": [{"name": "size", "expr": "mean(square(kept))"}],
        "training": {"optimizer": {"optimizer": "SGD"}},
    }
    try:
        found = compiler.load(json.dumps(spec)).checked.shapes["/layers/0"]
    except SpecError as error:
        return {one.code for one in error.diagnostics if one.is_error}
    return found if isinstance(found, tuple) else (found,)


def computed(of: str, by: str) -> list[Any]:
    """Give the gradients that the tape takes, None for each that it cannot."""
    numbers = np.random.default_rng(0)
    held = {
        name: tf.constant(numbers.normal(size=(ROWS, 3)) * 3, dtype)
        for name, dtype in TENSORS.items()
    }
    known = {name: getattr(ops, name) for name in dir(ops) if name[0] != "_"}
    with tf.GradientTape() as tape:
        for tensor in held.values():
            if tensor.dtype.is_floating:
                tape.watch(tensor)
        value = eval(of, {**known, **held})
    found = tape.gradient(value, [held[name] for name in by.strip("[]").split(", ")])
    return list(found)


def outcome(ours: Any, theirs: list[Any]) -> str:
    """Compare what we say with what the tape gives."""
    if isinstance(ours, set):
        # Where a gradient is zero whatever the values are, TensorFlow may give it.
        lost = any(one is None or not np.any(one) for one in theirs)
        return "refused" if lost else "wrong refusal"
    if any(one is None for one in theirs):
        return "wrong: there is no gradient"
    kinds = [TensorType((None, *one.shape[1:]), one.dtype.name) for one in theirs]
    return "fits" if list(ours) == kinds else f"wrong: {kinds}"


def test_a_gradient_is_what_the_tape_gives(
    record_property: Callable[[str, object], None],
) -> None:
    draw, counts, wrong = Random(0), Counter[str](), []
    for _ in range(CASES):
        of = expression(draw, draw.randint(0, 4))
        by = draw.choice([*re.findall(r"\b[abhn]\b", of)] * 3 + ["[a, b]", "[b, h]"])
        ours = said(of, by)
        found = outcome(ours, computed(of, by))
        counts[found.partition(":")[0]] += 1
        if found.startswith("wrong"):
            wrong.append(f"{found}\n  grad({of}, {by})\n  ours: {ours}")
    record_property("oracle", ("operators and own operations", "grad", dict(counts)))
    assert not wrong, "\n".join(wrong)
    assert min(counts["fits"], counts["refused"]) >= 100
