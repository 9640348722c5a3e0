"""Data that come with libraries: scikit-learn's digits, the datasets of Keras."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from kauxgen import extras
from kauxgen.suggest import help_for
from kauxgen.training.data import unread
from kauxgen.training.data.columns import Columns, blame, of_arrays
from kauxgen.training.data.needs import Needs

Array = Any
_DARKEST = 16
"""The largest value of a pixel of scikit-learn's digits."""


def digits() -> Columns:
    """Give scikit-learn's digits: x (1797, 8, 8) from 0 to 1, and y, 0 to 9."""
    try:
        from sklearn import datasets
    except ModuleNotFoundError as error:
        found = extras.no_library("scikit-learn", "digits")
        raise blame("--data digits", found) from error
    loaded = datasets.load_digits()
    x = (loaded.images / _DARKEST).astype("float32")
    return of_arrays("digits", {"x": x, "y": loaded.target})


def of_keras(name: str, needs: Needs) -> Columns:
    """Give the training part of a dataset of Keras, as x and y."""
    from keras import datasets

    known = [
        each for each in dir(datasets) if hasattr(getattr(datasets, each), "load_data")
    ]
    if name not in known:
        help = help_for(name, known) or f"the datasets are {', '.join(known)}"
        found = unread.no_dataset(name, "is no dataset of Keras", help)
        raise blame(f"--data keras:{name}", found)
    load = getattr(datasets, name).load_data
    words = _words(load, needs)
    try:
        (x, y), _ = load(**words)
    # Keras raises plain exceptions where a download fails.
    except Exception as error:
        first = str(error).partition("\n")[0]
        help = "see that there is a network, or name a file: --data FILE.npz"
        found = unread.no_dataset(name, f"cannot be had: {first}", help)
        raise blame(f"--data keras:{name}", found) from error
    if words:
        return _padded(name, x, y, needs)
    return of_arrays(f"keras:{name}", {"x": x, "y": y})


def _words(load: Any, needs: Needs) -> Mapping[str, int]:
    """Ask for as many words as the model knows, of a dataset of texts."""
    is_text = "num_words" in inspect.signature(load).parameters
    tokens = next((one for one in needs.given if one.is_whole), None)
    if not is_text or tokens is None or not tokens.values.bounded:
        return {}
    return {"num_words": int(tokens.values.high) + 1}


def _padded(name: str, x: Array, y: Array, needs: Needs) -> Columns:
    """Cut texts to the length that the model takes, or fill them up with zeros."""
    from keras import utils

    tokens = next(one for one in needs.given if one.is_whole)
    length = tokens.shape[0] if tokens.shape else None
    made = utils.pad_sequences(x, maxlen=length, dtype=tokens.dtype)
    said = f"texts of keras:{name} are cut or filled up to {made.shape[1]} words"
    return of_arrays(f"keras:{name}", {"x": made, "y": np.asarray(y)}, (said,))
