"""How long commands take from their start to their end, beside Python's own start.

Each runs in a process of its own, in turns, and the least processor time counts: so
other programs on the machine hardly show, and bytecode is there after the first turn.
What to look at are the last columns: the time over that of `python -c pass`, and over
that of `import click`, which every command pays. Usage:

    python benchmarks/start.py [--turns 10] [SPEC]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
LARGEST = ROOT / "specs" / "ddim_small.json"
BARE, CLICK = "python -c pass", "import click"


def commands(spec: Path, folder: Path) -> dict[str, list[str]]:
    """Give what is measured: by name, the arguments of Python."""
    kauxgen = ["-m", "kauxgen"]
    return {
        BARE: ["-c", "pass"],
        CLICK: ["-c", "import click"],
        "--version": [*kauxgen, "--version"],
        "validate": [*kauxgen, "validate", str(spec)],
        "summary": [*kauxgen, "summary", str(spec)],
        "graph": [*kauxgen, "graph", str(spec), "-o", str(folder / "picture.svg")],
        "render": [*kauxgen, "render", str(spec), "-o", str(folder / "models")],
        "import black": ["-c", "import black"],
    }


def taken(arguments: list[str]) -> float:
    """Take the processor seconds of a process, those of the system included."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spec", type=Path, nargs="?", default=LARGEST)
    parser.add_argument("--turns", type=int, default=10)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        measured = commands(options.spec.resolve(), Path(folder))
        turns = [
            {name: taken(arguments) for name, arguments in measured.items()}
            for _ in range(options.turns)
        ]
    least = {name: min(turn[name] for turn in turns) for name in measured}
    print(f"{'':16} {'seconds':>8} {'/ pass':>8} {'/ click':>8}")
    for name, time in least.items():
        ratios = f"{time / least[BARE]:8.1f} {time / least[CLICK]:8.1f}"
        print(f"{name:16} {time:8.3f} {ratios}")


if __name__ == "__main__":
    main()
