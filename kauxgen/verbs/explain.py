"""`kauxgen explain`: what a code or a word of the language means."""

from __future__ import annotations

import sys

import click
from click.shell_completion import CompletionItem

from kauxgen import explain as explanation
from kauxgen import report


def _complete(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete what can be explained."""
    words = explanation.words()
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


@click.command()
@click.argument("word", metavar="CODE|KIND", shell_complete=_complete)
def explain(word: str) -> None:
    """Say what a code or a kind is.

    That is a diagnostic such as KX102, a layer, loss or other kind of Keras, a penalty
    or operation of kauxgen, or a style.
    """
    lines = explanation.explain(word)
    if not lines:
        raise click.UsageError(explanation.unknown(word))
    report.show(lines, sys.stdout)
