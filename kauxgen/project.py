"""A project: what [tool.kauxgen] of a pyproject.toml says of its specs and modules."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from kauxgen import checking_settings, settings, toml_places
from kauxgen.checking_settings import ALL, LINE_LENGTH
from kauxgen.finding import Diagnostic, Finding, SpecError
from kauxgen.frozen import frozen
from kauxgen.reading import unreadable_file
from kauxgen.source import place

FILE = "pyproject.toml"
OUTPUT = "models"

_TABLE = ("tool", "kauxgen")


class ProjectError(SpecError):
    """A project that cannot be worked with: its settings or its lock have findings."""


@frozen
class Project:
    """What a project says: paths are relative to `root`, the folder of its settings.

    `style` is "all", or "" for each spec's own; `target` is the oldest version of Keras
    for specs that name none, "" for the oldest that is supported; `templates` is a
    folder, "" for none.
    """

    root: Path
    specs: tuple[str, ...]
    output: str = OUTPUT
    name: str = "{name}"
    style: str = ""
    line_length: int = LINE_LENGTH
    target: str = ""
    templates: str = ""
    strict: bool = False

    @property
    def file(self) -> Path:
        """The file with the settings."""
        return self.root / FILE

    def module(self, name: str, style: str) -> str:
        """Give the path of a module, relative to the root."""
        filled = self.name.replace("{style}", style).replace("{name}", name)
        return (PurePosixPath(self.output) / f"{filled}.py").as_posix()


def find(start: Path) -> Project | None:
    """Read the nearest project at or above a folder; None if there is none.

    ProjectError if its settings have findings.
    """
    folder = start.resolve()
    for each in (folder, *folder.parents):
        path = each / FILE
        if path.is_file():
            found = read(path)
            if found is not None:
                return found
    return None


def read(path: Path) -> Project | None:
    """Read a pyproject.toml, None without [tool.kauxgen]; ProjectError for findings.

    A file that does not even name kauxgen is none of our business, broken or not.
    """
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ProjectError([place(unreadable_file(reason), shown(path))]) from error
    if "kauxgen" not in text:
        return None
    tool = _parsed(path, text).get("tool")
    table = tool.get("kauxgen") if isinstance(tool, dict) else None
    if table is None:
        return None
    found = [
        place(finding, shown(path), text, *_span(text, key, value))
        for finding, key, value in checking_settings.findings(
            path.resolve().parent, table
        )
    ]
    if found:
        raise ProjectError(sorted(found))
    return _project(path.resolve().parent, table)


def located(project: Project, finding: Finding, key: str, value: str) -> Diagnostic:
    """Place a finding about a setting that was read already, on one of its texts."""
    text = project.file.read_bytes().decode("utf-8", errors="replace")
    return place(finding, shown(project.file), text, *_span(text, key, value))


def shown(path: Path) -> str:
    """Name a file in diagnostics: relative to the working directory if it is below."""
    here = f"{os.getcwd()}{os.sep}"
    return Path(str(path).removeprefix(here)).as_posix()


def _span(text: str, key: str, value: object) -> tuple[int, int]:
    if value is not None:
        return toml_places.item(text, _TABLE, key, value)
    return toml_places.key(text, _TABLE, key)


def _parsed(path: Path, text: str) -> dict[str, Any]:
    """Parse TOML; ProjectError with the place that the exception names."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # of TOML, of integers, of depth
        reason, line, column = _syntax(str(error))
        lines = text.splitlines(keepends=True)
        start = sum(map(len, lines[: line - 1])) + column - 1 if line else len(text)
        finding = settings.not_toml(reason)
        found = place(finding, shown(path), text, start, start + 1)
        raise ProjectError([found]) from error


def _syntax(message: str) -> tuple[str, int, int]:
    """Take the place out of a message of tomllib: its line and column, or zeros."""
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    reason = re.sub(r" \(at [^()]*\)$", "", message)
    reason = reason[:1].lower() + reason[1:]
    return (reason, int(found[1]), int(found[2])) if found else (reason, 0, 0)


def _project(root: Path, table: Mapping[str, Any]) -> Project:
    style = table.get("style", "")
    usual = "{name}_{style}" if style == ALL else "{name}"
    return Project(
        root=root,
        specs=tuple(table["specs"]),
        output=PurePosixPath(table.get("output", OUTPUT)).as_posix(),
        name=table.get("name", usual),
        style=style,
        line_length=table.get("line-length", LINE_LENGTH),
        target=table.get("keras", ""),
        templates=table.get("templates", ""),
        strict=table.get("strict", False),
    )
