"""Data as a source has them: arrays by the names of the source, read when chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kauxgen import source
from kauxgen.finding import Diagnostic, Finding, SpecError
from kauxgen.frozen import frozen
from kauxgen.source import Document

Array = Any


@frozen
class Columns:
    """What a source has: `names` of arrays or columns, and how chosen ones are read.

    `origin` is what the source is called, `what` it calls an array: a "column" holds
    one number a row, so several can stand side by side. `numbers` are the names of
    those that hold numbers.
    """

    origin: str
    what: str
    names: tuple[str, ...]
    read: Callable[[Sequence[str]], Mapping[str, Array]]
    numbers: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def of_arrays(
    origin: str, arrays: Mapping[str, Array], said: tuple[str, ...] = (), what: str = ""
) -> Columns:
    """Give arrays that are read already."""
    names = tuple(arrays)
    return Columns(origin, what or "array", names, lambda chosen: arrays, names, said)


def blame(origin: str, *found: Finding, document: Document | None = None) -> SpecError:
    """Make the error of findings: at their place in the spec, else of the source."""
    placed = [
        source.locate(document, one) if document and one.pointer else _at(origin, one)
        for one in found
    ]
    return SpecError(placed)


def _at(origin: str, one: Finding) -> Diagnostic:
    return Diagnostic(origin, 0, 0, one.code, one.message, one.help)
