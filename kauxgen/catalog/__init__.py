"""What kauxgen knows of Keras: kinds, operations, penalties, as in `schemas/`."""

from __future__ import annotations

from kauxgen.catalog.arguments import check_argument, expectation
from kauxgen.catalog.entries import (
    Application,
    Argument,
    Kind,
    Operation,
    PenaltyKind,
    Setting,
    Weight,
)
from kauxgen.catalog.library import (
    FAMILIES,
    applications,
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
    "Application",
    "Argument",
    "Kind",
    "Operation",
    "PenaltyKind",
    "Setting",
    "Weight",
    "applications",
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
