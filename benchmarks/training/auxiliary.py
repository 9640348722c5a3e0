"""Train two models with and without their auxiliary terms, over ten seeds.

`cifar_l2` on the first 10,000 images of CIFAR-10 (2,000 others to test with), with its
penalties on the feature maps, with a hundredth of their weight, and without;
`reconstruction_regressor` on California's housing table, with and without the loss of
the reconstruction. Those of a seed share initial weights, order of rows and, for the
table, which fifth of it the test is, so that their differences can be paired. Epochs
and batches are the spec's.
Usage: `python benchmarks/training/auxiliary.py`
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import real_data
from recording import Recording, Row, significant
from rendered import rendered

SEEDS = range(10)


@dataclass(frozen=True)
class Trial:
    """A model, weights of its auxiliary terms, the spec's first, its data by seed."""

    model: str
    what: str
    param: str
    weights: tuple[float, ...]
    data: Callable[[int], real_data.Split]
    measures: tuple[str, ...]


def cifar() -> Callable[[int], real_data.Split]:
    """Give the images, the same for all seeds."""
    split = real_data.cifar10()
    return lambda seed: split


def housing() -> Callable[[int], real_data.Split]:
    """Give the table, for each seed cut anew, its features and no target scaled."""
    x, y, source = real_data.housing()

    def cut(seed: int) -> real_data.Split:
        order = np.random.default_rng(seed).permutation(len(x))
        test, train = np.split(order, [len(x) // 5])
        mean, deviation = x[train].mean(axis=0), x[train].std(axis=0)
        scaled = (x - mean) / deviation
        return real_data.Split(scaled[train], y[train], scaled[test], y[test], source)

    return cut


def trials() -> list[Trial]:
    """List what is trained."""
    return [
        Trial(
            "cifar_l2",
            "cifar_l2 on a part of CIFAR-10, with and without its penalties.",
            "feature_weight",
            (0.1, 0.001, 0.0),
            cifar(),
            ("cross_entropy", "accuracy"),
        ),
        Trial(
            "reconstruction_regressor",
            "reconstruction_regressor on the housing table, with and without its "
            "auxiliary loss.",
            "reconstruction_weight",
            (0.05, 0.0),
            housing(),
            ("prediction_error", "mean_absolute_error"),
        ),
    ]


def trained(trial: Trial, weight: float, seed: int) -> Row:
    """Train once and give what the test rows say, by the names of the logs."""
    split = trial.data(seed)
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    module = rendered(trial.model)
    model = module.compile_model(module.build_model(**{trial.param: weight}))
    module.train(model, split.x_train, split.y_train, verbose=0)
    logs = model.evaluate(
        split.x_test, split.y_test, batch_size=500, verbose=0, return_dict=True
    )
    return {name: significant(float(logs[name]), 6) for name in sorted(logs)}


def measure(trial: Trial) -> None:
    """Train with and without, seed by seed."""
    rows = len(trial.weights) * len(SEEDS)
    recording = Recording(trial.model, trial.what, rows)
    for seed in SEEDS:
        for weight in trial.weights:
            if recording.has(seed=seed, weight=weight):
                continue
            start = time.perf_counter()
            logs = trained(trial, weight, seed)
            told = ", ".join(f"{name} {logs[name]:.4f}" for name in trial.measures)
            said = f"{trial.model}, {trial.param} {weight}, seed {seed}: {told}"
            row = {"model": trial.model, "weight": weight, "seed": seed, "test": logs}
            recording.add(row, f"{said} ({time.perf_counter() - start:.0f} s)")
    split = trial.data(0)
    recording.finish(
        data=split.source,
        train_rows=len(split.x_train),
        test_rows=len(split.x_test),
        param=trial.param,
        weights=trial.weights,
        measures=trial.measures,
    )


def main() -> None:
    """Measure both models."""
    for trial in trials():
        measure(trial)


if __name__ == "__main__":
    main()
