"""Reviews: of every spec what became of it, and of a changed one the comparison."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from kauxgen import changes, compiler
from kauxgen.changes.change import Change, Comparison, Level
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.review.pairs import Pair, Side

State = Literal["changed", "unchanged", "added", "deleted", "unsound"]


@frozen
class Review:
    """What became of one spec.

    `old` and `new` are what compiled. Of a "changed" or "unchanged" one there is a
    comparison, unless its bytes are the same; of an "unsound" one there are findings,
    whose paths say on which side they are. `shown` are the changes that are asked for.
    """

    pair: Pair
    state: State
    old: Loaded | None = None
    new: Loaded | None = None
    comparison: Comparison | None = None
    findings: tuple[Diagnostic, ...] = ()
    shown: tuple[Change, ...] = ()

    @property
    def path(self) -> str:
        """The path that it has, or had."""
        return self.pair.path

    @property
    def level(self) -> Level | None:
        """The highest level: that of a deleted one is the interface."""
        if self.state == "deleted":
            return Level.INTERFACE
        return max((change.level for change in self.shown), default=None)

    @property
    def differs(self) -> bool:
        """Whether there is something to be said of it."""
        return self.state in ("added", "deleted") or bool(self.shown)


def review(
    pair: Pair, style: str = "", least: Level = Level.DOCS, target: str = ""
) -> Review:
    """Compare a spec before and after, in a style, by default in its own.

    Changes below `least` are not shown. `target` is the version of Keras for a spec
    that names none.
    """
    if pair.old and pair.new and pair.old.data == pair.new.data:
        return Review(pair, "unchanged")
    old, found = _loaded(pair.old, target)
    new, others = _loaded(pair.new, target)
    if pair.new is None:
        return Review(pair, "deleted", old)
    if found or others:
        return Review(pair, "unsound", old, new, findings=(*found, *others))
    if old is None or new is None:
        return Review(pair, "added", None, new)
    comparison = changes.compare(old, new, style)
    shown = tuple(comparison.reaching(least))
    state: State = "changed" if comparison.changes else "unchanged"
    return Review(pair, state, old, new, comparison, shown=shown)


def level_of(reviews: Iterable[Review]) -> Level | None:
    """Return the highest level of all."""
    levels = [each.level for each in reviews]
    return max((level for level in levels if level is not None), default=None)


def _loaded(
    side: Side | None, target: str
) -> tuple[Loaded | None, tuple[Diagnostic, ...]]:
    """Compile a side; warnings are not about what changed, and are left out."""
    if side is None:
        return None, ()
    try:
        return compiler.load(side.data, side.name, target=target), ()
    except SpecError as error:
        return None, error.diagnostics
