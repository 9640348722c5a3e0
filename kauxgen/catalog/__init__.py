"""What kauxgen knows of Keras: kinds, operations, penalties, as in `schemas/`."""

from __future__ import annotations

from kauxgen.catalog.arguments import check_argument, expectation
from kauxgen.catalog.entries import (
    Argument,
    Kind,
    Operation,
    PenaltyKind,
    Setting,
    Weight,
)
from kauxgen.catalog.library import (
    FAMILIES,
    draws,
    find,
    has_modes,
    kinds,
    operations,
    penalties,
    strings,
)

__all__ = [
    "FAMILIES",
    "Argument",
    "Kind",
    "Operation",
    "PenaltyKind",
    "Setting",
    "Weight",
    "check_argument",
    "draws",
    "expectation",
    "find",
    "has_modes",
    "kinds",
    "operations",
    "penalties",
    "strings",
]
