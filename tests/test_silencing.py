"""What a spec silences: by code, by place, and not more."""

from __future__ import annotations

from typing import Any

import pytest

from kauxgen.rules import RULES, WARNINGS
from small_spec import Json, check, dense, layer, small
from small_step import step

ONE = {"units": 1, "activation": "softmax"}


def doubtful(**changes: Any) -> Json:
    """Return a spec with softmaxes of one unit: in a network, a repeat and the model.

    A loss on top of the last one is in doubt too.
    """
    return small(
        networks={
            "coder": {
                "inputs": {"x": {"shape": [8]}},
                "layers": [layer("gate", "Dense", ONE), dense("code", 4)],
            }
        },
        layers=[
            {"name": "coded", "network": "coder", "inputs": "features"},
            {
                "name": "rounds",
                "repeat": {"count": 2},
                "body": [layer("gate", "Dense", ONE), dense("wide", 4)],
            },
            layer("last", "Dense", ONE),
            dense("rate", 1),
        ],
        losses=[{"name": "misfit", "loss": "Poisson", "on": "rate"}],
        **changes,
    )


def said(*silences: tuple[str, str | None]) -> list[tuple[str, str]]:
    """Return codes and places of what is still said; no reason is missing."""
    entries = [
        {"code": code, "reason": "It is meant.", **({"at": at} if at else {})}
        for code, at in silences
    ]
    spec = doubtful(silence=entries) if entries else doubtful()
    return [(each.code, each.pointer) for each in check(spec)[1]]


IN_NETWORK = ("KX471", "/networks/coder/layers/0/args/activation")
IN_ROUNDS = ("KX471", "/layers/1/body/0/args/activation")
IN_MODEL = ("KX471", "/layers/2/args/activation")
IN_LOSS = ("KX478", "/losses/0/on")
ALL = [IN_LOSS, IN_ROUNDS, IN_MODEL, IN_NETWORK]


@pytest.mark.parametrize(
    ("silences", "left"),
    [
        ([], ALL),
        ([("KX471", None)], [IN_LOSS]),
        ([("KX471", None), ("KX478", None)], []),
        ([("KX471", "coder")], [IN_LOSS, IN_ROUNDS, IN_MODEL]),
        ([("KX471", "coder.gate")], [IN_LOSS, IN_ROUNDS, IN_MODEL]),
        ([("KX471", "rounds")], [IN_LOSS, IN_MODEL, IN_NETWORK]),
        ([("KX471", "rounds.gate")], [IN_LOSS, IN_MODEL, IN_NETWORK]),
        ([("KX471", "last")], [IN_LOSS, IN_ROUNDS, IN_NETWORK]),
        ([("KX478", "misfit")], [IN_ROUNDS, IN_MODEL, IN_NETWORK]),
        ([("KX471", "rate")], [*ALL, ("KX129", "/silence/0")]),
        ([("KX478", "last")], [*ALL, ("KX129", "/silence/0")]),
    ],
)
def test_a_silence_covers_its_code_in_its_place(
    silences: list[tuple[str, str | None]], left: list[tuple[str, str]]
) -> None:
    assert sorted(said(*silences)) == sorted(left)


def test_a_phase_and_its_terms_are_places() -> None:
    for at in ("critic", "critic.critic_loss"):
        entry = {"code": "KX471", "at": at, "reason": "It is meant."}
        found = check(step(silence=[entry]))[1]
        assert [each.code for each in found] == ["KX129"]


def test_a_reason_of_blanks_is_none() -> None:
    entry = {"code": "KX471", "reason": "  "}
    (found,) = check(doubtful(silence=[entry]))[1]
    assert (found.code, found.pointer) == ("KX106", "/silence/0/reason")


def test_warnings_stand_beside_errors_of_terms() -> None:
    """They are known once the shapes are; no silence is called idle on the way."""
    entry = {"code": "KX478", "at": "coder", "reason": "It is meant."}
    spec = doubtful(silence=[entry])
    spec["losses"].append({"name": "vector", "expr": "rate"})
    found = check(spec)[1]
    assert {each.code for each in found if each.is_error} == {"KX401"}
    assert {each.code for each in found if not each.is_error} == {"KX471", "KX478"}


def test_a_warning_says_in_its_title_that_it_is_one() -> None:
    for rule in RULES:
        title = str(rule.__doc__).partition("\n")[0]
        known = rule in WARNINGS or title.startswith("KX129")
        assert title.endswith(" (warning).") == known
