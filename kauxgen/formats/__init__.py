"""Findings in the formats of other programs: of editors, of GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from kauxgen.finding import Diagnostic
from kauxgen.formats import data, github, gitlab, junit, sarif

WRITERS: Mapping[str, Callable[[Sequence[Diagnostic]], str]] = MappingProxyType(
    {
        "json": data.write,
        "github": github.write,
        "gitlab": gitlab.write,
        "sarif": sarif.write,
        "junit": junit.write,
    }
)
"""What writes each format: a whole document of any findings, also of none."""


def write(diagnostics: Sequence[Diagnostic], format: str) -> str:
    """Write findings in a format of `WRITERS`; the text ends its last line."""
    text = WRITERS[format](diagnostics)
    return text if not text or text.endswith("\n") else f"{text}\n"
