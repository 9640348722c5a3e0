"""Projects in a folder of their own, and commands in them, for tests."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kauxgen import cli
from small_spec import small

OLD = 1_000_000_000_000_000_000
"""A time of modification, in nanoseconds, that no test run has."""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def codes(self) -> list[str]:
        """The codes of the findings that were shown, with their files."""
        lines = (self.out + self.err).splitlines()
        found = [line.split(": KX", 1) for line in lines if ": KX" in line]
        return sorted(f"{path.split(':')[0]} KX{rest[:3]}" for path, rest in found)


@dataclass
class Runner:
    """A project to work in: the working directory, with commands that run here."""

    folder: Path
    capfd: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Result:
        """Run a command of kauxgen."""
        with pytest.raises(SystemExit) as exit:
            cli.main(arguments)
        out, err = self.capfd.readouterr()
        assert isinstance(exit.value.code, int)
        return Result(exit.value.code, out, err)

    def settings(self, *lines: str) -> None:
        """Write the settings of the project, its specs and some lines more."""
        text = "\n".join(['[tool.kauxgen]\nspecs = ["specs/*.json"]', *lines, ""])
        (self.folder / "pyproject.toml").write_text(text)

    def spec(self, file: str, **changes: Any) -> Path:
        """Write a small spec called after its file, with some keys changed."""
        path = self.folder / "specs" / f"{file}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(small(**{"name": file, **changes}), indent=1))
        return path

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Read every file with its time; those of git are its own."""
        return {
            path.relative_to(self.folder).as_posix(): (
                path.read_bytes(),
                path.stat().st_mtime_ns,
            )
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and ".git" not in path.parts
        }

    def age(self) -> None:
        """Let all files look old."""
        for path in self.files():
            os.utime(self.folder / path, ns=(OLD, OLD))

    def young(self) -> set[str]:
        """List the files that were written since they looked old."""
        return {path for path, (_, time) in self.files().items() if time != OLD}


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Runner:
    """Give an empty project, with its settings alone."""
    monkeypatch.chdir(tmp_path)
    runner = Runner(tmp_path, capfd)
    runner.settings()
    return runner
