"""`kauxgen new`: a first spec, from an example."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from kauxgen import compiler, files, report, resources, source
from kauxgen.finding import SpecError
from kauxgen.source import Document
from kauxgen.suggest import help_for, quote

_FOLDER = Path("specs")
_DEFAULT = "reconstruction_regressor"
_PUBLISHED = Path("schemas", "spec.json")


def _examples() -> dict[str, Path]:
    return {path.stem: path for path in sorted(resources.EXAMPLES.glob("*.json"))}


def _complete(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of an example."""
    return [CompletionItem(name) for name in _examples() if name.startswith(incomplete)]


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "example",
    metavar="EXAMPLE",
    default=_DEFAULT,
    show_default=True,
    shell_complete=_complete,
    help="The example to start from.",
)
def new(name: str, example: str) -> None:
    """Write specs/NAME.json, a spec to start from."""
    text = _renamed(_example(example), name)
    _check_name(text)
    path = _FOLDER / f"{name}.json"
    files.create(path, text)
    report.show([report.outcome("wrote", path.as_posix())], sys.stdout)


def _example(name: str) -> Document:
    """Read an example; the error of an unknown one lists them all."""
    examples = _examples()
    if name not in examples:
        help = help_for(name, examples)
        message = f"no example {quote(name)}{': ' + help if help else ''}"
        raise click.UsageError(f"{message}\n\nExamples: {', '.join(examples)}")
    path = examples[name]
    return source.scan(path.read_bytes(), path.name)


def _renamed(example: Document, name: str) -> str:
    """Give an example another name, all else as it is written.

    Without a schema in the project, "$schema" would lead nowhere and is left out.
    """
    text, spans = example.text, example.spans
    span = spans["/name"]
    text = text[: span.start] + json.dumps(name) + text[span.end :]
    if "/$schema" in spans and not _PUBLISHED.is_file():
        following = spans["/kauxgen"].key_start
        text = text[: spans["/$schema"].key_start] + text[following:]
    return text


def _check_name(text: str) -> None:
    """Refuse a name that no model can have."""
    try:
        compiler.load(text)
    except SpecError as error:
        wrong = error.diagnostics[0]
        help = f" ({wrong.help})" if wrong.help else ""
        raise click.UsageError(wrong.message + help) from None
