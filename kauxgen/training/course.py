"""The course of a run as callbacks: what happens at batches and around epochs."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from kauxgen.training.progress import Display

Logs = Mapping[str, float]


class Steps(keras.callbacks.Callback):
    """Counts the steps of an epoch, and shows how far it is.

    Keras hands logs to such callbacks from another thread, so that the steps on the
    device need not wait for the display; it waits for them at the end of an epoch.
    `stopped` says whether training was to stop when the last step was done: the epoch
    may be cut short then.
    """

    async_safe = True

    def __init__(self, display: Display) -> None:
        """Show it on a display."""
        super().__init__()
        self.done = 0
        self.stopped = False
        self._display = display

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin an epoch."""
        self.done = 0
        self.stopped = False

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Hear of a batch, counted from 0; those of two threads may change places."""
        self.done = max(self.done, batch + 1)
        self.stopped |= self.model.stop_training
        self._display.step(batch + 1, dict(logs or {}))


class Count(keras.callbacks.Callback):
    """Ends training after so many steps in all.

    With it Keras waits for the logs of every step, so it is there only if it is needed.
    """

    def __init__(self, before: int, most: int) -> None:
        """Begin behind so many steps."""
        super().__init__()
        self._done = 0
        self._before = before
        self._most = most

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin an epoch."""
        self._before += self._done
        self._done = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Stop, as Keras's own callbacks do, after the last step."""
        self._done = batch + 1
        if self._before + self._done >= self._most:
            self.model.stop_training = True


class Epochs(keras.callbacks.Callback):
    """Calls what is to be done around every epoch, behind all other callbacks.

    So a checkpoint has what others did at the end of its epoch, such as another
    learning rate.
    """

    def __init__(
        self,
        seed: int,
        start: Callable[[], None],
        begin: Callable[[int], None],
        end: Callable[[int, float, Logs], None],
    ) -> None:
        """Take what to call: `end` gets the epoch from 0, its seconds and its logs."""
        super().__init__()
        self._seed = seed
        self._start = start
        self._begin = begin
        self._end = end
        self._started = 0.0

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin, when all others have; none has begun an epoch yet."""
        self._start()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin an epoch, counted from 0."""
        self._started = time.monotonic()
        self._begin(epoch)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """End it; then the next one draws as it would in a run that begins with it."""
        seconds = time.monotonic() - self._started
        self._end(epoch, seconds, dict(logs or {}))
        reseed(self._seed, epoch + 1)

    def siblings(self) -> list[Any]:
        """List the callbacks before this one: the spec's, which its module makes.

        No public interface leads from a callback to the list that it is called by, so
        the list is found among what refers to this one: the longest, since the module
        puts its own before those that it is given.
        """
        kind = keras.callbacks.Callback
        lists = [one for one in gc.get_referrers(self) if isinstance(one, list)]
        found = [one for one in lists if all(isinstance(each, kind) for each in one)]
        longest = max(found, key=len, default=[self])
        return longest[: longest.index(self)]


def reseed(seed: int, epoch: int) -> None:
    """Set what callbacks and data may draw from to where an epoch begins.

    Models draw from Keras's seed generators, which are kept in checkpoints.
    """
    (number,) = np.random.SeedSequence([seed, epoch]).generate_state(1)
    random.seed(int(number))
    np.random.seed(int(number))
    if keras.backend.backend() == "torch":
        import torch

        torch.manual_seed(int(number))
