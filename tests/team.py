"""A team's repository in a temporary folder: a project with specs, under git."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from kauxgen import resources

SETTINGS = '[tool.kauxgen]\nspecs = ["specs/*.json"]\noutput = "models"\n'
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_PAGER": "cat",
}
"""What makes git the same for every user."""


def example(source: str, /, **changes: object) -> str:
    """Give the text of an example spec, with some keys changed."""
    path = resources.EXAMPLES / f"{source}.json"
    spec = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    return json.dumps(spec, indent=1) + "\n"


def environment(folder: Path) -> dict[str, str]:
    """Make `kauxgen` a command, and git one that asks nothing and knows its user."""
    command = folder / "bin" / "kauxgen"
    command.parent.mkdir(parents=True, exist_ok=True)
    python = shlex.quote(sys.executable)
    command.write_text(f'#!/bin/sh\nexec {python} -m kauxgen "$@"\n')
    command.chmod(0o755)
    tools = Path(sys.executable).parent
    path = os.pathsep.join([str(command.parent), str(tools), os.environ["PATH"]])
    search = os.pathsep.join(sys.path)
    return {**os.environ, **GIT, "PATH": path, "PYTHONPATH": search}


class Repository:
    """A folder under git, and commands in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        """Begin a repository whose branch is called main."""
        self.folder = folder
        self.environment = environment
        folder.mkdir(parents=True)
        self.run("git", "init", "--quiet", "--initial-branch=main")

    def write(self, path: str, text: str) -> Path:
        """Write a file below the folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def run(self, *command: str, status: int | None = 0) -> str:
        """Run a command and give what it prints; None is any status."""
        process = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert status in (None, process.returncode), process.stdout
        return process.stdout

    def commit(self, message: str) -> str:
        """Commit everything that is there, and name the commit."""
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", message)
        return self.run("git", "rev-parse", "HEAD").strip()
