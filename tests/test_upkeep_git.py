"""Projects under git: locks merge, and a conflict in one ends as its remedy says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from projects import Runner
from projects import project as project
from small_spec import dense

IDENTITY = ["-c", "user.name=a", "-c", "user.email=a@example.org"]


def git(*arguments: str) -> int:
    """Run git in the working directory; return its exit status."""
    command = ["git", *IDENTITY, *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode


def commit(message: str) -> None:
    assert git("add", "--all") == 0
    assert git("commit", "-m", message) == 0


def start(project: Runner) -> None:
    """Commit a project of four specs."""
    for name in ("a", "c", "e", "g"):
        project.spec(name)
    project("render")
    assert git("init", "--initial-branch=main", ".") == 0
    commit("Start")


def test_branches_that_change_other_specs_merge(project: Runner) -> None:
    """Neighbours in the lock change on both sides, and specs are added and removed."""
    start(project)
    git("switch", "--create", "one")
    project.spec("a", layers=[dense("prediction", 2)])
    project.spec("b")
    assert project("render").status == 0
    commit("One")
    git("switch", "main")
    project.spec("c", layers=[dense("prediction", 3)])
    project.spec("f")
    (project.folder / "specs" / "g.json").unlink()
    assert project("render", "--prune").status == 0
    commit("Two")
    assert git("merge", "one") == 0
    assert project("check").out == "5 current\n"


def test_a_conflict_ends_as_its_remedy_says(project: Runner) -> None:
    start(project)
    for branch, units in (("one", 2), ("two", 3)):
        git("switch", "--create", branch, "main")
        project.spec("a", description=branch, layers=[dense("prediction", units)])
        assert project("render").status == 0
        commit(branch)
    assert git("merge", "one") == 1
    result = project("check")
    assert (result.status, result.codes) == (2, ["kauxgen.lock KX717"])
    project.spec("a", description="Both.", layers=[dense("prediction", 4)])
    assert git("checkout", "--ours", "kauxgen.lock", "models") == 0
    assert project("render").out == "wrote models/a.py\n1 written, 3 unchanged\n"
    assert project("check").out == "4 current\n"
    assert "<<<<" not in Path("models/a.py").read_text()


def test_a_clone_is_current_whatever_its_line_ends(
    project: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(project)
    assert git("clone", "--config", "core.autocrlf=true", ".", "clone") == 0
    monkeypatch.chdir("clone")
    assert b"\r\n" in Path("models/a.py").read_bytes()
    assert project("check").out == "4 current\n"
