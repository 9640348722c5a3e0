"""Reviews as markdown of GitHub and GitLab: a comment that a bot can keep up to date.

The first line marks the comment as ours. The same changes give the same text, and no
text of a spec gets a meaning in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kauxgen.changes.change import Effect, Verdict
from kauxgen.review import words
from kauxgen.review.reviewing import Review
from kauxgen.summaries.markdown import code, escaped

MARK = "<!-- kauxgen diff -->"
"""The first line of every comment, by which a bot finds its own."""

_MOST = 63_000
"""How long a text may become: comments end at 65,536 characters on GitHub."""
_QUOTED = re.compile(r"`([^`]*)`")
_COLUMNS = ("spec", "changes", "level", "old weights", "parameters")
_LOADS = {
    "all": "load",
    "partly": "load partly",
    "none": "do not load",
    "unknown": "may not load",
}


def markdown(reviews: Sequence[Review]) -> Iterator[str]:
    """Yield the lines of a comment: a table of all specs, then details of each."""
    yield MARK
    yield f"### kauxgen: {words.summary(reviews)}"
    if not reviews:
        return
    yield from ("", _row(_COLUMNS), _row(("---",) * 4 + ("---:",)))
    rows = [[_row(_cells(review))] for review in reviews]
    yield from _fitting(rows, _MOST // 3, "and {} more")
    details = [list(_details(review)) for review in reviews]
    left = "Details of {} are left out here."
    yield from _fitting(details, _MOST * 2 // 3, left)


def _fitting(blocks: Sequence[list[str]], room: int, left: str) -> Iterator[str]:
    """Yield the lines of blocks while there is room, and say of how many there is none.

    After the first that does not fit, none is shown, so that the order tells which.
    """
    for place, lines in enumerate(blocks):
        room -= sum(len(line) + 1 for line in lines)
        if room < 0:
            rest = sum(bool(each) for each in blocks[place:])
            yield from ("", left.format(words.counted(rest, "spec")))
            return
        yield from lines


def _cells(review: Review) -> Iterator[str]:
    yield _path(review)
    yield _changes(review)
    yield review.level.word if review.level else ""
    after = review.comparison
    yield _loads(after.consequences.weights) if after and review.shown else ""
    whole = [each for each in after.totals if not each.name] if after else []
    pairs = [words.total(each) for each in whole if each.changed]
    yield ", ".join(f"{old} → {new}" for old, new in pairs)


def _loads(weights: Verdict) -> str:
    """Say what becomes of old weights; worst is what Keras says nothing of."""
    return "**load wrongly**" if weights.silent else _LOADS[weights.loads]


def _changes(review: Review) -> str:
    if review.state == "changed" and review.shown:
        return words.counted(len(review.shown), "change")
    return words.outcome(review)


def _path(review: Review) -> str:
    before = review.pair.renamed_from
    return f"{code(before)} → {code(review.path)}" if before else code(review.path)


def _details(review: Review) -> Iterator[str]:
    if review.state == "unsound":
        yield from _folded(review, "findings", _findings(review))
    elif review.shown:
        said = words.counted(len(review.shown), "change")
        yield from _folded(review, said, _changed(review))


def _folded(review: Review, said: str, lines: Iterable[str]) -> Iterator[str]:
    # A summary is HTML, in which markdown's own marks for code mean nothing.
    path = f"<code>{escaped(review.path)}</code>"
    yield from ("", f"<details><summary>{path}: {said}</summary>", "")
    yield from lines
    yield from ("", "</details>")


def _findings(review: Review) -> Iterator[str]:
    for each in review.findings:
        place = f"{each.path}:{each.line}:{each.column}"
        yield f"- {code(place)} {each.code} {escaped(each.message)}"


def _changed(review: Review) -> Iterator[str]:
    assert review.comparison is not None
    yield from (_row(("", "level", "change")), _row(("---",) * 3))
    for level, found in words.by_level(review.shown):
        for change in found:
            mark = code(words.MARKS[change.action])
            said = [sentence(change.sentence)]
            said += _effects(change.effects)
            yield _row((mark, level.word, "<br>".join(said)))
    listed = _effects(review.comparison.effects)
    listed += [
        f"parameters of {escaped(name)}: {old} → {new}"
        for name, old, new in words.totals(review.comparison)
    ]
    yield ""
    yield from (f"- {each}" for each in listed)
    for each in words.consequences(review.comparison):
        reasons = "; ".join(map(sentence, each.reasons))
        yield f"- **{each.about} {each.says}**{': ' if reasons else ''}{reasons}"


def _effects(effects: Iterable[Effect]) -> list[str]:
    return [sentence(words.effect(group)) for group in words.grouped(effects)]


def sentence(text: str) -> str:
    """Write a sentence: what stands in backticks as code, the rest as plain text."""
    parts = _QUOTED.split(text)
    shown = (
        (code(part) if part.strip() else "") if place % 2 else _plain(part)
        for place, part in enumerate(parts)
    )
    return "".join(shown)


def _plain(text: str) -> str:
    """Escape a piece of a sentence, and keep the blanks at its ends."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escaped(text)}{after}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
