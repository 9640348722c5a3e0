"""Writes `docs/benchmarks.md` and its pictures out of `benchmarks/results/` alone.

    PYTHONPATH=. python benchmarks/page.py [--check]

With --check it writes nothing, and fails where something is not what the files give.
"""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import fill

from telling import growth, health, published, speed
from telling.results import Section

DOCS = Path(__file__).parents[1] / "docs"
MARK = "<!-- Written by `python benchmarks/page.py`. Do not edit. -->"
ABOUT = """\
`make bench-train` measures all of this in one run and writes the page anew. Each figure
comes from a file in `benchmarks/results/`, written by a script in `benchmarks/`; each
section says when, on what machine and with which versions. Compare figures of one
section: another machine gives others."""


def sections() -> list[Section]:
    """Give the sections of what has been measured, in their order."""
    return [
        *speed.sections(),
        *published.sections(),
        *health.sections(),
        *growth.sections(),
    ]


def pages() -> dict[Path, str]:
    """Give the page and its pictures, by their files."""
    blocks, found = ["# Benchmarks", MARK, ABOUT], {}
    for section in sections():
        blocks += [f"## {section.title}", *map(wrapped, section.blocks)]
        for name, text in section.pictures.items():
            found[DOCS / "pictures" / name] = text
    return {DOCS / "benchmarks.md": "\n\n".join(blocks) + "\n", **found}


def wrapped(block: str) -> str:
    """Break the lines of a paragraph; tables, lists and pictures stay as they are."""
    if block.startswith(("|", "!", "-", "`" * 3)):
        return block
    return fill(block, 88, break_long_words=False, break_on_hyphens=False)


def main() -> int:
    """Write what differs, or name it."""
    wanted = pages()
    stale = [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        if "--check" not in sys.argv:
            path.write_text(wanted[path], encoding="utf-8")
        print("stale" if "--check" in sys.argv else "wrote", path.relative_to(DOCS))
    left = {*(DOCS / "pictures").glob("bench_*.svg")} - wanted.keys()
    for path in left if "--check" not in sys.argv else ():
        path.unlink()
    return int(bool(stale and "--check" in sys.argv))


if __name__ == "__main__":
    sys.exit(main())
