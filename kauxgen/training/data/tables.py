"""Tables as text: `.csv` files, read with the place of every cell that is no number."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import isfinite
from typing import Any, TextIO

import numpy as np

from kauxgen.finding import Diagnostic, Finding, SpecError
from kauxgen.frozen import frozen
from kauxgen.suggest import quote
from kauxgen.training.data import unread
from kauxgen.training.data.columns import Columns, blame

Array = Any
_SEPARATORS = ",;\t|"
_SAMPLE = 100
"""How many rows tell which columns are numbers."""


@frozen
class Table:
    """A `.csv` file: its separator, its columns, and whether a line names them."""

    path: str
    separator: str
    names: tuple[str, ...]
    is_headed: bool

    def rows(self, file: TextIO) -> Iterator[tuple[int, list[str]]]:
        """Yield rows with the number of their line, without empty lines."""
        reader = csv.reader(file, delimiter=self.separator, strict=True)
        found = ((reader.line_num, row) for row in reader if row)
        if self.is_headed:
            next(found)
        for line, row in found:
            if len(row) != len(self.names):
                wrong = unread.ragged_row(len(row), len(self.names))
                raise SpecError([self.place(wrong, line)])
            yield line, row

    def place(self, found: Finding, line: int, column: int = -1) -> Diagnostic:
        """Give a finding the place of a cell, or of a whole row."""
        with _opened(self.path) as file:
            text = next(text for at, text in enumerate(file, 1) if at == line)
        text = text.rstrip("\r\n")
        start, end = _cell(text, self.separator, column) if column >= 0 else (0, 1)
        at = Diagnostic(
            self.path, line, start + 1, found.code, found.message, found.help
        )
        return replace(at, end_column=max(end, start + 1) + 1, source=text)


def columns(path: str) -> Columns:
    """Open a table; SpecError if it is none."""
    table = _table(path)
    numbers = _numbers(table)
    said = () if table.is_headed else (f"{path} names no columns: they are 1, 2, ...",)

    def read(chosen: Sequence[str]) -> Mapping[str, Array]:
        return _read(table, chosen)

    return Columns(path, "column", table.names, read, numbers, said)


@contextmanager
def _opened(path: str) -> Iterator[TextIO]:
    """Open a file; what it does not let itself be read as is a finding."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise blame(path, unread.unreadable("the file", reason)) from error
    except UnicodeDecodeError as error:
        help = "save it as UTF-8"
        raise blame(path, unread.unreadable("the file", "not UTF-8", help)) from error
    except csv.Error as error:
        raise blame(path, unread.unreadable("the table", str(error))) from error


def _table(path: str) -> Table:
    with _opened(path) as file:
        line = next((text for text in file if text.strip()), "")
        counts = {sign: line.count(sign) for sign in _SEPARATORS}
        separator = max(counts, key=lambda sign: counts[sign])
        file.seek(0)
        rows = csv.reader(file, delimiter=separator, strict=True)
        head = next((row for row in rows if row), [])
    names = [name.strip() for name in head]
    headed = not all(map(_is_number, names))
    names = names if headed else [str(place) for place in range(1, len(names) + 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        reason = f"two columns are called {quote(twice[0])}"
        raise blame(path, unread.unreadable("the table", reason))
    return Table(path, separator, tuple(names), headed)


def _numbers(table: Table) -> tuple[str, ...]:
    """Tell by the first rows which columns hold numbers, and no text."""
    with _opened(table.path) as file:
        rows = [
            row for _, (_, row) in zip(range(_SAMPLE), table.rows(file), strict=False)
        ]
    if not rows:
        raise blame(table.path, unread.no_rows("the table"))
    cells = zip(table.names, zip(*rows, strict=True), strict=True)
    return tuple(
        name
        for name, column in cells
        if all(_is_number(cell) or not cell.strip() for cell in column)
    )


def _read(table: Table, chosen: Sequence[str]) -> dict[str, Array]:
    """Read columns; SpecError with the places of cells that are no numbers."""
    places = [table.names.index(name) for name in chosen]
    values: list[list[float]] = []
    bad: list[tuple[int, int, str]] = []
    with _opened(table.path) as file:
        for line, row in table.rows(file):
            try:
                numbers = [float(row[place]) for place in places]
            except ValueError:
                numbers = []
            if not numbers or not all(map(isfinite, numbers)):
                bad += [(line, at, row[at]) for at in places if not _is_number(row[at])]
            values.append(numbers)
    if bad:
        raise SpecError(_blamed(table, bad))
    array = np.asarray(values, "float64")
    return {name: array[:, place] for place, name in enumerate(chosen)}


def _blamed(table: Table, bad: Sequence[tuple[int, int, str]]) -> list[Diagnostic]:
    """Place the first bad cell of every column, and say how many more there are."""
    counts = Counter(at for _, at, _ in bad)
    first = {at: (line, cell) for line, at, cell in reversed(bad)}
    found = []
    for at, (line, cell) in sorted(first.items()):
        wrong = unread.not_a_number(table.names[at], cell, counts[at] - 1)
        found.append(table.place(wrong, line, at))
    return found


def _is_number(cell: str) -> bool:
    try:
        return isfinite(float(cell))
    except ValueError:
        return False


def _cell(text: str, separator: str, column: int) -> tuple[int, int]:
    """Find where a cell of a line begins and ends."""
    start, quoted, seen = 0, False, 0
    for at, character in enumerate(f"{text}{separator}"):
        if character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            if seen == column:
                return start, at
            start, seen = at + 1, seen + 1
    return 0, len(text)
