"""The catalog has all that Keras has, or says why not; no Keras is asked."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from kauxgen import catalog, resources
from kauxgen.catalog import Argument

KERAS = resources.schema("keras")
EXCLUDED = resources.schema("excluded")
HANDED_ON = {("AdditiveAttention", "seed")}
"""Arguments that a class takes as further keywords, for the class it derives from."""

FAMILIES = (*catalog.FAMILIES, "application")


def known(family: str) -> dict[str, Any]:
    """Give the entries of a family."""
    if family == "application":
        return dict(catalog.applications())
    return dict(catalog.kinds(family))


def of_keras(family: str) -> dict[str, Any]:
    """Give what the newest Keras has, each class once."""
    entries = KERAS[family].items()
    return {k: v for k, v in entries if "is" not in v and "until" not in v}


def newest(family: str, name: str) -> dict[str, str | None]:
    """Give the arguments that the newest Keras has, with texts of their defaults."""
    given = KERAS[family][name]["args"].items()
    pairs = [(k, v if isinstance(v, dict) else {"default": v}) for k, v in given]
    return {k: v["default"] for k, v in pairs if "until" not in v}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_kind_of_keras_has_an_entry_or_a_reason(family: str) -> None:
    """What is new in Keras goes to schemas/layers/, kinds/ or excluded.json."""
    entries, reasons = set(known(family)), set(EXCLUDED.get(family, {}))
    functions = {"deserialize", "get", "serialize"} if family == "activation" else set()
    assert entries | reasons == set(of_keras(family)) - functions
    assert not entries & reasons


@pytest.mark.parametrize("family", FAMILIES)
def test_arguments_are_those_of_keras_or_have_a_reason(family: str) -> None:
    """With Keras's order and defaults: it fills in what a spec leaves out."""
    reasons = EXCLUDED["arguments"].get(family, {}).keys()
    for name, kind in known(family).items():
        if family == "activation":
            continue  # A name has no arguments.
        theirs = {
            k: v
            for k, v in newest(family, name).items()
            if not reasons & {k, f"{name}.{k}"}
        }
        ours = {k: v for k, v in kind.args.items() if (name, k) not in HANDED_ON}
        assert list(ours) == list(theirs), name
        for word, argument in ours.items():
            assert holds(argument, theirs[word]), f"{name}.{word} is {theirs[word]}"


def holds(argument: Argument, default: str | None) -> bool:
    """Tell whether an argument has the default of this text."""
    if default is None:
        return argument.required
    return not argument.required and argument.default == as_data(
        ast.literal_eval(default)
    )


def as_data(value: Any) -> Any:
    """Write lists as tuples, as the catalog does."""
    return tuple(map(as_data, value)) if isinstance(value, list | tuple) else value


def test_reasons_are_about_arguments_that_keras_has() -> None:
    """And that no entry takes after all."""
    for family, names in EXCLUDED["arguments"].items():
        for name in names:
            owner, _, word = name.rpartition(".")
            owners = {owner} if owner else of_keras(family).keys()
            takers = [
                kind.name
                for kind in known(family).values()
                if kind.name in owners and word in kind.args
            ]
            havers = [k for k in owners if word in of_keras(family)[k]["args"]]
            assert havers, name
            assert not takers, name


def test_reasons_are_clauses() -> None:
    """They stand in the middle of a finding, and its help does at its end."""
    reasons = {key: group for key, group in EXCLUDED.items() if key != "arguments"}
    for group in (*reasons.values(), *EXCLUDED["arguments"].values()):
        for entry in group.values():
            assert entry.keys() == {"why", "instead"}
            assert not entry["why"].startswith(("It", "A "))
            assert not entry["why"].endswith(".")


def test_versions_are_those_that_a_spec_may_state() -> None:
    """The oldest is what holds where a spec states none."""
    stated = resources.schema("form")["properties"]["keras"]["enum"]
    assert stated == KERAS["versions"]
    assert stated[0] == catalog.OLDEST


def test_histories_are_those_of_the_catalog() -> None:
    """The first versions of a kind and of its arguments, by `schemas/since.json`."""
    muon = catalog.history("optimizer", "Muon")
    assert (muon.since, muon.args["rms_rate"]) == ("3.10", "3.13")
    assert muon.defaults["ns_steps"] == "3.13"
    assert catalog.kinds("optimizer")["Muon"].since == "3.10"
    assert catalog.kinds("loss")["SparseCategoricalCrossentropy"].args["axis"].since
    assert catalog.history("layer", "Dense").since == ""
    assert catalog.is_before("3.9", "3.10")
    assert not catalog.is_before("3.10", "3.10")


def test_other_names_of_a_class() -> None:
    """The language has one name for one thing: that of the class."""
    assert catalog.proper_name("layer", "AvgPool2D") == "AveragePooling2D"
    assert catalog.proper_name("regularizer", "l2") == "L2"
    assert catalog.proper_name("layer", "Dense") == ""
    assert catalog.proper_name("layer", "Dence") == ""
