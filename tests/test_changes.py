"""What `changes.compare` tells: in the model's own terms, once, with its level."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kauxgen import changes, compiler
from kauxgen.changes import Comparison, Level
from small_spec import small

ROOT = Path(__file__).parents[1]
SPECS = {path.stem: path for path in sorted((ROOT / "specs").glob("*.json"))}
NASTY = sorted((ROOT / "tests" / "keras").glob("nasty*/*.json"))
EDITS = json.loads((ROOT / "tests" / "edits.json").read_text("utf-8"))

Spec = dict[str, Any]


@cache
def text(name: str) -> str:
    return SPECS[name].read_text("utf-8")


def load(spec: str | Spec) -> compiler.Loaded:
    return compiler.load(spec if isinstance(spec, str) else json.dumps(spec))


def replaced(name: str, *pairs: tuple[str, str]) -> Comparison:
    """Compare a public spec with one in which words are others."""
    new = text(name)
    for word, other in pairs:
        assert word in new
        new = new.replace(word, other)
    return changes.compare(load(text(name)), load(new))


def told(found: Comparison) -> list[str]:
    return [f"{one.level.word}: {one.sentence}" for one in found.changes]


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


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_told_once_in_the_terms_of_the_model(name: str) -> None:
    case = EDITS[name]
    assert told(replaced(case["spec"], *case["edits"])) == case["told"]


def test_one_param_is_one_change_with_its_effects() -> None:
    case = EDITS["param"]
    found = replaced(case["spec"], *case["edits"])
    (change,) = found.changes
    effects = {(one.name, one.what): (one.before, one.after) for one in change.effects}
    assert effects["encoder.z_mean", "shape"] == ("(batch, 32)", "(batch, 16)")
    assert effects["decoder.hidden", "parameters"] == ("2,112", "1,088")
    assert (change.old, change.new) == ("/params/latent_dim", "/params/latent_dim")
    model, encoder, decoder = found.totals
    assert (model.before and model.before.total) == 107_472
    assert (model.after and model.after.total) == 104_368
    assert (encoder.name, decoder.name) == ("encoder", "decoder")


def test_a_change_inside_a_block_is_told_once_with_its_uses() -> None:
    case = EDITS["in_a_block"]
    (change,) = replaced(case["spec"], *case["edits"]).changes
    uses = [one.name for one in change.effects if one.what == "uses"]
    assert uses == [f"critic.down{number}" for number in (1, 2, 3, 4)]
    assert len(change.effects) == 9


def test_a_layer_in_between_is_an_effect_on_the_one_below() -> None:
    case = EDITS["layer"]
    found = replaced(case["spec"], *case["edits"])
    (change,) = found.changes
    (effect,) = change.effects
    below = (effect.name, effect.what, effect.before, effect.after)
    assert below == ("encoder.z_mean", "inputs", "hidden", "thin")
    assert change.old is None
    assert "other seeds" in found.consequences.numbers.reasons[-1]


CONSEQUENCES = {
    "param_name": ("signature",),
    "term_name": ("logs",),
    "penalty": ("logs", "numbers"),
    "input_name": ("outputs",),
    "output": ("outputs", "numbers"),
    "weight": ("numbers",),
    "rate": ("numbers",),
    "tensor_name": (),
    "block_param_name": (),
    "words": (),
    "computed": (),
    "metric": (),
}


@pytest.mark.parametrize("name", CONSEQUENCES)
def test_what_follows(name: str) -> None:
    case = EDITS[name]
    follows = replaced(case["spec"], *case["edits"]).consequences
    words = ("logs", "outputs", "signature", "numbers")
    changed = tuple(word for word in words if getattr(follows, word).changed)
    assert changed == CONSEQUENCES[name]


def test_a_chain_of_renamed_layers_is_one_change_each() -> None:
    spec = chain("a", 300)
    found = changes.compare(load(spec), load(chain("b", 300)))
    assert [one.action for one in found.changes] == ["renamed"] * 300
    wider = chain("a", 300)
    wider["params"]["width"] = 16
    (change,) = changes.compare(load(spec), load(wider)).changes
    assert len(change.effects) == 600


def chain(letter: str, length: int) -> Spec:
    layers = [
        {"name": f"{letter}{i}", "layer": "Dense", "args": {"units": "=width"}}
        for i in range(length)
    ]
    return small(
        params={"width": 8},
        layers=layers,
        losses=[{"loss": "MeanSquaredError", "on": f"{letter}{length - 1}"}],
    )


def test_levels_are_ordered_and_have_words() -> None:
    words = [level.word for level in sorted(Level)]
    assert words == ["docs", "training", "loss", "weights", "interface"]
    assert [Level.named(word) for word in words] == sorted(Level)


def test_texts_of_a_spec_stand_on_one_line() -> None:
    old, new = small(description="a"), small(
        description="b\n::error::\u001b[31m<script>"
    )
    (change,) = changes.compare(load(old), load(new)).changes
    assert "\n" not in change.sentence


def test_a_spec_that_a_style_cannot_express_is_compared_all_the_same() -> None:
    old, new = load(text("vae")), load(text("wgan_gp"))
    found = changes.compare(old, new, "functional")
    assert found.consequences.signature.changed
