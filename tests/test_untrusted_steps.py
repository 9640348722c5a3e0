"""Steps are untrusted too: whatever they say, it is a finding or plain code."""

from __future__ import annotations

import ast
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accepted_steps import STEPS
from small_spec import Json
from small_step import step
from test_untrusted import (
    CALLS,
    CANARY,
    EXPRESSIONS,
    HOSTILE_TEXTS,
    NAMES,
    NUMBERS,
    SETTINGS,
    changed,
    compiled,
    pointers,
    renamed,
    without_docstrings,
)

BASES: tuple[Json, ...] = tuple(
    json.loads(json.dumps({**step(), **changes})) for changes in STEPS.values()
)
PARTS = ("step", "state", "ema", "evaluation", "inference")
PLACES = [(base, path) for base in BASES for path in pointers(base) if path[0] in PARTS]
KEYS = [(base, path) for base, path in PLACES if isinstance(path[-1], str)]
TEXTS = [
    (base, path)
    for base, path in KEYS
    if path[-1] in ("expr", "on", "target", "initial") or "assign" in path[:-1]
]
STYLE = st.sampled_from(("train_step", "loop"))
JUNK = NAMES | NUMBERS | HOSTILE_TEXTS | st.none() | st.just([]) | st.just({})


def plain(text: str | None) -> None:
    """Hold a module to Python without calls of what is in no module."""
    for node in ast.walk(ast.parse(text or "")):
        name = node.func if isinstance(node, ast.Call) else None
        if isinstance(name, ast.Name):
            assert name.id not in ("eval", "exec", "open", "print", "__import__")


@SETTINGS
@given(place=st.sampled_from(PLACES), value=JUNK, style=STYLE)
def test_any_value_is_a_finding_or_plain(place: Any, value: Any, style: str) -> None:
    base, path = place
    plain(compiled(changed(path, value, base), style))


@SETTINGS
@given(place=st.sampled_from(KEYS), name=NAMES, style=STYLE)
def test_any_key_is_a_finding_or_plain(place: Any, name: str, style: str) -> None:
    base, path = place
    plain(compiled(renamed(path, name, base), style))


@SETTINGS
@given(place=st.sampled_from(TEXTS), text=EXPRESSIONS | CALLS, style=STYLE)
def test_any_expression_is_a_finding_or_plain(
    place: Any, text: str, style: str
) -> None:
    base, path = place
    plain(compiled(changed(path, text, base), style))


@SETTINGS
@given(base=st.sampled_from(BASES), text=HOSTILE_TEXTS, style=STYLE)
def test_descriptions_stay_in_docstrings(base: Json, text: str, style: str) -> None:
    spec = json.loads(json.dumps(base))
    for holder in (spec, spec["step"]["phases"][0], *spec.get("state", {}).values()):
        holder["description"] = text
    module = compiled(spec, style)
    assert module is not None
    assert CANARY not in ast.unparse(without_docstrings(module))
