"""What `diff` and `breaking` share: their options, and an exit status for trouble."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from click.decorators import FC

from kauxgen import project, report
from kauxgen.changes.change import Level
from kauxgen.checking_settings import STYLES
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.project import Project
from kauxgen.review import versions
from kauxgen.review.pairs import Pair
from kauxgen.review.reviewing import Review, review
from kauxgen.review.versions import Against
from kauxgen.upkeep import inventories
from kauxgen.verbs import NO_PROJECT

EXIT_TROUBLE = 2
"""The exit status where specs cannot be compared, as that of diff(1)."""

_GIT = "git:"


def _ref(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """Take the name of a commit; "" for none."""
    if value is None:
        return ""
    if not value.removeprefix(_GIT) or not value.startswith(_GIT):
        raise click.BadParameter("write git: and a branch, tag or commit: git:main")
    return value.removeprefix(_GIT)


def _level(ctx: click.Context, parameter: click.Parameter, value: str) -> Level:
    return Level.named(value)


def against_option(required: bool = False) -> Callable[[FC], FC]:
    """Return the option that names a commit."""
    return click.option(
        "--against",
        "ref",
        metavar="git:REF",
        required=required,
        callback=_ref,
        help="A branch, tag or commit; git:main... is where the branch left main.",
    )


def level_option(default: Level, help: str) -> Callable[[FC], FC]:
    """Return the option that names a level."""
    return click.option(
        "--level",
        type=click.Choice([level.word for level in Level]),
        default=default.word,
        show_default=True,
        callback=_level,
        help=help,
    )


style_option = click.option(
    "--style",
    type=click.Choice(STYLES),
    default=None,
    help="The style of the modules that old weights were saved with; else the spec's.",
)
"""The option that picks a style for both sides."""


def changed_since(ref: str, specs: Sequence[str]) -> tuple[Against, list[Pair]]:
    """Pair specs, by default those of the project, with what they were at a commit."""
    if specs:
        return versions.of_specs(ref, specs)
    found = project.find(Path())
    if found is None:
        raise click.UsageError(f"Missing argument 'SPEC...': {NO_PROJECT}")
    return versions.of_project(ref, found)


def reviewed(pairs: Sequence[Pair], style: str | None, level: Level) -> list[Review]:
    """Compare specs as the project asks for that they are of, if they are of one."""
    owners = inventories.owners([pair.path for pair in pairs])
    return [_review(pair, style, level, owners.get(pair.path)) for pair in pairs]


def _review(
    pair: Pair, style: str | None, level: Level, owner: Project | None
) -> Review:
    if owner is None:
        return review(pair, style or "", level)
    usual = owner.style if owner.style in STYLES else ""
    return review(pair, style or usual, level, owner.target)


def show_trouble(found: Sequence[Diagnostic]) -> None:
    """Show why specs cannot be compared."""
    report.show(report.all_of(found), sys.stderr)


@contextmanager
def trouble_exits() -> Iterator[None]:
    """Show findings that prevent a comparison, and exit as for trouble."""
    try:
        yield
    except SpecError as error:
        show_trouble(error.diagnostics)
        sys.exit(EXIT_TROUBLE)
