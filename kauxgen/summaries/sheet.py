"""A table of words, which a terminal and markdown both lay out."""

from __future__ import annotations

from kauxgen.frozen import frozen

Cell = tuple[str, ...]
"""What stands in a cell: words, each a piece of the spec or a number."""


@frozen
class Column:
    """A column: its title, and whether numbers stand in it, to the right."""

    title: str
    number: bool = False


@frozen
class Line:
    """A row of a sheet, at a depth of bodies; `mark` says what it is for the eye.

    `mark` is "penalty" for a row that a penalty reads, "frozen", "total" or "".
    """

    cells: tuple[Cell, ...]
    depth: int = 0
    mark: str = ""


@frozen
class Sheet:
    """A table with a title and remarks above it."""

    title: str
    remarks: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def filled(self) -> Sheet:
        """Leave out the columns that are empty in every row."""
        used = [
            place
            for place in range(len(self.columns))
            if any(any(line.cells[place]) for line in self.lines)
        ]
        return self._only(used)

    def without(self, title: str) -> Sheet:
        """Leave out a column."""
        titles = [column.title for column in self.columns]
        return self._only([place for place, one in enumerate(titles) if one != title])

    def _only(self, used: list[int]) -> Sheet:
        columns = tuple(self.columns[place] for place in used)
        lines = tuple(
            Line(tuple(line.cells[place] for place in used), line.depth, line.mark)
            for line in self.lines
        )
        return Sheet(self.title, self.remarks, columns, lines)
