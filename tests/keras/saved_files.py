"""The file of weights that Keras would write of a model, held against what is known."""

from __future__ import annotations

from functools import cache
from typing import Any

import keras
from keras.src.saving import saving_lib

from kauxgen.changes import weights
from kauxgen.compiler import Loaded
from kauxgen.saving import file
from kauxgen.saving.values import UnsureError

saving_lib.get_attr_skipset = cache(saving_lib.get_attr_skipset)
"""Keras 3.15 means to keep these sets, but asks for them by another name."""


def written(model: keras.Model) -> dict[str, list[Any]]:
    """Give the shapes of the weights by the groups of a file, of which none is made."""
    store = saving_lib.NpzIOStore("", mode="w")
    saving_lib._save_state(model, store, None, "", set())
    found = {
        path: [tuple(held[key].shape) for key in sorted(held, key=int)]
        for path, held in store.contents.items()
        if held and not path.endswith("optimizer")
    }
    root = found.pop("__root__", None)
    return found if root is None else {"": root, **found}


def differences(loaded: Loaded, style: str, model: keras.Model) -> dict[str, Any]:
    """Tell where the file is not the known one; empty is equal.

    What a closed thing has, a backbone or a layer of an import, is not known, and
    neither is a graph with functions of an import.
    """
    try:
        known = file.save(weights.saved(loaded.checked, style)).groups
    except UnsureError as unsure:
        return {} if loaded.spec.imports else {"": unsure}
    closed = tuple(path for path, one in known.items() if one.closed is not None)
    wanted = {
        path: [tuple(slot.shape) for slot in one.slots]
        for path, one in known.items()
        if one.slots and one.closed is None
    }
    found = {
        path: shapes
        for path, shapes in written(model).items()
        if not path.startswith(closed)
    }
    keys = wanted.keys() | found.keys()
    pairs = {key: (wanted.get(key), found.get(key)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
