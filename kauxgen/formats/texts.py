"""Texts of findings in documents: any of them, encoded, and taken for no command."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from kauxgen.finding import Diagnostic


def encodable(diagnostic: Diagnostic) -> Diagnostic:
    """Escape lone surrogates, which names of files may have and UTF-8 has not."""
    return replace(
        diagnostic,
        path=_encodable(diagnostic.path),
        message=_encodable(diagnostic.message),
        help=_encodable(diagnostic.help),
        source=_encodable(diagnostic.source),
        pointer=_encodable(diagnostic.pointer),
    )


def _encodable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def as_json(value: Any) -> str:
    """Write a document of JSON, in which no runner finds a command."""
    return _inert(json.dumps(value, indent=2), "\\u0023")


def as_xml(text: str) -> str:
    """Write a document of XML, in which no runner finds a command."""
    return _inert(f'<?xml version="1.0" encoding="utf-8"?>\n{text}', "&#35;")


def _inert(text: str, number: str) -> str:
    """Write the second of two signs `##` by its number.

    Runners look for `##[name]` and `##vso[name]` anywhere in a line that is printed.
    Outside of texts, documents have no such sign.
    """
    return text.replace("##", f"#{number}")
