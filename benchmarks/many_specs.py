"""Many specs from the public ones: renamed, of other sizes, always the same ones.

Usage: python benchmarks/many_specs.py FOLDER [--count 200]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SPECS = Path(__file__).parents[1] / "specs"
FACTORS = (1, 2, 3)
FIXED = {"actions", "classes", "heads", "original_dim", "size", "state_dim", "symbols"}
"""Params that data, or other numbers of the spec, go with."""


def many_specs(count: int) -> Iterator[tuple[str, str]]:
    """Yield specs, each as its name and its text, in turns of all public ones."""
    paths = sorted(SPECS.glob("*.json"))
    for number in range(count):
        turn, index = divmod(number, len(paths))
        spec = json.loads(paths[index].read_text())
        yield varied(spec, turn)


def varied(spec: dict[str, Any], turn: int) -> tuple[str, str]:
    """Give a spec another name and other sizes."""
    name = f"{spec['name']}_{turn}"
    params = {
        key: value if key in FIXED else _scaled(value, FACTORS[turn % len(FACTORS)])
        for key, value in spec.get("params", {}).items()
    }
    about = f"Variant {turn}. {spec.get('description', '')}".strip()
    changed = {**spec, "name": name, "description": about}
    if params:
        changed["params"] = params
    return name, json.dumps(changed, indent=2) + "\n"


def _scaled(value: object, factor: int) -> object:
    """Scale a whole number, or each of a list; leave anything else."""
    if isinstance(value, list):
        return [_scaled(each, factor) for each in value]
    return value * factor if type(value) is int else value


def write(folder: Path, count: int) -> None:
    """Write specs to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in many_specs(count):
        (folder / f"{name}.json").write_text(text)


def main() -> None:
    """Write as many specs as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    write(options.folder, options.count)


if __name__ == "__main__":
    main()
