"""How wide a text is, without a browser: advance widths of common sans fonts.

Of each character the wider of Helvetica's (Arial and Liberation Sans have the same) and
DejaVu Sans's, so that a text fits its box whichever of them a reader's machine has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

_PLAIN = {
    28: "'ijl",
    30: "I",
    32: " ,.·",
    34: "/:;\\|",
    36: "f",
    37: "-",
    39: "()[]",
    40: "t",
    41: "!²³",
    42: "r",
    46: '"',
    50: "*J`",
    53: "sz",
    55: "c",
    56: "?L_",
    58: "k",
    60: "vxy",
    62: "FTaeo",
    64: "$0123456789bdghnpqu{}√",
    67: "EKPSY",
    69: "ABVXZπ",
    73: "CR",
    75: "NU",
    78: "&DGH",
    79: "OQ",
    82: "w",
    84: "#+<=>^~×−",
    87: "M",
    95: "%",
    99: "Wm",
    102: "→…@",
}
_BOLD = {
    31: "'",
    35: " ijl",
    38: "/\\|,.I·",
    42: ":;-",
    46: "f²³!()[]",
    50: "`rt",
    56: '"*J_',
    60: "csz",
    64: "?L",
    68: "xvyk√ae",
    70: "EFTo$0123456789",
    72: "Sbdghnpqu{}",
    74: "CPYZ",
    78: "BRAKVX",
    85: "πUDG#+<=>HN^~×−OQ",
    93: "w&",
    101: "@M→…%",
    105: "m",
    111: "W",
}
_OTHER = 105
"""Hundredths of an em for any other character: as wide as Chinese ones, and more."""


def _by_character(table: Mapping[int, str]) -> dict[str, int]:
    return {each: width for width, row in table.items() for each in row}


_WIDTHS = {False: _by_character(_PLAIN), True: _by_character(_BOLD)}


def width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide a line is, in pixels, with letters of `size` pixels."""
    widths = _WIDTHS[bold]
    return sum(widths.get(each, _OTHER) for each in text) * size / 100


def cut(text: str, most: float, size: float, bold: bool = False) -> str:
    """Return a line of at most `most` pixels: what is too long ends with "…"."""
    if width(text, size, bold) <= most:
        return text
    while text and width(text + "…", size, bold) > most:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, most: float, size: float, lines: int) -> tuple[str, ...]:
    """Break a text into at most some lines of `most` pixels each."""
    rows: list[str] = []
    for word in _words(text):
        if rows and width(rows[-1] + word.rstrip(), size) <= most:
            rows[-1] += word
        else:
            rows.append(word)
    kept, rest = rows[:lines], "".join(rows[lines:])
    if rest:
        kept[-1] = kept[-1].rstrip() + "…"
    return tuple(cut(row.rstrip(), most, size) for row in kept)


def _words(text: str) -> Iterator[str]:
    """Part a text behind blanks, and behind the opening brackets of formulas."""
    start = 0
    for place, character in enumerate(text):
        if character in " (" and place + 1 < len(text):
            yield text[start : place + 1]
            start = place + 1
    yield text[start:]


def widest(lines: Iterable[str], size: float, bold: bool = False) -> float:
    """Return the width of the widest line; 0 of none."""
    return max((width(line, size, bold) for line in lines), default=0.0)
