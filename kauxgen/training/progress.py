"""How far a training is: a bar with all terms on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from kauxgen import report
from kauxgen.report import Line

_FRAME = 0.1
"""The bar is drawn so often, in seconds; a step may take far less."""
_PATIENCE = 30.0
"""Where there is no bar, a line tells after so many seconds that it goes on."""


class Display:
    """What is shown while a model trains; a context."""

    def __init__(self, epochs: int, stream: TextIO | None = None) -> None:
        """Write to a stream, by default the standard output."""
        self._stream = stream or sys.stdout
        self._epochs = epochs
        self._stack = ExitStack()
        self._bars: Progress | None = None
        self._task: TaskID | None = None
        self._epoch = 0
        self._steps = 0
        self._order: tuple[str, ...] = ()
        self._next = 0.0

    def __enter__(self) -> Display:
        """Begin; on a terminal, with a bar."""
        if self._stream.isatty():
            console = Console(file=self._stream, highlight=False)
            columns = (
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeRemainingColumn(compact=True),
                TextColumn("{task.fields[logs]}", markup=False),
            )
            bars = Progress(*columns, console=console, transient=True)
            self._bars = self._stack.enter_context(bars)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._stack.close()
        self._bars = None

    def begin(self, epoch: int, steps: int, order: Sequence[str] = ()) -> None:
        """Begin an epoch, counted from 1, of so many steps, 0 if nobody knows.

        `order` are the names of logs that come before others.
        """
        self._epoch, self._steps, self._order = epoch, steps, tuple(order)
        self._next = time.monotonic() + (_FRAME if self._bars else _PATIENCE)
        if self._bars is None:
            return
        if self._task is not None:
            self._bars.remove_task(self._task)
        text = f"epoch {epoch}/{self._epochs}"
        self._task = self._bars.add_task(text, total=steps or None, logs="")

    def step(self, done: int, logs: Mapping[str, float]) -> None:
        """Hear that so many steps of the epoch are done, and what was logged."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (_FRAME if self._bars else _PATIENCE)
        first = [name for name in self._order if name in logs]
        logs = {name: logs[name] for name in dict.fromkeys((*first, *logs))}
        if self._bars is None:
            of = f"/{self._steps}" if self._steps else ""
            self.say(
                f"epoch {self._epoch}/{self._epochs}  step {done}{of}{_told(logs)}"
            )
        elif self._task is not None:
            shown = _told(logs).strip()
            self._bars.update(self._task, completed=done, logs=shown)

    def end(self, seconds: float, steps: int, logs: Mapping[str, float]) -> None:
        """End an epoch, and leave a line about it."""
        took = f"{steps} steps  {seconds:.1f} s"
        self.say(f"epoch {self._epoch}/{self._epochs}  {took}{_told(logs)}")

    def say(self, text: str) -> None:
        """Write a line, above the bar."""
        self.show([(("", report.printable(text)),)])

    def show(self, lines: Sequence[Line]) -> None:
        """Write styled lines, above the bar."""
        if self._bars is not None:
            # Its own writes take the bar away and put it back.
            for line in lines:
                plain = "".join(text for _, text in line)
                self._bars.console.print(plain, markup=False, soft_wrap=True)
            return
        report.show(lines, self._stream)
        self._stream.flush()


def _told(logs: Mapping[str, float]) -> str:
    return "".join(f"  {name} {value:.4g}" for name, value in logs.items())
