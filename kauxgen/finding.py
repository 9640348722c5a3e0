"""What is wrong with a spec, and where: values that rules make and reports print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One mistake, placed by a JSON pointer into the spec.

    `at_key` places it on the key of an object's member instead of its value;
    `part` narrows it to a range of characters (start, end) of a string value.
    """

    pointer: str
    code: str
    message: str
    help: str = ""
    at_key: bool = False
    part: tuple[int, int] | None = None
    severity: str = "error"


@dataclass(frozen=True, order=True)
class Diagnostic:
    """A finding with its place in the text: file, line and columns, counted from 1.

    `end_column` is the column after the last character; `source` is the line's text.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    help: str = ""
    end_column: int = 0
    source: str = ""
    severity: str = "error"
    pointer: str = ""


class SpecError(Exception):
    """Raised by the compiler alone; carries every diagnostic of a spec."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep the diagnostics; the first is the exception's message."""
        first = diagnostics[0]
        super().__init__(
            f"{first.path}:{first.line}:{first.column}: {first.code} {first.message}"
        )
        self.diagnostics = tuple(diagnostics)
