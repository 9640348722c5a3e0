"""Tracebacks with the parts of specs that made the statements in them."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kauxgen import report
from kauxgen.finding import Diagnostic
from kauxgen.frozen import frozen
from kauxgen.report import Line
from kauxgen.source import locate
from kauxgen.tracing import findings, frames, modules, names, reasons
from kauxgen.tracing.frames import Frame
from kauxgen.tracing.modules import Module

_IN_LIST = re.compile(r"/\d+(/|\Z)")
"""Pointers into a list of a spec: of nodes, of terms."""


@frozen
class Annotated:
    """A traceback with places of specs in it, and what is found in all.

    `found` has the place of the statement that failed (KX850), if it is known, and
    modules that are not what their specs give (KX851, KX852). `is_known` tells whether
    any line is one of a module that is as its spec says.
    """

    lines: tuple[Line, ...]
    found: tuple[Diagnostic, ...]
    is_known: bool

    @property
    def failed(self) -> Diagnostic | None:
        """The finding of the statement that failed, if its place is known."""
        return next((each for each in self.found if each.is_error), None)


def annotate(exception: BaseException) -> str:
    """Write the traceback of an exception with the places in specs, as plain text."""
    made = of(exception)
    lines = (*made.lines, *report.findings(made.found))
    return "".join(f"{''.join(text for _, text in line)}\n" for line in lines)


def of(exception: BaseException) -> Annotated:
    """Annotate the traceback of an exception, with all that it was raised from."""
    return read("".join(traceback.format_exception(exception)).rstrip("\n"))


def read(text: str) -> Annotated:
    """Annotate the text of a traceback, or a log with some in it."""
    lines = frames.plain(text)
    known = _Known()
    placed = {}
    for frame in frames.read(lines):
        diagnostic = known.place(frame, lambda: reasons.of(lines))
        if diagnostic is not None:
            placed[frame.last] = diagnostic
    last = list(placed.values())[-1:]
    # What runs the model leads to its inputs; an import may say more.
    vague = not any(_IN_LIST.search(one.pointer) for one in last)
    named = known.named(lines, vague)
    inner = [one.pointer for one in named] != [one.pointer for one in last]
    found = (*(named if named and inner else last), *known.found)
    return Annotated(tuple(_with(lines, placed)), found, known.is_known)


def _with(lines: Sequence[str], placed: dict[int, Diagnostic]) -> Iterator[Line]:
    for number, line in enumerate(lines):
        yield (("", _printable(line)),)
        if number in placed:
            yield from _place(placed[number])


def _place(one: Diagnostic) -> Iterator[Line]:
    """Show a part of a spec below the line of a module that it made."""
    where = f"{report.printable(one.path)}:{one.line}:{one.column}"
    yield ("", "    "), ("bold", where), ("dim", f" {report.printable(one.pointer)}")
    for line in report.excerpt(one):
        yield ("", "  "), *line


def _printable(line: str) -> str:
    """Let nothing of a log reach the terminal but text."""
    return "\t".join(map(report.printable, line.split("\t")))


def _last(lines: Sequence[str]) -> Sequence[str]:
    """Return the last traceback of a text: what was logged before it is over."""
    heads = [n for n, line in enumerate(lines) if "Traceback (most recent" in line]
    return lines[heads[-1] :] if heads else lines


def _paths(file: str) -> Iterator[Path]:
    """Yield the files that a traceback may mean, the likeliest first.

    One of another machine, as in the log of a CI, is here under the last parts of its
    path.
    """
    path = Path(file)
    yield path
    parts = path.parts[1:] if path.is_absolute() else path.parts
    for number in range(len(parts)):
        yield Path(*parts[number:])


class _Known:
    """The modules of a traceback, each looked at once."""

    def __init__(self) -> None:
        self.modules: dict[str, Module | None] = {}
        self.stale: dict[str, Diagnostic] = {}
        self.is_known = False

    @property
    def found(self) -> list[Diagnostic]:
        """What is found of modules that are not what their specs give."""
        return list(self.stale.values())

    def module(self, file: str) -> Module | None:
        """Look for the module that a traceback names; None if there is none here."""
        if file not in self.modules:
            looked = (modules.look(path) for path in _paths(file))
            self.modules[file] = next((one for one in looked if one), None)
        return self.modules[file]

    def named(self, lines: Sequence[str], vague: bool) -> list[Diagnostic]:
        """Return the place of the layer that an error names, if a module makes it.

        Where nothing else is known, also of what it imports.
        """
        for module in self.modules.values():
            if module is None or module.map is None:
                continue
            found, made = names.find(_last(lines), module.map), findings.MADE
            if found is None and vague:
                found = names.imported(_last(lines), module.map)
                made = findings.IMPORTED
            if found is not None:
                said, line, path = reasons.of(lines), found.line, module.path
                finding = findings.raised(found.pointer, said, path, line, made)
                return [locate(module.map.loaded.document, finding)]
        return []

    def place(self, frame: Frame, reason: Callable[[], str]) -> Diagnostic | None:
        """Return the part of a spec that made the line of a frame, if it is known."""
        module = self.module(frame.file)
        if module is None:
            return None
        line = module.lines[frame.line - 1] if frame.line <= len(module.lines) else ""
        if module.map is None or (frame.source and line.strip() != frame.source):
            self.stale[module.path] = module.found or modules.unlike(module)
            return None
        self.is_known = True
        indent = len(line) - len(line.lstrip())
        begin = frame.column + indent if frame.column >= 0 else -1
        pointer = module.map.origin(frame.line, begin, frame.end_column + indent)
        if not pointer:
            return None
        path, did = module.path, findings.RAISED
        finding = findings.raised(pointer, reason(), path, frame.line, did)
        return locate(module.map.loaded.document, finding)
