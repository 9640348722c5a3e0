"""What modules depend on besides their specs: settings, kauxgen itself, versions."""

from __future__ import annotations

import hashlib
import json
import os
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

    What a module is called is one of them: it is known only once a spec is read. So is
    kauxgen itself, for those who change it or install it between two versions.
    """
    found = hashlib.sha256(json.dumps(_options(project)).encode())
    folders = [(resources.PACKAGE, ".py")]
    folders += [(resources.TEMPLATES, ""), (resources.SCHEMAS, ".json")]
    if project.templates:
        folders.append((project.root / project.templates, ""))
    for folder, suffix in folders:
        for name in sorted(_files(str(folder), suffix)):
            data = Path(folder, name).read_bytes().replace(b"\r\n", b"\n")
            head = f"\n{name}\n{len(data)}\n".replace(os.sep, "/")
            found.update(head.encode("utf-8", "surrogateescape") + data)
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


def _files(folder: str, suffix: str) -> Iterator[str]:
    """Yield the files of a folder that are not hidden, relative to it."""
    for above, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if each[0] != "."]
        inside = os.path.relpath(above, folder)
        for name in files:
            if name.endswith(suffix) and name[0] != ".":
                yield os.path.normpath(os.path.join(inside, name))
