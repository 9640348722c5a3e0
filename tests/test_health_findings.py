"""What is said of the terms of a run, from histories written by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kauxgen import compiler, resources
from kauxgen.training.health import findings
from kauxgen.training.history import Epoch, History, Names, TermHealth

Json = dict[str, Any]


def loaded(name: str, **changes: Any) -> compiler.Loaded:
    spec = json.loads((resources.EXAMPLES / f"{name}.json").read_text("utf-8"))
    return compiler.load(spec | changes, f"{name}.json")


def history(
    *epochs: dict[str, tuple[float, float, float, dict[str, float]]]
) -> History:
    """Write a history: by term its value, its shares and its norms by network."""
    made = History(Names("loss"))
    for number, terms in enumerate(epochs, 1):
        health = {
            name: TermHealth(share, sum(norms.values()), gradient_share, norms)
            for name, (_, share, gradient_share, norms) in terms.items()
        }
        logs = {name: term[0] for name, term in terms.items()}
        made = made.then(Epoch(number, logs, 1.0, 100, health))
    return made


def kl(value: float, share: float) -> dict[str, Any]:
    """Give an epoch of a VAE whose reconstruction is fine."""
    both = {"encoder": 0.1, "decoder": 0.2}
    return {
        "reconstruction": (0.07, 1 - share, 0.9, both),
        "kl": (value, share, 0.1, {"encoder": 0.01}),
    }


COLLAPSED = history(kl(5e-4, 2e-5), kl(1e-6, 4e-6), kl(5e-7, 6e-6))
"""As measured of `vae` on MNIST."""


def said(run: History, spec: compiler.Loaded) -> list[tuple[str, str, int]]:
    return [(one.code, one.term, one.epoch) for one in findings.of(run, spec)]


def test_a_collapse_names_the_weight_and_the_very_json_to_put_there() -> None:
    (one,) = findings.of(COLLAPSED, loaded("vae"))
    assert (one.code, one.severity, one.term, one.epoch) == (
        "KX830",
        "warning",
        "kl",
        2,
    )
    assert "5.0e-04 in epoch 1, 5.0e-07 in epoch 3, 0.0006% of the total" in one.message
    spec = json.loads((resources.EXAMPLES / "vae.json").read_text("utf-8"))
    written = one.remedy.partition(": ")[2]
    spec["penalties"][0] |= json.loads(f"{{{written}}}")
    assert spec["penalties"][0]["weight"]["args"] == {
        "start": 0,
        "end": "=0.01 * kl_weight",
        "steps": 200,
    }
    compiler.load(spec)
    (shown,) = findings.diagnostics(COLLAPSED, loaded("vae"))
    assert shown.source[shown.column - 1 : shown.end_column - 1] == '"=kl_weight"'


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(history(kl(1.0, 0.2), kl(0.9, 0.3), kl(1.1, 0.3)), id="alive"),
        pytest.param(history(kl(5e-4, 2e-5), kl(1e-6, 4e-6)), id="one epoch so far"),
        pytest.param(
            history(kl(1.0, 0.3), kl(1e-6, 1e-6), kl(1e-6, 1e-6), kl(0.5, 0.2)),
            id="came back",
        ),
        pytest.param(
            history(kl(5e-3, 1e-4), kl(4e-4, 1e-5), kl(3e-4, 1e-5)),
            id="small, and not gone",
        ),
        pytest.param(
            history(*[kl(v, 0) for v in (1.0, 1e-6, 1e-6)]), id="its weight is 0"
        ),
        pytest.param(History(Names("loss")), id="nothing measured"),
    ],
)
def test_nothing_is_said_of_a_term_that_is_well(run: History) -> None:
    assert said(run, loaded("vae")) == []


def test_what_compares_with_data_may_fall_to_nothing() -> None:
    """A reconstruction near zero is success."""
    fits = [
        {
            "prediction_error": (1.0, 0.9999, 0.9, {"layers": 1.0}),
            "reconstruction": (value, 1e-4, 0.1, {"layers": 0.1}),
        }
        for value in (1.0, 1e-5, 1e-6)
    ]
    assert said(history(*fits), loaded("reconstruction_regressor")) == []


def test_a_penalty_that_dominates_is_weighed_against_all_else() -> None:
    epochs = [
        {
            "reconstruction": (0.1, 0.02, 0.02, {"encoder": 1.0, "decoder": 1.0}),
            "kl": (3.0, 0.98, 0.98, {"encoder": 49.0}),
        }
    ]
    assert said(history(*epochs), loaded("vae")) == []
    (one,) = findings.of(history(*epochs, *epochs), loaded("vae"))
    assert (one.code, one.epoch) == ("KX831", 1)
    assert '"weight": "=0.02 * kl_weight"' in one.remedy


def test_terms_without_a_gradient() -> None:
    """Cut off from all weights or from a network at once; dead after two epochs."""
    fine = (0.07, 0.5, 0.5, {"encoder": 0.1, "decoder": 0.2})
    cut = [{"reconstruction": fine, "kl": (0.1, 0.5, 0.0, {})}]
    (one,) = findings.of(history(*cut), loaded("vae"))
    assert (one.code, one.epoch) == ("KX832", 1)
    assert "no gradient of any weight" in one.message
    dead = [{"reconstruction": fine, "kl": (0.1, 0.5, 0.0, {"encoder": 0.0})}]
    assert said(history(*dead), loaded("vae")) == []
    (one,) = findings.of(history(*dead, *dead), loaded("vae"))
    assert 'of the network "encoder" that is not 0' in one.message
    away = [{"reconstruction": fine, "kl": (0.1, 0.5, 0.2, {"decoder": 0.1})}]
    (one,) = findings.of(history(*away), loaded("vae"))
    assert 'of the network "encoder", which its value comes from' in one.message


def test_a_spec_silences_what_a_run_finds_and_validates_before() -> None:
    silence = [{"code": "KX830", "at": "kl", "reason": "It is what we study."}]
    quiet = loaded("vae", silence=silence)
    assert quiet.warnings == ()
    assert said(COLLAPSED, quiet) == []
    elsewhere = [{"code": "KX830", "at": "encoder.z", "reason": "It is elsewhere."}]
    assert said(COLLAPSED, loaded("vae", silence=elsewhere)) == [("KX830", "kl", 2)]
