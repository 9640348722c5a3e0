"""Curves and stacks as SVG in a page: its colours are those of the page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from kauxgen.picture.strokes import px
from kauxgen.training.report import panels, scales
from kauxgen.training.report.numbers import number
from kauxgen.training.report.panels import Panel, Stack
from kauxgen.web import safe

WIDE, HIGH = 320.0, 194.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 314.0, 8.0, 164.0


class Chart:
    """Axes over epochs, and what is drawn on them."""

    def __init__(self, epochs: Sequence[int]) -> None:
        """Lay out the epochs, each half a step from the edge."""
        self.epochs = epochs
        self.first, self.last = (epochs[0], epochs[-1]) if epochs else (0, 1)

    def curves(self, panel: Panel) -> Iterator[str]:
        """Yield a panel's picture."""
        yield self._begun(f"{panel.name} by epoch")
        for first, last in panel.lost:
            x, end = (self.x(self.epochs[i]) for i in (first, last))
            half = self.x(self.first + 0.5) - self.x(self.first)
            yield _box("lost", x - half, TOP, end - x + 2 * half, BOTTOM - TOP)
            said = number(panel.values[first])
            late = x - half > RIGHT - 24
            at, anchor = (RIGHT, "end") if late else (x - half + 2, "start")
            yield _text(said, at, TOP + 11, "lost", anchor)
        labels = [(panel.scale.place(one), said) for one, said in panel.scale.ticks()]
        yield from self._axes(labels)
        yield from self._curve(panel, panel.values, "train")
        if panel.held_out:
            yield from self._curve(panel, panel.held_out, "val")
        yield "</svg>"

    def stack(self, stack: Stack, tones: Sequence[str]) -> Iterator[str]:
        """Yield a stack's picture; `tones` are the classes of its layers."""
        yield self._begun(f"{stack.title} by epoch")
        base = [0.0] * len(self.epochs)
        for tone, layer in zip(tones, stack.layers, strict=True):
            top = [low + part for low, part in zip(base, layer.values, strict=True)]
            yield f'<path class="{tone}" d="{"".join(self._steps(base, top))}"/>'
            base = top
        yield from self._axes([(i / 4, f"{25 * i}%") for i in range(5)])
        yield "</svg>"

    def x(self, epoch: float) -> float:
        """Return where an epoch stands."""
        whole = self.last - self.first + 1
        return LEFT + (RIGHT - LEFT) * (epoch - self.first + 0.5) / whole

    def _begun(self, title: str) -> str:
        first, last = px(self.x(self.first)), px(self.x(self.last))
        ends = f'data-first="{first}" data-last="{last}"'
        return (
            f'<svg viewBox="0 0 {px(WIDE)} {px(HIGH)}" role="img" tabindex="0" {ends} '
            f'aria-label="{safe(title)}">'
        )

    def _axes(self, labels: Sequence[tuple[float, str]]) -> Iterator[str]:
        for place, said in labels:
            yield f'<path class="rule" d="M{px(LEFT)} {px(_y(place))}H{px(RIGHT)}"/>'
            yield _text(said, LEFT - 5, _y(place) + 3.5, "", "end")
        yield f'<path class="axis" d="M{px(LEFT)} {px(BOTTOM)}H{px(RIGHT)}"/>'
        for epoch in scales.epochs(self.first, self.last) if self.epochs else ():
            yield _text(str(epoch), self.x(epoch), BOTTOM + 13, "", "middle")
        yield _text("epoch", RIGHT, HIGH - 4, "", "end")

    def _curve(self, panel: Panel, values: Sequence[float], tone: str) -> Iterator[str]:
        places = [panel.scale.place(one) for one in values]
        points = list(zip(map(self.x, self.epochs), places, strict=True))
        yield f'<path class="curve {tone}" d="{"".join(_line(points))}"/>'
        for index in panels.dotted(places):
            x, place = points[index]
            yield f'<circle class="{tone}" cx="{px(x)}" cy="{px(_y(place))}" r="2.4"/>'

    def _steps(self, base: Sequence[float], top: Sequence[float]) -> Iterator[str]:
        """Draw an area from one height to another, a step an epoch."""
        for epoch, low, high in zip(self.epochs, base, top, strict=True):
            if math.isfinite(high):
                x, end = px(self.x(epoch - 0.5)), px(self.x(epoch + 0.5))
                yield f"M{x} {px(_y(low))}V{px(_y(high))}H{end}V{px(_y(low))}z"


def _line(points: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Draw a line through points, which begins anew behind one that has no place."""
    pen = "M"
    for x, place in points:
        if math.isfinite(place):
            yield f"{pen}{px(x)} {px(_y(place))}"
        pen = "L" if math.isfinite(place) else "M"


def _y(place: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * place


def _box(tone: str, x: float, y: float, wide: float, high: float) -> str:
    size = f'width="{px(wide)}" height="{px(high)}"'
    return f'<rect class="{tone}" x="{px(x)}" y="{px(y)}" {size}/>'


def _text(text: str, x: float, y: float, tone: str, anchor: str) -> str:
    place = f'x="{px(x)}" y="{px(y)}" text-anchor="{anchor}"'
    mark = f' class="{tone}"' if tone else ""
    return f"<text{mark} {place}>{safe(text)}</text>"
