"""Whatever differs in meaning is told: every kind of value of every spec, mutated."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from kauxgen import changes, compiler, rules, styles
from kauxgen.changes.differing import Differing
from kauxgen.changes.inventory import Inventory
from kauxgen.changes.likeness import paired
from kauxgen.changes.pairing import Pairs
from kauxgen.compiler import Loaded

ROOT = Path(__file__).parents[1]
PATHS = [
    *sorted((ROOT / "specs").glob("*.json")),
    *sorted((ROOT / "tests" / "keras").glob("nasty*/*.json")),
]
MIRRORED = {"added": "removed", "removed": "added"}
NAMED = (
    "params",
    "networks",
    "inputs",
    "imports",
    "state",
    "let",
    "assign",
    "gradient",
)

Place = tuple[str | int, ...]


@cache
def loaded(path: Path) -> Loaded:
    return compiler.load(path.read_bytes(), "spec.json")


def leaves(value: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in items:
        if isinstance(one, (dict, list)):
            yield from leaves(one, (*at, key))
        else:
            yield (*at, key), one


def sort_of(place: Place, value: Any) -> tuple[str, ...]:
    """Tell leaves apart by what they say, not by where: each sort is mutated once."""
    above: list[str | int] = ["", *place]
    keys = [
        "*" if a in NAMED or isinstance(k, int) else str(k) for a, k in pairwise(above)
    ]
    computed = str(value)[:1] == "="
    return (*keys[-2:], type(value).__name__, "=" if computed else "")


def mutants(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, float):
        return [value * 1.5 or 0.5]
    if value is None:
        return [3]
    if value.startswith("="):
        return [f"{value} + 1", f"=2 * ({value[1:]})"]
    other = {"relu": "tanh", "float32": "float16", "mean": "sum"}.get(value, "elu")
    return [f"{value}_b", f"{value} + 1", other]


def changed(path: Path, place: Place, value: Any) -> Loaded | None:
    """Return a spec with another value, None if it is refused."""
    spec = copy.deepcopy(loaded(path).document.value)
    owner: Any = spec
    for key in place[:-1]:
        owner = owner[key]
    owner[place[-1]] = value
    try:
        return compiler.load(json.dumps(spec), "spec.json")
    except compiler.SpecError:
        return None


def trials() -> Iterator[tuple[Path, Place, Loaded]]:
    """Yield each sort of leaf once, with another value, if one of two bears one."""
    tried: Counter[tuple[str, ...]] = Counter()
    for path in PATHS:
        for place, value in leaves(loaded(path).document.value):
            sort = sort_of(place, value)
            if tried[sort] >= 2 or place == ("$schema",):
                continue
            tried[sort] += 1
            found = (changed(path, place, each) for each in mutants(value))
            spec = next((one for one in found if one is not None), None)
            if spec is not None:
                tried[sort] = 2
                yield path, place, spec


def modules(spec: Loaded) -> list[str]:
    """Render a spec in all styles that can express it."""
    chosen = [s for s in styles.STYLES if not rules.portability(spec.checked, s)]
    return [compiler.render(spec, style, "spec.json") for style in chosen]


def actions(found: changes.Comparison, mirrored: bool = False) -> Counter[str]:
    words = (one.action for one in found.changes)
    return Counter(MIRRORED.get(word, word) if mirrored else word for word in words)


def test_each_value_that_is_another_is_told() -> None:
    number = 0
    for path, place, new in trials():
        old = loaded(path)
        where = f"{path.stem} {place}"
        told = list(Differing(paired(old.checked, new.checked)).deltas())
        assert told or modules(old) == modules(new), where
        number += 1
        if number % 10 == 0:
            there, back = changes.compare(old, new), changes.compare(new, old)
            assert len(there.changes) == len(told), where
            assert actions(back) == actions(there, mirrored=True), where
            assert not there.effects, f"{where}: nothing explains {there.effects}"
    assert number > 200


def test_no_field_of_a_thing_hides_another() -> None:
    for path in PATHS:
        pairs = Pairs(Inventory(loaded(path).checked), Inventory(loaded(path).checked))
        differing = Differing(pairs)
        for thing in pairs.old.things.values():
            keys = [differing.key(each, {}) for each in thing.fields]
            assert len(keys) == len(set(keys)), f"{path.stem} {thing.path}"


def test_specs_that_have_nothing_in_common_are_compared() -> None:
    for old, new in pairwise(loaded(path) for path in PATHS[::3]):
        there, back = changes.compare(old, new), changes.compare(new, old)
        assert there.changes
        assert actions(back) == actions(there, mirrored=True)
        assert there.level == max(one.level for one in there.changes)
