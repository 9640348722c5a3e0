"""Compares two specs: pairs what is the same, and tells what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kauxgen.changes.change import Change, Comparison, Effect, Total
from kauxgen.changes.consequences import Question, consequences
from kauxgen.changes.differing import Delta, Differing
from kauxgen.changes.effects import Effects
from kauxgen.changes.facts import Facts
from kauxgen.changes.levels import Levels
from kauxgen.changes.likeness import paired
from kauxgen.changes.pairing import Pairs
from kauxgen.changes.reach import raised
from kauxgen.changes.wording import Wording
from kauxgen.compiler import Loaded
from kauxgen.source import Document

Documents = tuple[Document, Document]


def compare(old: Loaded, new: Loaded, style: str = "") -> Comparison:
    """Tell what differs between two sound specs, and what follows from it.

    A style, by default each spec's own, is that in which both are rendered: what
    follows for weights and signatures may depend on it.
    """
    pairs = paired(old.checked, new.checked)
    was = Facts(pairs.old, style or old.style)
    now = Facts(pairs.new, style or new.style)
    levels = Levels(pairs, was, now)
    differing = Differing(pairs)
    deltas = list(differing.deltas())
    effects = Effects(differing, levels, deltas)
    found, unexplained = _changes(
        effects, Wording(was, now), (old.document, new.document)
    )
    question = Question(old, new, style, effects, found)
    follows = consequences(question)
    return Comparison(
        old=old,
        new=new,
        changes=raised(question, follows),
        consequences=follows,
        totals=tuple(_totals(pairs, was, now)),
        effects=tuple(unexplained),
    )


def _changes(
    effects: Effects, wording: Wording, documents: Documents
) -> tuple[tuple[Change, ...], list[Effect]]:
    """Return the changes with their effects, and the effects that none explains."""
    behind: list[list[Effect]] = [[] for _ in effects.deltas]
    unexplained = []
    for causes, effect in effects.all():
        if causes:
            behind[min(causes)].append(effect)
        else:
            unexplained.append(effect)
    for place, effect in effects.uses():
        behind[place].append(effect)
    found = (
        _change(delta, effects.levels, wording, documents) for delta in effects.deltas
    )
    pairs = zip(found, behind, strict=True)
    return tuple(replace(one, effects=tuple(each)) for one, each in pairs), unexplained


def _change(
    delta: Delta, levels: Levels, wording: Wording, documents: Documents
) -> Change:
    """Tell one difference."""
    was, now = documents
    action = wording.action(delta)
    details = tuple(wording.details(delta))
    other = delta.old.path if delta.old and delta.new else ""
    return Change(
        level=levels.of(delta),
        action=action,
        subject=delta.thing.subject,
        name=delta.thing.path,
        sentence=wording.sentence(delta, action, details),
        old_name=other if other != delta.thing.path else "",
        old=_place(was, delta.old.id) if delta.old else None,
        new=_place(now, delta.new.id) if delta.new else None,
        details=details,
    )


def _totals(pairs: Pairs, was: Facts, now: Facts) -> Iterator[Total]:
    """Yield the numbers of weights of the model, then of each network."""
    yield Total("", was.view.count, now.view.count)
    before = {part.at: part for part in was.view.networks}
    for part in now.view.networks:
        old = before.pop(pairs.back.get(part.at, "?"), None)
        yield Total(part.name, old.count if old else None, part.count)
    for part in before.values():
        yield Total(part.name, part.count, None)


def _place(document: Document, id: str) -> str:
    """Return the pointer of a thing, or of what leaves it out."""
    while id and id not in document.spans:
        id = id.rpartition("/")[0]
    return id
