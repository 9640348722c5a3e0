"""Changes that reach a level as findings, each at its place in the new spec."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kauxgen import files
from kauxgen.changes.change import Change, Level
from kauxgen.finding import Diagnostic, Finding
from kauxgen.review import findings
from kauxgen.review.reviewing import Review
from kauxgen.source import locate

_BY_LEVEL: dict[Level, Callable[[str, str], Finding]] = {
    Level.DOCS: findings.docs_changed,
    Level.TRAINING: findings.training_changed,
    Level.LOSS: findings.loss_changed,
    Level.WEIGHTS: findings.weights_changed,
    Level.INTERFACE: findings.interface_changed,
}


def breaks(review: Review) -> Iterator[Diagnostic]:
    """Yield a finding for every change that is shown, and for a deleted spec."""
    if review.state == "deleted":
        finding = findings.interface_changed("", "the spec was deleted")
        yield from files.blamed(finding, review.path).diagnostics
    if review.new is None:
        return
    for change in review.shown:
        what = f"changes {change.level.word}: {change.sentence}"
        finding = _BY_LEVEL[change.level](_pointer(change), what)
        yield locate(review.new.document, finding)


def _pointer(change: Change) -> str:
    """Return where a change is: of what is gone, where it stood."""
    if change.new is not None:
        return change.new
    return (change.old or "").rpartition("/")[0]
