"""Random expressions over a few tensors, grown of those that fit."""

from __future__ import annotations

from random import Random
from typing import Any

from kauxgen import expression
from kauxgen.rules.entries import Flow, worded
from kauxgen.rules.inference import Inference
from kauxgen.rules.limits import Budget
from kauxgen.tensor import Misfit, TensorType

PARAMS: dict[str, Any] = {"scales": [1, 2, 3], "k": 2, "rate": 0.5}
INPUTS = {
    "x": TensorType((None, 3)),
    "image": TensorType((None, 4, 3)),
    "n": TensorType((None, 3), "int32"),
    "matrix": TensorType((None, 3, 3)),
}
ROWS = 5
PLAIN = ["0.5", "2", "k", "rate", "-1", "pi", "scales", "[0.5, 1, 2]", "batch_size(x)"]
SIGNS = ["+", "-", "*", "/", "//", "%", "<", ">=", "==", "!="]
FORMS = [
    *("{a} {sign} {b}", "{a} {sign} {plain}", "{plain} {sign} {a}") * 4,
    *("{a} ** 2", "-{a}", "{a} @ {b}", "{a} @ {b}", "{a} @ [[1, 2], [3, 4], [5, 6]]"),
    *("{a}[{i}:{j}]", "{a}[..., {i}]", "{a}[:, None]", "{a}[:, ::{j}]"),
    *("{a}[..., {i}:]", "{a}[:batch_size(x), {i}]"),
    *("mean({a}, axis={i})", "sum({a}, axis={i}, keepdims=True)", "max({a})"),
    *("softmax({a}, axis={i})", "abs({a})", "exp({a} * 0.1)", "square({a})"),
    *("cast({a}, 'float32')", "cast({a}, 'int32')", "argmax({a}, axis={i})"),
    *("maximum({a}, {plain})", "minimum({plain}, {a})", "where({a} > 0, {a}, {plain})"),
    *("where({a} > {b}, {a}, {b})", "clip({a}, 0, {plain})", "matmul({a}, {b})"),
    *("concatenate([{a}, {b}], axis={i})", "stack([{a}, {b}], axis={i})"),
    *("reshape({a}, (-1, {j}))", "reshape({a}, (batch_size(x), -1))"),
    *("transpose({a})", "expand_dims({a}, {i})", "squeeze({a}, {i})", "roll({a}, {i})"),
    *("repeat({a}, {j}, axis={i})", "tile({a}, (1, k))", "flip({a}, {i})"),
    *("cumsum({a}, axis={i})", "norm({a}, axis={i})", "swapaxes({a}, 0, {i})"),
    *("one_hot(cast({a} > 0, 'int32'), {j})", "take({a}, [0, {i}], axis=1)"),
    *("einsum('bi,bj->bij', {a}, {b})", "tensordot({a}, {b}, {j})", "outer({a}, {b})"),
    *("top_k({a}, {j})[0]", "split({a}, {j}, axis=1)[{i}]", "diff({a}, axis={i})"),
    *("logsumexp({a}, axis={i})", "median({a}, axis=1)", "any({a} > 0, axis={i})"),
    *("{a} * dim({b}, {i})", "{a} / batch_size({b})", "{a} + ones((k, 1))"),
    *("per_sample_sum({a})", "rows({a})", "broadcast_to({a}, (batch_size(x), k, 3))"),
    *("pad({a}, [(0, 0), (1, k)])", "arctan2({a}, {b})", "power({a}, {plain})"),
    *("binary_crossentropy({a}, sigmoid({b}))", "{a} - stop_gradient({b})"),
]


def infer(text: str, names: dict[str, TensorType]) -> Any:
    """Return what an expression gives over some tensors and the params."""

    def call(*_: Any) -> Any:
        raise AssertionError("no network is called here")

    known: dict[str, Any] = {key: worded(key, value) for key, value in PARAMS.items()}
    known |= {key: Flow(value) for key, value in names.items()}
    return Inference(known, {}, call, {}, Budget()).value(expression.parse(text))


def grow(seed: int, count: int) -> dict[str, tuple[str, TensorType]]:
    """Grow so many named expressions, each over those before it.

    Each fits a batch of a size unknown, and one of `ROWS`.
    """
    draw = Random(seed)
    names = dict(INPUTS)
    known = {
        name: TensorType((ROWS, *one.shape[1:]), one.dtype)
        for name, one in INPUTS.items()
    }
    grown: dict[str, tuple[str, TensorType]] = {}
    while len(grown) < count:
        text = _text(draw, list(names))
        try:
            found, exact = infer(text, names), infer(text, known)
        except Misfit:
            continue
        if isinstance(found, TensorType) and len(found.shape) < 5:
            name = f"e{len(grown)}"
            names[name], known[name], grown[name] = found, exact, (text, found)
    return grown


def _text(draw: Random, names: list[str], depth: int = 2) -> str:
    def operand() -> str:
        if depth and draw.random() < 0.25:
            return f"({_text(draw, names, depth - 1)})"
        return draw.choice([*names, *INPUTS])

    return draw.choice(FORMS).format(
        a=operand(),
        b=operand(),
        plain=draw.choice(PLAIN),
        sign=draw.choice(SIGNS),
        i=draw.randint(-1, 2),
        j=draw.randint(1, 3),
    )
