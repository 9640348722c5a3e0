"""Page to text: the module that templates lay out, its lines broken by black."""

from __future__ import annotations

from functools import cache

import black
from black.mode import TargetVersion

from kauxgen import printing, unformatted
from kauxgen.page import Page


def emit(page: Page, style: str, templates: str = "") -> str:
    """Print a page as a formatted module.

    `templates` is a folder with templates in place of ours; SpecError if they cannot be
    used, or if what they lay out is no Python.
    """
    text = unformatted.module(page, style, templates)
    return black.format_str(text, mode=_mode(printing.line()))


@cache
def _mode(length: int) -> black.Mode:
    return black.Mode(line_length=length, target_versions={TargetVersion.PY311})
