"""`kauxgen templates`: a project's own templates beside the built-in ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

import kauxgen
from kauxgen import files, project, report
from kauxgen.finding import SpecError
from kauxgen.report import Line
from kauxgen.suggest import help_for, quote
from kauxgen.templating import folder
from kauxgen.templating.folder import SUFFIX, Template
from kauxgen.upkeep import comparing


def _complete(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a template."""
    names = folder.built_in()
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.group()
def templates() -> None:
    """Show, copy and compare templates.

    The folder of `templates` under [tool.kauxgen] holds templates that replace the
    built-in ones of their names; all others stay.
    """


@templates.command("list")
def list_all() -> None:
    """List the templates, and which are the project's own."""
    own = _own(required=False)
    report.show(
        (_listed(name, own) for name in {**folder.built_in(), **own}), sys.stdout
    )


@templates.command()
@click.argument("name", shell_complete=_complete)
@click.option(
    "--to",
    "target",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="The folder to copy to; by default the project's.",
)
def copy(name: str, target: str | None) -> None:
    """Copy a built-in template, to be changed."""
    known = folder.built_in()
    name = name if name.endswith(SUFFIX) else f"{name}{SUFFIX}"
    if name not in known:
        help = help_for(name, known)
        raise click.UsageError(
            f"no template {quote(name)}{': ' + help if help else ''}"
        )
    path = Path(target or _folder()) / name
    files.create(path, folder.copied(name, kauxgen.__version__))
    report.show([report.outcome("wrote", path.as_posix())], sys.stdout)


@templates.command()
def diff() -> None:
    """Show what the project's templates change against the built-in ones."""
    own = _own(required=True)
    report.show((line for one in own.values() for line in _compared(one)), sys.stdout)


def _folder() -> str:
    """Give the folder of the project's templates."""
    found = project.find(Path())
    if found is None or not found.templates:
        help = 'say templates = "my_templates" under [tool.kauxgen], or --to DIR'
        raise click.UsageError(f"the project has no folder for templates: {help}")
    return project.shown(found.root / found.templates)


def _own(required: bool) -> dict[str, Template]:
    """Read the project's templates, whatever else is wrong with them."""
    found = project.find(Path())
    if not required and (found is None or not found.templates):
        return {}
    read, wrong = folder.own(Path(_folder()))
    if wrong:
        raise SpecError(wrong)
    return read


def _listed(name: str, own: dict[str, Template]) -> Line:
    if name not in own:
        return ("", f"{name:<26}"), ("dim", "built in")
    return ("bold", f"{report.printable(name):<26}"), (
        "green",
        report.printable(own[name].path),
    )


def _compared(template: Template) -> Iterator[Line]:
    """Compare a template with the built-in one, and with what it was copied from."""
    ours = folder.built_in().get(template.name)
    if ours is None:
        yield (("", f"{report.printable(template.path)}: a part of your own"),)
        return
    mark = template.mark
    if mark and mark[3] and mark[3] != folder.digest(template.name):
        moved = f"the built-in template has moved on since kauxgen {mark[2]}"
        yield (("yellow", report.printable(f"{template.path}: {moved}")),)
    text = folder.unmarked(template)
    if text == ours.text:
        yield (("dim", f"{report.printable(template.path)}: as the built-in one"),)
    yield from comparing.diff(ours.text, text, template.path)
