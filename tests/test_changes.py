"""What `changes.compare` tells: in the model's own terms, once, with its level."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kauxgen import changes, compiler
from kauxgen.changes import Comparison

ROOT = Path(__file__).parents[1]
SPECS = {path.stem: path for path in sorted((ROOT / "specs").glob("*.json"))}
NASTY = sorted((ROOT / "tests" / "keras").glob("nasty*/*.json"))
MIRRORED = {"added": "removed", "removed": "added"}

Spec = dict[str, Any]
Edit = Callable[[Spec], object]


@cache
def text(name: str) -> str:
    return SPECS[name].read_text("utf-8")


def load(spec: str | Spec) -> compiler.Loaded:
    return compiler.load(spec if isinstance(spec, str) else json.dumps(spec))


def edited(name: str, edit: Edit) -> Comparison:
    """Compare a public spec with an edited copy."""
    spec = json.loads(text(name))
    edit(spec)
    return changes.compare(load(text(name)), load(spec))


def replaced(name: str, *pairs: tuple[str, str]) -> Comparison:
    """Compare a public spec with one in which words are others."""
    new = text(name)
    for word, other in pairs:
        assert word in new
        new = new.replace(word, other)
    return changes.compare(load(text(name)), load(new))


def told(found: Comparison) -> list[tuple[str, str]]:
    return [(one.level.word, one.sentence) for one in found.changes]


def quiet(found: Comparison) -> bool:
    """Say whether nothing differs, and nothing follows."""
    follows = found.consequences
    answers = (follows.logs, follows.outputs, follows.signature, follows.numbers)
    nothing = not found.changes and not found.effects
    same = not any(total.changed for total in found.totals)
    loads = follows.weights.loads == "all"
    return nothing and same and loads and not any(one.changed for one in answers)


@pytest.mark.parametrize("paths", [list(SPECS.values()), NASTY], ids=["specs", "nasty"])
def test_a_spec_does_not_differ_from_itself_written_otherwise(
    paths: list[Path],
) -> None:
    for path in paths:
        raw = json.loads(path.read_text("utf-8"))
        again = json.dumps(reordered(raw), indent=7)
        assert quiet(changes.compare(load(raw), load(again))), path.stem


TOLD_ORDERS = ("params", "weights", "inputs", "let", "carry", "next", "zip")


def reordered(value: Any, ordered: bool = False) -> Any:
    """Turn round the keys of all objects but those whose order is told."""
    if isinstance(value, list):
        return [reordered(one) for one in value]
    if not isinstance(value, dict):
        return value
    pairs = [(key, reordered(one, key in TOLD_ORDERS)) for key, one in value.items()]
    return dict(pairs if ordered else reversed(pairs))


def test_operands_with_names_stand_in_any_order() -> None:
    path = ROOT / "tests" / "keras" / "nasty" / "inner_steps.json"
    spec = json.loads(path.read_text("utf-8"))
    wanted = compiler.render(load(spec), "functional")
    turned = json.loads(path.read_text("utf-8"), object_hook=turned_operands)
    assert turned == spec
    assert json.dumps(turned) != json.dumps(spec)
    assert compiler.render(load(turned), "functional") == wanted


def turned_operands(value: Spec) -> Spec:
    return (
        dict(reversed(value.items())) if "network" in value and "x" in value else value
    )


TOLD: list[tuple[str, Edit, list[tuple[str, str]]]] = [
    (
        "vae",
        lambda spec: spec["params"].update(latent_dim=16),
        [("weights", "param `latent_dim`: 32 -> 16")],
    ),
]


@pytest.mark.parametrize(("name", "edit", "expected"), TOLD)
def test_changes_are_told(
    name: str, edit: Edit, expected: list[tuple[str, str]]
) -> None:
    assert told(edited(name, edit)) == expected
