"""The text of `history.json` and `history.csv`, an epoch a line.

A number that JSON does not have is a text there, as in Protocol Buffers. A name that a
spreadsheet would take for a formula is marked as text.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from kauxgen.training.history import Epoch, History

VERSION = 1
"""That of the form of `history.json`; it rises when a key goes or means another."""

_FACTS = ("share", "gradient_norm", "gradient_share")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NEEDED = ("logs", "total", "terms", "metrics")
_OF_TERM = ("name", "weight", "kind", "formula", "place")

Columns = tuple[tuple[str, str], ...]
"""Names of logs with "", and of terms with a fact of their health."""


class Growing:
    """The texts of the epochs of a history that grows, each made once."""

    def __init__(self, write: Callable[[Epoch, Columns], str]) -> None:
        """Know how an epoch is written."""
        self._write = write
        self._columns: Columns = ()
        self._epochs: tuple[Epoch, ...] = ()
        self._texts: list[str] = []

    def texts(self, history: History, columns: Columns) -> list[str]:
        """Return the text of every epoch, all made anew if it is another history."""
        known, epochs = self._epochs, history.epochs
        last = len(known) - 1
        grows = last < 0 or (last < len(epochs) and known[last] is epochs[last])
        if not grows or columns != self._columns:
            self._texts = []
        new = epochs[len(self._texts) :]
        self._texts += [self._write(epoch, columns) for epoch in new]
        self._epochs, self._columns = epochs, columns
        return self._texts


def as_json(history: History, lines: Iterable[str]) -> str:
    """Write a history as JSON; `lines` are its epochs."""
    parts = [
        f'"version": {VERSION}',
        f'"names": {dump(history.names)}',
        f'"epochs": {_listed(lines)}',
        f'"findings": {_listed(map(dump, history.findings))}',
    ]
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def line(epoch: Epoch, columns: Columns) -> str:
    """Write an epoch as JSON, which has no columns."""
    return dump(epoch)


def columns(history: History) -> Columns:
    """Return the columns behind those that every table has."""
    logs = [(name, "") for name in history.logs]
    return (*logs, *((name, fact) for name in history.healthy for fact in _FACTS))


def head(columns: Columns) -> str:
    """Write the first row of the table."""
    names = [".".join(filter(None, column)) for column in columns]
    return _row(["epoch", "seconds", "steps", *map(_cell, names)])


def row(epoch: Epoch, columns: Columns) -> str:
    """Write an epoch as a row of the table; what it does not have stays empty."""
    cells: list[Any] = [epoch.epoch, epoch.seconds, epoch.steps]
    for name, fact in columns:
        found = epoch.health.get(name) if fact else epoch.logs.get(name)
        cells.append(getattr(found, fact, "") if fact else found)
    return _row(cells)


def _row(cells: Sequence[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _cell(text: str) -> str:
    """Write a name so that a spreadsheet takes it for a text."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _listed(lines: Iterable[str]) -> str:
    inner = ",\n  ".join(lines)
    return f"[\n  {inner}\n ]" if inner else "[]"


def dump(value: Any) -> str:
    """Write a value of a history as a line of JSON."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """Give a value the form of JSON, without fields that are empty and need not be."""
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "NaN" if value != value else f"{'-' * (value < 0)}Infinity"
    if isinstance(value, (str, int, type(None))):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    pairs = ((one.name, getattr(value, one.name)) for one in fields(value))
    return {
        name: _plain(one)
        for name, one in pairs
        if name in (*_NEEDED, *_OF_TERM) or one not in ((), {}, "", None)
    }
