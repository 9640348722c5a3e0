"""What enters a node: above it, by position, or by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kauxgen.frozen import frozen
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
)
from kauxgen.rules import misfits
from kauxgen.rules.entries import Entry
from kauxgen.rules.unrolled import Unrolled
from kauxgen.suggest import help_for, quote

_KEYS: dict[type[Node], str] = {
    LayerNode: "layer",
    ExprNode: "expr",
    NetworkNode: "network",
    BlockNode: "block",
    ReuseNode: "reuse",
    RepeatNode: "repeat",
    ApplicationNode: "application",
}
"""The key of a node that says what it is."""


@frozen
class Arrival:
    """One tensor or list that enters a node, and the argument it is for, if said."""

    at: str
    text: str
    entry: Entry
    key: str = ""


def arrivals(
    state: Unrolled, node: Node, names: Mapping[str, Entry], above: Entry
) -> list[Arrival]:
    """Return what enters a node, in the order of the text."""
    if node.inputs is None:
        return [Arrival(f"{node.at}/{_KEYS[type(node)]}", "the node above", above)]
    pairs = (
        node.inputs.items()
        if isinstance(node.inputs, Mapping)
        else [("", expr) for expr in node.inputs]
    )
    return [
        Arrival(expr.at, expr.text, state.infer(expr, names), key)
        for key, expr in pairs
    ]


def as_given(
    state: Unrolled,
    given: list[Arrival],
    owner: str,
    words: tuple[str, ...],
) -> list[Arrival] | None:
    """Put what enters a network or block in the order of its inputs.

    None, with a finding, if number or names are wrong.
    """
    known = by_name(state, given, owner, words)
    if known is None:
        return None
    if len(known) != len(words):
        reason = f"takes {len(words)} ({', '.join(words)}), got {len(known)}"
        state.keep(misfits.wrong_inputs(given[-1].at, owner, reason))
        return None
    return one_each(state, known)


def by_name(
    state: Unrolled, given: list[Arrival], owner: str, words: tuple[str, ...]
) -> list[Arrival] | None:
    """Put what is named in the order of the words; None if a name is none of them."""
    wrong = [each for each in given if each.key and each.key not in words]
    for each in wrong:
        reason = f"has no input {quote(each.key)}"
        help = help_for(each.key, words)
        state.keep(misfits.wrong_inputs(each.at, owner, reason, help))
    if wrong:
        return None
    if not given or not given[0].key:
        return given
    return sorted(given, key=lambda each: words.index(each.key))


def one_each(state: Unrolled, given: list[Arrival]) -> list[Arrival]:
    """Return arrivals that are one tensor each, with findings for others."""
    return [
        replace(each, entry=state.one(each.at, each.text, each.entry)) for each in given
    ]
