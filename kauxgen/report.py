"""Findings and explanations as people read them: plain text, styled on a terminal."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TextIO

from kauxgen.finding import Diagnostic, Finding

Line = tuple[tuple[str, str], ...]
"""One line as pieces: a style of rich, or "", and a text."""

_WIDTH = 96
_BEFORE = 64
_CUT = "..."
_OTHERS = (".toml", ".lock", ".py", ".jinja", ".csv")
"""How the names of files end that have lines and are no specs."""
_COMMAND = re.compile(r"^\s*:(?=:)|##(?=\w*\[)")
_COLORS = {"error": "bold red", "warning": "bold yellow"}
_STYLES = {
    "wrote": "green",
    "unchanged": "dim",
    "refused": "yellow",
    "reformatted": "green",
}


def internal_error(error: BaseException) -> Finding:
    """KX901: a bug in kauxgen.

    Nothing that a spec says may end in an exception of Python: what kauxgen cannot
    compile it must refuse with a finding. Whatever you were doing, this is not your
    mistake; please report it with the spec. With KAUXGEN_DEBUG=1 in the environment
    kauxgen shows where it happened.

    Wrong:
        kauxgen render specs/vae.json: KX901 internal error: KeyError: 'hidden'

    Right:
        specs/vae.json:9:17: KX101 unknown key "hidden" in a node
    """
    kind, text = type(error).__name__, str(error)
    message = f"internal error: {kind}" + (f": {text}" if text else "")
    help = "please report it with the spec; KAUXGEN_DEBUG=1 shows where it happened"
    return Finding("", "KX901", message, help)


RULES = (internal_error,)


def findings(diagnostics: Iterable[Diagnostic]) -> Iterator[Line]:
    """Lay out findings: place, code and message, the line with a mark, the help."""
    for diagnostic in diagnostics:
        yield _headline(diagnostic)
        if diagnostic.source:
            yield from excerpt(diagnostic)
        yield _advice(diagnostic)


def summary(diagnostics: Sequence[Diagnostic]) -> Line:
    """Count findings, and what has them: "1 error, 2 warnings in 1 spec"."""
    paths = len({diagnostic.path for diagnostic in diagnostics})
    noun = "spec" if all(map(_is_in_spec, diagnostics)) else "file"
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = [(severities.count(each), each) for each in _COLORS]
    found = ", ".join(_counted(count, each) for count, each in counts if count)
    return (("bold", f"{found} in {_counted(paths, noun)}"),)


def _is_in_spec(diagnostic: Diagnostic) -> bool:
    return diagnostic.line > 0 and not diagnostic.path.endswith(_OTHERS)


def all_of(diagnostics: Sequence[Diagnostic]) -> Iterator[Line]:
    """Lay out findings with their count; nothing for none."""
    if diagnostics:
        yield from findings(diagnostics)
        yield summary(diagnostics)


def clean(specs: int) -> Line:
    """Say that nothing was found: "no findings in 2 specs"."""
    return (("green", f"no findings in {_counted(specs, 'spec')}"),)


def outcome(status: str, path: str, reasons: Sequence[Diagnostic] = ()) -> Line:
    """Say what became of a file: "wrote models/vae.py", or why it was refused."""
    style = _STYLES.get(status, "")
    why = [f"{reason.code} {printable(reason.message)}" for reason in reasons]
    after = f": {'; '.join(why)}" if why else ""
    return (style, status), ("", f" {printable(path)}{after}")


def show(lines: Iterable[Line], stream: TextIO) -> None:
    """Write lines to a stream: styled if it is a terminal that wants color, else plain.

    What the stream cannot encode is escaped, so that a report never fails; so is what
    a runner of a continuous integration would take for a command.
    """
    if _wants_color(stream):
        _show_styled(lines, stream)
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    for line in lines:
        text = _inert("".join(piece for _, piece in line)) + "\n"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _inert(text: str) -> str:
    """Escape a sign of `::command` that begins a line, and of any `##[command]`."""
    return _COMMAND.sub(lambda it: f"{it[0][:-1]}\\x{ord(it[0][-1]):02x}", text)


def _wants_color(stream: TextIO) -> bool:
    """Follow no-color.org, and terminals that say they are dumb."""
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not unwanted


def _show_styled(lines: Iterable[Line], stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*((text, style) for style, text in line)))


def _headline(diagnostic: Diagnostic) -> Line:
    """Write "path:line:column: KX102 message"; a whole file has no line.

    A warning says so before its code.
    """
    place = f":{diagnostic.line}:{diagnostic.column}" if diagnostic.line else ""
    word = "" if diagnostic.is_error else f"{diagnostic.severity} "
    return (
        ("bold", f"{printable(diagnostic.path)}{place}: "),
        (_COLORS[diagnostic.severity], f"{word}{diagnostic.code}"),
        ("", f" {printable(diagnostic.message)}"),
    )


def _advice(diagnostic: Diagnostic) -> Line:
    more = ("dim", f"more: kauxgen explain {diagnostic.code}")
    if not diagnostic.help:
        return ("", "  "), more
    return ("cyan", "  help: "), ("", f"{printable(diagnostic.help)}   "), more


def excerpt(diagnostic: Diagnostic) -> Iterator[Line]:
    """Show the line of a finding, cut to a width, and mark what is meant."""
    source = diagnostic.source.replace("\t", " ")
    start = min(diagnostic.column - 1, len(source))
    first, last = _window(source, start)
    left = _CUT if first else ""
    right = _CUT if last < len(source) else ""
    marked = source[start : max(start, min(diagnostic.end_column - 1, last))]
    offset = len(left) + _cells(source[first:start])
    number = f"  {diagnostic.line}"
    shown = f"{left}{printable(source[first:last])}{right}"
    yield ("dim", f"{number} | "), ("", shown.rstrip())
    mark = "^" * max(1, _cells(marked))
    color = _COLORS[diagnostic.severity]
    yield ("dim", f"{' ' * len(number)} | "), (color, " " * offset + mark)


def _window(source: str, start: int) -> tuple[int, int]:
    """Choose the part of a line to show: all if it fits, else around `start`."""
    if len(source) <= _WIDTH and _cells(source) <= _WIDTH:
        return 0, len(source)
    before = _fitting(reversed(source[max(0, start - _WIDTH) : start]), _BEFORE)
    first = start - before
    used = _cells(source[first:start])
    return first, start + _fitting(source[start : start + _WIDTH], _WIDTH - used)


def _fitting(characters: Iterable[str], width: int) -> int:
    """Count the characters that fit a width."""
    return sum(1 for end in accumulate(map(_cells, characters)) if end <= width)


def printable(text: str) -> str:
    """Escape what a terminal would not print: controls, and marks that turn text."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def _cells(text: str) -> int:
    """Count the columns that a terminal needs for a text once it is printable."""
    plain = text.isascii() and text.isprintable()
    return len(text) if plain else sum(map(_width, text))


def _width(character: str) -> int:
    if not character.isprintable():
        return len(_shown(character))
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")
