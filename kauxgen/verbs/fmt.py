"""`kauxgen fmt`: specs in their one layout."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from kauxgen import canonical, files, report, source
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.report import Line
from kauxgen.source import Document
from kauxgen.verbs import EXIT_FINDINGS

_STDIN = files.STDIN
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


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 if specs would change."
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def fmt(specs: tuple[str, ...], check: bool, diff: bool) -> None:
    """Give specs their one layout.

    Keys are put in the order of the schema, and what is short on one line; names,
    numbers and texts stay as they are written. A spec need not be sound, only JSON. If
    any is not, none is written. The spec - is read from the standard input and written
    to the standard output.
    """
    laid = _laid(specs)
    if diff:
        report.show((line for each in laid for line in _diff(each)), sys.stdout)
    if check:
        _say_findings([each for each in laid if each.changed], len(laid))
    elif not diff:
        _write(laid)


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


def _diff(laid: Laid) -> Iterator[Line]:
    """Show a change as lines of a unified diff, as patch reads it."""
    name = laid.document.path
    old, new = (text.split("\n") for text in (laid.document.text, laid.text))
    lines = difflib.unified_diff(old, new, name, name, lineterm="")
    for line in lines:
        shown = report.printable(line) if sys.stdout.isatty() else line
        yield ((_MARKS.get(line[:1], ""), shown),)


def _say_findings(changed: Sequence[Laid], count: int) -> None:
    found = [canonical.difference(each.document, each.text) for each in changed]
    report.show(report.all_of(found) if found else [report.clean(count)], sys.stdout)
    if found:
        sys.exit(EXIT_FINDINGS)


def _write(laid: Sequence[Laid]) -> None:
    """Write what changed, all or nothing, and say so; what came in goes out."""
    written = [each for each in laid if each.path != _STDIN]
    files.publish({Path(each.path): each.text for each in written if each.changed})
    for each in laid:
        if each.path == _STDIN:
            sys.stdout.buffer.write(each.text.encode())
    if written:
        report.show(_said(written), sys.stdout)


def _said(written: Sequence[Laid]) -> Iterator[Line]:
    """Name the specs that changed, and count all."""
    changed = [each for each in written if each.changed]
    for each in changed:
        yield report.outcome("reformatted", each.path)
    yield (("", ", ".join(_counts(len(changed), len(written) - len(changed)))),)


def _counts(changed: int, unchanged: int) -> Iterator[str]:
    for count, what in ((changed, "reformatted"), (unchanged, "unchanged")):
        if count:
            yield f"{count} spec{'' if count == 1 else 's'} {what}"
