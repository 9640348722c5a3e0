"""Two texts of a module compared: the lines that differ, the trees, a diff to read."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Sequence

from kauxgen.report import Line, printable

_MOST_LINES = 10_000
_MOST_PLACES = 6
_COLORS = {"---": "bold", "+++": "bold", "@@ ": "cyan", "-": "red", "+": "green"}


def same_tree(one: str, other: str) -> bool:
    """Tell whether two modules are the same but for their formatting and comments."""
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def changed(old: str, new: str) -> list[tuple[int, int]]:
    """List the lines of a new text that are not those of the old one, from 1.

    A place where lines are missing is the line before it and no more: (3, 2) stands
    behind line 2.
    """
    first, second = _lines(old), _lines(new)
    start = _shared(first, second)
    end = _shared(first[start:][::-1], second[start:][::-1])
    if max(len(first), len(second)) - start - end > _MOST_LINES:
        return [(start + 1, len(second) - end)]
    matcher = difflib.SequenceMatcher(
        None,
        first[start : len(first) - end],
        second[start : len(second) - end],
        autojunk=False,
    )
    return [
        (start + begin + 1, start + stop)
        for tag, _, _, begin, stop in matcher.get_opcodes()
        if tag != "equal"
    ]


def places(lines: Sequence[tuple[int, int]]) -> str:
    """Name lines in a sentence: "line 3", "lines 3, 10-12, after 20"."""
    named = [_place(*each) for each in lines[:_MOST_PLACES]]
    more = [f"{len(lines) - len(named)} more places"] if len(lines) > len(named) else []
    noun = "line" if len(lines) == 1 and named[0].isdigit() else "lines"
    return f"{noun} {', '.join([*named, *more])}" if named else ""


def diff(old: str | None, new: str, path: str) -> Iterator[Line]:
    """Lay out a unified diff of a file, with colors; `old` is None if it is new."""
    before = "/dev/null" if old is None else f"a/{path}"
    lines = difflib.unified_diff(
        _lines(old or ""),
        _lines(new),
        printable(before),
        printable(f"b/{path}"),
    )
    for line in lines:
        yield ((_color(line), _shown(line.removesuffix("\n"))),)
        if not line.endswith("\n"):
            yield (("", "\\ No newline at end of file"),)


def _lines(text: str) -> list[str]:
    """Cut a text into its lines as git does, which knows one end of a line."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def _color(line: str) -> str:
    return next((_COLORS[head] for head in _COLORS if line.startswith(head)), "")


def _shown(line: str) -> str:
    """Escape what a terminal would not print, but for tabs."""
    return "\t".join(printable(part) for part in line.split("\t"))


def _place(first: int, last: int) -> str:
    if last < first:
        return f"after {last}" if last else "before 1"
    return f"{first}" if first == last else f"{first}-{last}"


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the lines with which two texts begin alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
