"""A small spec to vary, and the shortest words for nodes."""

from __future__ import annotations

import copy
from typing import Any

from kauxgen import read, rules, schema, source
from kauxgen.checked import Checked
from kauxgen.finding import Finding

Json = dict[str, Any]
_SMALL: Json = {
    "kauxgen": 1,
    "name": "small",
    "inputs": {"features": {"shape": [8]}},
    "layers": [
        {"name": "hidden", "layer": "Dense", "args": {"units": 4}},
        {"name": "prediction", "layer": "Dense", "args": {"units": 1}},
    ],
    "losses": [{"loss": "MeanSquaredError", "on": "prediction"}],
    "training": {"optimizer": {"optimizer": "Adam"}},
}


def small(**changes: Any) -> Json:
    """Return the small spec with other values for some of its keys."""
    return {**copy.deepcopy(_SMALL), **changes}


def dense(name: str, units: int | str = 4, **more: Any) -> Json:
    """Return a node of a Dense layer."""
    return {"name": name, "layer": "Dense", "args": {"units": units}, **more}


def layer(name: str, kind: str, args: Json | None = None, **more: Any) -> Json:
    """Return a node of any layer."""
    return {"name": name, "layer": kind, "args": args or {}, **more}


def check(value: Json) -> tuple[Checked | None, list[Finding]]:
    """Take a spec through reading, form and rules."""
    document = source.from_value(value, "spec.json")
    findings = schema.check(document)
    if findings:
        return None, findings
    spec, findings = read.read(document)
    return (None, findings) if spec is None else rules.check(spec)


def checked(value: Json) -> Checked:
    """Return a spec that has no findings."""
    found, findings = check(value)
    assert findings == []
    assert found is not None
    return found


def codes(value: Json) -> list[str]:
    """Return the codes of all findings."""
    return [finding.code for finding in check(value)[1]]
