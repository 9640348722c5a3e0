"""Writes `schemas/keras.json`: the names, arguments and defaults of Keras by version.

Beside it `schemas/since.json`, the part that checking reads: what is not in the oldest.

    PYTHONPATH=. python benchmarks/signatures.py [FOLDER ...]

The installed Keras is read, and each one in a folder, in a process of its own:

    pip install --no-deps --target build/keras-3.8 keras==3.8.0
    python benchmarks/signatures.py build/keras-*

What the files know of other versions stays. The first release of a minor version stands
for all of it, since a module must run on that one too. The types, ranges and rules that
no script can know stand in the other files of `schemas/`: `tests/test_signatures.py`
names every entry there that must follow, and every new kind that needs an entry, or a
reason in `schemas/excluded.json`.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "schemas"
FILE = FOLDER / "keras.json"
MODULES = {
    "layer": "layers",
    "loss": "losses",
    "metric": "metrics",
    "optimizer": "optimizers",
    "schedule": "optimizers.schedules",
    "regularizer": "regularizers",
    "initializer": "initializers",
    "constraint": "constraints",
    "callback": "callbacks",
    "activation": "activations",
    "application": "applications",
    "operation": "ops",
}
"""Where the kinds of each family are public."""

FUNCTIONS = ("activation", "application", "operation")
"""The families whose kinds are functions; elsewhere these do what a class does."""

OF_EVERY_KIND = {"name", "dtype", "trainable", "self"}
"""Arguments that kauxgen writes itself, or that no kind has of its own."""

Names = dict[str, Any]
Signatures = dict[str, dict[str, Names]]
"""By family and name: what it is another name of, its arguments, those of its call."""


def signatures() -> Signatures:
    """Read the Keras that can be imported."""
    import keras

    found: Signatures = {}
    for family, path in MODULES.items():
        module = keras
        for word in path.split("."):
            module = getattr(module, word)
        found[family] = dict(_family(family, module))
    return found


def _family(family: str, module: Any) -> Iterator[tuple[str, Names]]:
    wanted = inspect.isfunction if family in FUNCTIONS else inspect.isclass
    for name in sorted(vars(module)):
        member = getattr(module, name)
        if name.startswith("_") or not wanted(member):
            continue
        own = member.__name__
        if own != name and getattr(module, own, None) is member:
            yield name, {"is": own}
        else:
            yield name, _described(family, member)


def _described(family: str, member: Any) -> Names:
    entry: Names = {"args": dict(_arguments(member))}
    if family == "layer" and callable(getattr(member, "call", None)):
        entry["call"] = [name for name, _ in _arguments(member.call)]
    return entry


def _arguments(member: Any) -> Iterator[tuple[str, str | None]]:
    """Yield each argument with the text of its default, None where there is none."""
    for one in _signature(member).parameters.values():
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            continue
        if one.name not in OF_EVERY_KIND:
            yield one.name, None if one.default is one.empty else text(one.default)


def _signature(member: Any) -> inspect.Signature:
    """Read a signature; that of a class which hands on all it gets is of a base."""
    own = inspect.signature(member)
    for base in member.__mro__[1:-1] if inspect.isclass(member) else ():
        if list(own.parameters) not in (["args", "kwargs"], ["self", "args", "kwargs"]):
            break
        own = inspect.signature(base.__init__)
    return own


def text(default: Any) -> str:
    """Write a default as Python does, classes and types of values by their name."""
    named = isinstance(default, type) or inspect.isfunction(default)
    return str(default.__name__) if named else repr(default)


def minor(version: str) -> str:
    """Shorten a version to the two numbers that say what is there."""
    return ".".join(version.split(".")[:2])


def merged(known: Mapping[str, Signatures]) -> dict[str, Any]:
    """Make the data of what is known of each version."""
    versions = sorted(known, key=lambda one: tuple(map(int, one.split("."))))
    data: dict[str, Any] = {"versions": versions}
    for family in MODULES:
        names = {name for one in known.values() for name in one[family]}
        data[family] = {
            name: _history([known[one][family].get(name) for one in versions], versions)
            for name in sorted(names)
        }
    return data


def _history(entries: list[Names | None], versions: list[str]) -> Names:
    """Say what a kind is now, and what was otherwise."""
    there = [v for v, entry in zip(versions, entries, strict=True) if entry is not None]
    newest = next(entry for entry in reversed(entries) if entry is not None)
    data: Names = _span(there, versions)
    if "is" in newest:
        return {**newest, **data}
    by = {v: e["args"] for v, e in zip(versions, entries, strict=True) if e is not None}
    names = [*newest["args"], *sorted({n for a in by.values() for n in a})]
    data["args"] = {name: _argument(name, by) for name in dict.fromkeys(names)}
    return {**data, **({"call": newest["call"]} if "call" in newest else {})}


def _span(there: list[str], versions: list[str]) -> Names:
    span: Names = {"since": there[0]} if there[0] != versions[0] else {}
    return span | ({"until": there[-1]} if there[-1] != versions[-1] else {})


def _argument(name: str, by: Mapping[str, Mapping[str, str | None]]) -> Any:
    """Give the default, or an object where that or the argument is not everywhere."""
    there = [version for version in by if name in by[version]]
    span = _span(there, list(by))
    default = by[there[-1]][name]
    was = {
        later: by[version][name]
        for version, later in pairwise(there)
        if by[version][name] != by[later][name]
    }
    if not span and not was:
        return default
    return {"default": default, **span, **({"before": was} if was else {})}


def at(data: Mapping[str, Any], version: str) -> Signatures:
    """Give what the data say of one version."""
    return {
        family: {
            name: _entry_at(entry, version, data["versions"])
            for name, entry in data[family].items()
            if _is_in(entry, version)
        }
        for family in MODULES
    }


def _entry_at(entry: Names, version: str, versions: list[str]) -> Names:
    if "is" in entry:
        return {"is": entry["is"]}
    args = {
        name: _default_at(one, version)
        for name, one in entry["args"].items()
        if not isinstance(one, dict) or _is_in(one, version)
    }
    return {"args": args, **({"call": entry["call"]} if "call" in entry else {})}


def _default_at(one: Any, version: str) -> str | None:
    if not isinstance(one, dict):
        return str(one) if one is not None else None
    later = [v for v in one.get("before", {}) if _number(version) < _number(v)]
    return one["before"][min(later, key=_number)] if later else one["default"]


def _is_in(entry: Names, version: str) -> bool:
    since, until = entry.get("since", version), entry.get("until", version)
    return _number(since) <= _number(version) <= _number(until)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def later(data: Mapping[str, Any]) -> dict[str, dict[str, Names]]:
    """Give what came after the oldest version: kinds, arguments and new defaults."""
    found = {
        family: {
            name: history
            for name, entry in data[family].items()
            if (history := _later(entry)) and "until" not in entry
        }
        for family in MODULES
    }
    return {family: names for family, names in found.items() if names}


def _later(entry: Names) -> Names:
    since = entry.get("since", "")
    objects = {k: v for k, v in entry.get("args", {}).items() if isinstance(v, dict)}
    args = {k: v["since"] for k, v in objects.items() if "since" in v}
    args = {k: v for k, v in args.items() if "until" not in objects[k] and v != since}
    defaults = {
        k: max(v["before"], key=_number) for k, v in objects.items() if "before" in v
    }
    parts = {"since": since, "args": args, "defaults": defaults}
    return {key: part for key, part in parts.items() if part}


def lines(data: Mapping[str, Any]) -> str:
    """Write the data with a line a kind."""
    parts = [
        f'"{key}": {json.dumps(data[key])}' for key in ("versions",) if key in data
    ]
    for family in filter(data.__contains__, MODULES):
        rows = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in data[family].items()]
        parts.append(f"{json.dumps(family)}: {{\n" + ",\n".join(rows) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def read(folder: str) -> tuple[str, Signatures]:
    """Read the Keras of a folder in a process of its own; "" is the installed one."""
    here = Path(__file__)
    code = f"import {here.stem}, json, keras, sys; " + (
        f"json.dump([keras.__version__, {here.stem}.signatures()], sys.stdout)"
    )
    path = os.pathsep.join(filter(None, (folder, str(here.parent))))
    environment = {**os.environ, "PYTHONPATH": path, "KERAS_BACKEND": "numpy"}
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, env=environment, check=True, capture_output=True)
    version, found = json.loads(re.sub(rb"^[^\[]*", b"", answer.stdout))
    return minor(version), found


def main() -> None:
    """Read the installed Keras and those of folders, and write what is known now."""
    known: dict[str, Signatures] = {}
    if FILE.exists():
        data = json.loads(FILE.read_text(encoding="utf-8"))
        known = {version: at(data, version) for version in data["versions"]}
    known |= dict(map(read, sys.argv[1:] or [""]))
    data = merged(known)
    FILE.write_text(lines(data), encoding="utf-8")
    (FOLDER / "since.json").write_text(lines(later(data)), encoding="utf-8")


if __name__ == "__main__":
    main()
