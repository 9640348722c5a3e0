"""The tables of a report: a row a log, and a row an epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kauxgen.frozen import frozen
from kauxgen.training.history import Epoch, History, Term
from kauxgen.training.report import panels
from kauxgen.training.report.numbers import number, share
from kauxgen.training.report.rows import Best, Course, Row
from kauxgen.web import safe, sentence

_FACTS = (("share", "share"), ("gradient_share", "gradient"))


def summary(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of the logs."""
    held_out = any(row.held_out for row in rows)
    shares = any(row.share for row in rows)
    heads = ["first", "last", "best"]
    heads += ["validation, last", "best"] if held_out else []
    heads += ["share of total", "of gradient"] if shares else []
    yield "<table><thead><tr><th>log</th><th>weight</th>"
    yield "".join(f"<th>{each}</th>" for each in heads)
    yield "</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(_about(row))}"
        yield f"<td>{safe(row.panel.note.removeprefix('× '))}</td>"
        yield "".join(f"<td>{cell}</td>" for cell in _cells(row, held_out, shares))
        yield "</tr>"
    yield "</tbody></table>"


def _about(row: Row) -> Iterator[str]:
    yield f'<th scope="row"><b>{safe(row.panel.name)}</b>'
    kind = row.term.kind if row.term else row.panel.role
    yield f' <span class="kind">{safe(kind)}</span>' if kind != panels.OTHER else ""
    yield from said(row.term) if row.term else ()
    yield "</th>"


def said(term: Term) -> Iterator[str]:
    """Yield what is known of a term: its formula, what it is for, and its place."""
    if term.formula:
        yield f"<br><code>{safe(term.formula)}</code>"
    if term.description:
        yield f"<br>{sentence(term.description)}"
    if term.place:
        yield f'<br><span class="place">{safe(term.place)}</span>'


def _cells(row: Row, held_out: bool, shares: bool) -> Iterator[str]:
    train = row.train
    yield number(train.first) if train else "NaN"
    yield number(train.last) if train else "NaN"
    yield _best(row, train)
    if held_out:
        yield number(row.held_out.last) if row.held_out else ""
        yield _best(row, row.held_out)
    if shares:
        yield _change(row.share)
        yield _change(row.gradient)


def _best(row: Row, course: Course | None) -> str:
    """Write the best value of what is minimized, and the range of anything else."""
    if course is None:
        return ""
    if row.panel.role in (panels.TOTAL, panels.TERM):
        return _at(course.least)
    if course.least.value == course.most.value:
        return number(course.least.value)
    return f"{number(course.least.value)} to {number(course.most.value)}"


def _at(best: Best) -> str:
    return f'{number(best.value)} <span class="place">epoch {best.epoch}</span>'


def _change(ends: tuple[float, ...]) -> str:
    first, last = (share(one) for one in ends) if ends else ("", "")
    return last if first == last else f"{first} → {last}"


@frozen
class Column:
    """A column of the table of epochs: its log or fact, and its two heads."""

    name: str
    fact: str
    head: str

    def cell(self, epoch: Epoch) -> str:
        """Write the value of an epoch."""
        if self.fact == "log":
            return number(epoch.logs.get(self.name))
        health = epoch.health.get(self.name)
        return share(getattr(health, self.fact)) if health else ""


def columns(history: History) -> list[list[Column]]:
    """Return the columns behind the epoch and its time, a group a log."""
    groups = []
    for name, held_out in history.pairs():
        group = [Column(name, "log", "training" if held_out else "value")]
        group += [Column(held_out, "log", "validation")] if held_out else []
        group += _shares(name) if name in history.healthy else []
        groups.append(group)
    seen = {group[0].name for group in groups}
    late = [_shares(name) for name in history.healthy if name not in seen]
    return [*groups, *late]


def _shares(name: str) -> list[Column]:
    return [Column(name, fact, head) for fact, head in _FACTS]


def epochs(history: History, groups: Sequence[Sequence[Column]]) -> Iterator[str]:
    """Yield the table of epochs."""
    flat = [column for group in groups for column in group]
    yield '<table id="epochs"><thead><tr>'
    yield '<th rowspan="2">epoch</th><th rowspan="2">seconds</th>'
    for group in groups:
        yield f'<th colspan="{len(group)}" class="group">{safe(group[0].name)}</th>'
    yield "</tr><tr>"
    yield "".join(f"<th>{column.head}</th>" for column in flat)
    yield "</tr></thead><tbody>"
    for epoch in history.epochs:
        cells = [number(epoch.seconds, 3), *(column.cell(epoch) for column in flat)]
        told = "".join(f"<td>{cell}</td>" for cell in cells)
        yield f'<tr><th scope="row">{epoch.epoch}</th>{told}</tr>'
    yield "</tbody></table>"
