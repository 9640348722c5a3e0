"""What modules depend on besides their specs: options, templates, catalog, versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import _black_version  # type: ignore[import-untyped]

import kauxgen
from kauxgen import resources
from kauxgen.project import Project

KAUXGEN = kauxgen.__version__
FORMATTER = f"black {_black_version.version}"
"""The formatter; black tells its version without being imported, which is slow."""


def of(project: Project) -> str:
    """Hash all inputs of rendering but the specs and the versions.

    What a module is called is one of them: it is known only once a spec is read.
    """
    found = hashlib.sha256(json.dumps(_options(project)).encode())
    folders = [resources.TEMPLATES, resources.SCHEMAS]
    folders += [project.root / project.templates] if project.templates else []
    for folder in folders:
        for path in _files(folder):
            data = path.read_bytes().replace(b"\r\n", b"\n")
            name = path.relative_to(folder).as_posix()
            found.update(f"\n{name}\n{len(data)}\n".encode("utf-8", "surrogateescape"))
            found.update(data)
    return found.hexdigest()


def _options(project: Project) -> list[object]:
    """List the settings that change what is rendered, or where it is written."""
    return [
        project.output,
        project.name,
        project.style,
        project.line_length,
        project.target,
    ]


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that are not hidden, in the order of their paths."""
    yield from sorted(
        path
        for path in folder.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )
