"""The templates: ours, and those of a project's folder that replace them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kauxgen import resources
from kauxgen.finding import Diagnostic, Finding
from kauxgen.frozen import frozen
from kauxgen.source import place
from kauxgen.templating import findings
from kauxgen.templating.context import CONTEXT

SUFFIX = ".jinja"
MOST_BYTES = 200_000
_MARK = re.compile(
    rf"\{{#-?\s*{findings.MARK} (\d+)"
    r"(?:, copied from (\S+) \(sha256 ([0-9a-f]{12})\))?[^\n]*#\}"
)


@frozen
class Template:
    """A template: its name, its text, and the file that it stands in.

    `own` says that it is a project's.
    """

    name: str
    text: str
    path: str
    own: bool = False

    @property
    def mark(self) -> re.Match[str] | None:
        """What its first line says: the context, and what it was copied from."""
        return _MARK.match(self.text)

    def placed(self, finding: Finding, line: int = 1, word: str = "") -> Diagnostic:
        """Give a finding its place: a word of a line, or the whole line."""
        lines = self.text.split("\n")
        line = min(max(line, 1), len(lines))
        start = sum(len(one) + 1 for one in lines[: line - 1])
        text = lines[line - 1]
        found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) if word else None
        first, last = found.span() if found else (0, len(text))
        return place(finding, self.path, self.text, start + first, start + last)


@cache
def built_in() -> Mapping[str, Template]:
    """Read our templates, by name."""
    return {
        path.name: Template(path.name, path.read_text(encoding="utf-8"), path.name)
        for path in sorted(resources.TEMPLATES.glob(f"*{SUFFIX}"))
    }


def own(folder: Path) -> tuple[dict[str, Template], list[Diagnostic]]:
    """Read the templates of a folder, and list what is wrong with the files."""
    read: dict[str, Template] = {}
    found: list[Diagnostic] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        shown = _shown(path)
        try:
            read[path.name] = Template(path.name, _text(path, folder), shown, own=True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            empty = Template(path.name, "", shown)
            found.append(empty.placed(findings.unreadable(reason.lower())))
    return read, found


def _shown(path: Path) -> str:
    here = Path.cwd()
    inside = path.is_absolute() and path.is_relative_to(here)
    return (path.relative_to(here) if inside else path).as_posix()


def _text(path: Path, folder: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError("a link out of the folder")
    if not path.is_file():
        raise ValueError("not a file")
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"a template has at most {MOST_BYTES:,} bytes")
    text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    return text.replace("\r\n", "\n")


def copied(name: str, version: str) -> str:
    """Give a built-in template's text, to be changed by its new owner.

    Its first line says which version of kauxgen it is from.
    """
    text = built_in()[name].text
    made = f"{version} (sha256 {digest(name)})"
    return f"{{# {findings.MARK} {CONTEXT}, copied from {made} #}}\n{text}"


def digest(name: str) -> str:
    """Give the mark of a built-in template's text."""
    return hashlib.sha256(built_in()[name].text.encode()).hexdigest()[:12]


def unmarked(template: Template) -> str:
    """Give a template's text without the line that says where it is from."""
    mark = template.mark
    return template.text[mark.end() :].removeprefix("\n") if mark else template.text
