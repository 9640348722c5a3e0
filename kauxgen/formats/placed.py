"""Findings as formats for programs need them: with a path in the repository and a name.

Programs that keep findings from run to run know them again by a fingerprint. It holds
no line, so a finding stays the same one while the text above it grows.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from kauxgen.finding import Diagnostic
from kauxgen.formats.texts import encodable
from kauxgen.frozen import frozen


@frozen
class Placed:
    """A finding whose texts can be encoded, and how a program finds it.

    `path` is relative to the repository where the file is in it; `number` counts
    findings that say the same of the same file, from 1; `fingerprint` tells all apart.
    """

    diagnostic: Diagnostic
    path: str
    number: int
    fingerprint: str


def placed(diagnostics: Iterable[Diagnostic]) -> list[Placed]:
    """Place findings in the repository that holds the working directory."""
    root = repository(Path.cwd())
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for each in map(encodable, diagnostics):
        path = relative(each.path, root)
        marked = each.source[max(0, each.column - 1) : max(0, each.end_column - 1)]
        same = (path, each.code, each.message, marked)
        seen[same] += 1
        number = seen[same]
        found.append(Placed(each, path, number, _digest(*same, str(number))))
    return found


def repository(folder: Path) -> Path:
    """Give the root of the repository that a folder is in, else the folder itself.

    What shows findings beside code resolves paths there, wherever kauxgen was started.
    """
    above = (each for each in (folder, *folder.parents) if (each / ".git").exists())
    return next(above, folder)


def relative(path: str, root: Path) -> str:
    """Give a path below a root with forward slashes, and any other one in full."""
    if path.startswith("<"):  # No file: the standard input.
        return path
    whole = Path(os.path.abspath(path))
    for one in (whole, whole.parent.resolve() / whole.name):
        if one.is_relative_to(root):
            return one.relative_to(root).as_posix()
    return whole.as_posix()


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
