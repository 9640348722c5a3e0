"""Levels raised by what follows: changes that the outside of a model sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kauxgen.changes.change import Change, Consequences, Level
from kauxgen.changes.consequences import Question
from kauxgen.changes.differing import Delta
from kauxgen.changes.things import Field, Thing
from kauxgen.compiler import Loaded

_MAKING = (
    "layer",
    "expression",
    "call",
    "use",
    "repeat",
    "reuse",
    "backbone",
    "network",
    "block",
    "layer class",
    "weight",
    "state",
    "style",
    "name",
    "input",
)
"""The subjects that may keep old weights from loading."""


def raised(question: Question, follows: Consequences) -> tuple[Change, ...]:
    """Return the changes with the levels that what follows gives them."""
    if not question.changes:
        return ()
    seen = _seen(question)
    found = [
        replace(change, level=Level.INTERFACE) if place in seen else change
        for place, change in enumerate(question.changes)
    ]
    if follows.weights.loads != "all" or follows.weights.raises:
        found = _floor(found, Level.WEIGHTS, _MAKING)
    else:
        found = [_loading(one) for one in found]
    if question.signature[1]:
        found = _floor(found, Level.INTERFACE, ("style", "param", "training"))
    return tuple(found)


def _loading(change: Change) -> Change:
    """Return a change as it is where old weights notice nothing: all of them load."""
    if change.level != Level.WEIGHTS:
        return change
    named = change.action == "renamed" and not change.details
    return replace(change, level=Level.DOCS if named else Level.LOSS)


def _floor(
    changes: list[Change], level: Level, subjects: tuple[str, ...]
) -> list[Change]:
    """Raise changes to a level that is known to be reached, if none has it yet."""
    if any(change.level >= level for change in changes):
        return changes
    raising = [change for change in changes if change.subject in subjects]
    chosen = raising or [one for one in changes if one.level > Level.DOCS] or changes
    ids = {id(change) for change in chosen}
    return [
        replace(one, level=max(level, one.level)) if id(one) in ids else one
        for one in changes
    ]


def _seen(question: Question) -> set[int]:
    """Return the places of the differences that the outside of the model sees."""
    found = set(_lost_logs(question))
    old, new = _outputs(question.old), _outputs(question.new)
    effects = question.effects
    for place, id in enumerate(new):
        was = effects.pairs.back.get(id, "?")
        if len(old) != len(new) or old[place : place + 1] != [was]:
            continue  # The outputs themselves differ, which is a change of its own.
        if id in effects.by_new:
            delta = effects.deltas[effects.by_new[id]]
            if delta.renamed or _type(question, delta):
                found.add(effects.by_new[id])
        elif effects.old.of(was).shapes != effects.new.of(id).shapes:
            found |= effects.causes.of(id)
    return found


def _type(question: Question, delta: Delta) -> bool:
    """Say whether a node gives another shape or type than before."""
    assert delta.old is not None
    assert delta.new is not None
    effects = question.effects
    return effects.old.of(delta.old.id).shapes != effects.new.of(delta.new.id).shapes


def _outputs(loaded: Loaded) -> list[str]:
    """Return the ids of what a model gives, or of the network that predicts."""
    spec = loaded.spec
    if spec.inference is not None and spec.inference.network is not None:
        return [spec.networks[spec.inference.network].at]
    nodes = {node.name: node.at for node in spec.main.nodes}
    return [nodes.get(one.text.strip(), "") for one in spec.main.outputs]


def _lost_logs(question: Question) -> Iterator[int]:
    """Yield the differences by which names of logs are gone."""
    regularization = any(name.endswith("regularization") for name in question.lost)
    for place, delta in enumerate(question.deltas):
        fields = [each for both in delta.fields for each in both if each]
        fields += [] if delta.old is None or delta.new else _all(delta.old)
        if regularization and any("regularizer" in each.what for each in fields):
            yield place


def _all(thing: Thing) -> list[Field]:
    return [each for one in thing.walk() for each in one.fields if each.stated]
