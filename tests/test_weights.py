"""What is said of old weights where no Keras is needed to know it is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import loading_pairs
from kauxgen import compiler
from kauxgen.changes import weights
from kauxgen.changes.change import Verdict

SPECS = Path(__file__).parents[1] / "specs"


def verdict(old: Any, new: Any, style: str = "functional") -> Verdict:
    """Compare the weights of two specs."""
    both = [compiler.load(one).checked for one in (old, new)]
    return weights.verdict(*both, style)


def read(name: str) -> dict[str, Any]:
    """Read an example."""
    found: dict[str, Any] = json.loads((SPECS / f"{name}.json").read_text("utf-8"))
    return found


def test_the_corpus_is_wide() -> None:
    known = [
        pair for name in loading_pairs.families() for pair in loading_pairs.pairs(name)
    ]
    assert len(known) >= 80
    assert len({json.dumps([pair.old, pair.new]) for pair in known}) == len(known)


def test_nothing_in_the_corpus_is_unknown() -> None:
    for name in loading_pairs.families():
        for pair in loading_pairs.pairs(name):
            assert verdict(pair.old, pair.new, pair.styles[0]).loads != "unknown"


def test_a_longer_formula_swaps_weights_without_a_word() -> None:
    old, new = read("vae"), read("vae")
    new["networks"]["encoder"]["layers"][4][
        "expr"
    ] = "z_mean + exp(z_log_var) * epsilon"
    said = verdict(old, new)
    assert (said.loads, said.silent, said.call) == (
        "partly",
        True,
        "model.load_weights(path)",
    )
    assert ("encoder.z_mean/kernel", "encoder.z_log_var/kernel") in said.wrong
    assert verdict(old, new, "subclass").loads == "all"


def test_another_backbone_is_unknown_and_the_same_one_loads() -> None:
    old, new = read("fine_tune"), read("fine_tune")
    new["networks"]["features"]["layers"][0]["trainable"] = True
    assert verdict(old, new).loads == "all"
    backbone = new["networks"]["features"]["layers"][0]
    backbone |= {"application": "VGG19"}
    said = verdict(old, new)
    assert (said.loads, said.call) == ("unknown", "")
    assert "which weights load into" in said.reasons[0]


def test_a_style_that_cannot_write_a_spec_has_no_weights() -> None:
    said = verdict(read("wgan_gp"), read("wgan_gp"), "subclass")
    assert said.reasons == ("the old spec has no module in subclass",)


def test_many_reasons_are_counted() -> None:
    old, new = read("resnet"), read("resnet")
    new["params"]["widths"] = [8, 16, 24]
    said = verdict(old, new, "subclass")
    assert len(said.reasons) == 13
    assert said.reasons[-1].startswith("and ")
