"""What we say of expressions is what the generated code computes."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from kauxgen.compiler import compile_text
from kauxgen.tensor import TensorType
from random_expressions import INPUTS, PARAMS, ROWS, grow, infer
from small_spec import dense

MET = {
    "whole_and_size": "n + batch_size(x)",
    "size_and_whole": "batch_size(x) - n",
    "whole_by_size": "n / batch_size(x)",
    "size_times_param": "x + zeros((batch_size(x) * k, 3))[:batch_size(x)]",
    "size_times_param_and_fraction": "x * (batch_size(x) * k)",
    "size_and_fraction": "x * batch_size(x)",
    "whole_and_number": "n * 0.5",
    "whole_and_param": "rate - n",
    "whole_quotient": "n / n",
    "whole_by_number": "n / 2",
    "whole_below": "n < 0.5",
    "below_size": "x < batch_size(x)",
    "listed": "x * scales",
    "listed_fractions": "n * [0.5, 1, 2]",
    "largest": "maximum(x, [1, 2, 3])",
    "chosen": "where(n > 0.5, scales, x)",
    "vectors": "x[0] @ x[1]",
    "vector": "image @ scales",
    "listed_matrix": "x @ [[1, 2], [3, 4], [5, 6]]",
    "below_and_above": "clip(x, 0, batch_size(x))",
    "first": "x[0:2]",
    "batched": "x[None]",
    "halved": "cast(x, 'float16') * batch_size(x)",
}
"""Operands of several types: sizes and numbers take the type of what they meet."""

ALL = {"all": "x[0] * scales * k * rate + mean(image) + mean(matrix) + mean(n)"}
"""An output that reads every input and param."""


def build(texts: dict[str, str], style: str) -> keras.Model:
    """Build a model that gives expressions as its outputs."""
    spec = {
        "kauxgen": 1,
        "name": "expressions",
        "params": PARAMS,
        "inputs": {
            name: {"shape": list(one.shape[1:]), "dtype": one.dtype}
            for name, one in INPUTS.items()
        },
        "layers": [
            *({"name": name, "expr": text} for name, text in {**texts, **ALL}.items()),
            dense("head", inputs="x"),
        ],
        "outputs": ["head", *texts, *ALL],
        "penalties": [{"penalty": "mean_square", "on": "head"}],
        "training": {"optimizer": {"optimizer": "Adam"}},
    }
    module = ModuleType("expressions")
    exec(compile_text(spec, style=style), module.__dict__)
    model: keras.Model = module.build_model()
    return model


def data() -> dict[str, Any]:
    """Draw a batch of every input."""
    rng = np.random.default_rng(0)
    return {
        name: rng.integers(1, 4, (ROWS, *one.shape[1:])).astype(one.dtype)
        for name, one in INPUTS.items()
    }


def differences(said: dict[str, tuple[str, TensorType]], style: str) -> list[str]:
    """Tell where the outputs of a model are not what we said."""
    model = build({name: text for name, (text, _) in said.items()}, style)
    _, *outputs, _ = model(data())
    found = []
    for (text, kind), output in zip(said.values(), outputs, strict=True):
        dtype = keras.backend.standardize_dtype(output.dtype)
        pairs = zip(kind.shape, output.shape, strict=False)
        fits = all(ours in (None, theirs) for ours, theirs in pairs)
        if not fits or len(kind.shape) != len(output.shape) or dtype != kind.dtype:
            found.append(f"{text}: {kind}, but {tuple(output.shape)} {dtype}")
    return found


@pytest.mark.parametrize("style", ["functional", "subclass"])
def test_operands_of_several_types_meet(style: str) -> None:
    said = {name: (text, infer(text, INPUTS)) for name, text in MET.items()}
    assert differences(said, style) == []


@pytest.mark.parametrize(
    ("seed", "style"), [(1, "functional"), (2, "subclass"), (3, "functional")]
)
def test_random_expressions_give_what_we_say(seed: int, style: str) -> None:
    assert differences(grow(seed, 60), style) == []
