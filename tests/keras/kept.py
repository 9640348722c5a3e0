"""What tests share for a while: models are large, and there are hundreds of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

_FORGETTING: list[Callable[[], None]] = []


def kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what a function gives until a test of another spec runs."""
    cached = cache(function)
    _FORGETTING.append(cached.cache_clear)
    return cached


def forget() -> None:
    """Let go of all that is kept."""
    for each in _FORGETTING:
        each()
