"""`kauxgen fmt`: specs in their one layout."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click

from kauxgen import canonical, files, project, report, reporting, source
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.report import Line
from kauxgen.source import Document
from kauxgen.upkeep import inventories
from kauxgen.verbs import EXIT_FINDINGS, format_option

_MARKS = {"+": "green", "-": "red", "@": "cyan"}


@frozen
class Laid:
    """A spec as it is, and in its layout."""

    path: str
    data: bytes
    document: Document
    text: str

    @property
    def changed(self) -> bool:
        """Whether its layout is another one."""
        return self.text.encode() != self.data

    @property
    def finding(self) -> Diagnostic:
        """What is said of a spec whose layout is another one."""
        return canonical.difference(self.document, self.text)


@click.command()
@click.argument("specs", metavar="[SPEC...]", nargs=-1, type=click.Path())
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 if specs would change."
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@format_option
def fmt(specs: tuple[str, ...], check: bool, diff: bool, format: str) -> None:
    """Give specs their one layout.

    Without SPEC these are all specs of the project. Keys are put in the order of the
    schema, and what is short on one line; names, numbers and texts stay as they are
    written. A spec need not be sound, only JSON. If any is not, none is written. The
    spec - is read from the standard input and written to the standard output.
    """
    if files.STDIN in specs and format != reporting.TEXT and not (check or diff):
        raise click.UsageError(f"- and --format {format} write to one stream")
    stream = reporting.messages(format)
    with reporting.reporting(format) as found:
        laid = _laid(specs or _of_project())
        if diff:
            report.show((line for each in laid for line in _diff(each, stream)), stream)
        if check:
            found += [each.finding for each in laid if each.changed]
            lines = report.all_of(found) if found else [report.clean(len(laid))]
            report.show(lines, stream)
        elif not diff:
            _write(laid, stream)
    if found:
        sys.exit(EXIT_FINDINGS)


def _of_project() -> list[str]:
    """List the specs of the project that the working directory is in."""
    here = project.find(Path())
    if here is None:
        raise click.UsageError("name specs, or list them under [tool.kauxgen]")
    return [project.shown(here.root / path) for path in inventories.specs(here)]


def _laid(specs: Iterable[str]) -> list[Laid]:
    """Lay specs out; SpecError with the findings of all that are no JSON."""
    laid: list[Laid] = []
    found: list[Diagnostic] = []
    for path in dict.fromkeys(specs):
        try:
            data = files.read(path)
            document = source.scan(data, files.named(path))
            laid.append(Laid(path, data, document, canonical.layout(document)))
        except (SpecError, source.ScanError) as error:
            found += error.diagnostics
    if found:
        raise SpecError(found)
    return laid


def _diff(laid: Laid, stream: TextIO) -> Iterator[Line]:
    """Show a change as lines of a unified diff, as patch reads it."""
    name = laid.document.path
    old, new = (text.split("\n") for text in (laid.document.text, laid.text))
    lines = difflib.unified_diff(old, new, name, name, lineterm="")
    for line in lines:
        shown = report.printable(line) if stream.isatty() else line
        yield ((_MARKS.get(line[:1], ""), shown),)


def _write(laid: Sequence[Laid], stream: TextIO) -> None:
    """Write what changed, all or nothing, and say so; what came in goes out."""
    written = [each for each in laid if each.path != files.STDIN]
    files.publish({Path(each.path): each.text for each in written if each.changed})
    for each in laid:
        if each.path == files.STDIN:
            sys.stdout.buffer.write(each.text.encode())
    if written or not laid:
        report.show(_said(written), stream)


def _said(written: Sequence[Laid]) -> Iterator[Line]:
    """Name the specs that changed, and count all."""
    changed = [each for each in written if each.changed]
    for each in changed:
        yield report.outcome("reformatted", each.path)
    yield (("", ", ".join(_counts(len(changed), len(written) - len(changed)))),)


def _counts(changed: int, unchanged: int) -> Iterator[str]:
    for count, what in ((changed, "reformatted"), (unchanged, "unchanged")):
        if count or (what == "unchanged" and not changed):
            yield f"{count} spec{'' if count == 1 else 's'} {what}"
