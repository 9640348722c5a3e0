"""Findings as a Code Quality report, which GitLab compares between branches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kauxgen.finding import Diagnostic
from kauxgen.formats.placed import Placed, placed
from kauxgen.formats.texts import as_json

_SEVERITIES = {"error": "major", "warning": "minor"}


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Write the report: a list with an object a finding."""
    return as_json([_issue(one) for one in placed(diagnostics)])


def _issue(one: Placed) -> dict[str, Any]:
    found = one.diagnostic
    description = found.message + (f" ({found.help})" if found.help else "")
    return {
        "type": "issue",
        "description": f"{found.code}: {description}",
        "check_name": found.code,
        "fingerprint": one.fingerprint,
        "severity": _SEVERITIES[found.severity],
        # A finding about a whole file is shown at its head: a line is required.
        "location": {"path": one.path, "lines": {"begin": max(1, found.line)}},
    }
