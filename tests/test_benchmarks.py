"""What benchmarks measure is what they say: specs that are sound, and all different."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

import kauxgen

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def test_the_many_specs_are_sound_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of each public spec and some of its variants, the same every time."""
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    many = importlib.import_module("many_specs").many_specs
    specs = dict(many(60))
    assert len(specs) == 60
    assert specs == dict(many(60))
    assert len({text.partition('"params"')[2] for text in specs.values()}) > 40
    for name, text in list(specs.items())[::5]:
        assert kauxgen.validate(text) == [], name
