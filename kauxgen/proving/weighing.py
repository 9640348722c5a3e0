"""Which params of a spec are weights of terms, wherever these stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def params(spec: Any) -> frozenset[str]:
    """Find the params of a spec, as JSON, that are weights of terms."""
    terms = [*spec.get("losses", ()), *spec.get("penalties", ())]
    for phase in spec.get("step", {}).get("phases", ()):
        terms += phase.get("terms", ())
    found = {found for term in terms for found in _params(term.get("weight"))}
    found |= set(_layer_params(spec))
    return frozenset(found & spec.get("params", {}).keys())


def altered(spec: Any) -> dict[str, float]:
    """Give the params that are weights of terms other values than their defaults."""
    known = {name: spec["params"][name] for name in params(spec)}
    return {
        name: 1.25 * value + 0.125
        for name, value in known.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }


def _layer_params(spec: Any) -> Iterator[str]:
    """Find the params that uses of own layers hand to weights of their penalties."""
    own = spec.get("define", {}).get("layers", {})
    for node in spec.get("layers", ()):
        for term in own.get(node.get("layer"), {}).get("penalties", ()):
            for name in _params(term.get("weight")):
                yield from _params(node.get("args", {}).get(name))


def _params(weight: Any) -> Iterator[str]:
    if isinstance(weight, str) and weight.startswith("="):
        yield weight[1:]
    elif isinstance(weight, dict):
        entries = {**weight, **weight.get("args", {})}
        for key in ("variable", "start", "end"):
            yield from _params(entries.get(key))
