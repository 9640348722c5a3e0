"""The styles: each lays a program out as a page of its own form."""

from __future__ import annotations

from collections.abc import Callable

from kauxgen.page import Page
from kauxgen.program import Program
from kauxgen.styles import functional, loop, phased, subclass, train_step

PAGES: dict[str, Callable[[Program, str], Page]] = {
    "functional": functional.page,
    "subclass": subclass.page,
    "train_step": train_step.page,
    "loop": loop.page,
}
PHASED: dict[str, Callable[[Program, str], Page]] = {
    "train_step": phased.train_step,
    "loop": phased.in_loop,
}
"""The styles that write steps with phases."""
STYLES = tuple(PAGES)


def page(program: Program, style: str, path: str) -> Page:
    """Lay out a program in a style."""
    pages = PAGES if program.step is None else PHASED
    return pages[style](program, path)
