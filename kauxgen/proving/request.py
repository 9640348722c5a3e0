"""What a process of a backend is asked to prove, as JSON on its standard input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kauxgen import compiler
from kauxgen.compiler import Loaded
from kauxgen.frozen import frozen

TENSORFLOW = "tensorflow"
"""The backend of a spec that names none."""


@frozen
class Target:
    """A spec to be proved: its path and text, and its text with other params.

    `sized` gives the shapes of data: it is `text` with the values of `params` as
    defaults. `target` is the oldest Keras of a spec that names none.
    """

    path: str
    text: str
    sized: str
    params: Mapping[str, Any]
    target: str = ""

    def loaded(self, backend: str) -> Loaded:
        """Load the spec as one for a backend."""
        return _on(self.text, backend, self.path, self.target)

    def resized(self, backend: str) -> Loaded:
        """Load it with the values of its params."""
        return _on(self.sized, backend, self.path, self.target)


def _on(text: str, backend: str, path: str, target: str) -> Loaded:
    """Read a spec, with another backend if its own is another."""
    value = json.loads(text)
    if value.get("backend", TENSORFLOW) != backend:
        return compiler.load({**value, "backend": backend}, path, target=target)
    return compiler.load(text, path, target=target)


@frozen
class Request:
    """Targets, with a folder in which processes hand on numbers to the next ones.

    `folders` are those that modules may import from. The first process of a proof is
    the one that the others are held against.
    """

    targets: tuple[Target, ...]
    folder: str
    folders: tuple[str, ...]
    backend: str
    is_first: bool

    def text(self) -> str:
        """Give the request as JSON, on one line."""
        targets = [{**vars(one), "params": dict(one.params)} for one in self.targets]
        return json.dumps({**vars(self), "targets": targets})


def read(text: str) -> Request:
    """Read a request that `text` gave."""
    value = json.loads(text)
    value["targets"] = tuple(Target(**one) for one in value["targets"])
    return Request(**{**value, "folders": tuple(value["folders"])})
