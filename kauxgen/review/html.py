"""Reviews as a page: the old and the new picture side by side, and what changed.

One file that needs no other. What changed has a colour and a sign in both pictures;
the list beside them leads to the nodes, and the nodes to the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kauxgen import web
from kauxgen.changes.change import Change, Comparison, Effect
from kauxgen.compiler import Loaded
from kauxgen.picture.build import picture
from kauxgen.picture.layout import lay_out
from kauxgen.picture.look import Look
from kauxgen.picture.origins import in_spec
from kauxgen.picture.svg import as_svg
from kauxgen.review import words
from kauxgen.review.marking import Marked, all_effects, marked
from kauxgen.review.reviewing import Review
from kauxgen.review.versions import Against
from kauxgen.web import safe, sentence

_FOLDER = Path(__file__).parent / "page"
_SIGNS = {"added": "+", "removed": "−", "changed": "~", "renamed": "→", "moved": "→"}
_HOW = "Drag to move, scroll to zoom"
_WIDE = 1.4
_NOTHING = Marked({}, (), ())


def html(reviews: Sequence[Review], against: Against | None) -> str:
    """Write reviews as a page."""
    shown = [_Section(review, place, against) for place, review in enumerate(reviews)]
    summary = words.summary(reviews)
    slots = {
        "summary": safe(summary),
        "choice": "\n".join(_choice(reviews)) if len(reviews) > 1 else "",
        "sections": "\n".join(line for one in shown for line in one.lines()),
    }
    ids = [one.ids() for one in shown]
    return web.page(_FOLDER, f"kauxgen diff: {summary}", slots, ids)


class _Section:
    """Writes what became of one spec: the list, then the two pictures."""

    def __init__(self, review: Review, place: int, against: Against | None) -> None:
        self.review = review
        self.place = place
        self.since = f" at {against.word}" if against else ""
        found = review.comparison
        found = replace(found, changes=review.shown) if found else None
        self.old = _Side(review.old, found, f"s{place}-old-", True)
        self.new = _Side(review.new, found, f"s{place}-new-", False)
        self.changes = found.changes if found else ()
        self.effects = all_effects(found) if found else []

    def ids(self) -> dict[str, list[list[str]]]:
        """Return the ids of the parts that each item of the list is about, by side."""
        return {"old": self.old.ids(), "new": self.new.ids()}

    def lines(self) -> Iterator[str]:
        """Yield the lines of the section."""
        yield f'<section id="s{self.place}">'
        yield '<div class="list">'
        yield f"<h2>{safe(words.title(self.review))}</h2>"
        yield f'<p class="said">{safe(words.outcome(self.review))}</p>'
        yield from self._listed()
        yield "</div>"
        before, after = self.review.pair.old, self.review.pair.new
        wide = any(each.is_wide for each in (self.old, self.new))
        yield f'<div class="pictures{" stacked" if wide else ""}">'
        if self.old.sheet and before:
            yield from self.old.figure(f"Before: {before.path}{self.since}")
        if self.new.sheet and after:
            yield from self.new.figure(f"After: {after.path}")
        yield "</div>"
        yield "</section>"

    def _listed(self) -> Iterator[str]:
        review = self.review
        for each in review.findings:
            place = safe(f"{each.path}:{each.line}: {each.code}")
            yield f'<p class="finding"><b>{place}</b> {safe(each.message)}</p>'
        if review.comparison is None or not review.shown:
            return
        yield "<h3>What follows</h3>"
        yield from _consequences(review.comparison)
        for level, found in words.by_level(review.shown):
            yield f'<h3 class="level {level.word}">{level.word}</h3>'
            for change in found:
                yield from self._change(change)
        yield from self._rest(review.comparison)

    def _change(self, change: Change) -> Iterator[str]:
        item = self.changes.index(change)
        yield from _item(item, change.action, change.sentence, self._texts(change))
        for group in words.grouped(change.effects):
            yield from self._effect(group)

    def _rest(self, comparison: Comparison) -> Iterator[str]:
        """Yield what no single change explains."""
        if comparison.effects:
            yield "<h3>Effects of several changes</h3>"
        for group in words.grouped(comparison.effects):
            yield from self._effect(group)

    def _effect(self, group: tuple[Effect, ...]) -> Iterator[str]:
        item = len(self.changes) + self.effects.index(group)
        yield from _item(item, "affected", words.effect(group), ())

    def _texts(self, change: Change) -> Iterator[str]:
        """Yield where the change is written."""
        for title, loaded, at in (
            ("Before", self.review.old, change.old),
            ("After", self.review.new, change.new),
        ):
            found = in_spec(loaded.document, at) if loaded and at else None
            if found:
                yield f"<h4>{title}, line {found.line}</h4>"
                yield f"<pre>{safe(found.text)}</pre>"


class _Side:
    """The picture of one side, with its marks."""

    def __init__(
        self,
        loaded: Loaded | None,
        comparison: Comparison | None,
        prefix: str,
        old: bool,
    ) -> None:
        self.prefix = prefix
        self.word = "old" if old else "new"
        self.sheet = lay_out(picture(loaded.checked)) if loaded else None
        self.marked = _NOTHING
        if self.sheet and comparison:
            self.marked = marked(self.sheet.picture, comparison, old)

    @property
    def is_wide(self) -> bool:
        """Whether the picture is better seen above or below the other one."""
        sheet = self.sheet
        return sheet is not None and sheet.width > _WIDE * sheet.height

    def ids(self) -> list[list[str]]:
        """Return the ids on the page of what each item of the list is about."""
        items = (*self.marked.changes, *self.marked.effects)
        return [[f"{self.prefix}{id}" for id in ids] for ids in items]

    def figure(self, caption: str) -> Iterator[str]:
        """Yield the picture with its caption."""
        assert self.sheet is not None
        look = Look(self.prefix, self.marked.marks)
        yield f'<figure class="{self.word}">'
        yield f"<figcaption>{safe(caption)}</figcaption>"
        yield f'<div class="view" tabindex="0" aria-label="{_HOW}">'
        yield as_svg(self.sheet, look).rstrip("\n")
        yield "</div>"
        yield "</figure>"


def _item(item: int, action: str, said: str, texts: Iterable[str]) -> Iterator[str]:
    sign = _SIGNS.get(action, "Δ")
    tone = "moved" if action == "renamed" else action
    yield f'<details class="item {tone}" data-item="{item}">'
    yield f'<summary><b class="sign">{sign}</b>'
    yield f"<span>{sentence(said)}</span></summary>"
    yield from texts
    yield "</details>"


def _consequences(comparison: Comparison) -> Iterator[str]:
    yield '<ul class="follows">'
    for each in words.consequences(comparison):
        tone = "bad" if each.bad else "good"
        yield f'<li class="{tone}">{safe(each.about)} <b>{sentence(each.says)}</b>'
        for reason in each.reasons:
            yield f"<br><small>{sentence(reason)}</small>"
        yield "</li>"
    for name, before, after in words.totals(comparison):
        yield f"<li>parameters of {safe(name)}: {before} → {after}</li>"
    yield "</ul>"


def _choice(reviews: Sequence[Review]) -> Iterator[str]:
    yield '<select id="choice" aria-label="Spec">'
    for place, review in enumerate(reviews):
        said = f"{words.title(review)}: {words.outcome(review)}"
        yield f'<option value="s{place}">{safe(said)}</option>'
    yield "</select>"
