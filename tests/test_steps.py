"""Steps with phases: what holds, and that no part of one is lost without a word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accepted_steps import STEPS
from kauxgen import rules
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
        assert (found is None) == bool(findings), place


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
