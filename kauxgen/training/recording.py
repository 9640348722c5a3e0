"""The history of a run as files: `history.json`, whole at any time, and `history.csv`.

`schemas/history.json` is the schema of the former. The files of a run may come from
other people: what is read is checked.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from kauxgen import refusal, resources, soundness
from kauxgen.finding import Finding
from kauxgen.training import history_text
from kauxgen.training.history import (
    Epoch,
    HealthFinding,
    History,
    Names,
    Objective,
    Term,
    TermHealth,
)

_Value = TypeVar("_Value")

JSON = "history.json"
CSV = "history.csv"
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_NUMBERS = ("seconds", "value", "share", "gradient_norm", "gradient_share")


def no_history(reason: str) -> Finding:
    """KX860: a history that cannot be read.

    A run writes `history.json` after every epoch, whole at any time; its report and its
    plots are made from that file. It was not found, or somebody else wrote in it.

    Wrong:
        kauxgen train --resume runs        (the folder of all runs)

    Right:
        kauxgen train --resume runs/vae-1  (the folder of one)
    """
    help = "name the folder of a run, as kauxgen train left it"
    return Finding("", "KX860", f"no history of a run: {reason}", help)


RULES = (no_history,)
"""The rules of this module, by code."""


class Recorder:
    """Writes the history of a run while it grows: what was written is not made again.

    So a run of thousands of short epochs does not spend its time on telling of them.
    """

    def __init__(self, folder: Path) -> None:
        """Begin with nothing written."""
        self.folder = folder
        self._json = history_text.Growing(history_text.line)
        self._csv = history_text.Growing(history_text.row)

    def write(self, history: History) -> None:
        """Write both files, each replaced as a whole; FileError if they cannot be."""
        lines = self._json.texts(history, ())
        replace(self.folder / JSON, history_text.as_json(history, lines))
        columns = history_text.columns(history)
        rows = self._csv.texts(history, columns)
        table = "".join((history_text.head(columns), *rows))
        replace(self.folder / CSV, table, lasting=False)


def write(folder: Path, history: History) -> None:
    """Write both files once, each replaced as a whole; FileError if not."""
    Recorder(folder).write(history)


def replace(path: Path, data: str | bytes, lasting: bool = True) -> None:
    """Replace a file as a whole: a reader sees all of the old, or all of the new one.

    A `lasting` one is on the disk then; another one may be lost with the power.

    Raises:
        FileError: The file cannot be written; the old one stays.
    """
    new = path.with_name(f".{path.name}.new")
    with refusal.blaming(path):
        with new.open("wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        new.replace(path)


def read(folder: Path) -> History:
    """Read the history of a run's folder.

    Raises:
        FileError: There is none (KX860), or it is not what a run writes.
    """
    path = folder / JSON
    try:
        value = json.loads(path.read_bytes(), parse_constant=_refused)
    except OSError as error:
        raise refusal.blamed(no_history(refusal.reason(error)), path) from error
    except (ValueError, RecursionError) as error:
        raise refusal.blamed(no_history("this is not JSON"), path) from error
    schema = resources.schema("history")
    if not soundness.holds(schema, value, schema):
        reason = "this is not what kauxgen train writes"
        raise refusal.blamed(no_history(reason), path)
    return _history(value)


def _refused(word: str) -> None:
    raise ValueError(word)


def _history(value: Any) -> History:
    names = value["names"]
    objectives = names.get("objectives", ())
    return History(
        Names(
            total=names["total"],
            terms=tuple(_made(Term, one) for one in names["terms"]),
            metrics=tuple(names["metrics"]),
            objectives=tuple(_made(Objective, one) for one in objectives),
        ),
        tuple(_epoch(one) for one in value["epochs"]),
        tuple(_made(HealthFinding, one) for one in value["findings"]),
    )


def _epoch(value: Mapping[str, Any]) -> Epoch:
    health = value.get("health", {})
    made = {name: _made(TermHealth, one) for name, one in health.items()}
    return _made(Epoch, {**value, "health": made})


def _made(kind: type[_Value], value: Mapping[str, Any]) -> _Value:
    """Make a value of its JSON; keys that this version does not know are left out."""
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{key: _read(key, one) for key, one in value.items() if key in known})


def _read(key: str, value: Any) -> Any:
    """Read what stands under a key; a number may be a text, which JSON lacks."""
    if key in _NUMBERS:
        return _WORDS.get(value, value)
    if isinstance(value, Mapping) and key in ("logs", "networks"):
        return {name: _read("value", one) for name, one in value.items()}
    return tuple(value) if isinstance(value, list) else value
