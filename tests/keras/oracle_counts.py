"""How many cases the oracles tried beside Keras, printed at the end of a run."""

from __future__ import annotations

import pytest

Counts = dict[str, int]


def write(reporter: pytest.TerminalReporter) -> None:
    """Print a table for each title, by what came of the cases.

    A test records the property "oracle": title, row and counts by outcome.
    """
    for title, rows in _tables(reporter).items():
        reporter.section(f"cases of {title} beside Keras")
        for line in _lines(rows):
            reporter.line(line)


def _tables(reporter: pytest.TerminalReporter) -> dict[str, dict[str, Counts]]:
    tables: dict[str, dict[str, Counts]] = {}
    for report in _reports(reporter):
        found: list[tuple[str, tuple[str, str, Counts]]] = report.user_properties  # type: ignore[assignment]
        for title, row, counts in (value for name, value in found if name == "oracle"):
            tables.setdefault(title, {})[row] = counts
    return tables


def _reports(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    found = [*reporter.stats.get("passed", []), *reporter.stats.get("failed", [])]
    return [one for one in found if getattr(one, "when", "") == "call"]


def _lines(rows: dict[str, Counts]) -> list[str]:
    """Lay out a table with sums of rows and columns."""
    names = list(dict.fromkeys(name for counts in rows.values() for name in counts))
    names.sort(key=lambda name: -sum(counts.get(name, 0) for counts in rows.values()))
    table = {
        row: [counts.get(name, 0) for name in names] for row, counts in rows.items()
    }
    table["all"] = [sum(column) for column in zip(*table.values(), strict=True)]
    wide = max(map(len, table))
    lines = [f"{'':{wide}}   cases  {'  '.join(names)}"]
    for row, counts in table.items():
        cells = (f"{n:{len(name)}}" for n, name in zip(counts, names, strict=True))
        lines.append(f"{row:{wide}}  {sum(counts):6}  {'  '.join(cells)}")
    return lines
