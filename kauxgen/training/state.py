"""The state of a training run in one file: what the next epoch depends on.

Keras's own files leave out what they can do without: `.weights.h5` has no states of
seed generators, and no optimizers but the model's own one, and `.keras` neither (Keras
3.15). Here is every variable of the model and of all optimizers that it has, the global
seed generator, and what callbacks remember. It is an archive of NumPy without pickled
objects, since the folder of a run may be anybody's.
"""

from __future__ import annotations

import inspect
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

# What draws without a seed of its own; Keras has no public name for it.
from keras.src.random.seed_generator import global_seed_generator

from kauxgen.refusal import blamed
from kauxgen.training import findings

_HEAD = "head"
_SCALARS = (bool, int, float, str, type(None))
_PLAIN_ARRAYS = "biufc"
"""Kinds of arrays whose bytes are all that they are."""


def optimizers(model: Any) -> list[tuple[str, Any]]:
    """List the optimizers of a compiled model by attribute; a step may have several."""
    kind = keras.optimizers.Optimizer
    found = {
        id(one): (name, one) for name, one in vars(model).items() if _is(one, kind)
    }
    own = getattr(model, "optimizer", None)
    if _is(own, kind):
        found.setdefault(id(own), ("optimizer", own))
    return sorted(found.values(), key=lambda pair: pair[0])


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind)


def pack(model: Any, epoch: int, callbacks: Sequence[Any]) -> bytes:
    """Write the state after so many epochs, as the bytes of a file."""
    arrays: dict[str, Any] = {}
    listed = []
    for name, variable in _variables(model):
        array = keras.ops.convert_to_numpy(variable)
        listed.append([name, list(array.shape), str(array.dtype)])
        arrays[f"v{len(listed) - 1}"] = _raw(array)
    memories = [_memory(one, f"c{i}", arrays) for i, one in enumerate(callbacks)]
    head = {
        "epoch": epoch,
        "stopped": bool(model.stop_training),
        "variables": listed,
        "callbacks": memories,
    }
    arrays[_HEAD] = _raw(np.frombuffer(json.dumps(head).encode(), np.uint8))
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _raw(array: Any) -> Any:
    """Give the bytes of an array: NumPy's files do not know bfloat16 and float8."""
    return np.frombuffer(np.ascontiguousarray(array).tobytes(), np.uint8)


class State:
    """The state in a file, read and not yet looked at.

    `stopped` says that a callback had ended the training there.
    """

    def __init__(self, path: Path) -> None:
        """Read a file; FileError if it is none of `pack` (KX805)."""
        self.path = path
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
                self._arrays = {name: file[name] for name in file.files}
            self._head = json.loads(self._arrays[_HEAD].tobytes())
            self.epoch = int(self._head["epoch"])
            self.stopped = self._head.get("stopped") is True
            self._listed = [(str(n), list(s), str(t)) for n, s, t in self._variables]
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            why = f"its checkpoint cannot be read ({type(error).__name__})"
            raise blamed(findings.no_run(why), path) from error

    @property
    def _variables(self) -> Any:
        return self._head["variables"]

    def restore(self, model: Any) -> None:
        """Give a compiled model its variables back; FileError if they do not fit."""
        found = list(_variables(model))
        self._compare(found)
        for index, (_, variable) in enumerate(found):
            variable.assign(self._array(f"v{index}", *self._listed[index][1:]))

    def remind(self, callbacks: Sequence[Any]) -> None:
        """Give callbacks back what they knew: those of the same kinds, in order."""
        for index, (one, memory) in enumerate(
            zip(callbacks, self._head["callbacks"], strict=False)
        ):
            if memory["kind"] != type(one).__name__:
                continue
            for name in memory["scalars"].keys() & vars(one).keys():
                setattr(one, name, memory["scalars"][name])
            for name, places in memory["lists"].items():
                arrays = enumerate(places)
                made = [self._array(f"c{index}.{name}.{i}", *it) for i, it in arrays]
                setattr(one, name, made)
            for name, it in memory.get("arrays", {}).items():
                array = self._array(f"c{index}.{name}", *it)
                setattr(one, name, np.array(array))

    def _array(self, key: str, shape: list[int], dtype: str) -> Any:
        try:
            data = self._arrays[key].tobytes()
            return np.frombuffer(data, np.dtype(dtype)).reshape(shape)
        except (KeyError, TypeError, ValueError) as error:
            why = f"its checkpoint lacks {key}"
            raise blamed(findings.no_run(why), self.path) from error

    def _compare(self, found: list[tuple[str, Any]]) -> None:
        said = [(shape, dtype) for _, shape, dtype in self._listed]
        have = [(list(one.shape), str(one.dtype)) for _, one in found]
        if said == have:
            return
        pairs = enumerate(zip(said, have, strict=False))
        at = next((i for i, (old, new) in pairs if old != new), None)
        why = f"it has {len(said)} variables, the model {len(have)}"
        if at is not None and len(said) == len(have):
            name, shape, dtype = self._listed[at]
            why = f"{name} was {dtype} {shape}, and is {have[at][1]} {have[at][0]}"
        raise blamed(findings.no_fit(why), self.path)


def _variables(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield all that changes from step to step, by name, in an order that holds."""
    for variable in model.variables:
        yield variable.path, variable
    for name, optimizer in optimizers(model):
        if not optimizer.built:
            # `fit` would do so at the first step, with the same variables.
            optimizer.build(model.trainable_variables)
        for variable in optimizer.variables:
            yield f"{name}/{variable.path}", variable
    yield "random", global_seed_generator().state


def _memory(callback: Any, key: str, arrays: dict[str, Any]) -> Mapping[str, Any]:
    """Describe what a callback remembers: numbers, texts, arrays and lists of arrays.

    The weights that EarlyStopping puts back in the end are such a list. What it was
    made with it has anyway; Keras turns the sign of `min_delta` in the first epoch.
    """
    scalars, lists, single = {}, {}, {}
    made_with = inspect.signature(type(callback).__init__).parameters
    for name, value in vars(callback).items():
        if name in made_with:
            continue
        plain = value.item() if isinstance(value, np.generic) else value
        if isinstance(plain, _SCALARS):
            scalars[name] = plain
        elif isinstance(plain, np.ndarray) and plain.dtype.kind in _PLAIN_ARRAYS:
            single[name] = [list(plain.shape), str(plain.dtype)]
            arrays[f"{key}.{name}"] = _raw(plain)
        elif _is_arrays(plain):
            lists[name] = [[list(one.shape), str(one.dtype)] for one in plain]
            arrays |= {f"{key}.{name}.{i}": _raw(one) for i, one in enumerate(plain)}
    return {
        "kind": type(callback).__name__,
        "scalars": scalars,
        "lists": lists,
        "arrays": single,
    }


def _is_arrays(value: object) -> bool:
    """Tell a list of arrays; what weights without axes give are NumPy's numbers."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, (np.ndarray, np.generic)) for one in value)
    )
