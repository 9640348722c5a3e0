"""What is said of a first bad node: its name, what it was given, what to write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from kauxgen.compiler import Loaded
from kauxgen.finding import Finding
from kauxgen.rules import trained
from kauxgen.suggest import quote
from kauxgen.training.health.measuring import named
from kauxgen.training.health.tape import Operation

_REMEDIES = {
    "Sqrt": "add a small number below the root: `sqrt(... + 1e-12)`",
    "Rsqrt": "add a small number below the root: `rsqrt(... + 1e-12)`",
    "Pow": "add a small number to the base: `(... + 1e-12) ** 0.5`",
    "Log": "keep it above 0: `log(... + 1e-7)`, or `log(maximum(..., 1e-7))`",
    "Log1p": "keep it above -1: `log1p(maximum(..., -1 + 1e-7))`",
    "RealDiv": "keep the divisor away from 0: `.../ (... + 1e-7)`",
    "Div": "keep the divisor away from 0: `.../ (... + 1e-7)`",
    "Reciprocal": "keep the divisor away from 0: `1 / (... + 1e-7)`",
    "Exp": "bound the exponent: `exp(clip(..., -10, 10))`",
    "Expm1": "bound the exponent: `expm1(clip(..., -10, 10))`",
}
GROWN = (
    "values have grown too large: a smaller learning rate, or clip the gradients with "
    '"global_clipnorm": 1.0 in the arguments of the optimizer'
)


def bad_operation(loaded: Loaded, at: str, term: str, found: Operation) -> Finding:
    """Say which node made the first value, or gradient, that is not finite."""
    forward = found.of or found
    made = "the gradient of" if found.of else ""
    node = _node(loaded, at) or f"a part of the term {quote(term)}"
    what = f"{made} {node} is the first that is NaN or infinite".strip()
    operation = forward.kind.removesuffix("V2").lower()
    given = f"{_given(forward)} ({operation}, on the way to the term {quote(term)})"
    return trained.not_finite(at, what, given, _REMEDIES.get(forward.kind, GROWN))


def bad_weight(loaded: Loaded, path: str) -> Finding:
    """Say that a weight was not finite before the batch."""
    what = f"the weight {quote(path)} is NaN or infinite before any node is"
    given = "an update that was too large"
    return trained.not_finite(_optimizer(loaded), what, given, GROWN)


def bad_update(loaded: Loaded) -> Finding:
    """Say that all values and gradients of a step were finite, but not its update."""
    what = "the update of the optimizer is the first that is NaN or infinite"
    return trained.not_finite(_optimizer(loaded), what, "finite gradients", GROWN)


def arrays(loaded: Loaded, batch: Any) -> Iterator[tuple[str, Any]]:
    """Yield the arrays of floats in a batch, by the names in the spec."""
    for name, value in named(loaded.spec, batch):
        parts = value.items() if isinstance(value, dict) else [(name, value)]
        for key, one in parts:
            if hasattr(one, "dtype") and "float" in str(one.dtype):
                found = np.asarray(keras.ops.convert_to_numpy(one))
                yield ("y" if key == "target" else str(key)), found


def input_at(loaded: Loaded, name: str) -> str:
    """Return the pointer of an input; that of all where the array is none of them."""
    known = {one.name: one.at for one in loaded.spec.inputs}
    return known.get(name, "/inputs")


def _optimizer(loaded: Loaded) -> str:
    at = "/training/optimizer"
    return at if at in loaded.document.spans else "/training"


def _node(loaded: Loaded, at: str) -> str:
    """Name the node or term around a pointer, and the network that it stands in."""
    parts = at.split("/")[1:]
    for end in range(len(parts), 0, -1):
        value = _at(loaded.document.value, parts[:end])
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            kind = "term" if _TERMS & set(parts[:end]) else "node"
            return f"the {kind} {quote(value['name'])}{_owner(parts)}"
    return ""


_TERMS = {"losses", "penalties", "terms", "metrics"}


def _owner(parts: list[str]) -> str:
    if parts[0] == "networks":
        return f" of the network {quote(parts[1])}"
    if parts[0] == "define":
        return f" in {quote(parts[2])}"
    return ""


def _at(value: Any, parts: list[str]) -> Any:
    for part in parts:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def _given(found: Operation) -> str:
    """Describe the floats that an operation was given: their range, and their zeros."""
    described = [
        _range(np.asarray(keras.ops.convert_to_numpy(one)))
        for one in found.inputs
        if hasattr(one, "dtype") and "float" in str(one.dtype)
    ]
    return " and ".join(described) or "nothing"


def _range(values: Any) -> str:
    if not values.size:
        return "no values"
    if values.size == 1:
        return f"{values.item():.3g}"
    said = f"{values.size} values from {values.min():.3g} to {values.max():.3g}"
    zeros = int(np.sum(values == 0))
    return f"{said}, {zeros} of them 0" if zeros else said
