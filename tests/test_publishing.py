"""The schema for editors takes every sound spec, and knows each kind's arguments."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from accepted import ACCEPTED
from accepted_steps import STEPS
from kauxgen import catalog, publishing, resources
from kauxgen.argument_forms import form_of
from small_spec import small
from small_step import step

HERE = Path(__file__).parent
NASTY = [*(HERE / "keras" / "nasty").glob("*.json")]
NASTY += [*(HERE / "keras" / "nasty_steps").glob("*.json")]
SPECS = sorted([*resources.EXAMPLES.glob("*.json"), *NASTY])
REFUSED = (
    "KX102_argument_of_a_backbone",
    "KX102_misspelled_argument",
    "KX121_initializer_of_a_weight",
    "KX121_misspelled_activation",
    "KX121_misspelled_backbone",
    "KX122_dense_without_units",
    "KX123_kind_of_another_family",
    "KX123_pooling_of_a_backbone",
    "KX125_activity_regularizer",
)


@cache
def validator() -> Any:
    return jsonschema.Draft202012Validator(publishing.published())


def places(spec: Any) -> list[str]:
    return ["/".join(map(str, e.absolute_path)) for e in validator().iter_errors(spec)]


def node(**keys: Any) -> dict[str, Any]:
    """Make a spec with one node."""
    spec: dict[str, Any] = json.loads((resources.EXAMPLES / "vae.json").read_bytes())
    return {**spec, "layers": [{"name": "one", **keys}]}


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(publishing.published())


def test_every_sound_spec_fits() -> None:
    found = {path.name: places(json.loads(path.read_bytes())) for path in SPECS}
    found |= {name: places(small(**ACCEPTED[name])) for name in ACCEPTED}
    found |= {name: places({**step(), **STEPS[name]}) for name in STEPS}
    assert len(found) > 100
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("example", REFUSED)
def test_mistakes_in_kinds_and_arguments_are_marked(example: str) -> None:
    spec = json.loads((HERE / "diagnostics" / example / "spec.json").read_bytes())
    assert places(spec) != []


@pytest.mark.parametrize(
    ("args", "wrong"),
    [
        ({"units": 8}, []),
        ({"units": "=width"}, []),
        ({"units": "width"}, ["layers/0/args/units"]),
        ({"units": 0}, ["layers/0/args/units"]),
        ({"units": 8, "activation": "relu", "use_bias": "=bias"}, []),
        ({"units": 8, "use_bias": 1}, ["layers/0/args/use_bias"]),
        (
            {
                "units": 8,
                "kernel_initializer": {"initializer": "HeNormal", "args": {"seed": 1}},
                "bias_initializer": {"initializer": "of_my_own", "args": {"a": [1]}},
                "kernel_regularizer": None,
            },
            [],
        ),
        (
            {
                "units": 8,
                "kernel_initializer": {"initializer": "Zeros", "args": {"a": 1}},
            },
            ["layers/0/args/kernel_initializer"],
        ),
    ],
)
def test_arguments_have_types_and_ranges(args: Any, wrong: list[str]) -> None:
    assert places(node(layer="Dense", args=args)) == wrong


def test_kinds_of_ones_own_take_what_they_like() -> None:
    assert places(node(layer="Quantizer", args={"codes": 8})) == []
    spec = node(layer="Flatten")
    spec["losses"] = [{"loss": "my_loss", "args": {"scale": 2}, "on": "one"}]
    spec["metrics"] = [{"metric": "Imported", "args": {"k": 2}, "on": "one"}]
    assert places(spec) == []


def test_what_stands_inside_a_wrapper_is_checked() -> None:
    inner = {"layer": "LSTM", "args": {"unitss": 8}}
    (found,) = places(node(layer="Bidirectional", args={"layer": inner}))
    assert found.startswith("layers/0/args/layer")


@pytest.mark.parametrize("family", [*catalog.FAMILIES, "penalty", "application"])
def test_every_kind_is_offered_with_its_words(family: str) -> None:
    definitions = publishing.published()["$defs"]
    form = definitions[f"{family}_kind"]
    choice = form["anyOf"][0] if "anyOf" in form else form
    assert choice["enum"] == list(publishing.known(family))
    assert all(choice["markdownEnumDescriptions"])
    assert len(choice["enum"]) == len(choice["markdownEnumDescriptions"])


def test_every_default_fits_its_own_argument() -> None:
    """So does the default of every kind, in the form that an editor offers it."""
    forms = {"$defs": publishing.published()["$defs"]}
    for family in (*catalog.FAMILIES, "penalty", "application"):
        for kind in publishing.known(family).values():
            for argument in kind.args.values():
                form = form_of(argument)
                if argument.has_default:
                    default = json.loads(json.dumps(argument.default))
                    check = jsonschema.Draft202012Validator({**forms, **form})
                    assert check.is_valid(default), (kind.name, argument.name)
