"""Steps with phases: what holds, and that no part of one is lost without a word."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest

from accepted_steps import STEPS
from kauxgen import compiler, rules
from small_spec import Json, check, checked, codes
from small_step import step
from test_rules import misspelled, places, without

WORDS = {"network", "loss", "metric", "penalty", "optimizer", "source", "inference"}


def whole(name: str) -> Json:
    """Return a spec with one of the accepted steps, no part of it in two places."""
    spec: Json = json.loads(json.dumps({**step(), **STEPS[name]}))
    return spec


@pytest.mark.parametrize("name", STEPS)
def test_accepts(name: str) -> None:
    assert codes(whole(name)) == []


@pytest.mark.parametrize("name", STEPS)
def test_styles_with_steps_of_their_own_can_express_it(name: str) -> None:
    found = checked(whole(name))
    for style in ("train_step", "loop"):
        assert rules.portability(found, style) == []
    for style in ("functional", "subclass"):
        assert [each.code for each in rules.portability(found, style)] == ["KX620"]


@pytest.mark.parametrize("name", STEPS)
def test_deleting_anything_never_breaks(name: str) -> None:
    spec = whole(name)
    for place in places(spec):
        found, findings = check(without(spec, place))
        assert (found is None) == any(one.is_error for one in findings), place


@pytest.mark.parametrize("name", STEPS)
def test_one_misspelled_word_is_one_finding(name: str) -> None:
    spec = whole(name)
    for place in places(spec):
        value: Any = spec
        for key in place:
            value = value[key]
        named = place[-1] in WORDS or place[-2:-1] in (("update",), ("batch",))
        if named and isinstance(value, str) and value != "_":
            assert len(codes(misspelled(spec, place))) == 1, place


def test_a_phase_weighs_penalties_of_layers_as_their_uses_say() -> None:
    """A random step showed that it added them with the weight 1."""
    spec = step()
    spec["define"] = {
        "layers": {
            "Drawn": {
                "params": {"pull": 0.25},
                "inputs": ["x"],
                "let": {"moved": "tanh(x)"},
                "penalties": [
                    {"name": "far", "expr": "mean(moved ** 2)", "weight": "=pull"}
                ],
                "outputs": "moved + x",
            }
        }
    }
    for name, args in (("drawn", {}), ("again", {"pull": 0.1})):
        node = {"name": name, "layer": "Drawn", "args": args}
        spec["networks"]["critic"]["layers"].insert(1, node)
    for style in ("train_step", "loop"):
        tree = ast.parse(compiler.compile_text(spec, style=style))
        sums = [one for one in ast.walk(tree) if isinstance(one, ast.BinOp)]
        assert "critic_loss + weighed_far" in map(ast.unparse, sums)
