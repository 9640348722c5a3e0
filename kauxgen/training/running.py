"""A run under way: the module's own `train` is called once, and its course is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import keras

from kauxgen import refusal, source
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic
from kauxgen.frozen import frozen
from kauxgen.training import course, names, recording, state
from kauxgen.training.data.feed import Batches
from kauxgen.training.health import findings, replaying, thresholds
from kauxgen.training.health.following import Following, sound
from kauxgen.training.history import Epoch, History, Names
from kauxgen.training.preparing import Prepared, failing
from kauxgen.training.progress import Display
from kauxgen.training.state import State

STATE = "state.npz"
"""The checkpoint's file, in its folder."""


@frozen
class Ending:
    """How a run ended: its history, the epochs to go on from, and what ended it.

    `said` are warnings about its terms, `broken` what first was NaN or infinite, of a
    run that came to that.
    """

    history: History
    epochs: int
    interrupted: bool
    said: tuple[Diagnostic, ...] = ()
    broken: Diagnostic | None = None


class Run:
    """A run under way."""

    def __init__(
        self, prepared: Prepared, display: Display, resumed: State | None
    ) -> None:
        """Begin anew, or where a checkpoint stands."""
        self.prepared = prepared
        self.display = display
        self.resumed = resumed
        self.kept = resumed.epoch if resumed else 0
        self.history = History(_names(prepared.loaded))
        self._recorder = recording.Recorder(prepared.folder.path)
        # A run that was killed in its first epoch has no history yet.
        if resumed and (resumed.epoch or prepared.folder.history.exists()):
            old = recording.read(prepared.folder.path)
            kept = tuple(one for one in old.epochs if one.epoch <= resumed.epoch)
            self.history = replace(old, epochs=kept)
            self._recorder.write(self.history)
        self._first = self.kept
        self._steps: int | None = None
        self._broken = False
        self._watching = course.Steps(display)
        self._own: frozenset[int] = frozenset()
        self._epochs = course.Epochs(
            prepared.settings.seed, self._start, self._begin, self._end
        )
        rows = max(prepared.settings.batch_size, thresholds.ROWS)
        batch = prepared.feed.batch(rows)
        self.health = Following(prepared.loaded, prepared.model, batch)

    def train(self) -> Ending:
        """Train to the end, or until the user stops it."""
        prepared = self.prepared
        if self.resumed is None:
            self._keep(0)
        course.reseed(prepared.settings.seed, self._first)
        shown = refusal.shown(prepared.folder.code).as_posix()
        try:
            with failing("training", shown):
                self._call()
        except KeyboardInterrupt:
            return self._ending(interrupted=True)
        if self._broken:
            return self._ending(broken=self._explained(self.history.epochs[-1]))
        return self._ending()

    def _ending(
        self, interrupted: bool = False, broken: Diagnostic | None = None
    ) -> Ending:
        """Say how it ended; what broke it is a part of its history."""
        said = self.health.said(self.history)
        if broken is not None:
            told = findings.told(broken, epoch=self.history.epochs[-1].epoch)
            known = (*self.history.findings, told)
            self.history = replace(self.history, findings=known)
            self._recorder.write(self.history)
        return Ending(self.history, self.kept, interrupted, said, broken)

    def _explained(self, last: Epoch) -> Diagnostic:
        """Find what was the first to be NaN; the model has the last good state then."""
        prepared, found = self.prepared, None
        kept = State(prepared.folder.checkpoint / STATE)
        kept.restore(prepared.model)
        if prepared.loaded is not None and keras.backend.backend() == "tensorflow":
            batches = self._batches(kept.epoch)
            course.reseed(prepared.settings.seed, kept.epoch)
            prepared.model.steps_per_execution = 1

            def train(watching: list[Any]) -> None:
                self._train(batches, kept.epoch, kept.epoch + 1, watching)

            found = replaying.explain(
                prepared.loaded, prepared.model, train, batches.data
            )
            kept.restore(prepared.model)
        shown = refusal.shown(prepared.folder.code).as_posix()
        return found or source.place(
            replaying.unexplained(last.logs, last.epoch), shown
        )

    def _call(self) -> None:
        """Call the module's `train` with what it takes."""
        batches = self._batches(self._first)
        self._steps = batches.steps
        callbacks = [*self._callbacks(), self._epochs]
        self._own = frozenset(map(id, [batches.callback, *callbacks]))
        stopped = self.resumed is not None and self.resumed.stopped
        last = self._first if stopped else self.prepared.settings.epochs
        self._train(batches, self._first, last, callbacks)

    def _batches(self, epoch: int) -> Batches:
        """Cut the data into batches, in the order of an epoch and those behind it."""
        prepared, asked = self.prepared, self.prepared.settings
        return prepared.feed.batches(
            asked.batch_size, asked.seed, epoch, prepared.shuffles
        )

    def _train(
        self, batches: Batches, first: int, last: int, callbacks: list[Any]
    ) -> None:
        """Call the module's `train` for the epochs from `first` up to `last`."""
        ordering = [batches.callback] if batches.callback else []
        self.prepared.module.train(
            self.prepared.model,
            batches.data,
            epochs=last,
            batch_size=self.prepared.settings.batch_size,
            initial_epoch=first,
            shuffle=False,
            callbacks=[*ordering, *callbacks],
            verbose=0,
        )

    def _callbacks(self) -> list[Any]:
        """Make the callbacks that the user asked for, and those that watch."""
        asked, model = self.prepared.settings, self.prepared.model
        found: list[Any] = [self.health.callback]
        if asked.steps:
            before = sum(epoch.steps for epoch in self.history.epochs)
            found.append(course.Count(before, asked.steps))
            # Several steps in one call of the device would go beyond the last one.
            whole = math.gcd(model.steps_per_execution, asked.steps)
            model.steps_per_execution = whole
        if asked.tensorboard:
            folder = str(self.prepared.folder.tensorboard)
            found.append(keras.callbacks.TensorBoard(folder, write_graph=False))
        return [*found, self._watching]

    def _start(self) -> None:
        """Let the callbacks know what they knew, before any of them begins an epoch."""
        if self.resumed is not None:
            self.resumed.remind(self._siblings())

    def _begin(self, epoch: int) -> None:
        named = self.history.names
        order = (named.total, *(term.name for term in named.terms), *named.metrics)
        self.display.begin(epoch + 1, self._steps or 0, order)

    def _end(self, epoch: int, seconds: float, logs: Mapping[str, float]) -> None:
        """Keep what an epoch gave: the history first, then where to go on from."""
        # A last call of several steps may count beyond the end.
        steps = min(self._watching.done, self._steps or self._watching.done)
        numbers = {name: float(value) for name, value in logs.items()}
        if self.prepared.loaded is None:
            self.history = replace(self.history, names=names.of_logs(numbers))
        self._broken = not sound(numbers, self.prepared.model)
        self.prepared.model.stop_training |= self._broken
        health = {} if self._broken else self.health.measured()
        one = Epoch(epoch + 1, numbers, seconds, steps, health)
        self.history = self.history.then(one)
        found = self.health.found(self.history)
        self.history = replace(self.history, findings=found)
        self._recorder.write(self.history)
        cut = self._watching.stopped if self._steps is None else steps < self._steps
        if not self._broken and not cut:
            self._keep(epoch + 1)
        order = {name: numbers[name] for name in self.history.logs if name in numbers}
        self.display.end(seconds, steps, order)

    def _keep(self, epoch: int) -> None:
        """Write the checkpoint; until it is whole, the one before holds."""
        folder = self.prepared.folder.checkpoint
        with refusal.blaming(folder):
            folder.mkdir(exist_ok=True)
        data = state.pack(self.prepared.model, epoch, self._siblings())
        recording.replace(folder / STATE, data)
        self.kept = epoch

    def _siblings(self) -> list[Any]:
        """List the callbacks that are the spec's own, but for those that only log."""
        own = (one for one in self._epochs.siblings() if id(one) not in self._own)
        return [one for one in own if not isinstance(one, keras.callbacks.TensorBoard)]


def _names(loaded: Loaded | None) -> Names:
    if loaded is None:
        return names.of_logs({})
    return names.of(loaded.checked, loaded.document)
