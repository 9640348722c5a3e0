"""Findings as workflow commands, which GitHub shows beside the lines of a change."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen import report
from kauxgen.finding import Diagnostic
from kauxgen.formats.placed import Placed, placed


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Write a command a finding: `::error file=,line=,...::message`."""
    return "".join(map(_command, placed(diagnostics)))


def _command(one: Placed) -> str:
    found = one.diagnostic
    properties = {"title": f"kauxgen ({found.code})"}
    if not one.path.startswith("<"):
        properties["file"] = one.path
    if found.line:
        end = max(found.column, found.end_column)
        properties |= {"line": str(found.line), "endLine": str(found.line)}
        properties |= {"col": str(found.column), "endColumn": str(end)}
    given = ",".join(f"{key}={_property(text)}" for key, text in properties.items())
    message = f"{found.message}\nhelp: {found.help}" if found.help else found.message
    return f"::{found.severity} {given}::{_data(message)}\n"


def _data(text: str) -> str:
    """Escape as `escapeData` of GitHub's toolkit does; other controls are shown."""
    shown = "".join(sign if sign in "\r\n" else report.printable(sign) for sign in text)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape as `escapeProperty` of GitHub's toolkit does."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
