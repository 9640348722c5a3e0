"""`kauxgen diff`: what changed in a model's own terms, and what follows from it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kauxgen import files, report
from kauxgen.changes.change import Level
from kauxgen.review import driver, pairs, words
from kauxgen.review.data import data
from kauxgen.review.html import html
from kauxgen.review.markdown import markdown
from kauxgen.review.pairs import Pair
from kauxgen.review.reviewing import Review
from kauxgen.review.terminal import terminal
from kauxgen.review.versions import Against
from kauxgen.verbs.against import (
    EXIT_TROUBLE,
    against_option,
    changed_since,
    level_option,
    reviewed,
    show_trouble,
    style_option,
    trouble_exits,
)
from kauxgen.verbs.textconv import target_here

EXIT_DIFFERENT = 1
"""The exit status for changes, if it is asked for, as that of diff(1)."""

_FOR_GIT = """\b
In git:
  git config difftool.kauxgen.cmd 'kauxgen diff "$LOCAL" "$REMOTE"'
"""
_STDOUT = "-"
_FORMATS = ("text", "markdown", "json", "html")
_BY_SUFFIX = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
}


@click.command(epilog=_FOR_GIT)
@click.argument("specs", metavar="[OLD NEW | SPEC...]", nargs=-1, type=click.Path())
@against_option()
@style_option
@level_option(Level.DOCS, "Show only changes at this level or above.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="What is written; by default as FILE ends, else text.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|-",
    default=_STDOUT,
    show_default=True,
    type=click.Path(allow_dash=True),
    help="A file, or - for the standard output.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are changes.")
def diff(
    specs: tuple[str, ...],
    ref: str,
    style: str | None,
    level: Level,
    form: str | None,
    output: str,
    exit_code: bool,
) -> None:
    """Show what changed in a model, and whether it matters.

    Two specs, or the specs in two folders, are compared; with --against the present
    specs, by default all of the project, with what they were at a commit. A change of
    the JSON's layout is no change. The levels are docs, training, loss, weights and
    interface. The exit status is 2 if something cannot be compared.
    """
    with trouble_exits():
        if not ref and driver.is_external(specs):
            report.show(driver.external(specs, target_here()), sys.stdout)
            return
        against, found = _pairs(ref, specs)
        reviews = reviewed(found, style, level)
        _publish(reviews, against, form, output)
    _exit(reviews, exit_code)


def _pairs(ref: str, specs: Sequence[str]) -> tuple[Against | None, list[Pair]]:
    if ref:
        return changed_since(ref, specs)
    if len(specs) != 2:
        raise click.UsageError("name two specs, or a commit with --against git:REF")
    return None, pairs.of_files(*specs)


def _publish(
    reviews: Sequence[Review], against: Against | None, form: str | None, output: str
) -> None:
    chosen = form or _BY_SUFFIX.get(Path(output).suffix.lower(), _FORMATS[0])
    if output != _STDOUT:
        target = Path(output)
        done = files.publish({target: _text(reviews, against, chosen)})
        said = report.outcome(done[target].value, target.as_posix())
        report.show([said, (("", words.summary(reviews)),)], sys.stdout)
    elif chosen == "text":
        report.show(terminal(reviews), sys.stdout)
    else:
        sys.stdout.buffer.write(_text(reviews, against, chosen).encode())


def _text(reviews: Sequence[Review], against: Against | None, form: str) -> str:
    if form == "html":
        return html(reviews, against)
    if form == "json":
        return json.dumps(data(reviews, against), indent=2) + "\n"
    if form == "markdown":
        return "".join(f"{line}\n" for line in markdown(reviews))
    plain = ("".join(text for _, text in line) for line in terminal(reviews))
    return "".join(f"{line}\n" for line in plain)


def _exit(reviews: Sequence[Review], exit_code: bool) -> None:
    found = [each for review in reviews for each in review.findings]
    sys.stdout.flush()
    show_trouble(found)
    if found:
        sys.exit(EXIT_TROUBLE)
    if exit_code and any(review.differs for review in reviews):
        sys.exit(EXIT_DIFFERENT)
