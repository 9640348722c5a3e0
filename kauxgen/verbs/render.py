"""`kauxgen render`: modules from specs, all written or none."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from kauxgen import files, locking, project, report, reporting
from kauxgen.checking_settings import ALL, STYLES
from kauxgen.project import OUTPUT
from kauxgen.upkeep import inventories, writing
from kauxgen.verbs import (
    NO_PROJECT,
    format_option,
    jobs_option,
    progress,
    strict_option,
)

_STDOUT = "-"


@click.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1, type=click.Path())
@click.option(
    "--style",
    type=click.Choice((*STYLES, ALL)),
    help="How the module is written; by default as the spec says.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR|-",
    type=click.Path(allow_dash=True),
    help=f"A file that ends in .py, a folder (by default {OUTPUT}), or - for the "
    "standard output.",
)
@click.option("--force", is_flag=True, help="Overwrite what was edited by hand.")
@click.option("--prune", is_flag=True, help="Remove modules whose specs are gone.")
@strict_option
@format_option
@jobs_option
def render(
    specs: tuple[str, ...],
    style: str | None,
    output: str | None,
    force: bool,
    prune: bool,
    strict: bool,
    format: str,
    jobs: int | None,
) -> None:
    """Write a Keras module for each spec.

    Without SPEC, for each spec of the project whose pyproject.toml is here or above. A
    spec of a project is written where and how its pyproject.toml says, unless -o says
    otherwise. Any other one goes to NAME.py after its spec's name, with --style all to
    NAME_STYLE.py; the spec - is read from the standard input.

    If any spec has errors, nothing is written; what is unchanged is not touched, and in
    a project not even parsed. Warnings are shown, and with --strict are errors.
    """
    with reporting.failing(format):
        found = None if output is not None else project.find(Path())
    if found is None:
        _check_usage(specs, style, output or OUTPUT, format, force or prune)
        _alone(specs, style, output or OUTPUT, strict, format, jobs)
        return
    if style is not None:
        raise click.UsageError(
            "the project says the style; say with -o where another one goes"
        )
    if prune and specs:
        raise click.UsageError("--prune is for the whole project")
    with (
        reporting.reporting(format) as said,
        progress.effort(jobs) as effort,
        locking.alone([found.root]),
    ):
        _recover(inventories.guarded(found))
        inventory = inventories.take(found, inventories.asked(found, specs))
        planned = writing.plan(inventory, strict or found.strict, force, prune, effort)
        said += planned.found
        report.show(report.all_of(planned.found), sys.stderr)
        done = writing.publish(inventory, planned)
    lines = writing.lines(inventory, planned, done, bool(specs))
    report.show(lines, reporting.messages(format))


def _recover(paths: Iterable[Path]) -> None:
    """Finish what a killed render had begun, before anything else, and say so."""
    done = files.recover(paths)
    if done:
        text = f"finished an interrupted render, which replaced {len(done)} files"
        report.show([(("yellow", text),)], sys.stderr)


def _check_usage(
    specs: Sequence[str],
    style: str | None,
    output: str,
    format: str,
    needs_project: bool,
) -> None:
    """Refuse what makes no sense for specs in no project, or not where it says."""
    if not specs:
        raise click.UsageError(f"Missing argument 'SPEC...': {NO_PROJECT}")
    if needs_project:
        raise click.UsageError("--force and --prune are for projects")
    single = output == _STDOUT or output.endswith(".py")
    if single and (len(specs) > 1 or style == ALL):
        raise click.UsageError(f"-o {output} takes one spec in one style")
    if output == _STDOUT and format != reporting.TEXT:
        raise click.UsageError(f"-o - and --format {format} write to one stream")


def _alone(
    specs: Sequence[str],
    style: str | None,
    output: str,
    strict: bool,
    format: str,
    jobs: int | None,
) -> None:
    """Render specs that are in no project, or not where it says."""
    from kauxgen import rendering

    with progress.effort(jobs) as effort:
        if output != _STDOUT:
            _recover([Path(output) if output.endswith(".py") else Path(output, "x.py")])
        rendering.render(specs, style, output, strict, format, effort)
