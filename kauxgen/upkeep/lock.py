"""The lock: what kauxgen made of which spec, so that it can tell when that is over.

Nothing in it depends on when or where it was written, and each output has lines of its
own, so that git merges it. What it says is checked, never trusted: other people's locks
come with their projects.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any

from kauxgen import project
from kauxgen.finding import Diagnostic, Finding
from kauxgen.frozen import frozen
from kauxgen.project import ProjectError
from kauxgen.source import place
from kauxgen.upkeep import findings

FILE = "kauxgen.lock"
_VERSION = 1
_WARNING = {
    "code": str,
    "column": int,
    "end_column": int,
    "help": str,
    "line": int,
    "message": str,
    "pointer": str,
}
"""What a warning is in the lock, with the types of its parts."""


@frozen
class Entry:
    """What is known of one output: what it was made from, by what, and its hash.

    `inputs_hash` is that of all inputs but the spec. `refused` are the styles that
    cannot express the spec, if it is rendered in all; `warnings` are about the spec.
    """

    spec: str
    style: str
    spec_hash: str
    inputs_hash: str
    output_hash: str
    kauxgen: str
    formatter: str
    refused: tuple[str, ...] = ()
    warnings: tuple[Mapping[str, Any], ...] = ()


Lock = Mapping[str, Entry]
"""The entries by the path of their output, relative to the project's root."""


def digest(data: bytes) -> str:
    """Hash a text; how git ends its lines is no difference."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def read(path: Path) -> Lock:
    """Read a lock, empty if there is none; ProjectError if it is no lock."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _error(path, "", findings.no_lock(reason)) from error
    text = data.decode("utf-8", errors="replace")
    at = 0 if text.startswith("<<<<<<< ") else text.find("\n<<<<<<< ") + 1
    if at or text.startswith("<<<<<<< "):
        raise _error(path, text, findings.conflict_in_lock(), at)
    return _entries(path, text)


def write(lock: Lock) -> str:
    """Write a lock: sorted, a line a fact."""
    outputs = {name: _plain(entry) for name, entry in lock.items()}
    value = {"outputs": outputs, "version": _VERSION}
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


def kept(warnings: Iterable[Diagnostic]) -> tuple[Mapping[str, Any], ...]:
    """Give warnings the form in which they stand in a lock."""
    return tuple({name: getattr(one, name) for name in _WARNING} for one in warnings)


def warnings(entry: Entry, shown: str, data: bytes) -> list[Diagnostic]:
    """Say again what was said of a spec, given its bytes."""
    lines = data.decode("utf-8", errors="replace").split("\n")
    return [
        Diagnostic(
            path=shown,
            severity="warning",
            source="".join(lines[one["line"] - 1 : one["line"]]).rstrip("\r"),
            **one,
        )
        for one in entry.warnings
    ]


def _plain(entry: Entry) -> dict[str, Any]:
    """Leave out what is empty; most specs have no warning and refuse no style."""
    value = {each.name: getattr(entry, each.name) for each in fields(Entry)}
    return {key: each for key, each in value.items() if each != ()}


def _entries(path: Path, text: str) -> Lock:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        finding = findings.no_lock(error.msg[:1].lower() + error.msg[1:])
        raise _error(path, text, finding, error.pos) from error
    except (ValueError, RecursionError) as error:
        raise _error(path, text, findings.no_lock("not JSON")) from error
    outputs = value.get("outputs") if isinstance(value, dict) else None
    if not isinstance(outputs, dict):
        raise _error(path, text, findings.no_lock('it has no "outputs"'))
    if value.get("version") != _VERSION:
        reason = f"this kauxgen reads version {_VERSION} of locks"
        raise _error(path, text, findings.no_lock(reason))
    for name, entry in outputs.items():
        if not (_is_below(name) and name.endswith(".py") and _is_entry(entry)):
            at = max(text.find(json.dumps(name)), 0)
            reason = "it has an entry that kauxgen did not write"
            raise _error(path, text, findings.no_lock(reason), at)
    return {name: _entry(entry) for name, entry in outputs.items()}


def _entry(value: Mapping[str, Any]) -> Entry:
    listed = {key: tuple(value[key]) for key in ("refused", "warnings") if key in value}
    return Entry(**{**value, **listed})


def _is_entry(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    plain = {each.name for each in fields(Entry)} - {"refused", "warnings"}
    lists = [value.get("refused", []), value.get("warnings", [])]
    return (
        plain <= value.keys() <= plain | {"refused", "warnings"}
        and all(isinstance(value[key], str) for key in plain)
        and _is_below(value["spec"])
        and all(isinstance(each, list) for each in lists)
        and all(isinstance(each, str) for each in lists[0])
        and all(_is_warning(each) for each in lists[1])
    )


def _is_warning(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == _WARNING.keys()
        and all(type(value[key]) is kind for key, kind in _WARNING.items())
        and min(value["line"], value["column"]) > 0
    )


def _is_below(name: str) -> bool:
    """Tell whether a path stays in the project, as all paths of a lock do."""
    return not (name.startswith("/") or ".." in PurePosixPath(name).parts)


def _error(path: Path, text: str, finding: Finding, at: int = 0) -> ProjectError:
    return ProjectError([place(finding, project.shown(path), text, at, at + 1)])
