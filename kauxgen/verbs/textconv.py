"""`kauxgen textconv`: a spec as lines, for `git diff` and `git log -p`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kauxgen import files, project
from kauxgen.finding import SpecError
from kauxgen.review.lines import canonical

_FOR_GIT = """\b
In git, for what .gitattributes gives diff=kauxgen:
  git config diff.kauxgen.textconv "kauxgen textconv"
"""


@click.command(epilog=_FOR_GIT)
@click.argument("spec", type=click.Path())
def textconv(spec: str) -> None:
    """Print a spec as lines, for git diff and git log -p.

    A node, a term or a setting has a line, whatever its layout in the file. What is no
    sound spec is printed as it is.
    """
    given = files.read(spec)
    text = canonical(given, files.named(spec), target_here())
    sys.stdout.buffer.write(given if text is None else text.encode())


def target_here() -> str:
    """Return the Keras of the project around the working directory, "" for none.

    git must see no failure of its drivers, so that a broken project is none here.
    """
    try:
        found = project.find(Path())
    except SpecError:
        return ""
    return found.target if found else ""
