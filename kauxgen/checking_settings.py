"""What can be wrong with the table [tool.kauxgen]: a closed world, as specs are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from kauxgen import settings
from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote

KEYS = (
    "specs",
    "output",
    "name",
    "style",
    "line-length",
    "keras",
    "templates",
    "strict",
)
"""The settings that a project can have."""

STYLES = ("functional", "subclass", "train_step", "loop")
ALL = "all"
VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
"""The versions of Keras that a spec can name."""

LINE_LENGTH = 88
_LENGTHS = range(40, 321)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDERS = ("name", "style")

At = tuple[Finding, str, object]
"""A finding with the key that it is about, and the text in its value or None."""


def findings(root: Path, table: object) -> Iterator[At]:
    """Yield what is wrong with a table, whose paths are relative to a folder."""
    if not isinstance(table, dict):
        yield settings.wrong_setting("kauxgen", "a table, [tool.kauxgen]"), "", None
        return
    for key in table:
        if key not in KEYS:
            yield settings.unknown_setting(key, KEYS), key, None
    yield from _specs(table)
    yield from _folders(root, table)
    yield from _choices(table)
    yield from _name(table)


def _specs(table: Mapping[str, Any]) -> Iterator[At]:
    patterns = table.get("specs")
    if patterns is None:
        yield settings.missing_setting("specs", '["specs/*.json"]'), "", None
    elif not _is_texts(patterns):
        expected, help = "a list of patterns", 'for example ["specs/*.json"]'
        yield settings.wrong_setting("specs", expected, help), "specs", None
    else:
        for pattern in patterns:
            if not _is_below(pattern):
                expected = "patterns of paths below this folder"
                yield settings.wrong_setting("specs", expected), "specs", pattern
        for pattern in sorted({one for one in patterns if patterns.count(one) > 1}):
            expected = "patterns that each stand here once"
            yield settings.wrong_setting("specs", expected), "specs", pattern


def _folders(root: Path, table: Mapping[str, Any]) -> Iterator[At]:
    for key in ("output", "templates"):
        value = table.get(key, ".")
        if not isinstance(value, str) or not _is_below(value):
            expected = "the path of a folder below this one"
            yield settings.wrong_setting(key, expected), key, value
        elif key == "templates" and not (root / value).is_dir():
            yield settings.wrong_setting(key, "a folder that exists"), key, value


def _choices(table: Mapping[str, Any]) -> Iterator[At]:
    styles = (*STYLES, ALL)
    if table.get("style", ALL) not in styles:
        expected = f"one of {', '.join(styles)}"
        help = help_for(str(table["style"]), styles)
        help = help if help.startswith("did") else ""
        yield settings.wrong_setting("style", expected, help), "style", table["style"]
    length = table.get("line-length", LINE_LENGTH)
    if isinstance(length, bool) or length not in _LENGTHS:
        expected = f"a number from {_LENGTHS[0]} to {_LENGTHS[-1]}"
        yield settings.wrong_setting("line-length", expected), "line-length", None
    if table.get("keras", VERSIONS[0]) not in VERSIONS:
        expected = f'a version from "{VERSIONS[0]}" to "{VERSIONS[-1]}"'
        yield settings.wrong_setting("keras", expected), "keras", table["keras"]
    if not isinstance(table.get("strict", False), bool):
        yield settings.wrong_setting("strict", "true or false"), "strict", None


def _name(table: Mapping[str, Any]) -> Iterator[At]:
    name = table.get("name", "{name}")
    if not isinstance(name, str):
        yield settings.wrong_setting("name", "a pattern, such as {name}"), "name", None
        return
    reason, help = _flaw(name, table.get("style") == ALL and "name" in table)
    if reason:
        yield settings.wrong_name(reason, help), "name", name


def _flaw(name: str, several: bool) -> tuple[str, str]:
    """Say what is wrong with a pattern of names, and what helps; empty if nothing is.

    `several` says whether a spec becomes several modules.
    """
    for word in _PLACEHOLDER.findall(name):
        if word not in _PLACEHOLDERS:
            help = help_for(word, _PLACEHOLDERS)
            return f"has an unknown placeholder {quote(word)}", help
    if name.endswith(".py"):
        return "ends in .py, which is added", f"write {quote(name[:-3])}"
    if "{name}" not in name:
        return "gives all specs one module", 'write "{name}" where the name stands'
    if several and "{style}" not in name:
        return "gives all styles one module", 'write "{name}_{style}"'
    plain = _PLACEHOLDER.sub("x", name)
    if not all(part.isidentifier() for part in plain.split("/")):
        return "gives no name that Python can import", "letters, digits and _ only"
    return "", ""


def _is_texts(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, str) for each in value)
    )


def _is_below(text: str) -> bool:
    """Tell whether a path is relative, printable, and never leaves its folder."""
    parts = PurePosixPath(text).parts
    hostile = "\\" in text or not text.isprintable() or not text
    return not (hostile or text.startswith("/") or ".." in parts or ":" in text)
