"""Sheets as markdown of GitHub, for pull requests: any text of a spec stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kauxgen.overview import Overview
from kauxgen.summaries.sheet import Cell, Sheet
from kauxgen.summaries.sheets import closing, sheets

_MARKS = re.compile(r"[\\`*_{}\[\]()|~<>&]|(?<=www)\.|:(?=//)|^[-+=#\d]")
_SPECIAL = "`|\\"


def markdown(model: Overview) -> Iterator[str]:
    """Yield the lines of a model's page."""
    yield f"## {escaped(model.name)}"
    if model.description:
        yield from ("", escaped(model.description))
    for sheet in sheets(model):
        yield from ("", f"### {escaped(sheet.title)}", "")
        for remark in sheet.remarks:
            yield from (escaped(remark), "")
        yield from _table(sheet) if sheet.lines else ()
    for text in closing(model):
        title, _, words = text.partition(": ")
        yield from (
            "",
            f"{title}: {', '.join(code(word) for word in words.split(', '))}",
        )


def _table(sheet: Sheet) -> Iterator[str]:
    yield _row(column.title for column in sheet.columns)
    yield _row("---:" if column.number else "---" for column in sheet.columns)
    for line in sheet.lines:
        cells = [
            ", ".join(cell) if column.number else _cell(cell)
            for column, cell in zip(sheet.columns, line.cells, strict=True)
        ]
        yield _row([f"{'&emsp;' * line.depth}{cells[0]}", *cells[1:]])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    return ", ".join(code(words) for words in cell if words)


def code(text: str) -> str:
    """Write a text as code in a cell; where marks of markdown stand in it, by HTML."""
    text = " ".join(text.split())
    special = any(mark in text for mark in _SPECIAL)
    return f"<code>{escaped(text)}</code>" if special else f"`{text}`"


def escaped(text: str) -> str:
    """Write a text so that markdown gives none of it a meaning, on one line.

    Characters with a meaning become numbers of HTML, which no rule of markdown reads;
    an empty comment parts what would mention a person or an issue.
    """
    plain = " ".join(text.split())
    kept = _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", plain)
    return re.sub(r"(?<!&)([@#])(?=\w)", r"\1<!-- -->", kept)
