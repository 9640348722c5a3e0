"""Where the schemas, templates and example specs lie, in a checkout and in a wheel."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
_ROOT = PACKAGE if (PACKAGE / "schemas").is_dir() else PACKAGE.parent

TEMPLATES = _ROOT / "templates"
EXAMPLES = _ROOT / "specs"
SCHEMAS = _ROOT / "schemas"


@cache
def schema(name: str) -> Any:
    """Read `schemas/<name>.json`."""
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


@cache
def entries(folder: str) -> dict[str, Any]:
    """Merge the entries of all files of `schemas/<folder>/`, by kind."""
    merged: dict[str, Any] = {}
    for path in sorted((SCHEMAS / folder).glob("*.json")):
        merged.update(json.loads(path.read_text(encoding="utf-8")))
    return merged
