"""The styles: each lays a program out as a page of its own form."""

from __future__ import annotations

from collections.abc import Callable

from kauxgen.page import Page
from kauxgen.program import Program
from kauxgen.styles import functional, loop, subclass, train_step

PAGES: dict[str, Callable[[Program, str], Page]] = {
    "functional": functional.page,
    "subclass": subclass.page,
    "train_step": train_step.page,
    "loop": loop.page,
}
STYLES = tuple(PAGES)
