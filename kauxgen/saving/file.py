"""A file of weights: what Keras writes, and what it reads into another model.

A port of `_save_state` and `_load_state` of `keras/src/saving/saving_lib.py`, Keras
3.15, for models that are not compiled. A file names objects by attributes and, in
lists, by their class and a count; it names no layer by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kauxgen.saving.objects import Saved, Slot
from kauxgen.saving.values import UnsureError


@dataclass
class File:
    """The groups of a file by path; a closed thing stands for all below its path."""

    groups: dict[str, Saved] = field(default_factory=dict)

    def has(self, path: str) -> bool:
        """Say whether there is something at a path, or below it."""
        return any(one == path or one.startswith(f"{path}/") for one in self.groups)


@dataclass
class Loaded:
    """What loading a file did.

    `taken` pairs the weights of the new model with those of the file that they got.
    `failed` are the objects that Keras could not load, for which it raises, or warns if
    mismatches are skipped; `passed_over` are the paths of lists in lists that the file
    does not have, for which it only warns.
    """

    taken: dict[Slot, Slot] = field(default_factory=dict)
    failed: dict[Saved, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)


def save(root: Saved) -> File:
    """Return the file that `save_weights` writes."""
    file = File()
    _save(root, "", file, set())
    return file


def _save(saved: Saved, path: str, file: File, visited: set[Saved]) -> None:
    if saved in visited:
        return
    file.groups[path] = saved
    visited.add(saved)
    for name, child in saved.children:
        for below, one in _flat(child, _join(path, name)):
            _save(one, below, file, visited)


def _flat(value: Any, path: str) -> Iterator[tuple[str, Saved]]:
    """Yield what a list holds, and the lists in it, with their paths."""
    if isinstance(value, Saved):
        yield path, value
        return
    for name, one in _named(value):
        yield from _flat(one, _join(path, name))


def _named(items: list[Any]) -> Iterator[tuple[str, Any]]:
    """Name the items of a list as Keras does: `dense`, `dense_1`, `container`."""
    used: dict[str, int] = {}
    for one in items:
        word = one.label if isinstance(one, Saved) else "container"
        used[word] = used.get(word, -1) + 1
        yield f"{word}_{used[word]}" if used[word] else word, one


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def load(file: File, root: Saved) -> Loaded:
    """Return what `load_weights` does to a model."""
    loading = _Loading(file)
    loading.one(root, "", loading.done.failed)
    return loading.done


class _Mismatch(Exception):
    """Why the weights of one object do not load."""


class _Loading:
    """Loads one file into one model."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.done = Loaded()
        self.visited: set[Saved] = set()

    def one(self, saved: Saved, path: str, failed: dict[Saved, str]) -> None:
        """Load an object and all below it; one that fails may be met again."""
        if saved in self.visited:
            return
        mismatch = ""
        try:
            self.weights(saved, path)
        except _Mismatch as found:
            mismatch = failed.setdefault(saved, str(found))
        before = len(failed)
        for name, child in saved.children:
            self.child(child, _join(path, name), failed)
        if not mismatch:
            if len(failed) <= before:
                self.visited.add(saved)
            failed.pop(saved, None)

    def child(self, value: Any, path: str, failed: dict[Saved, str]) -> None:
        """Load what an attribute holds."""
        if isinstance(value, Saved):
            self.one(value, path, failed)
            return
        for name, one in _named(value):
            below = _join(path, name)
            if isinstance(one, Saved):
                self.one(one, below, failed)
            elif self.file.has(below):
                self.child(one, below, failed)
            else:
                tracked: dict[Saved, str] = {}
                self.child(one, below, tracked)
                self.done.passed_over += [below] if tracked else []

    def weights(self, saved: Saved, path: str) -> None:
        """Give an object's own weights the values of the group at a path, in order."""
        found = self.file.groups.get(path)
        if saved.closed is not None or (found and found.closed is not None):
            self.whole(saved, found, path)
            return
        given = found.slots if found else ()
        if len(given) != len(saved.slots):
            raise _Mismatch(_counts(len(saved.slots), len(given)))
        for slot, value in zip(saved.slots, given, strict=True):
            if tuple(slot.shape) != tuple(value.shape):
                raise _Mismatch(
                    f"its {slot.path} is {_shape(slot)}, in the file {_shape(value)}"
                )
            self.done.taken[slot] = value

    def whole(self, saved: Saved, found: Saved | None, path: str) -> None:
        """Load what is not looked into: all of it or, if nothing is there, none."""
        if found is None and not self.file.has(path):
            raise _Mismatch("the file has no such layer")
        if found is None or saved.closed != found.closed:
            raise UnsureError(f"which weights load into what the file calls {path}")
        self.done.taken[saved.slots[0]] = found.slots[0]


def _counts(own: int, given: int) -> str:
    """Say how many weights there are and should be."""
    held = f"{own} weight{'' if own == 1 else 's'}"
    return f"it has {held}, and the file has {given or 'none'} in its place"


def _shape(slot: Slot) -> str:
    return f"({', '.join(map(str, slot.shape))}{',' * (len(slot.shape) == 1)})"
