"""`kauxgen graph`: a picture of a model, from its spec alone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kauxgen import files, loading, report
from kauxgen.picture import FORMATS, draw
from kauxgen.verbs import strict_option

_STDOUT = "-"
_BY_SUFFIX = {
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
}


@click.command()
@click.argument("spec", type=click.Path(allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="What is written; by default as FILE ends, else svg.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|-",
    default=_STDOUT,
    show_default=True,
    type=click.Path(allow_dash=True, dir_okay=True),
    help="A file, or - for the standard output.",
)
@strict_option
def graph(spec: str, form: str | None, output: str, strict: bool) -> None:
    """Draw a model as a picture.

    It shows tensors with their shapes, penalties and losses at what they read, the
    phases of a step and the networks that each updates. The spec - is read from the
    standard input. svg is a picture that needs nothing else, html a page to move in and
    to click on; mermaid and dot are for other programs.
    """
    sound = loading.load([spec], strict)
    chosen = form or _BY_SUFFIX.get(Path(output).suffix.lower(), FORMATS[0])
    text = draw(sound[spec], chosen, files.displayed(spec))
    report.show(report.all_of(loading.warnings(sound)), sys.stderr)
    if output == _STDOUT:
        sys.stdout.buffer.write(text.encode())
        return
    target = Path(output)
    done = files.publish({target: text})
    report.show([report.outcome(done[target].value, target.as_posix())], sys.stdout)
