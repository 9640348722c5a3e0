"""Fixes Keras's backend, device and threads before anything imports Keras."""

from __future__ import annotations

import gc
import os
import random
import warnings
from pathlib import Path

import numpy as np
import pytest

import kept
import oracle_counts

os.environ.update(
    KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1"
)

with warnings.catch_warnings(action="ignore"):
    import keras  # noqa: F401  (its import warns, which is not ours to mend)
    import tensorflow as tf

# So that their assertions tell what they compared.
pytest.register_assert_rewrite("rendering", "training", "trials", "step_trials")

# One worker of pytest-xdist uses one core.
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

# Its thread sleeps in doubling periods and may miss an epoch's end, which then waits.
_untuned = tf.data.Options()
_untuned.autotune.enabled = False
_iterate = tf.data.Dataset.__iter__
tf.data.Dataset.__iter__ = lambda data: _iterate(data.with_options(_untuned))

_FOLDER = Path(__file__).parent
_NOT_OURS = (
    "default",
    # Keras 3.15 converts a variable by np.array(x), TensorFlow 2.21 knows no `copy`.
    "ignore:__array__ implementation:DeprecationWarning",
    # Runs that trace nothing still read their batches through tf.data.
    "ignore:Even though the `tf.config.experimental:UserWarning",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let TensorFlow's warnings be warnings here, and put what shares models together.

    pytest-xdist hands out whole groups; without it they come in the same order.
    """
    ours = [item for item in items if _FOLDER in item.path.parents]
    for item in ours:
        for rule in _NOT_OURS:
            item.add_marker(pytest.mark.filterwarnings(rule))
    first = {name: at for at, name in reversed([*enumerate(map(_group, ours))])}
    places = [at for at, item in enumerate(items) if _FOLDER in item.path.parents]
    grouped = sorted(ours, key=lambda item: first[_group(item)])
    for at, item in zip(places, grouped, strict=True):
        items[at] = item


def pytest_collection_finish() -> None:
    """Spare the collector what stays until the end: TensorFlow, and all the tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let no test hang on weights that happen to be drawn, fixtures included."""
    if _FOLDER in item.path.parents:
        # Keras draws from these. TensorFlow's seed would empty its cache of kernels.
        random.seed(0)
        np.random.seed(0)


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Let go of the models of a group behind its last test.

    They refer to themselves; the collector, left alone, comes gigabytes later.
    """
    if nextitem is None or _group(nextitem) != _group(item):
        kept.forget()
        gc.collect()


def _group(item: pytest.Item) -> str:
    """Name what a test shares models with: its xdist group, or its file's tests."""
    marker = item.get_closest_marker("xdist_group")
    return str(marker.args[0]) if marker else str(item.path)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many cases the oracles tried."""
    oracle_counts.write(terminalreporter)
