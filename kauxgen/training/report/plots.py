"""The curves of a run as pictures for papers: `terms.png` and `terms.svg`.

A panel for the total and for every term, each on an axis of its own, so that a term
that is a thousandth of another is seen as well; below, if it was measured, what each
term is to the total and to its gradient. The same run gives the same bytes: no date, no
random name, no font of this machine.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from kauxgen.picture.strokes import legible
from kauxgen.training import recording
from kauxgen.training.history import History
from kauxgen.training.report import panels, scales
from kauxgen.training.report.numbers import number
from kauxgen.training.report.panels import Panel, Stack
from kauxgen.web import level

PNG, SVG = "terms.png", "terms.svg"
TRAINING, HELD_OUT = "#0072B2", "#D55E00"
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Those of Okabe and Ito, which people who do not see red or green can tell apart."""
REST = "#999999"
_INK, _SOFT, _RULE, _LOST = "#1f2328", "#59636e", "#d8dee4", "#fbe3e4"
_DRAWN = (panels.TOTAL, panels.TERM)
_WIDE, _HIGH = 2.5, 1.75
_HEAD, _LONG, _NAME = 0.3, 32, 18
_DASHES = (0, (4, 2))
_PLACES = 6
_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "svg.hashsalt": "kauxgen",
    "svg.fonttype": "path",
    "axes.linewidth": 0.6,
    "path.simplify": False,
}


def write(folder: Path, history: History) -> None:
    """Write both files into a folder; FileError if they cannot be written."""
    with matplotlib.rc_context(_STYLE):
        figure = draw(history)
        for name, kind, facts in (
            (PNG, "png", {"Software": None}),
            (SVG, "svg", {"Date": None, "Creator": None}),
        ):
            data = io.BytesIO()
            figure.savefig(data, format=kind, dpi=200, metadata=facts)
            recording.replace(folder / name, data.getvalue())


def draw(history: History) -> Figure:
    """Draw a run; without a log there is a figure that says so."""
    shown = [one for one in panels.panels(history) if one.role in _DRAWN]
    shown = shown or list(panels.panels(history))
    parts = list(panels.stacks(history))
    columns = columns_for(len(shown), bool(parts))
    rows = [math.ceil(len(shown) / columns) or 1, math.ceil(len(parts) / 2)]
    figure = Figure(figsize=(_WIDE * columns, _HIGH * sum(rows) + _HEAD))
    FigureCanvasAgg(figure)
    figure.set_layout_engine("constrained", h_pad=0.05, w_pad=0.05)
    grid = figure.add_gridspec(
        1 + bool(parts), 1, height_ratios=[one for one in rows if one]
    )
    epochs = [epoch.epoch for epoch in history.epochs]
    for place, panel in zip(_cells(grid[0], rows[0], columns), shown, strict=False):
        _panel(figure.add_subplot(place), panel, epochs)
    if parts:
        for place, stack in zip(_cells(grid[1], rows[1], 2), parts, strict=True):
            _stack(figure.add_subplot(place), stack, epochs)
    if any(panel.held_out for panel in shown):
        _legend(figure)
    if not shown:
        _text(figure.text(0.5, 0.5, "no epoch has ended", ha="center", color=_SOFT))
    _settle(figure)
    return figure


def _settle(figure: Figure) -> None:
    """Lay out the panels and round their places.

    The last bits that the layout's solver finds depend on where its variables lie in
    memory, and the names of clips in an SVG are digests of all bits.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        places = [round(float(one), _PLACES) for one in axes.get_position().extents]
        axes.set_position(Bbox.from_extents(*places))


def _cells(place: Any, rows: int, columns: int) -> list[Any]:
    """Part a place into a grid, row by row."""
    grid = place.subgridspec(rows, columns)
    return [grid[row, column] for row in range(rows) for column in range(columns)]


def columns_for(count: int, wide: bool) -> int:
    """Choose how many panels stand side by side."""
    least = 2 if wide else 1
    if count <= 3:
        return max(count, least)
    return 2 if count == 4 else 3 if count <= 9 else 4 if count <= 16 else 5


def _panel(axes: Any, panel: Panel, epochs: Sequence[int]) -> None:
    _frame(axes, epochs)
    _title(axes, panel.name, panel.note)
    ticks = panel.scale.ticks()
    axes.set_yticks([panel.scale.place(one) for one, _ in ticks])
    axes.set_yticklabels([label for _, label in ticks])
    axes.grid(axis="y", color=_RULE, linewidth=0.5)
    for first, last in panel.lost:
        axes.axvspan(epochs[first] - 0.5, epochs[last] + 0.5, color=_LOST, linewidth=0)
        _text(axes.text(epochs[first], 0.97, number(panel.values[first]), va="top"))
    _curve(axes, panel, panel.values, epochs, TRAINING, "-")
    if panel.held_out:
        _curve(axes, panel, panel.held_out, epochs, HELD_OUT, _DASHES)


def _curve(
    axes: Any,
    panel: Panel,
    values: Sequence[float],
    epochs: Sequence[int],
    color: str,
    dashes: Any,
) -> None:
    """Draw a curve; a value that stands alone, or among few, has a dot."""
    places = [panel.scale.place(one) for one in values]
    axes.plot(epochs, places, color=color, linestyle=dashes, linewidth=1.3, zorder=3)
    dotted = panels.dotted(places)
    x, y = [epochs[one] for one in dotted], [places[one] for one in dotted]
    axes.plot(x, y, color=color, marker="o", markersize=2.6, linewidth=0, zorder=4)


def _stack(axes: Any, stack: Stack, epochs: Sequence[int]) -> None:
    _frame(axes, epochs)
    _title(axes, stack.title, "")
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_yticklabels(["0%", "25%", "50%", "75%", "100%"])
    edges = [edge for one in epochs for edge in (one - 0.5, one + 0.5)]
    base = [0.0] * len(edges)
    handles = []
    for color, layer in zip(colors(stack), stack.layers, strict=True):
        parts = [one for value in layer.values for one in (value, value)]
        top = [low + part for low, part in zip(base, parts, strict=True)]
        axes.fill_between(edges, base, top, color=color, linewidth=0)
        handles.append(Line2D([], [], color=color, linewidth=4, label=" "))
        base = top
    legend = axes.legend(
        handles=handles[::-1],
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        frameon=False,
        handlelength=0.8,
    )
    for text, layer in zip(legend.get_texts(), stack.layers[::-1], strict=True):
        _text(text, short(layer.name, _NAME))


def colors(stack: Stack) -> list[str]:
    """Return the colour of each layer of a stack."""
    own = iter(COLORS)
    return [REST if one.name == panels.REST else next(own) for one in stack.layers]


def _frame(axes: Any, epochs: Sequence[int]) -> None:
    """Lay out what all axes have in common."""
    first, last = (epochs[0], epochs[-1]) if epochs else (0, 1)
    named = scales.epochs(first, last)
    axes.set_xticks(named)
    axes.set_xticklabels([str(one) for one in named])
    axes.set_xlim(first - 0.5, last + 0.5)
    axes.set_ylim(0, 1)
    axes.tick_params(length=2, width=0.5, color=_SOFT, labelcolor=_SOFT, pad=2)
    axes.set_xlabel("epoch", color=_SOFT, labelpad=1)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _title(axes: Any, title: str, note: str) -> None:
    room = _LONG - min(len(note), _LONG // 2)
    _text(
        axes.set_title("", loc="left", fontweight="bold", fontsize=7, pad=4),
        short(title, room),
    )
    rest = short(note, _LONG - min(len(title), room))
    _text(axes.set_title("", loc="right", fontsize=6.5, color=_SOFT, pad=4), rest)


def _text(text: Any, words: str | None = None) -> None:
    """Let a text be a text: no formula between dollars."""
    text.set_parse_math(False)
    said = text.get_text() if words is None else words
    text.set_text(legible(level(said)))


def short(text: str, room: int) -> str:
    """Cut a text for which there is no room above a panel."""
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _legend(figure: Figure) -> None:
    lines = ((TRAINING, "-", "training"), (HELD_OUT, _DASHES, "validation"))
    handles = [
        Line2D([], [], color=color, linestyle=dashes, linewidth=1.3, label=said)
        for color, dashes, said in lines
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=2, frameon=False)
