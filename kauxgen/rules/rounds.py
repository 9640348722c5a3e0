"""The rounds of a repeat: what enters, how many there are, what each works with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kauxgen.finding import Finding
from kauxgen.nodes import RepeatNode
from kauxgen.rules import misfits, sizes
from kauxgen.rules.entering import Arrival
from kauxgen.rules.entries import UNKNOWN, Entry, Numbers, unknown, worded
from kauxgen.rules.unrolled import Unrolled
from kauxgen.suggest import quote
from kauxgen.values import Expr, Value

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


def ones(
    state: Unrolled, values: tuple[tuple[str, Expr], ...], names: Mapping[str, Entry]
) -> dict[str, Entry]:
    """Return what is carried, by name: one tensor each."""
    return {
        name: state.one(expr.at, expr.text, state.infer(expr, names))
        for name, expr in values
    }


def only(carried: Mapping[str, Entry], other: Entry) -> Entry:
    """Return what is carried if it is a single tensor, else something other."""
    return next(iter(carried.values())) if len(carried) == 1 else other


def zipped(
    state: Unrolled, node: RepeatNode, names: Mapping[str, Entry], count: int
) -> list[dict[str, Entry]]:
    """Return what each round gets of the lists that are zipped."""
    handed: list[dict[str, Entry]] = [{} for _ in range(count)]
    for name, expr in node.zipped:
        found = _items(state, node, expr, names, count)
        for given, item in zip(handed, found, strict=True):
            given[name] = item
    return handed


def _items(
    state: Unrolled,
    node: RepeatNode,
    expr: Expr,
    names: Mapping[str, Entry],
    count: int,
) -> list[Entry]:
    """Return the items of a zipped list; unknown, with a finding, if it misfits."""
    found = state.infer(expr, names)
    if isinstance(found, tuple) and not isinstance(found, Numbers):
        if len(found) == count:
            return list(found)
        state.keep(unequal_rounds(expr.at, expr.text, len(found), node.name, count))
    elif not unknown(found):
        state.keep(no_list(expr.at, expr.text))
    return [UNKNOWN] * count


def unequal_rounds(
    pointer: str, text: str, items: int, name: str, rounds: int
) -> Finding:
    """KX320: a list that does not hold one item for each round.

    `zip` hands one item of a list to each round, so both are as many. The list of an
    earlier repeat has an item for each of its rounds.

    Wrong:
        [{"name": "down", "repeat": {"count": 3}, "body": []},
         {"name": "up", "repeat": {"count": 2, "zip": {"skip": "reversed(down.half)"}},
          "body": []}]

    Right:
        [{"name": "down", "repeat": {"count": 3}, "body": []},
         {"name": "up", "repeat": {"count": 3, "zip": {"skip": "reversed(down.half)"}},
          "body": []}]
    """
    held = f"{items} item{'' if items == 1 else 's'}"
    had = f"{rounds} round{'' if rounds == 1 else 's'}"
    message = f"{quote(text)} has {held}, and {quote(name)} has {had}"
    return Finding(pointer, "KX320", message)


def no_list(pointer: str, text: str) -> Finding:
    """KX321: something else where rounds are handed the items of a list.

    A repeat's name is what its last round handed on; the list of all rounds is the path
    to a node of its body. Numbers are handed out by `over` and `as`.

    Wrong:
        {"name": "up", "repeat": {"count": 3, "zip": {"skip": "down"}}, "body": []}

    Right:
        {"name": "up", "repeat": {"count": 3, "zip": {"skip": "down.half"}}, "body": []}
    """
    return Finding(pointer, "KX321", f"{quote(text)} is no list of tensors")


RULES = (unequal_rounds, no_list)
