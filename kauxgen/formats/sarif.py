"""Findings as SARIF 2.1.0, which code scanning and many editors read.

The format is the OASIS standard "Static Analysis Results Interchange Format".
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import kauxgen
from kauxgen import explain
from kauxgen.finding import Diagnostic
from kauxgen.formats.placed import Placed, placed
from kauxgen.formats.texts import as_json

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
"""Where the standard keeps its schema; it is named, and never fetched."""

_BASE = "%SRCROOT%"


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Write a log of one run, with the rules that its results name."""
    found = placed(diagnostics)
    codes = sorted({one.diagnostic.code for one in found})
    root = {"description": {"text": "The root of the repository."}}
    run = {
        "tool": {"driver": _driver(codes)},
        "originalUriBaseIds": {_BASE: root},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes) for one in found],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return as_json(log)


def _driver(codes: Sequence[str]) -> dict[str, Any]:
    explanations = explain.diagnostics() if codes else {}
    return {
        "name": "kauxgen",
        "version": kauxgen.__version__,
        "rules": [_rule(code, explanations.get(code, code)) for code in codes],
    }


def _rule(code: str, explanation: str) -> dict[str, Any]:
    """Write a rule from what `kauxgen explain` says of its code."""
    first, _, rest = explanation.partition("\n")
    about = rest.partition("\nWrong:\n")[0]
    short = first.removeprefix(f"{code}: ")
    return {
        "id": code,
        "shortDescription": {"text": _plain(short[:1].upper() + short[1:])},
        "fullDescription": {"text": _plain(" ".join(about.split()) or short)},
        "help": {"text": _plain(explanation), "markdown": _markdown(explanation)},
    }


def _markdown(explanation: str) -> str:
    """Set the examples of an explanation as markdown's blocks of code."""
    for title in ("Wrong:", "Right:"):
        explanation = explanation.replace(f"\n{title}\n", f"\n**{title}**\n\n")
    return explanation


def _result(one: Placed, codes: Sequence[str]) -> dict[str, Any]:
    found = one.diagnostic
    message = f"{found.message}\n{found.help}" if found.help else found.message
    return {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": found.severity,
        "message": {"text": _plain(message)},
        "locations": [_location(one)],
        "partialFingerprints": {"kauxgenFinding/v1": one.fingerprint},
    }


def _location(one: Placed) -> dict[str, Any]:
    found = one.diagnostic
    physical: dict[str, Any] = {"artifactLocation": _artifact(one.path)}
    if found.line:
        physical["region"] = {
            "startLine": found.line,
            "startColumn": found.column,
            "endLine": found.line,
            "endColumn": max(found.column, found.end_column),
        }
    location: dict[str, Any] = {"physicalLocation": physical}
    if found.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": found.pointer}]
    return location


def _artifact(path: str) -> dict[str, str]:
    """Give a file as a URI below the repository's root, or as one of its own."""
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": _BASE}


def _plain(text: str) -> str:
    """Escape what SARIF would take for a link in a plain text, section 3.11.6."""
    return text.replace("](", "\\](")
