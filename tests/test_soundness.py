"""Our yes or no to a spec's form is jsonschema's, on sound and on broken specs."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import random_specs
from kauxgen import resources, soundness, source
from kauxgen.schema import validator

FORM = resources.schema("form")
TRIES = 2000
ODD: list[Any] = [
    *(None, True, False, 0, 1, 2, -1, 0.0, 1.0, 0.5, -0.5, 1e300, 10**20, 2**31),
    *("", "=", "=n", "==", "=n\n", "\n", "a", "x:Y", "same", "auto", "relu", "é" * 300),
    *([], [[]], ["a"], [1], [1, "a"], [None], {}, {"a": 1}, {"": {}}, {"a b": "c"}),
]
"""Values that stand at the edge of one keyword or another."""


def holds(value: Any) -> bool:
    """Tell whether a value has the form of a spec."""
    return soundness.holds(FORM, value, FORM)


def specs() -> Iterator[Any]:
    """Yield the examples, what shows diagnostics, and specs grown at random."""
    examples = Path(__file__).parent.glob("diagnostics/*/spec.json")
    for path in sorted([*resources.EXAMPLES.glob("*.json"), *examples]):
        try:
            yield source.scan(path.read_bytes(), path.name).value
        except source.ScanError:
            continue  # it shows what is no JSON
    yield from (random_specs.spec(seed) for seed in range(20))


def parts(value: Any) -> Iterator[Any]:
    """Yield all lists and objects of a value."""
    if isinstance(value, list | dict):
        yield value
        for inner in value if isinstance(value, list) else value.values():
            yield from parts(inner)


def schemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and those in it."""
    if isinstance(schema, dict):
        yield schema
        for word, rule in schema.items():
            many = word in ("properties", "$defs", "dependentSchemas")
            one = word in (
                "items",
                "additionalProperties",
                "propertyNames",
                "not",
                "if",
            )
            inner = rule.values() if many else [rule] if one or word == "then" else []
            for each in rule if word == "oneOf" else inner:
                yield from schemas(each)


KEYS = sorted({key for each in schemas(FORM) for key in each.get("properties", ())})


def changed(spec: Any, draw: random.Random, others: list[Any]) -> Any:
    """Give a spec with a member taken away, given, renamed, or of another value."""
    made = copy.deepcopy(spec)
    part = draw.choice(list(parts(made)))
    places = list(part) if isinstance(part, dict) else list(range(len(part)))
    value = draw.choice([draw.choice(ODD), draw.choice(others)])
    if isinstance(part, list):
        part.insert(0, value) if draw.random() < 0.3 or not places else part.pop()
    elif draw.random() < 0.3 or not places:
        part[draw.choice(KEYS)] = value
    elif draw.random() < 0.7:
        part[draw.choice(places)] = value
    else:
        moved = part.pop(draw.choice(places))
        part.update({draw.choice(KEYS): moved} if draw.random() < 0.5 else {})
    return made


def test_every_keyword_of_the_form_is_known() -> None:
    words = {word for each in schemas(FORM) for word in each}
    assert words == set(soundness.KEYWORDS)
    assert all(
        each["$ref"].startswith("#/$defs/") for each in schemas(FORM) if "$ref" in each
    )


def test_an_unknown_keyword_is_no_silent_yes() -> None:
    with pytest.raises(KeyError):
        soundness.holds({"maxItems": 1}, [], {})


def test_every_part_of_the_form_is_judged_as_jsonschema_does() -> None:
    for part in schemas(FORM):
        judge = type(validator())({**part, "$defs": FORM["$defs"]})
        for value in ODD:
            found = soundness.holds(part, value, FORM)
            assert found == judge.is_valid(value), (part, value)


def test_specs_and_broken_specs_are_judged_as_jsonschema_does() -> None:
    draw, known = random.Random(0), list(specs())
    others = [part for spec in known for part in parts(spec)]
    broken = (changed(draw.choice(known), draw, others) for _ in range(TRIES))
    counts: Counter[bool] = Counter()
    for value in (*ODD, *known, *broken):
        expected = validator().is_valid(value)
        assert holds(value) == expected, json.dumps(value)
        counts[expected] += 1
    print(counts)
    assert min(counts.values()) > TRIES / 10
