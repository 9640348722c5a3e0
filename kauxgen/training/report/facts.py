"""What a report says of a run beside its history: what was asked for, and of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from kauxgen.frozen import frozen


@frozen
class Run:
    """A run, in words and numbers.

    `command` is what was typed. `spec` is the path of the spec, empty for a module
    without one; `data` says what was trained on. `params` are those that were set.
    `trainable` and `fixed` count the numbers in weights, None where that is not known.
    `loading` is Python that loads the model without kauxgen. `state` says how the run
    ended if it did not come to its end, with what to do then.
    """

    name: str
    command: str
    description: str = ""
    spec: str = ""
    style: str = ""
    backend: str = ""
    data: str = ""
    seed: int | None = None
    epochs: int = 0
    batch_size: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    trainable: int | None = None
    fixed: int | None = None
    loading: str = ""
    state: str = ""
