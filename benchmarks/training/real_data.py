"""The data that models are trained on: from `../shared/data/`, else from Keras.

The folder lies beside a checkout where it is there; KAUXGEN_DATA names another. Nothing
of it is committed.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("KAUXGEN_DATA", ROOT.parent / "shared" / "data"))
OURS, KERAS = "shared/data", "keras.datasets"

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Split:
    """Rows to train with and rows to test with, and where they come from."""

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    source: str


def mnist() -> Split:
    """Give 60,000 and 10,000 images of digits as rows of 784 numbers from 0 to 1."""
    found = _images("mnist.npz", "mnist")
    train, test = (_scaled(one).reshape(-1, 784) for one in (found[0], found[2]))
    return Split(train, found[1], test, found[3], _source("mnist.npz"))


def cifar10() -> Split:
    """Give the first 10,000 and 2,000 images of CIFAR-10, numbers from 0 to 1."""
    x, y, tx, ty = _images("cifar10_subset.npz", "cifar10")
    x, y, tx, ty = x[:10_000], y[:10_000], tx[:2000], ty[:2000]
    return Split(_scaled(x), y, _scaled(tx), ty, _source("cifar10_subset.npz"))


def _source(name: str) -> str:
    return OURS if (FOLDER / name).exists() else KERAS


def _images(name: str, kept: str) -> tuple[Array, Array, Array, Array]:
    path = FOLDER / name
    if path.exists():
        with np.load(path) as data:
            x, y, tx, ty = (
                data[key] for key in ("x_train", "y_train", "x_test", "y_test")
            )
        return x, y, tx, ty
    import keras

    (x, y), (tx, ty) = getattr(keras.datasets, kept).load_data()
    return x, y, tx, ty


def _scaled(images: Array) -> Array:
    return images.astype("float32") / 255


def housing() -> tuple[Array, Array, str]:
    """Give California's block groups: 8 features, the value in 100,000 dollars.

    Features are those of scikit-learn's and Keras's table: median income, age, rooms,
    bedrooms and people a household, population, latitude and longitude. The table of
    `shared/data` has blanks; its 207 rows with one are left out.
    """
    path = FOLDER / "housing.csv"
    if not path.exists():
        import keras

        load = keras.datasets.california_housing.load_data
        (x, y), _ = load(version="large", test_split=0.0)
        return x.astype("float32"), y.astype("float32")[:, None] / 100_000, KERAS
    with path.open(newline="", encoding="utf-8") as file:
        rows = [_features(row) for row in csv.DictReader(file) if all(row.values())]
    table = np.array(rows, dtype="float32")
    return table[:, :8], table[:, 8:] / 100_000, OURS


def _features(row: dict[str, str]) -> list[float]:
    """Give the features of a row and, last, its target."""
    at = {name: float(value) for name, value in row.items() if name[0] != "o"}
    homes = at["households"]
    return [
        at["median_income"],
        at["housing_median_age"],
        at["total_rooms"] / homes,
        at["total_bedrooms"] / homes,
        at["population"],
        at["population"] / homes,
        at["latitude"],
        at["longitude"],
        at["median_house_value"],
    ]
