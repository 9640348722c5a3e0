"""Imports: one plain line at the top of a module, of nothing but identifiers."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import kauxgen
from kauxgen.finding import SpecError

SPEC: dict[str, Any] = {
    "kauxgen": 1,
    "name": "styled",
    "imports": {"SPADE": "a_users_package.blocks:SPADE"},
    "inputs": {"image": {"shape": [8]}},
    "layers": [
        {"name": "seen", "layer": "SPADE", "args": {"units": 4}, "shape": [4]},
        {"name": "answer", "layer": "Dense", "args": {"units": 1}},
    ],
    "losses": [{"loss": "MeanSquaredError", "on": "answer"}],
    "training": {"optimizer": {"optimizer": "Adam"}},
}
STYLES = ("functional", "subclass", "train_step", "loop")


def codes(spec: dict[str, Any]) -> list[str]:
    """Return the codes of what is found in a spec."""
    try:
        kauxgen.compile_spec(spec)
    except SpecError as error:
        return [one.code for one in error.diagnostics]
    return []


@pytest.mark.parametrize("style", STYLES)
def test_a_module_that_is_not_there_compiles(style: str) -> None:
    text = kauxgen.compile_spec(SPEC, style=style)
    assert "\nfrom a_users_package.blocks import SPADE\n" in text
    assert "a_users_package" not in sys.modules


def test_names_stand_as_import_sorters_put_them() -> None:
    paths = {
        "one": "b.a:one",
        "Two": "b.a:Two",
        "THREE": "b.a:THREE",
        "five": "b.a:four",
        "six": "a:six",
    }
    called = " + ".join(f"{name}(image)" for name in paths)
    joined = {"name": "joined", "expr": called, "shape": [8]}
    layers = [joined, SPEC["layers"][-1]]
    text = kauxgen.compile_spec({**SPEC, "imports": paths, "layers": layers})
    lines = [
        "from a import six",
        "from b.a import THREE, Two, one",
        "from b.a import four as five",
    ]
    assert "\n".join(["", *lines, ""]) in text


@pytest.mark.parametrize(
    "path",
    [
        "blocks",
        "blocks:",
        ":SPADE",
        "a b:SPADE",
        "a..b:SPADE",
        ".a:SPADE",
        "a:SPADE.b",
        "a:SPADE()",
        "a:b:c",
        "os\nimport sys:SPADE",
        "a:import",
        "class:SPADE",
        "a;b:SPADE",
        "ä:SPADE",
        "a:\N{FULLWIDTH DIGIT ONE}",
        "a/b:SPADE",
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    assert codes({**SPEC, "imports": {"SPADE": path}}) == ["KX250"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("_SPADE", "KX250"),
        ("SPADE()", "KX250"),
        ("lambda", "KX250"),
        ("Dense", "KX435"),
        ("Adam", "KX435"),
        ("concatenate", "KX435"),
        ("keras", "KX435"),
        ("build_model", "KX435"),
        ("Penalty", "KX435"),
        ("Styled", "KX435"),
        ("answer", "KX435"),
        ("image", "KX435"),
        ("kl_standard_normal", "KX435"),
    ],
)
def test_what_would_hide_something_is_refused(name: str, code: str) -> None:
    assert code in codes({**SPEC, "imports": {**SPEC["imports"], name: "a:b"}})
