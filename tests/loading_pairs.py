"""Pairs of specs that a small edit parts, read from `tests/loading/*.json`.

A file holds a spec and edits of it by name, as operations of JSON Patch (RFC 6902).
`old` are operations that make the old spec, `pairs` say which pointer of the new spec
was which of the old one where names differ, `styles` restrict the styles.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "loading"
STYLES = ("functional", "subclass", "train_step")
"""The styles of each pair: `loop` writes the classes of `train_step`."""
Spec = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """Two specs; `pairs` leads from pointers of the new one to those of the old one."""

    name: str
    old: Spec
    new: Spec
    pairs: Mapping[str, str] = field(default_factory=dict)
    styles: tuple[str, ...] = STYLES

    @property
    def back(self) -> Mapping[str, str]:
        """The pointers of the old spec with those of the new one."""
        return {old: new for new, old in self.pairs.items()}

    @property
    def renamed(self) -> Mapping[str, str]:
        """The dotted paths of the new spec that were others, with these."""
        return {
            _name(self.new, new): _name(self.old, old)
            for new, old in self.pairs.items()
        }

    @property
    def names_back(self) -> Mapping[str, str]:
        """The dotted paths of the old spec that are others in the new one."""
        return {old: new for new, old in self.renamed.items()}


def _name(spec: Spec, pointer: str) -> str:
    """Return the dotted path of the node or network that a pointer leads to."""
    here: Any = spec
    words = []
    for part in pointer.strip("/").split("/"):
        named = isinstance(here, dict) and here is spec.get("networks")
        here = here[int(part)] if isinstance(here, list) else here[part]
        if named or (isinstance(here, dict) and "name" in here):
            words.append(str(here.get("name", part)))
    return ".".join(words)


def families() -> list[str]:
    """Name the files."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def pairs(family: str) -> Iterator[Pair]:
    """Yield the pairs of a file."""
    known = json.loads((FOLDER / f"{family}.json").read_text(encoding="utf-8"))
    styles = tuple(known.get("styles", STYLES))
    for name, edit in known["edits"].items():
        old = patched(known["spec"], edit.get("old", ()))
        new = patched(known["spec"], edit["patch"])
        chosen = tuple(edit.get("styles", styles))
        yield Pair(f"{family}: {name}", old, new, edit.get("pairs", {}), chosen)


def base(family: str) -> Spec:
    """Return the spec of a file as it stands there."""
    known: Spec = json.loads((FOLDER / f"{family}.json").read_text(encoding="utf-8"))
    return known["spec"]


def patched(spec: Spec, operations: Any) -> Spec:
    """Apply operations of JSON Patch: add, remove, replace, move."""
    whole = copy.deepcopy(spec)
    for one in operations:
        value = one.get("value")
        if one["op"] in ("remove", "replace", "move"):
            taken = _take(whole, one.get("from", one["path"]))
            value = taken if one["op"] == "move" else value
        if one["op"] != "remove":
            _put(whole, one["path"], copy.deepcopy(value), one["op"])
    return whole


def _find(whole: Any, pointer: str) -> tuple[Any, Any]:
    *parents, last = pointer.strip("/").split("/")
    for part in parents:
        whole = whole[int(part)] if isinstance(whole, list) else whole[part]
    if isinstance(whole, list):
        return whole, len(whole) if last == "-" else int(last)
    return whole, last


def _take(whole: Any, pointer: str) -> Any:
    owner, key = _find(whole, pointer)
    return owner.pop(key)


def _put(whole: Any, pointer: str, value: Any, op: str) -> None:
    owner, key = _find(whole, pointer)
    if isinstance(owner, list):
        owner.insert(key, value)
    else:
        owner[key] = value
