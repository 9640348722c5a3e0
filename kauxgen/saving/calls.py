"""What calls of Keras, and of functions of Python, make: layers, tensors, weights."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from kauxgen.saving.expressions import combined, step
from kauxgen.saving.module import Class
from kauxgen.saving.values import (
    UNKNOWN,
    Made,
    Node,
    Own,
    Tensor,
    UnsureError,
    given,
    made_in,
    tensors_in,
)

_MOST_ROUNDS = 10_000
_LISTS = {"split", "array_split", "unstack", "moments", "meshgrid", "top_k", "slogdet"}
_LISTS |= {"qr", "svd", "eig", "eigh", "lu_factor", "histogram", "nonzero", "rfft"}
_LISTS |= {"fft", "fft2", "stft", "istft", "modf", "frexp", "divmod", "jvp"}
"""Operations that give several tensors, or may: their items are theirs."""
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "range": range,
    "len": len,
    "tuple": tuple,
    "list": list,
    "min": min,
    "max": max,
    "int": int,
    "round": round,
    "enumerate": lambda items: list(enumerate(items)),
    "reversed": lambda items: list(reversed(items)),
    "zip": lambda *items, strict=True: list(zip(*items, strict=strict)),
}
BUILTINS = frozenset({*_FUNCTIONS, "sum", "abs"})
"""The functions of Python whose values are known."""


def begin(made: Made, known: Class, args: list[Any], keywords: dict[str, Any]) -> None:
    """Name an object; a model of tensors is a graph, a wrapper holds its layer."""
    made.name = str(keywords.get("name", ""))
    if known.base == "keras.Model" and any(True for _ in tensors_in(args)):
        made.form = "graph"
        as_graph(made, args)
    if known.base == "layers.Wrapper":
        made.attributes["layer"] = args[0] if args else keywords.get("layer", UNKNOWN)


def as_graph(made: Made, args: list[Any]) -> Made:
    """Give a model its tensors."""
    made.outputs = args[1]
    return made


def layer(kind: str, args: list[Any], keywords: dict[str, Any]) -> Made:
    """Make a layer of Keras, with the layer that it wraps."""
    inner = next(made_in([args, list(keywords.values())]), None)
    return Made(kind, "kind", str(keywords.get("name", "")), inner)


def called(made: Made, args: list[Any], keywords: dict[str, Any]) -> Any:
    """Return what a layer gives in a graph."""
    entering = tuple(tensors_in([args, keywords]))
    if not entering:
        return UNKNOWN
    node = Node(made, entering)
    return given(made.outputs, node) if made.form == "graph" else Tensor(node)


def operation(name: str, args: list[Any], keywords: dict[str, Any]) -> Any:
    """Return what an operation gives: of tensors another, of numbers UNKNOWN."""
    entering = list(tensors_in([args, keywords]))
    if not entering or name in ("shape", "ndim", "size"):
        return UNKNOWN
    return step(*entering, several=name.rpartition(".")[2] in _LISTS)


def builtin(name: str, args: list[Any], keywords: dict[str, Any]) -> Any:
    """Return what a function of Python gives."""
    if name == "sum" and isinstance(args[0], (list, tuple)):
        total: Any = args[1] if len(args) > 1 else 0
        for one in args[0]:
            total = combined(ast.Add(), total, one)
        return total
    if name == "abs":
        return step(*args) if isinstance(args[0], Tensor) else UNKNOWN
    if any(isinstance(one, range) and len(one) > _MOST_ROUNDS for one in args):
        raise UnsureError("how often a loop runs")
    try:
        return _FUNCTIONS[name](*args, **keywords) if name in _FUNCTIONS else UNKNOWN
    except (TypeError, ValueError):
        return UNKNOWN


def variable(args: list[Any], keywords: dict[str, Any]) -> Own:
    """Return a weight that is an attribute; a number has no sizes."""
    shape = () if isinstance(args[0], (int, float)) else None
    moved = keywords.get("trainable", True) is True
    return Own(str(keywords.get("name", "")), keywords.get("shape", shape), moved)


def weight(args: list[Any], keywords: dict[str, Any]) -> Own:
    """Return the weight that `add_weight` adds."""
    shape = keywords.get("shape", args[0] if args else None)
    sizes = tuple(shape) if isinstance(shape, (list, tuple)) else None
    if sizes is not None and not all(isinstance(one, int) for one in sizes):
        sizes = None
    return Own(
        str(keywords.get("name", "")), sizes, keywords.get("trainable", True) is True
    )
