"""Progress on a terminal, of what takes longer than a second."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from kauxgen.effort import Effort

_PATIENCE = 1.0
"""For so many seconds, nobody asks what is going on."""


@contextmanager
def effort(jobs: int | None) -> Iterator[Effort]:
    """Work in so many processes, by default one a core, and show how far it has come.

    Nothing is shown within the first second, and but on a terminal.
    """
    start = time.monotonic()
    bars: list[Any] = []

    def hear(done: int, of: int) -> None:
        if not bars and sys.stderr.isatty() and time.monotonic() - start > _PATIENCE:
            bar = click.progressbar(length=of, label="Compiling", file=sys.stderr)
            bars.append(bar.__enter__())
        for bar in bars:
            bar.update(done - bar.pos)

    try:
        yield Effort(jobs or _cores(), hear)
    finally:
        for bar in bars:
            bar.__exit__(None, None, None)


def _cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
