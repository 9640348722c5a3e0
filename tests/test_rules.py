"""The rules accept what holds, stop at what does not, and never break."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accepted import ACCEPTED
from kauxgen import rules
from kauxgen.checked import WeightUse
from kauxgen.rules.patterns import matches
from kauxgen.tensor import TensorType
from small_spec import Json, check, checked, codes, dense, small

SPECS = sorted((Path(__file__).parent.parent / "specs").glob("*.json"))


def load(path: Path) -> Json:
    """Read a spec of `specs/`."""
    value: Json = json.loads(path.read_text(encoding="utf-8"))
    return value


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_examples_hold(path: Path) -> None:
    found = checked(load(path))
    style = found.spec.style
    assert style is not None
    assert rules.portability(found, style) == []


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name: str) -> None:
    assert codes(small(**ACCEPTED[name])) == []


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside a value."""
    steps: list[Any] = []
    if isinstance(value, dict):
        steps = list(value)
    elif isinstance(value, list):
        steps = list(range(len(value)))
    for step in steps:
        yield (*path, step)
        yield from places(value[step], (*path, step))


def without(value: Json, path: tuple[Any, ...]) -> Json:
    """Return a copy of a spec without one of its values."""
    copied = copy.deepcopy(value)
    owner: Any = copied
    for step in path[:-1]:
        owner = owner[step]
    del owner[path[-1]]
    return copied


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_deleting_anything_never_breaks(path: Path) -> None:
    spec = load(path)
    for place in places(spec):
        found, findings = check(without(spec, place))
        assert (found is None) == any(one.is_error for one in findings), place


def swapped(word: str) -> str:
    """Misspell a word: its first two letters in the other order, or one doubled."""
    if len(word) > 1 and word[0] != word[1] and word[:2].isalpha():
        return word[1] + word[0] + word[2:]
    return word + word[-1]


def misspelled(spec: Json, path: tuple[Any, ...]) -> Json:
    """Return a copy of a spec with one kind or reference misspelled."""
    copied = copy.deepcopy(spec)
    owner: Any = copied
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = swapped(owner[path[-1]])
    return copied


WORDS = {
    "layer",
    "loss",
    "penalty",
    "metric",
    "network",
    "block",
    "inputs",
    "optimizer",
}


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_one_misspelled_word_is_one_finding(path: Path) -> None:
    spec = load(path)
    for place in places(spec):
        value: Any = spec
        for step in place:
            value = value[step]
        if place[-1] in WORDS and isinstance(value, str):
            assert len(codes(misspelled(spec, place))) == 1, place


def test_shapes_and_values_by_pointer() -> None:
    found = checked(load(Path(__file__).parent.parent / "specs" / "twin.json"))
    assert found.shapes["/networks/encoder"] == TensorType((None, 8))
    assert found.shapes["/networks/encoder/layers/0/body/0"] == TensorType((None, 16))
    assert found.shapes[""] == TensorType((None, 1))
    assert found.values["/params/widths"] == (32, 16)
    assert found.values["/penalties/3/weight/args/steps"] == 100


def test_weights_by_pattern_in_the_order_of_the_model() -> None:
    found = checked(load(Path(__file__).parent.parent / "specs" / "twin.json"))
    assert found.weights["/penalties/2/on/weights"] == (
        WeightUse(("encoder", "hidden", 0, "dense"), "kernel"),
        WeightUse(("encoder", "hidden", 1, "dense"), "kernel"),
        WeightUse(("encoder", "code"), "kernel"),
    )


def test_frozen_weights_are_not_selected() -> None:
    layers = [dense("hidden", trainable=False), dense("prediction", 1)]
    on = {"weights": "*/kernel"}
    found = checked(
        small(layers=layers, penalties=[{"penalty": "mean_square", "on": on}])
    )
    assert found.weights["/penalties/0/on/weights"] == (
        WeightUse(("prediction",), "kernel"),
    )


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a/b", "a/b", True),
        ("a/*", "a/b", True),
        ("a/*", "a/b/c", False),
        ("**", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**/c", "a/b/c/d", False),
        ("**/c/**", "a/b/c", True),
        ("*", "", True),
        ("", "a", False),
    ],
)
def test_patterns(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern.split("/"), path.split("/")) is expected


def chain(count: int, uses: int) -> Json:
    """Return blocks that each use the next so many times."""
    blocks: Json = {}
    for index in range(count):
        names = [f"part_{use}" for use in range(uses)]
        body = [{"name": name, "block": f"block_{index + 1}"} for name in names]
        blocks[f"block_{index}"] = {"inputs": ["x"], "body": body}
    blocks[f"block_{count}"] = {"inputs": ["x"], "body": [dense("dense")]}
    return {
        "define": {"blocks": blocks},
        "layers": [{"name": "hidden", "block": "block_0"}, dense("prediction", 1)],
    }


def functions(count: int, body: str) -> Json:
    """Return functions that each call the next, `{0}`, as a text says."""
    made = {
        f"function_{index}": {
            "args": ["x"],
            "expr": body.format(f"function_{index + 1}") if index < count - 1 else "x",
        }
        for index in range(count)
    }
    node = {"name": "bent", "expr": "function_0(hidden)"}
    layers = [dense("hidden"), node, dense("prediction", 1)]
    return {"define": {"functions": made}, "layers": layers}


def rounds(counts: list[int]) -> Json:
    """Return repeats inside repeats."""
    body = [dense("dense")]
    for index, count in enumerate(counts):
        body = [{"name": f"rounds_{index}", "repeat": {"count": count}, "body": body}]
    return {"layers": [*body, dense("prediction", 1)]}


@pytest.mark.parametrize(
    "changes",
    [
        chain(2000, 1),
        chain(30, 2),
        functions(2000, "{0}(x)"),
        functions(30, "{0}([x, x])"),
        rounds([1000, 1000]),
        rounds([2] * 16),
    ],
    ids=["deep", "doubling", "calls", "growing lists", "wide", "nested"],
)
def test_what_would_take_for_ever_is_too_large(changes: Json) -> None:
    assert codes(small(**changes)) == ["KX312"]


def test_functions_that_double_are_worked_out_once() -> None:
    assert codes(small(**functions(35, "{0}(x) + {0}(2 * x)"))) == []


def test_findings_are_not_more_than_are_read() -> None:
    layers = [dense(f"node_{i}", inputs=f"missing_{i}") for i in range(500)]
    found = codes(small(layers=[*layers, dense("prediction", 1)]))
    assert found == ["KX201"] * rules.MOST_FINDINGS


def test_findings_stand_in_the_order_of_the_text() -> None:
    layers = [dense(f"node_{i}", inputs=f"missing_{i}") for i in range(12)]
    _, findings = check(small(layers=[*layers, dense("prediction", 1)]))
    assert [f.pointer for f in findings] == [f"/layers/{i}/inputs" for i in range(12)]


def test_sizes_remember_the_words_of_the_spec() -> None:
    _, findings = check(
        small(
            params={"width": 16},
            layers=[
                dense("hidden", "=width"),
                {"name": "gap", "expr": "hidden - features"},
                dense("prediction", 1),
            ],
        )
    )
    assert [f.message for f in findings] == [
        "cannot broadcast (batch, width) with (batch, 8): axis -1 is width and 8"
    ]
