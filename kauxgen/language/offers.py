"""Completions as values, and those of names and calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kauxgen import catalog
from kauxgen.frozen import frozen
from kauxgen.language.explaining import SIZES, about, signature
from kauxgen.language.meaning import Meaning
from kauxgen.language.names import Names
from kauxgen.language.sound import Sound

NUMBERS = ("param", "variable")
"""Forms of names that stand for numbers."""


@frozen
class Offer:
    """One completion: what is shown, and the text for a range of the text.

    `form` is that of a symbol, or "key", "kind", "word", "operation". In a `snippet`
    `$1` is where the cursor goes. `rank` sorts, lower first.
    """

    label: str
    form: str
    text: str
    start: int = 0
    end: int = 0
    detail: str = ""
    doc: str = ""
    snippet: bool = False
    rank: int = 1


def symbols(meaning: Meaning, seen: Names, sound: Sound) -> Iterator[Offer]:
    """Offer names that the spec gives."""
    for name, symbol in seen.items():
        detail = sound.typed(meaning.root, symbol)
        rank = 2 if symbol.form in NUMBERS else 1
        yield Offer(
            name, symbol.form, name, detail=detail, doc=about(symbol), rank=rank
        )


def called(operations: Iterable[str]) -> Iterator[Offer]:
    """Offer operations with their signatures."""
    for name in operations:
        known = catalog.operations().get(name)
        doc = known.doc if known else SIZES.get(name, "")
        yield replace(call(name, doc), detail=signature(name), rank=3)


def call(name: str, doc: str) -> Offer:
    """Offer a call, with the cursor between its brackets."""
    return Offer(name, "operation", f"{plain(name)}($1)", doc=doc, snippet=True, rank=2)


def plain(text: str) -> str:
    """Write a text so that a snippet shows it as it is."""
    return "".join(f"\\{each}" if each in "\\$}" else each for each in text)
