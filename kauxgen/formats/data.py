"""Findings as JSON, for programs: the same keys in every version of this format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kauxgen.finding import Diagnostic
from kauxgen.formats.texts import as_json, encodable

FORMAT = 1
"""The number of this format; it rises if a key goes or changes its meaning."""


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Write the findings, and how many are errors and warnings."""
    errors = sum(each.is_error for each in diagnostics)
    data = {
        "format": FORMAT,
        "findings": [_finding(encodable(each)) for each in diagnostics],
        "errors": errors,
        "warnings": len(diagnostics) - errors,
    }
    return as_json(data)


def _finding(found: Diagnostic) -> dict[str, Any]:
    """Give a finding; one about a whole file has no place in it."""
    return {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "help": found.help or None,
        "path": found.path,
        "line": found.line or None,
        "column": found.column or None,
        "end_column": found.end_column or None,
        "pointer": found.pointer if found.line else None,
    }
