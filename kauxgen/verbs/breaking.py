"""`kauxgen breaking`: fails when a model changed more than it may, for CI."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from kauxgen import report, reporting
from kauxgen.changes.change import Level
from kauxgen.report import Line
from kauxgen.review import words
from kauxgen.review.breaking import breaks
from kauxgen.review.reviewing import Review
from kauxgen.verbs import EXIT_FINDINGS, format_option
from kauxgen.verbs.against import (
    EXIT_TROUBLE,
    against_option,
    changed_since,
    level_option,
    reviewed,
    style_option,
    trouble_exits,
)


@click.command()
@click.argument("specs", metavar="[SPEC...]", nargs=-1, type=click.Path())
@against_option(required=True)
@level_option(Level.WEIGHTS, "The least level that is a finding.")
@style_option
@format_option
def breaking(
    specs: tuple[str, ...], ref: str, level: Level, style: str | None, format: str
) -> None:
    """Find changes at or above a level since a commit.

    By default these are changes after which old weights may not load, or calls of the
    generated module may fail. Without specs, all of the project are compared; a new
    spec breaks nothing, a deleted one its interface. The exit status is 1 if there are
    findings, and 2 if something cannot be compared.
    """
    with trouble_exits(), reporting.reporting(format) as found:
        _, pairs = changed_since(ref, specs)
        reviews = reviewed(pairs, style, level)
        for one in reviews:
            found += [*one.findings, *breaks(one)]
    lines = report.all_of(found) if found else _clean(reviews, level)
    report.show(lines, reporting.messages(format))
    if any(one.state == "unsound" for one in reviews):
        sys.exit(EXIT_TROUBLE)
    if found:
        sys.exit(EXIT_FINDINGS)


def _clean(reviews: list[Review], level: Level) -> Iterator[Line]:
    changed = sum(one.state != "unchanged" for one in reviews)
    said = words.counted(changed, "changed spec") if changed else "no spec changed"
    above = "" if level is Level.INTERFACE else " or above"
    nothing = f": nothing at the level {level.word}{above}" if changed else ""
    yield (("green", f"{said}{nothing}"),)
