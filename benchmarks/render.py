"""Times of the commands beside a floor: importing black and formatting the same text.

All are measured in one run, in turns, so that whatever else the machine does slows all
alike; the ratios of the medians are what to compare. Usage: python benchmarks/render.py
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

import black

import kauxgen
from kauxgen import compiler

ROOT = Path(__file__).parents[1]
FLOOR = "import black, format"
FORMAT_FLOOR = "format, in process"
FORMAT = """
import sys, black
mode = black.Mode(target_versions={black.TargetVersion.PY311})
black.format_str(sys.stdin.read(), mode=mode)
"""

Action = Callable[[], object]


def main() -> None:
    """Measure, print a table and save it."""
    options = _options()
    spec = str(options.spec)
    text = options.spec.read_text()
    module = kauxgen.compile_spec(text)
    processes = measure(_processes(spec, module), options.repetitions)
    calls = measure(_calls(text, module), options.repetitions)
    rows = [*_rows(processes, FLOOR), *_rows(calls, FORMAT_FLOOR)]
    for row in rows:
        print(f"{row['what']:28} {row['milliseconds']:8.1f} ms {row['ratio']:7.2f}")
    _save(options.output, rows, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", type=Path, default=ROOT / "specs" / "vae.json")
    parser.add_argument("--repetitions", type=int, default=15)
    output = ROOT / "build" / "bench" / "render.json"
    parser.add_argument("--output", type=Path, default=output)
    return parser.parse_args()


def _processes(spec: str, module: str) -> dict[str, Action]:
    """List what is measured as a process of its own, as users run it."""
    command = [sys.executable, "-m", "kauxgen"]
    return {
        FLOOR: lambda: _process([sys.executable, "-c", FORMAT], module),
        "python -c pass": lambda: _process([sys.executable, "-c", "pass"]),
        "kauxgen --version": lambda: _process([*command, "--version"]),
        "kauxgen validate": lambda: _process([*command, "validate", spec]),
        "kauxgen render": lambda: _process([*command, "render", spec, "-o", "-"]),
    }


def _calls(text: str, module: str) -> dict[str, Action]:
    """List what is measured within a process, once everything is imported."""
    loaded = compiler.load(text)
    mode = black.Mode(target_versions={black.TargetVersion.PY311})
    return {
        FORMAT_FLOOR: lambda: black.format_str(module, mode=mode),
        "validate, in process": lambda: kauxgen.validate(text),
        "render checked, in process": lambda: compiler.render(loaded),
        "compile_spec, in process": lambda: kauxgen.compile_spec(text),
    }


def _process(command: list[str], text: str = "") -> None:
    subprocess.run(
        command, input=text, text=True, check=True, stdout=subprocess.DEVNULL, cwd=ROOT
    )


def measure(actions: Mapping[str, Action], repetitions: int) -> dict[str, float]:
    """Take median times in seconds, measured in turns, the first turn left out."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(repetitions + 1):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            times[name].append(time.perf_counter() - start)
    return {name: median(taken[1:]) for name, taken in times.items()}


def _rows(times: Mapping[str, float], floor: str) -> list[dict[str, object]]:
    return [
        {
            "what": name,
            "milliseconds": round(1000 * taken, 2),
            "ratio": round(taken / times[floor], 3),
            "floor": floor,
        }
        for name, taken in times.items()
    ]


def _save(path: Path, rows: list[dict[str, object]], how: argparse.Namespace) -> None:
    """Save the rows with what they depend on."""
    result = {
        "kauxgen": kauxgen.__version__,
        "black": black.__version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "spec": how.spec.name,
        "repetitions": how.repetitions,
        "rows": rows,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
