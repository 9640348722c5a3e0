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
from kauxgen.catalog.exclusions import (
    Exclusion,
    excluded_argument,
    excluded_kind,
    proper_name,
)
from kauxgen.catalog.history import OLDEST, History, history, is_before
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
    "OLDEST",
    "Application",
    "Argument",
    "Exclusion",
    "History",
    "Kind",
    "Operation",
    "PenaltyKind",
    "Setting",
    "Weight",
    "applications",
    "check_argument",
    "draws",
    "excluded_argument",
    "excluded_kind",
    "expectation",
    "find",
    "has_modes",
    "history",
    "is_before",
    "kinds",
    "operations",
    "penalties",
    "proper_name",
    "strings",
]
