"""Another name for a tensor, param, network or definition, in all its uses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kauxgen import compiler
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.language import tolerant
from kauxgen.language.meaning import Meaning, Use
from kauxgen.suggest import quote

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


class RefusedError(Exception):
    """A name that cannot be given; the message says why."""


@frozen
class Edit:
    """Another text for a range."""

    start: int
    end: int
    text: str


def renameable(meaning: Meaning, offset: int) -> Use:
    """Find the name at an offset; RefusedError if there is none to change."""
    use = meaning.at(offset)
    if use is None:
        raise RefusedError("no name of this spec stands here")
    return use


def rename(meaning: Meaning, offset: int, name: str) -> list[Edit]:
    """Give the edits that change a name in all its uses.

    RefusedError if the name is none, or is taken, or would mean something else: the
    new text is checked as a whole before any edit is given.
    """
    use = renameable(meaning, offset)
    if not _NAME.fullmatch(name):
        raise RefusedError(f"{quote(name)} is no name: letters, digits and _")
    if name == use.symbol.name:
        return []
    uses = meaning.of(use.symbol)
    edits = [Edit(each.start, each.end, name) for each in uses]
    _check(meaning, applied(meaning.text, edits), len(uses), name)
    return edits


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits to a text."""
    for edit in sorted(edits, key=lambda each: -each.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _check(before: Meaning, text: str, count: int, name: str) -> None:
    """Refuse a change after which something is wrong, or means something else."""
    old, new = _load(before.text), _load(text)
    if isinstance(new, Loaded):
        if isinstance(old, Loaded) and _selected(old) != _selected(new):
            raise RefusedError("a pattern of weights would select others then")
    elif isinstance(old, Loaded) or len(new) > len(old):
        said = set() if isinstance(old, Loaded) else {each.message for each in old}
        first = next((each for each in new if each.message not in said), new[0])
        raise RefusedError(first.message)
    after = Meaning(text, tolerant.read(text))
    if len(after.uses) != len(before.uses) or _borne(after, name) != count:
        raise RefusedError(f"{quote(name)} means something else here already")


def _borne(meaning: Meaning, name: str) -> int:
    """Count the uses of the symbol that bears a name and has most of them."""
    symbols = {use.symbol for use in meaning.uses if use.symbol.name == name}
    return max((len(meaning.of(symbol)) for symbol in symbols), default=0)


def _load(text: str) -> Loaded | tuple[Diagnostic, ...]:
    try:
        return compiler.load(text)
    except SpecError as error:
        return error.diagnostics


def _selected(loaded: Loaded) -> list[int]:
    return [len(each) for each in loaded.checked.weights.values()]
