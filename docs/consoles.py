"""The commands that pages show, run: what they print is put where the page shows it.

`make docs` writes the outputs anew; the tests hold that nothing would change.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
# Equal commits on every machine, whatever its user has configured.
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-01-05T09:00:00Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2026-01-05T09:00:00Z",
    "GIT_PAGER": "cat",
}


def pages() -> list[Path]:
    """List the pages that show commands."""
    found = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    return [path for path in found if BLOCK.search(path.read_text(encoding="utf-8"))]


def replayed(text: str, folder: Path) -> str:
    """Give a page's text with what its commands print now.

    They run one after the other in `folder`, in which the examples and schemas of a
    clone lie; `cd` leads the later ones elsewhere.
    """
    for name in ("specs", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    here = folder

    def again(block: re.Match[str]) -> str:
        nonlocal here
        done = ""
        for command in commands(block[0]):
            done += command + run(plain(command), here)
            if command.startswith("$ cd "):
                here = here / command.split()[2]
        return done

    return BLOCK.sub(again, text)


def commands(block: str) -> Iterator[str]:
    """Give the commands of a block as they stand: a line `$ ...`, and more `> ...`."""
    lines = block.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith("$ "):
            rest = lines[number + 1 :]
            more = next(
                (at for at, one in enumerate(rest) if one[:1] != ">"), len(rest)
            )
            yield "".join([line, *rest[:more]])


def plain(command: str) -> str:
    """Take the prompts off a command."""
    return "".join(line[2:] or "\n" for line in command.splitlines(keepends=True))


def run(command: str, folder: Path) -> str:
    """Run a command of a shell and give what it prints, errors too."""
    program = f"{shlex.quote(sys.executable)} -m kauxgen"
    process = subprocess.run(
        ["bash", "-c", f'kauxgen() {{ {program} "$@"; }}\n{command}'],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**os.environ, **GIT, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    return process.stdout


def main() -> None:
    """Write what the commands of all pages print."""
    for path in pages():
        with tempfile.TemporaryDirectory() as folder:
            text = replayed(path.read_text(encoding="utf-8"), Path(folder))
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
