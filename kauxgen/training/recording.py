"""The history of a run as files: `history.json`, whole at any time, and `history.csv`.

`schemas/history.json` is the schema of the former. The files of a run may come from
other people: what is read is checked, and a text that a spreadsheet would take for a
formula is marked as text.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from kauxgen import refusal, resources, soundness
from kauxgen.finding import Finding
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
_VERSION = 1
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_NUMBERS = ("seconds", "value", "share", "gradient_norm", "gradient_share")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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


def write(folder: Path, history: History) -> None:
    """Write both files into a folder, each replaced as a whole; FileError if not."""
    replace(folder / JSON, as_json(history))
    replace(folder / CSV, as_csv(history))


def replace(path: Path, data: str | bytes) -> None:
    """Replace a file as a whole: a reader sees all of the old, or all of the new one.

    Raises:
        FileError: The file cannot be written; the old one stays.
    """
    new = path.with_name(f".{path.name}.new")
    with refusal.blaming(path):
        with new.open("wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
            file.flush()
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


def as_json(history: History) -> str:
    """Write a history as JSON, a line an epoch, a term or a finding."""
    names = _slim(history.names)
    lists = {
        "epochs": [_slim(epoch) for epoch in history.epochs],
        "findings": [_slim(finding) for finding in history.findings],
    }
    lines = [f'"version": {_VERSION}', f'"names": {_dump(names)}']
    lines += [f'"{key}": {_listed(items)}' for key, items in lists.items()]
    return "{\n " + ",\n ".join(lines) + "\n}\n"


def _listed(items: list[Any]) -> str:
    inner = ",\n  ".join(map(_dump, items))
    return f"[\n  {inner}\n ]" if items else "[]"


def as_csv(history: History) -> str:
    """Write a history as CSV: a row an epoch, then what is known of health."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    logs, healthy = history.logs, history.healthy
    facts = ("share", "gradient_norm", "gradient_share")
    behind = [f"{name}.{fact}" for name in healthy for fact in facts]
    writer.writerow(map(_cell, ("epoch", "seconds", "steps", *logs, *behind)))
    for epoch in history.epochs:
        values = [epoch.logs.get(name, "") for name in logs]
        health = [epoch.health.get(name) for name in healthy]
        shares = [getattr(one, fact, "") for one in health for fact in facts]
        writer.writerow((epoch.epoch, epoch.seconds, epoch.steps, *values, *shares))
    return text.getvalue()


def _cell(text: str) -> str:
    """Write a name so that a spreadsheet takes it for a text."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _slim(value: Any) -> Mapping[str, Any]:
    """Give a value the form of JSON, without what is empty and need not be there."""
    return {
        key: one for key, one in asdict(value).items() if one not in ((), {}, "", None)
    } | dict(_needed(value))


def _needed(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what must be there, though it is empty."""
    if isinstance(value, Names):
        yield "total", value.total
        yield "terms", [asdict(term) for term in value.terms]
        yield "metrics", value.metrics
    elif isinstance(value, Epoch):
        yield "logs", value.logs


def _dump(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """Turn numbers that JSON does not have into texts, as Protocol Buffers do."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else f"{'-' * (value < 0)}Infinity"
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


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
