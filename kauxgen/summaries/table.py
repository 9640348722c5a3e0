"""Sheets in a terminal: columns that fit its width, words of a cell wrapped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from kauxgen import report
from kauxgen.overview import Overview
from kauxgen.summaries.sheet import Cell, Line, Sheet
from kauxgen.summaries.sheets import closing, sheets

_GAP = "  "
_EASY, _LEAST = 14, 8
_SPARED = "multiply-adds"
_STYLES = {"penalty": "yellow", "frozen": "dim", "total": "bold"}


def table(model: Overview, width: int | None = None) -> Iterator[report.Line]:
    """Lay out a model, in lines of at most `width` columns if there is one."""
    yield (("bold", f"Model: {model.name}"),)
    if model.description:
        yield from ((("", text),) for text in _filled(model.description, width))
    for sheet in sheets(model):
        yield ()
        yield (("bold", sheet.title),)
        for remark in sheet.remarks:
            yield from ((("dim", text),) for text in _filled(remark, width))
        yield from _lines(sheet, width) if sheet.lines else ()
    yield ()
    for said in closing(model):
        yield from ((("", text),) for text in _filled(said, width))


def _filled(text: str, width: int | None) -> list[str]:
    """Write a text in lines of a width."""
    shown = _text((text,))
    return [shown] if width is None else textwrap.wrap(shown, width)


def _lines(sheet: Sheet, width: int | None) -> Iterator[report.Line]:
    titles, numbers, rows = _columns(sheet)
    least = _EASY if _SPARED in titles else _LEAST
    widths = _fitted(_widths([titles, *rows]), numbers, width, least)
    if width is not None and _total(widths) > width and _SPARED in titles:
        yield from _lines(sheet.without(_SPARED), width)
        return
    for part in _wrapped(titles, widths, 0):
        yield (("dim", _row(part, widths, numbers)),)
    yield (("dim", _GAP.join("-" * each for each in widths)),)
    for line, row in zip(sheet.lines, rows, strict=True):
        for part in _wrapped(row, widths, line.depth):
            yield ((_STYLES.get(line.mark, ""), _row(part, widths, numbers)),)


def _columns(sheet: Sheet) -> tuple[list[str], list[bool], list[list[str]]]:
    """Return titles, which columns are numbers, and the cells as texts."""
    places = range(len(sheet.columns))
    titles = [column.title for column in sheet.columns]
    numbers = [column.number for column in sheet.columns]
    return titles, numbers, [[_indented(x, i) for i in places] for x in sheet.lines]


def _indented(line: Line, place: int) -> str:
    """Write a cell; the first one shows how deep in bodies the row is."""
    return "  " * (line.depth if place == 0 else 0) + _text(line.cells[place])


def _text(cell: Cell) -> str:
    return report.printable(" ".join(", ".join(cell).split()))


def _widths(rows: Iterable[Sequence[str]]) -> list[int]:
    """Return how wide each column would like to be."""
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _fitted(
    widths: list[int], numbers: Sequence[bool], width: int | None, least: int
) -> list[int]:
    """Narrow the widest columns of words until all fit, but none below the least."""
    found = [*widths]
    words = [place for place, number in enumerate(numbers) if not number]
    while width is not None and _total(found) > width:
        widest = max(words, key=lambda place: found[place])
        if found[widest] <= least:
            break
        found[widest] -= 1
    return found


def _total(widths: Sequence[int]) -> int:
    """Return how wide columns are together."""
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _wrapped(
    row: Sequence[str], widths: Sequence[int], depth: int
) -> Iterator[tuple[str, ...]]:
    """Break the cells of a row that are too wide into lines."""
    cells = [
        textwrap.wrap(
            text,
            width,
            subsequent_indent="  " * (depth + 1) if place == 0 else "",
        )
        or [""]
        for place, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    yield from zip_longest(*cells, fillvalue="")


def _row(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    shown = [
        cell.strip().rjust(width) if number else cell.rstrip().ljust(width)
        for cell, width, number in zip(cells, widths, numbers, strict=True)
    ]
    return _GAP.join(shown).rstrip()
