"""What cards say: kinds with their arguments, shapes and formulas, short and plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kauxgen import expression
from kauxgen.nodes import RepeatNode
from kauxgen.tensor import TensorType
from kauxgen.values import Expr, Kind, Schedule, Value, Variable

_PLAIN = (
    "units",
    "filters",
    "kernel_size",
    "pool_size",
    "size",
    "rate",
    "target_shape",
    "padding",
    "cropping",
    "activation",
    "layer",
    "cell",
    "input_dim",
    "output_dim",
)
"""Arguments whose values say enough without their names."""

_MOST_ITEMS = 6


def shape(tensor: TensorType) -> str:
    """Write a shape as papers do, "28 × 28 × 64": without the batch axis.

    What varies is "?"; a type other than float32 is named.
    """
    sizes = tensor.shape
    if not sizes:
        text = "one number"
    elif sizes[0] is not None:
        text = f"[{_times(sizes)}]"
    else:
        text = _times(sizes[1:]) or "scalar"
    return text if tensor.dtype == "float32" else f"{text} {tensor.dtype}"


def _times(sizes: Iterable[int | None]) -> str:
    return " × ".join("?" if size is None else str(int(size)) for size in sizes)


def shapes(rounds: Sequence[tuple[TensorType, ...]]) -> str:
    """Write what a node gives in all of its rounds: the first and the last shape."""
    texts = list(dict.fromkeys(", ".join(map(shape, given)) for given in rounds))
    if not texts:
        return ""
    return texts[0] if len(texts) == 1 else f"{texts[0]} … {texts[-1]}"


def formula(text: str) -> str:
    """Write an expression more like mathematics: powers raised, roots as signs."""
    text = " ".join(text.split())
    for power, sign in ((" ** 2", "²"), ("**2", "²"), ("^2", "²"), ("^3", "³")):
        text = re.sub(re.escape(power) + r"(?![\w.])", sign, text)
    text = text.replace(" ** 3", "³").replace(" * ", " · ")
    return re.sub(r"\bpi\b", "π", re.sub(r"\bsqrt\(", "√(", text))


def number(value: float) -> str:
    """Write a number as a person would: whole ones without a point."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


class Values:
    """Values of a spec as words: what only the spec's params decide is worked out."""

    def __init__(self, known: Mapping[str, Any], params: Iterable[str]) -> None:
        """Take the computed values by pointer, and the names of the spec's params."""
        self._known = known
        self._params = frozenset(params)

    def fixed(self, value: Value, own: frozenset[str]) -> Any:
        """Return a value, or an expression of something that is not fixed.

        `own` are names that mean something else here than the spec's params.
        """
        if not isinstance(value, Expr):
            return value
        names = {name.id for name in expression.names(value.tree)}
        measured = not own and names - self._params
        fixed = names <= self._params - own or measured
        if value.at not in self._known:
            return value
        return self._known[value.at] if fixed else value

    def word(self, value: Value, own: frozenset[str] = frozenset()) -> str:
        """Write a value."""
        value = self.fixed(value, own)
        if isinstance(value, Expr):
            return formula(value.text.strip())
        if isinstance(value, Kind):
            return self.kind(value, own)
        if isinstance(value, (tuple, list)):
            items = [self.word(item, own) for item in value]
            if all(isinstance(item, (int, Expr)) for item in value):
                return " × ".join(items) if len(items) > 1 else f"[{', '.join(items)}]"
            return f"[{', '.join(items)}]"
        if isinstance(value, float):
            return number(value)
        return str(value)

    def kind(self, kind: Kind, own: frozenset[str] = frozenset()) -> str:
        """Write a kind with its arguments, "Conv2D 64, 5, strides=2, same"."""
        kinds = ("regularizer", "initializer", "constraint")
        texts = [
            (
                self.word(value, own)
                if name in _PLAIN
                else f"{name}={self.word(value, own)}"
            )
            for name, value in kind.args.items()
            if not name.endswith(kinds)
        ]
        return " ".join(filter(None, [kind.name, ", ".join(texts)]))

    def penalties(
        self, kind: Kind, own: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        """Write the regularizers of a layer: the weights and what is added for them."""
        return tuple(
            f"{name.removesuffix('_regularizer')}: {self.word(value, own)}"
            for name, value in kind.args.items()
            if name.endswith("_regularizer") and value is not None
        )

    def args(self, args: Mapping[str, Value], own: frozenset[str]) -> str:
        """Write the arguments of a block."""
        return ", ".join(
            f"{name}={self.word(each, own)}" for name, each in args.items()
        )

    def rounds(self, node: RepeatNode, times: int | None, own: frozenset[str]) -> str:
        """Write how often a repeat is run, and over what."""
        often = f"× {times}" if times is not None else f"× {self.word(node.count, own)}"
        if node.over is None or not node.variables:
            return often
        over = self.fixed(node.over, own)
        over = list(over) if isinstance(over, (tuple, list, range)) else over
        if isinstance(over, list) and len(over) > _MOST_ITEMS:
            return often
        words = over.text.strip() if isinstance(over, Expr) else _listed(over)
        return f"{often}   {', '.join(node.variables)} = {words}"

    def weight(self, weight: Any) -> str:
        """Write the weight of a term, with the number where it has a name."""
        if isinstance(weight, Schedule):
            args = weight.args
            ends = [self.word(args[name]) for name in ("start", "end") if name in args]
            return f"× {weight.kind} {' → '.join(ends)}"
        if isinstance(weight, Variable):
            return f"× {self.word(weight.value)} (set while training)"
        if isinstance(weight, Expr):
            found, text = self._known.get(weight.at), formula(weight.text.strip())
            if isinstance(found, (int, float)) and weight.shift:
                return f"× {text} = {number(found)}"
            return f"× {text}"
        return f"× {number(weight)}"


def _listed(items: Any) -> str:
    if not isinstance(items, list):
        return str(items)
    return ", ".join(
        f"({_listed(list(item))})" if isinstance(item, (tuple, list)) else str(item)
        for item in items
    )
