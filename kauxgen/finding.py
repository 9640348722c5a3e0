"""What is wrong with a spec, and where: values that rules make and reports print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kauxgen.frozen import frozen

ERROR = "error"
WARNING = "warning"


@frozen
class Finding:
    """One mistake, placed by a JSON pointer into the spec.

    An error stops the compiler; a warning is about what Keras builds, and what is
    mostly not meant.

    `at_key` places it on the key of an object's member instead of its value;
    `part` narrows it to a range of characters (start, end) of a string value.
    """

    pointer: str
    code: str
    message: str
    help: str = ""
    at_key: bool = False
    part: tuple[int, int] | None = None
    severity: str = ERROR

    def __lt__(self, other: Finding) -> bool:
        """Order by the fields, as they stand above."""
        return tuple(vars(self).values()) < tuple(vars(other).values())

    @property
    def is_error(self) -> bool:
        """Whether no code can be written while this stands."""
        return self.severity == ERROR


@frozen
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
    severity: str = ERROR
    pointer: str = ""

    def __lt__(self, other: Diagnostic) -> bool:
        """Order by the fields, as they stand above."""
        return tuple(vars(self).values()) < tuple(vars(other).values())

    @property
    def is_error(self) -> bool:
        """Whether no code can be written while this stands."""
        return self.severity == ERROR

    @property
    def as_error(self) -> Diagnostic:
        """The same as an error, which `--strict` makes of every warning."""
        return replace(self, severity=ERROR)


class SpecError(Exception):
    """Raised by the compiler alone; carries every diagnostic of a spec.

    At least one is an error; warnings about the same spec stand among them.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep the diagnostics; the first error is the exception's message."""
        first = next((one for one in diagnostics if one.is_error), diagnostics[0])
        super().__init__(
            f"{first.path}:{first.line}:{first.column}: {first.code} {first.message}"
        )
        self.diagnostics = tuple(diagnostics)
