"""Arrays in `.npz` files, which are read without running what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kauxgen.training.data import unread
from kauxgen.training.data.columns import Columns, blame

Array = Any


def columns(path: str) -> Columns:
    """Open a file of arrays; SpecError if it is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            names = tuple(file.files)
    except OSError as error:
        reason = (error.strerror or "it is no .npz file").lower()
        raise blame(path, unread.unreadable("the file", reason)) from error
    except Exception as error:  # of NumPy, zipfile and zlib, by what is in the file
        reason = "it is no .npz file"
        raise blame(path, unread.unreadable("the file", reason)) from error

    def read(chosen: Sequence[str]) -> Mapping[str, Array]:
        return {name: _array(path, name) for name in chosen}

    return Columns(path, "key", names, read, names)


def _array(path: str, name: str) -> Array:
    try:
        with np.load(path, allow_pickle=False) as file:
            found = file[name]
    except Exception as error:
        objects = "pickle" in str(error)
        reason = "it holds objects of Python" if objects else "the file is damaged"
        help = "save it as an array of numbers" if objects else ""
        wrong = unread.unreadable(f'the key "{name}"', reason, help)
        raise blame(path, wrong) from error
    if not isinstance(found, np.ndarray):
        raise blame(path, unread.unreadable(f'the key "{name}"', "it is no array"))
    return found
