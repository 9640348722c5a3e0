"""Differences in words: details with their two values, and a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kauxgen.changes.change import Action, Detail
from kauxgen.changes.differing import Both, Delta
from kauxgen.changes.facts import Fact, Facts
from kauxgen.changes.inventory import Inventory
from kauxgen.changes.things import ABSENT, Exactly, Named, Selected, Thing, To
from kauxgen.frozen import frozen
from kauxgen.overview.wording import arguments, words
from kauxgen.values import Computed, Expr, Kind, Schedule, Variable

_LONG = 400


@frozen
class Wording:
    """Writes differences; `old` and `new` are what is known of the two specs."""

    old: Facts
    new: Facts

    def action(self, delta: Delta) -> Action:
        """Say what happened to a thing."""
        if delta.old is None:
            return "added"
        if delta.new is None:
            return "removed"
        if delta.renamed and all(delta.names):
            return "renamed"
        inputs = [both for both in delta.fields if _what(both) == "inputs"]
        rewired = bool(inputs) and len(inputs) == len(delta.fields)
        return "moved" if rewired or (delta.moved and not delta.fields) else "changed"

    def details(self, delta: Delta) -> Iterator[Detail]:
        """Yield what differs, and what follows for the thing itself."""
        if delta.old is None or delta.new is None:
            yield from self.alone(delta)
            return
        if delta.renamed and not all(delta.names):
            before, after = delta.names
            yield Detail("name", before or None, after or None)
        for both in delta.fields:
            yield from self.detail(both)
        yield from self.follows(delta.old, delta.new)

    def alone(self, delta: Delta) -> Iterator[Detail]:
        """Yield what is said of a thing that was added or removed."""
        thing, gone = delta.thing, delta.new is None
        inventory = (self.old if gone else self.new).inventory
        for each in thing.fields:
            if each.stated and each.value not in (None, ()):
                text = said(each.value, inventory)
                yield Detail(each.what, *((text, None) if gone else (None, text)))
        fact = (self.old if gone else self.new).of(thing.id)
        for what, text in (("shape", fact.shape), ("parameters", parameters(fact))):
            if text not in ("", "0"):
                yield Detail(what, *((text, None) if gone else (None, text)))

    def detail(self, both: Both) -> Iterator[Detail]:
        """Yield the two values of a field."""
        was, now = both
        before = said(was.value, self.old.inventory) if was else None
        after = said(now.value, self.new.inventory) if now else None
        if was and now and was.what != now.what:
            yield Detail(was.what.split()[0], was.what.split()[1], now.what.split()[1])
            if before == after:
                return
        yield Detail(_what(both), before, after)

    def follows(self, old: Thing, new: Thing) -> Iterator[Detail]:
        """Yield the shape and number of weights of a thing, where they differ."""
        was, now = self.old.of(old.id), self.new.of(new.id)
        for what, before, after in differing(was, now):
            if what != "shape" or old.subject != "input":
                yield Detail(what, before, after)

    def sentence(
        self, delta: Delta, action: Action, details: tuple[Detail, ...]
    ) -> str:
        """Say all of a difference on one line."""
        thing = delta.thing
        head = f"{thing.subject} `{thing.path}`"
        if thing.subject == "spec" or thing.group == "single":
            head = thing.subject
        if action in ("added", "removed"):
            return f"{head} {action}{_listed(details)}"
        if action == "renamed" and delta.old is not None:
            head = f"{thing.subject} `{delta.old.path}` renamed to `{thing.path}`"
            return f"{head}{_told(details, ': ')}"
        if delta.moved and not delta.fields:
            return f"{head} stands elsewhere in its list"
        moved = ", and stands elsewhere in its list" if delta.moved else ""
        return f"{head}: {_told(details, '')}{moved}"


def differing(was: Fact, now: Fact) -> Iterator[tuple[str, str, str]]:
    """Yield what is known of a thing and differs: its shape, its parameters."""
    if was.shape != now.shape:
        yield "shape", was.shape, now.shape
    if parameters(was) != parameters(now):
        yield "parameters", parameters(was), parameters(now)
    elif was.count != now.count:
        trained = f"{was.count.trainable:,}", f"{now.count.trainable:,}"
        yield "trainable parameters", *trained


def parameters(fact: Fact) -> str:
    """Write how many numbers are in weights."""
    return f"{fact.count.total:,}" + ("" if fact.count.known else " or more")


def said(value: Any, inventory: Inventory) -> str | None:
    """Write a value as a person reads it; None where there is none."""
    if value is ABSENT or value is None or value == ():
        return None
    text = _said(value, inventory)
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _said(value: Any, inventory: Inventory) -> str:
    if isinstance(value, To):
        return value.name
    if isinstance(value, Selected):
        return value.pattern
    if isinstance(value, Named):
        return value.text
    if isinstance(value, Exactly):
        return _said(value.value, inventory)
    if isinstance(value, Expr) and not isinstance(value, Computed):
        return " ".join(value.text.split())
    if isinstance(value, Schedule):
        return f"{value.kind}({arguments(value.args)})"
    if isinstance(value, Variable):
        return f"variable({words(value.value)})"
    return _plain(value, inventory)


def _plain(value: Any, inventory: Inventory) -> str:
    if isinstance(value, tuple):
        inner = ", ".join(
            "any" if one is None else _said(one, inventory) for one in value
        )
        alone = len(value) == 1 and isinstance(value[0], (Expr, To, Selected))
        return inner if alone and not isinstance(value[0], Computed) else f"[{inner}]"
    if isinstance(value, dict):
        return ", ".join(f"{key}={_said(one, inventory)}" for key, one in value.items())
    if isinstance(value, Computed):
        found = inventory.checked.values.get(value.at)
        text = value.text.strip()
        plain = isinstance(found, (int, float)) and not isinstance(found, bool)
        return f"{text} ({found})" if plain else text
    if isinstance(value, Kind):
        return words(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else str(value)


def _what(both: Both) -> str:
    was, now = both
    each = now or was
    assert each is not None
    return each.what


def _told(details: tuple[Detail, ...], lead: str) -> str:
    parts = (
        f"{'' if one.what == 'value' else f'{one.what} '}"
        f"{_word(one.before)} -> {_word(one.after)}"
        for one in details
    )
    return lead + ", ".join(parts) if details else ""


def _word(text: str | None) -> str:
    return "none" if text is None else " ".join(text.split()) or '""'


def _listed(details: tuple[Detail, ...]) -> str:
    """List what was added or removed is said to be, shortly."""
    parts = []
    for one in details:
        text = _word(one.after if one.before is None else one.before)
        parts.append(text if one.what == "kind" else f"{one.what} {text}")
    return f" ({', '.join(parts)})" if parts else ""
