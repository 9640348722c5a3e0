"""The report of a run: one page that needs no other file, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kauxgen import web
from kauxgen.training.history import History
from kauxgen.training.report import panels, pieces, tables
from kauxgen.training.report import rows as rowing
from kauxgen.training.report.charts import Chart
from kauxgen.training.report.facts import Run
from kauxgen.training.report.numbers import duration, number, share
from kauxgen.web import safe

_FOLDER = Path(__file__).parent / "page"
_COLUMNS, _ROWS = 16, 100


def html(run: Run, history: History) -> str:
    """Write the report of a run."""
    return _Page(run, history).text()


class _Page:
    """Writes one report; a run of very many epochs is shown thinned."""

    def __init__(self, run: Run, history: History) -> None:
        self.run = run
        self.whole = history
        self.shown = rowing.thinned(history)
        self.rows = list(rowing.rows(history))
        self.panels = list(panels.panels(self.shown))
        self.stacks = list(panels.stacks(self.shown))
        self.groups = tables.columns(self.shown)
        self.chart = Chart([epoch.epoch for epoch in self.shown.epochs])

    def text(self) -> str:
        """Write the page."""
        run = self.run
        slots = {
            "name": safe(run.name),
            "description": pieces.paragraph("about", run.description),
            "state": pieces.paragraph("state", run.state),
            "figures": pieces.pairs("figures", self.figures()),
            "findings": pieces.lines(self.findings()),
            "legend": pieces.LEGEND if any(one.held_out for one in self.panels) else "",
            "charts": pieces.lines(self.curves()),
            "shares": pieces.lines(self.shares()),
            "heading": "Terms" if self.whole.names.terms else "Logs",
            "objectives": pieces.lines(self.objectives()),
            "summary": pieces.lines(tables.summary(self.rows)),
            "unlogged": pieces.lines(self.unlogged()),
            "facts": pieces.lines(self.facts()),
            "loading": f"<pre>{safe(run.loading)}</pre>" if run.loading else "",
            "size": "large" if self.is_large() else "",
            "note": pieces.paragraph("quiet", self.note()),
            "table": pieces.lines(tables.epochs(self.shown, self.groups)),
        }
        return web.page(_FOLDER, f"{run.name}: a run of kauxgen", slots, self.data())

    def data(self) -> dict[str, Any]:
        """Return what the script needs: the columns of the table by chart."""
        flat = [column for group in self.groups for column in group]
        place = {(one.name, one.fact): index + 2 for index, one in enumerate(flat)}
        pairs = dict(self.shown.pairs())
        curves = [
            [place.get((name, "log"), 0) for name in (one.name, pairs[one.name])]
            for one in self.panels
        ]
        stacks = [
            [place.get((layer.name, stack.fact), 0) for layer in stack.layers]
            for stack in self.stacks
        ]
        return {"epochs": list(self.chart.epochs), "charts": [*curves, *stacks]}

    def figures(self) -> Iterator[tuple[str, str]]:
        """Yield the few numbers that are asked for first."""
        epochs, run = self.whole.epochs, self.run
        of = f" of {run.epochs}" if run.epochs > len(epochs) else ""
        yield "epochs", f"{len(epochs)}{of}"
        for row in self.rows:
            if row.panel.role == panels.TOTAL:
                yield f"last {row.panel.name}", number(row.panel.values[-1])
                if row.panel.held_out:
                    yield "in validation", number(row.panel.held_out[-1])
        if run.trainable is not None:
            yield "trainable parameters", f"{run.trainable:,}"
        yield "time", duration(sum(epoch.seconds for epoch in epochs))

    def findings(self) -> Iterator[str]:
        """Yield what was found to be wrong with terms, if that was looked for."""
        found = self.whole.findings
        if not found and not self.whole.healthy:
            return
        yield "<section><h2>Health</h2>"
        if not found:
            yield '<p class="well">Nothing was found to be wrong with any term.</p>'
        for each in found:
            yield from pieces.finding(each)
        yield "</section>"

    def curves(self) -> Iterator[str]:
        """Yield the curves, each with its last values."""
        for index, panel in enumerate(self.panels):
            head = pieces.head(panel.name, panel.note)
            yield f'<figure class="chart" data-chart="{index}">'
            yield f"<figcaption>{head}{pieces.values(panel)}</figcaption>"
            yield from self.chart.curves(panel)
            yield "</figure>"

    def shares(self) -> Iterator[str]:
        """Yield what each term is to the total and to its gradient."""
        if not self.stacks:
            return
        yield '<section><h2>Shares</h2><div class="charts">'
        for index, stack in enumerate(self.stacks, len(self.panels)):
            tones = pieces.tones(stack)
            yield f'<figure class="chart" data-chart="{index}"><figcaption>'
            yield f'{pieces.head(stack.title, "")}<output class="at">last</output>'
            yield "</figcaption>"
            yield from self.chart.stack(stack, tones)
            yield "<ul>"
            for tone, layer in zip(tones, stack.layers, strict=True):
                last = share(layer.values[-1])
                yield f'<li><i class="{tone}"></i>{safe(layer.name)} <b>{last}</b></li>'
            yield "</ul></figure>"
        yield "</div></section>"

    def objectives(self) -> Iterator[str]:
        """Yield what is minimized."""
        for each in self.whole.names.objectives:
            if not each.formula:
                continue
            name = f"{each.name} minimizes " if each.name else ""
            total = f"{self.whole.names.total} = " if self.whole.names.total else ""
            updates = f" and updates {', '.join(each.updates)}" if each.updates else ""
            formula = f"<code>{safe(total + each.formula)}</code>"
            yield f'<p class="formula">{safe(name)}{formula}{safe(updates)}</p>'

    def unlogged(self) -> Iterator[str]:
        """Yield the terms that have no log."""
        for term in rowing.unlogged(self.whole) if self.whole.epochs else ():
            yield f'<p class="quiet"><b>{safe(term.name)}</b> is not logged: '
            yield f"a term is logged under its name.{''.join(tables.said(term))}</p>"

    def facts(self) -> Iterator[str]:
        """Yield what was asked for, and what it was done with."""
        run = self.run
        if run.command:
            yield f"<pre>{safe(run.command)}</pre>"
        yield pieces.pairs("facts", pieces.facts(run))

    def is_large(self) -> bool:
        """Tell whether the table of epochs is too large for paper."""
        columns = sum(map(len, self.groups))
        return columns > _COLUMNS or len(self.shown.epochs) > _ROWS

    def note(self) -> str:
        """Say what the table leaves out."""
        if self.shown is self.whole:
            return ""
        shown, all = len(self.shown.epochs), len(self.whole.epochs)
        return f"{shown} of {all} epochs are shown; history.csv has all of them."
