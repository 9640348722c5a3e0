"""Times of a project of 200 specs, beside datamodel-code-generator on as many lines.

All are measured in one run, in turns, interpreter start included, so that whatever else
the machine does slows all alike. `datamodel-codegen` is of the extra `bench`; without
it, its rows are missing. Usage:

    PYTHONPATH=. python benchmarks/projects.py [--count 200] [--repetitions 15]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import many_specs

import kauxgen

ROOT = Path(__file__).parents[1]
KAUXGEN = [sys.executable, "-m", "kauxgen"]
SETTINGS = '[tool.kauxgen]\nspecs = ["specs/*.json"]\noutput = "models"\n'
OTHER = "datamodel-codegen"

FLOOR = "python -c pass"
CHECK = "check, nothing changed"
CHANGE = "render, one spec changed"
ONE = "render, all specs, one worker"
TWO = "render, all specs, two workers"
OTHER_ALL = f"{OTHER}, all schemas"
OTHER_CHECK = f"{OTHER} --check, nothing changed"
BARS = {CHECK: "0.25 s", CHANGE: "0.6 s"}

Times = Mapping[str, Sequence[float]]


def project(folder: Path, count: int) -> None:
    """Make a project of many specs."""
    many_specs.write(folder / "specs", count)
    (folder / "pyproject.toml").write_text(SETTINGS)


def schemas(folder: Path, count: int, lines: int) -> None:
    """Write JSON Schemas of which as many lines of Python become, about."""
    fields, parts = 6, max(1, round(lines / count / 10))
    kinds = ("integer", "string", "number", "boolean")
    properties = {f"field_{i}": {"type": kinds[i % len(kinds)]} for i in range(fields)}
    part = {"type": "object", "properties": properties, "required": ["field_0"]}
    names = [f"Part{number}" for number in range(parts)]
    folder.mkdir()
    for number in range(count):
        schema = {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": f"Model{number}",
            "type": "object",
            "properties": {
                name.lower(): {"$ref": f"#/definitions/{name}"} for name in names
            },
            "definitions": dict.fromkeys(names, part),
        }
        (folder / f"model_{number}.json").write_text(json.dumps(schema))


def lines_in(folder: Path) -> int:
    """Count the lines of the modules in a folder."""
    return sum(len(path.read_text().splitlines()) for path in folder.rglob("*.py"))


def run(folder: Path, *arguments: str) -> None:
    """Run a command in a folder; it must succeed.

    Modules are compiled once and kept, as wherever kauxgen is installed.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(folder.parent / "bytecode")
    subprocess.run(
        arguments, cwd=folder, env=environment, check=True, capture_output=True
    )


def forget(folder: Path) -> None:
    """Take away what has been rendered."""
    shutil.rmtree(folder / "models", ignore_errors=True)
    (folder / "kauxgen.lock").unlink(missing_ok=True)


def change(folder: Path) -> None:
    """Change one spec, as no turn before did."""
    path = min((folder / "specs").iterdir())
    spec = json.loads(path.read_text())
    spec["description"] = f"{spec['description']} Changed at {time.time_ns()}."
    path.write_text(json.dumps(spec, indent=2))


def timed(prepare: Callable[[], object], action: Callable[[], object]) -> float:
    """Take the seconds of an action, without what it needs before."""
    prepare()
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure(folder: Path, repetitions: int, rendered: int) -> dict[str, list[float]]:
    """Take the times of our commands, in turns."""
    times: dict[str, list[float]] = {}

    def take(what: str, prepare: Callable[[], object], *command: str) -> None:
        seconds = timed(prepare, lambda: run(folder, *command))
        times.setdefault(what, []).append(seconds)

    run(folder, *KAUXGEN, "render", "--jobs", "1")
    for _ in range(rendered):
        for what, jobs in ((ONE, "1"), (TWO, "2")):
            take(what, lambda: forget(folder), *KAUXGEN, "render", "--jobs", jobs)
    run(folder, *KAUXGEN, "check")
    for _ in range(repetitions):
        take(FLOOR, lambda: None, sys.executable, "-c", "pass")
        take(CHECK, lambda: None, *KAUXGEN, "check")
        take(CHANGE, lambda: change(folder), *KAUXGEN, "render")
    return times


def measure_other(
    folder: Path, program: str, rendered: int, count: int, lines: int
) -> dict[str, list[float]]:
    """Take the times of datamodel-code-generator: whole runs, like our cold ones."""
    schemas(folder / "schemas", count, lines)
    kind = ("--input-file-type", "jsonschema", "--disable-timestamp")
    given = [program, "--input", "schemas", "--output", "out", *kind]
    times: dict[str, list[float]] = {OTHER_ALL: [], OTHER_CHECK: []}
    for _ in range(rendered):
        shutil.rmtree(folder / "out", ignore_errors=True)
        for what, more in ((OTHER_ALL, ()), (OTHER_CHECK, ("--check",))):
            command = (*given, *more)
            times[what].append(
                timed(lambda: None, lambda now=command: run(folder, *now))
            )
    return times


def table(times: Times) -> list[str]:
    """Lay out medians, the fastest and the slowest, and what they are to be."""
    rows = [f"{'seconds':44}  median     min     max  bar"]
    for what, taken in times.items():
        numbers = "".join(f"{one:8.2f}" for one in (median(taken), *_ends(taken)))
        rows.append(f"{what:44}{numbers}  {BARS.get(what, '')}")
    return rows


def ratios(times: Times) -> dict[str, float]:
    """Compare medians of one run."""
    pairs = {
        "two workers are faster than one by (bar: 1.7)": (ONE, TWO),
        f"{OTHER} --check over our check": (OTHER_CHECK, CHECK),
        f"{OTHER} over our render, one worker": (OTHER_ALL, ONE),
    }
    return {
        what: median(times[above]) / median(times[below])
        for what, (above, below) in pairs.items()
        if above in times and below in times
    }


def _ends(taken: Sequence[float]) -> tuple[float, float]:
    return min(taken), max(taken)


def _program() -> str:
    """Find datamodel-codegen: beside this Python, or on the path; "" without it."""
    beside = Path(sys.executable).with_name(OTHER)
    return str(beside) if beside.exists() else shutil.which(OTHER) or ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--rendered", type=int, default=3, help="cold renders")
    parser.add_argument("--other", default=_program(), help=f"the program {OTHER}")
    output = ROOT / "build" / "bench" / "projects.json"
    parser.add_argument("--output", type=Path, default=output)
    return parser.parse_args()


def main() -> None:
    """Measure, print the tables and save them."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        project(folder, options.count)
        times = measure(folder, options.repetitions, options.rendered)
        lines = lines_in(folder / "models")
        if options.other:
            sizes = (options.rendered, options.count, lines)
            times |= measure_other(Path(name), options.other, *sizes)
            print(f"{lines_in(Path(name) / 'out')} lines of {OTHER}")
    print(f"{lines} lines of {options.count} specs")
    print("\n".join(table(times)))
    for what, ratio in ratios(times).items():
        print(f"{what:56}{ratio:8.2f}")
    _save(options.output, times, lines)


def _save(path: Path, times: Times, lines: int) -> None:
    """Save the times with what they depend on."""
    result = {
        "kauxgen": kauxgen.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "lines": lines,
        "seconds": times,
        "ratios": ratios(times),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
