"""Where measured rows go: a file in `benchmarks/results/`, with what they depend on.

Rows are kept in `build/bench/` as they come, so that a run that was stopped goes on
where it stood; the file in `benchmarks/results/` is written when all are there. Rows of
other versions of anything, or with other settings, are not gone on with.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import resource
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from kauxgen import __version__

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
STARTED = ROOT / "build" / "bench"
LIBRARIES = ("keras", "tensorflow", "tensorflow-cpu", "numpy")

Row = dict[str, Any]


class Recording:
    """The rows of one file, of which some may be there from a run that was stopped."""

    def __init__(
        self, name: str, what: str, of: int, libraries: tuple[str, ...] = LIBRARIES
    ) -> None:
        """Take up what there is.

        Args:
            name: That of the file, without its ending.
            what: One sentence: what the rows are.
            of: How many rows it will have.
            libraries: Those whose versions matter; what is not installed is left out.
        """
        self.path = RESULTS / f"{name}.json"
        self.partial = STARTED / f"{name}.partial.json"
        self.of = of
        self.head: Row = {
            "what": what,
            "machine": {"class": machine()},
            "versions": versions(libraries),
        }
        self.rows: list[Row] = []
        self.effort = {"all": 0.0, "own": 0.0, "others": 0.0}
        self._take_up()
        self.before = effort()

    def _take_up(self) -> None:
        if not self.partial.exists():
            return
        known = json.loads(self.partial.read_text(encoding="utf-8"))
        if known["head"] == self.head:
            self.rows, self.effort = known["rows"], known["effort"]
            print(f"going on: {len(self.rows)} of {self.of} rows are there", flush=True)

    def has(self, **key: object) -> bool:
        """Say whether a row with these values is there."""
        return any(key.items() <= row.items() for row in self.rows)

    def forget(self, **key: object) -> None:
        """Leave out rows with these values: some of what belongs together is there."""
        self.rows = [row for row in self.rows if not key.items() <= row.items()]

    def add(self, row: Row, said: str) -> None:
        """Keep a row, and say so; processes that it needed have ended."""
        after = effort()
        for part, value in after.items():
            self.effort[part] += value - self.before[part]
        self.before = after
        self.rows.append(row)
        print(f"[{len(self.rows)}/{self.of}] {said}", flush=True)
        kept = {"head": self.head, "effort": self.effort, "rows": self.rows}
        _write(self.partial, kept)

    def finish(self, **more: object) -> None:
        """Write the file; `more` says what the rows alone do not."""
        whole = self.effort["all"]
        share = max(0.0, self.effort["others"]) / whole if whole else None
        _write(
            self.path,
            {
                **self.head,
                "measured": datetime.date.today().isoformat(),
                "others": share if share is None else round(share, 3),
                **more,
                "rows": self.rows,
            },
        )
        self.partial.unlink(missing_ok=True)
        print(f"wrote {self.path.relative_to(ROOT)}")


def machine() -> str:
    """Say of what class this machine is; not which one it is."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} cores, {memory:.0f} GB, {platform.machine()}"


def versions(libraries: tuple[str, ...] = LIBRARIES) -> dict[str, str]:
    """Give the versions of kauxgen, Python, and of libraries that are installed."""
    found = {"kauxgen": __version__, "python": platform.python_version()}
    for name in libraries:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def effort() -> dict[str, float]:
    """Give the processor seconds there were since the start, ours, and those of others.

    They say how busy the machine was. Where the system does not tell, all are 0.
    """
    try:
        line = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    except OSError:
        return {"all": 0.0, "own": 0.0, "others": 0.0}
    ticks = [int(one) / os.sysconf("SC_CLK_TCK") for one in line]
    used = sum(ticks) - ticks[3] - ticks[4]  # neither idle nor waiting for a disk
    own = sum(
        resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    cores = len(os.sched_getaffinity(0))
    return {"all": time.monotonic() * cores, "own": own, "others": used - own}


def spread(values: list[float], digits: int) -> dict[str, float]:
    """Give the median of values, the least and the most, to significant digits."""
    found = {"median": median(values), "least": min(values), "most": max(values)}
    return {name: significant(value, digits) for name, value in found.items()}


def significant(value: float, digits: int) -> float:
    """Round to significant digits: more would be noise in a committed file."""
    return float(f"{value:.{digits}g}")


def _write(path: Path, data: Mapping[str, Any]) -> None:
    """Write a file as a whole, a row a line; `rows` are its last part."""
    head = json.dumps({k: v for k, v in data.items() if k != "rows"}, indent=1)
    lines = [head.removesuffix("\n}") + ",", ' "rows": [']
    body = ",\n".join(f"  {json.dumps(row)}" for row in data["rows"])
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text("\n".join([*lines, body, " ]", "}", ""]), encoding="utf-8")
    fresh.replace(path)
