"""`schemas/keras.json` says what the installed Keras has."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

import keras
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(BENCHMARKS))

import signatures  # noqa: E402  (it lies beside no package)

DATA = json.loads(signatures.FILE.read_text(encoding="utf-8"))
VERSION = signatures.minor(keras.__version__)
WHAT_TO_DO = (
    "Run `python benchmarks/signatures.py`, then `pytest tests/test_signatures.py`, "
    "which names the entries of schemas/ that must follow."
)


def test_this_version_is_known() -> None:
    assert VERSION in DATA["versions"], f"Keras {VERSION} is new. {WHAT_TO_DO}"


@pytest.mark.parametrize("family", signatures.MODULES)
def test_the_installed_keras_is_the_one_of_the_data(family: str) -> None:
    """New and lost kinds, arguments and defaults, each by its name."""
    ours, theirs = signatures.at(DATA, VERSION)[family], found()[family]
    differences = {
        name: (ours.get(name), theirs.get(name))
        for name in ours.keys() | theirs.keys()
        if ours.get(name) != theirs.get(name)
    }
    assert not differences, f"{WHAT_TO_DO} (data, Keras {VERSION}): {differences}"


@cache
def found() -> signatures.Signatures:
    """Read the installed Keras, once."""
    return json.loads(json.dumps(signatures.signatures()))


def test_the_data_are_what_they_say_of_each_version() -> None:
    """So a new version can be added where the others are not installed."""
    known = {version: signatures.at(DATA, version) for version in DATA["versions"]}
    assert signatures.merged(known) == DATA
    since = signatures.FILE.with_name("since.json").read_text(encoding="utf-8")
    assert json.loads(since) == signatures.later(DATA)
