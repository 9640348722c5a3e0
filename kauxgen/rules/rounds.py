"""The rounds of a repeat: what enters, how many there are, what each works with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kauxgen.rules import misfits, sizes
from kauxgen.rules.entering import Arrival
from kauxgen.rules.entries import UNKNOWN, Entry, unknown, worded
from kauxgen.rules.unrolled import Unrolled
from kauxgen.spec import Expr, RepeatNode, Value

MOST_ROUNDS = 1000


def shown(value: Any) -> str:
    """Write a value for a message, lists as the spec has them, not too long."""
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def whole(size: Any, least: int) -> bool:
    """Say whether a value is a whole number, and large enough."""
    return isinstance(size, int) and not isinstance(size, bool) and size >= least


def carried(state: Unrolled, node: RepeatNode, given: list[Arrival]) -> Entry:
    """Return the one tensor that enters the first round."""
    if len(given) == 1 and not given[0].key:
        return given[0].entry
    reason = "takes one tensor, which each round hands on"
    state.keep(misfits.wrong_inputs(f"{node.at}/inputs", node.name, reason))
    return UNKNOWN


def items(
    state: Unrolled, node: RepeatNode, names: Mapping[str, Entry]
) -> tuple[Any, ...]:
    """Return the items that the rounds run over, numbers for a count."""
    value = node.over if node.count is None else node.count
    found = state.evaluation.value(value, names)
    if unknown(found):
        return ()
    place = f"{node.at}/repeat/{'over' if node.count is None else 'count'}"
    if node.count is None:
        if isinstance(found, tuple) and len(found) <= MOST_ROUNDS:
            return found
        what, wanted = (
            "what a repeat runs over",
            f"a list of up to {MOST_ROUNDS} items",
        )
    else:
        if whole(found, 0) and found <= MOST_ROUNDS:
            return tuple(range(found))
        what, wanted = "a count", f"a whole number from 0 to {MOST_ROUNDS}"
    wrong = sizes.wrong_size(place, what, wanted, shown(found))
    state.evaluation.blame(wrong, value, names)
    return ()


def variables(state: Unrolled, node: RepeatNode, item: Any) -> dict[str, Entry]:
    """Name what a round works with."""
    if len(node.variables) == 1:
        return {node.variables[0]: worded(node.variables[0], item)}
    if not node.variables:
        return {}
    if isinstance(item, tuple) and len(item) == len(node.variables):
        pairs = zip(node.variables, item, strict=True)
        return {name: worded(name, each) for name, each in pairs}
    place, count = f"{node.at}/repeat/over", len(node.variables)
    state.keep(sizes.wrong_item(place, count, shown(item)))
    return dict.fromkeys(node.variables, UNKNOWN)


def sized(
    state: Unrolled, shape: tuple[Value, ...], names: Mapping[str, Entry]
) -> Entry:
    """Work out a stated shape; unknown, with a finding, if a size is no count."""
    found = state.evaluation.value(shape, names)
    for value, size in zip(shape, found, strict=True):
        if isinstance(value, Expr) and not unknown(size) and not whole(size, 1):
            wanted = "a whole number of at least 1"
            wrong = sizes.wrong_size(value.at, "a size", wanted, shown(size))
            state.evaluation.blame(wrong, value, names)
            return UNKNOWN
    return found
