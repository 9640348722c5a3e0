"""What all charts share: the page with its colours, texts, lines and marks.

Colours follow the reader's `prefers-color-scheme`; lines differ in marks and dashes,
and every text is a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_LIGHT = "#ffffff #1f2328 #59636e #d1d9e0 #0550ae #b35900 #116329 #8250df"
_DARK = "#0d1117 #f0f6fc #a3adb8 #3d444d #79c0ff #ffb77c #7ee2a0 #d2a8ff"
_NAMES = ("page", "ink", "soft", "rule", "a", "b", "c", "d")
SERIES = ("a", "b", "c", "d")
_DASHES = ("", "7 3", "2 3", "9 3 2 3")

Point = tuple[float, float]


def line(index: int, points: Sequence[Point]) -> str:
    """Draw a line in the colour and with the dashes of its number."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dash = _DASHES[index]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path class="line {SERIES[index]}" d="M{path}"{dashed}/>'


def mark(index: int, point: Point) -> str:
    """Draw a disc, a square, a triangle or a lozenge."""
    x, y = point
    start, name = f"M{x:.1f} {y:.1f}", SERIES[index]
    if index == 0:
        return f'<circle class="mark {name}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    turns = ("m-4 -4h8v8h-8z", "m0 -5l5 9h-10z", "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z")
    return f'<path class="mark {name}" d="{start}{turns[index - 1]}"/>'


def document(title: str, about: str, wide: float, high: float, body: list[str]) -> str:
    """Put a picture around shapes."""
    light, dark = (
        ";".join(f"--{n}:{v}" for n, v in zip(_NAMES, colours.split(), strict=True))
        for colours in (_LIGHT, _DARK)
    )
    size = f"{wide:.0f} {high:.0f}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
        f'width="{wide:.0f}" height="{high:.0f}" class="chart" role="img" '
        'aria-labelledby="chart-title chart-about">',
        f'<title id="chart-title">{written(title)}</title>',
        f'<desc id="chart-about">{written(about)}</desc>',
        f"<style>.chart{{{light}}}",
        f"@media (prefers-color-scheme:dark){{.chart{{{dark}}}}}",
        '.chart text{font-family:Helvetica,Arial,"Liberation Sans","DejaVu Sans",'
        "sans-serif;fill:var(--ink)}",
        ".page{fill:var(--page)}text.heading{font-size:16px;font-weight:700}",
        "text.name{font-size:13px;font-weight:700}text.label{font-size:12px}",
        ".chart text.tick{font-size:11px;fill:var(--soft)}.rule{stroke:var(--rule)}",
        ".zero{stroke:var(--soft);stroke-dasharray:4 3}",
        ".line{fill:none;stroke-width:2}.range{fill:none;stroke:var(--ink)}",
        *(
            f".line.{one}{{stroke:var(--{one})}}.mark.{one}{{fill:var(--{one})}}"
            for one in SERIES
        ),
        "</style>",
        '<rect class="page" width="100%" height="100%" rx="10"/>',
        f'<text class="heading" x="24" y="30">{written(title)}</text>',
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def written(text: str) -> str:
    """Escape a text."""
    return escape(text, quote=False)
