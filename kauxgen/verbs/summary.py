"""`kauxgen summary`: a model's layers, shapes, weights and terms, without Keras."""

from __future__ import annotations

import json
import shutil
import sys

import click

from kauxgen import loading, report
from kauxgen.overview import overview
from kauxgen.summaries.data import data
from kauxgen.summaries.markdown import markdown
from kauxgen.summaries.table import table
from kauxgen.verbs import strict_option

_FORMATS = ("table", "json", "markdown")


@click.command()
@click.argument("spec", type=click.Path())
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="A table to read, JSON for programs, or markdown for a pull request.",
)
@strict_option
def summary(spec: str, form: str, strict: bool) -> None:
    """Show a model's layers, shapes, weights and terms.

    The numbers are those of model.summary() of Keras, which is not needed. The spec -
    is read from the standard input.
    """
    loaded = loading.load([spec], strict)[spec]
    report.show(report.all_of(loaded.warnings), sys.stderr)
    model = overview(loaded.checked)
    if form == "json":
        click.echo(json.dumps(data(model, loaded.document), indent=2))
    elif form == "markdown":
        report.show(((("", line),) for line in markdown(model)), sys.stdout)
    else:
        report.show(table(model, _width()), sys.stdout)


def _width() -> int | None:
    """Return the width of the terminal; a file or pipe has none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
