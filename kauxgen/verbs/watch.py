"""`kauxgen watch`: renders what changes, and shows findings as they come and go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from kauxgen import extras, files, project, report
from kauxgen.checking_settings import ALL, STYLES
from kauxgen.project import OUTPUT, ProjectError
from kauxgen.upkeep import inventories
from kauxgen.verbs import NO_PROJECT, jobs_option, progress, strict_option
from kauxgen.watch.session import Session
from kauxgen.watch.work import Named, Whole, Work


@click.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1, type=click.Path())
@click.option(
    "--style",
    type=click.Choice((*STYLES, ALL)),
    help="How modules are written; by default as the spec says.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    type=click.Path(),
    help=f"A file that ends in .py, or a folder (by default {OUTPUT}).",
)
@jobs_option
@strict_option
def watch(
    specs: tuple[str, ...],
    style: str | None,
    output: str | None,
    jobs: int | None,
    strict: bool,
) -> None:
    """Render specs whenever they change, until Ctrl-C.

    Without SPEC these are the specs of the project, new ones too; its settings and
    templates are watched as well. They are written as `kauxgen render` writes them, but
    each for itself: a spec with errors keeps its last good module until it is mended.
    A finding is shown once, when it comes, and named again when it is fixed.

    It needs the extra: pip install "kauxgen[watch]".
    """
    if files.STDIN in specs:
        raise click.UsageError("the standard input cannot be watched")
    session = Session(_finder(specs, style, output, strict))
    try:
        for _ in _wakeups(session):
            with progress.effort(jobs) as effort:
                lines = session.look(effort)
            report.show(lines, sys.stdout)
            sys.stdout.flush()
    except KeyboardInterrupt:
        return


def _wakeups(session: Session) -> Iterator[None]:
    """Wait for changes, with a library that not everybody has."""
    try:
        from kauxgen.watch import wakeups
    except ModuleNotFoundError as error:
        if error.name != extras.WATCH:
            raise
        found = files.blamed(extras.no_library(extras.WATCH, "watch"), "kauxgen watch")
        raise ProjectError(found.diagnostics) from None
    return wakeups.wakeups(session.folders)


def _finder(
    specs: tuple[str, ...], style: str | None, output: str | None, strict: bool
) -> Callable[[], Work]:
    """Say how to find the work: that of the project, unless -o says otherwise."""
    last = None if output is not None else project.find(Path())
    if last is None:
        if not specs:
            raise click.UsageError(f"Missing argument 'SPEC...': {NO_PROJECT}")
        target = output or OUTPUT
        if target.endswith(".py") and (len(specs) > 1 or style == ALL):
            raise click.UsageError(f"-o {target} takes one spec in one style")
        named = Named(specs, style, target, strict)
        return lambda: named
    if style is not None:
        raise click.UsageError(
            "the project says the style; say with -o where another one goes"
        )
    asked = inventories.asked(last, specs)
    root = last.root

    def find() -> Work:
        found = project.read(root / project.FILE)
        return Whole(found or last, asked, strict)

    return find
