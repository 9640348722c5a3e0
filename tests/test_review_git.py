"""Specs against git: real repositories, odd names, and what git cannot tell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import team
from kauxgen import cli, resources

SPEC = resources.EXAMPLES / "vae.json"
PARAMS, TRAINING = (
    json.loads(SPEC.read_bytes())[key] for key in ("params", "training")
)
WIDER = {**PARAMS, "intermediate_dim": 128}
KAUXGEN = f"{sys.executable} -m kauxgen"

Run = Callable[..., "Result"]


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run a command in a project in a new repository, which has one commit."""
    for name, value in team.GIT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.delenv("GIT_DIR", raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path("pyproject.toml").write_text('[tool.kauxgen]\nspecs = ["specs/**/*.json"]\n')
    write("specs/vae.json")
    git("init", "-q", "-b", "main")
    commit()

    def run(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as exit:
            cli.main(arguments)
        out, err = capfd.readouterr()
        assert isinstance(exit.value.code, int)
        return Result(exit.value.code, out, err)

    return run


def git(*arguments: str) -> str:
    """Run git, and give what it prints; what it says on the other stream fails."""
    process = subprocess.run(["git", *arguments], capture_output=True, check=False)
    assert process.returncode == 0, process.stderr.decode()
    return process.stdout.decode()


def commit() -> None:
    git("add", "-A")
    git("commit", "-q", "-m", "state")


def write(path: str, **changes: Any) -> Path:
    """Write the example with some keys changed."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    value = {**json.loads(SPEC.read_bytes()), **changes}
    target.write_text(json.dumps(value, indent=1), encoding="utf-8")
    return target


def specs(run: Run, *arguments: str) -> list[dict[str, Any]]:
    """Compare as JSON; give what is said of each spec."""
    result = run("diff", *arguments, "--format", "json")
    assert result.status == 0, result.err
    found: list[dict[str, Any]] = json.loads(result.out)["specs"]
    return found


def states(run: Run, *arguments: str) -> dict[str, str]:
    return {each["path"]: each["state"] for each in specs(run, *arguments)}


def test_specs_of_the_project_are_told_as_they_are_now(run: Run) -> None:
    """Changed, added, deleted and renamed ones, tracked or not, ignored or not."""
    write("specs/gone.json", name="gone")
    write("specs/moved.json", name="moved", description="One more.")
    write("specs/by_hand.json", name="by_hand")
    write("specs/left.json", name="left")
    write("other/not_ours.json")
    Path(".gitignore").write_text("ignored.json\n")
    commit()
    write("specs/vae.json", description="Another text.")
    write("specs/new.json", name="new")
    write("specs/deep/ignored.json", name="deep")
    write("other/not_ours.json", description="Not of the project.")
    Path("specs/gone.json").unlink()
    git("mv", "specs/moved.json", "specs/deep/moved.json")
    git("mv", "specs/left.json", "other/left.json")
    Path("specs/by_hand.json").unlink()
    write("specs/by_mouse.json", name="by_hand", params=WIDER)
    found = {each["path"]: each for each in specs(run, "--against", "git:HEAD")}
    assert {path: each["state"] for path, each in found.items()} == {
        "specs/vae.json": "changed",
        "specs/new.json": "added",
        "specs/deep/ignored.json": "added",
        "specs/gone.json": "deleted",
        "specs/left.json": "deleted",
        "specs/deep/moved.json": "unchanged",
        "specs/by_mouse.json": "changed",
    }
    assert found["specs/deep/moved.json"]["old"]["path"] == "specs/moved.json"
    assert found["specs/by_mouse.json"]["old"]["path"] == "specs/by_hand.json"
    said = run("diff", "--against", "git:HEAD").out.splitlines()
    assert "specs/moved.json -> specs/deep/moved.json: no change" in said
    assert said[-1].startswith("2 specs changed, 2 added, 2 deleted, up to interface")


def test_layout_and_line_ends_are_no_change(run: Run) -> None:
    text = Path("specs/vae.json").read_bytes()
    Path("specs/vae.json").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    result = run("diff", "--against", "git:HEAD", "--exit-code")
    assert result.status == 0
    assert "no change: only the layout of the JSON differs" in result.out
    git("checkout", "-q", "specs/vae.json")
    assert run("diff", "--against", "git:HEAD", "--exit-code").out == "no change\n"


def test_odd_paths_subfolders_and_named_specs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = "specs/a b\n[*]?'\"$(x) é.json"
    write(odd, name="odd")
    write("specs/x/deep.json", name="deep")
    commit()
    write(odd, name="odd", description="Other.")
    monkeypatch.chdir("specs/x")
    path = f"../{odd.removeprefix('specs/')}"
    assert states(run, "--against", "git:main") == {path: "changed"}
    assert states(run, "--against", "git:main", path, "deep.json") == {
        path: "changed",
        "deep.json": "unchanged",
    }
    assert states(run, "--against", "git:main", "..") == {path: "changed"}
    monkeypatch.chdir(tmp_path)
    assert states(run, "--against", "git:main", f"project/{odd}") == {
        f"project/{odd}": "changed"
    }


def test_worktrees_and_trees_elsewhere(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("worktree", "add", "-q", str(tmp_path / "beside"), "-b", "branch")
    monkeypatch.chdir(tmp_path / "beside")
    write("specs/vae.json", description="Other.")
    assert states(run, "--against", "git:main") == {"specs/vae.json": "changed"}
    git("clone", "-q", "--bare", "../project", "../bare.git")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "bare.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "beside"))
    assert states(run, "--against", "git:main") == {"specs/vae.json": "changed"}
    monkeypatch.delenv("GIT_WORK_TREE")
    monkeypatch.chdir(tmp_path / "bare.git")
    result = run("diff", "--against", "git:main", "specs/vae.json")
    assert (result.status, "KX740" in result.err) == (2, True)


def test_the_commit_at_which_a_branch_left(run: Run) -> None:
    git("checkout", "-q", "-b", "branch")
    write("specs/mine.json", name="mine", params=WIDER, description="M" * 9000)
    commit()
    git("checkout", "-q", "main")
    write("specs/theirs.json", name="theirs")
    commit()
    git("checkout", "-q", "branch")
    assert states(run, "--against", "git:main...") == {"specs/mine.json": "added"}
    assert states(run, "--against", "git:main") == {
        "specs/mine.json": "added",
        "specs/theirs.json": "deleted",
    }


def test_names_of_commits_are_no_options_and_no_commands(run: Run) -> None:
    hostile = ["--output=x", "-h", "$(touch x)", "main;touch x", "main\nx", "ma in", ""]
    for ref in [*hostile, "--help...", "...", "main:specs", "main:specs/vae.json"]:
        result = run("diff", "--against", f"git:{ref}", "specs/vae.json")
        assert result.status == 2, ref
        assert "KX741" in result.err or "write git: and a branch" in result.err
    assert not Path("x").exists()
    for spec in ("--output=x", "-", ":(exclude)*", ":/"):
        result = run("diff", "--against", "git:main", "--", spec)
        assert (result.status, "KX743" in result.err) == (2, True), spec
    assert not Path("x").exists()


def test_what_git_cannot_tell(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("diff", "--against", "git:mian")
    assert (result.status, "did you mean git:main?" in result.err) == (2, True)
    assert run("breaking", "--against", "git:mian").status == 2
    result = run("diff", "--against", "git:main", "spec/vae.json")
    assert 'KX743 exists neither here nor at "main"' in result.err
    git("checkout", "-q", "--orphan", "other")
    git("commit", "-q", "-m", "other")
    result = run("diff", "--against", "git:main...")
    assert (result.status, "KX742" in result.err) == (2, True)
    git("clone", "-q", "--depth", "1", f"file://{Path.cwd()}", "../shallow")
    monkeypatch.chdir("../shallow")
    git("checkout", "-q", "--detach")
    git("branch", "-q", "-D", "other")
    result = run("diff", "--against", "git:other")
    assert "did you mean git:origin/other?" in result.err
    result = run("diff", "--against", "git:HEAD~1")
    assert "git fetch --unshallow" in result.err
    shutil.rmtree(".git")
    result = run("diff", "--against", "git:main")
    assert (result.status, "KX740" in result.err) == (2, True)
    assert "not a git repository" in result.err
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("diff", "--against", "git:main")
    assert (result.status, "git does not run" in result.err) == (2, True)


def test_a_side_that_does_not_compile_is_named(run: Run) -> None:
    write("specs/vae.json", losses=[{}])
    write("specs/sound.json", name="sound")
    commit()
    write("specs/vae.json")
    write("specs/sound.json", name="sound", description="Other.")
    result = run("diff", "--against", "git:main")
    assert result.status == 2
    assert "specs/sound.json: 1 change, docs" in result.out
    assert "main:specs/vae.json:" in result.err
    Path("specs/sound.json").write_text("<<<<<<< main")
    result = run("breaking", "--against", "git:main")
    assert (result.status, "specs/sound.json:1:1: KX001" in result.out) == (2, True)


def test_breaking_finds_what_reaches_its_level(run: Run) -> None:
    write("specs/gone.json", name="gone")
    commit()
    assert run("breaking", "--against", "git:main") == Result(
        0, "no spec changed\n", ""
    )
    write("specs/vae.json", params={**PARAMS, "kl_weight": 0.5})
    write("specs/new.json", name="new")
    result = run("breaking", "--against", "git:main")
    assert result.status == 0
    assert result.out == "2 changed specs: nothing at the level weights or above\n"
    result = run("breaking", "--against", "git:main", "--level", "loss")
    assert (result.status, result.err) == (1, "")
    assert "KX747 changes loss: " in result.out
    assert result.out.startswith("specs/vae.json:")
    write("specs/vae.json", params=WIDER)
    Path("specs/gone.json").unlink()
    result = run("breaking", "--against", "git:main", "--format", "json")
    assert result.status == 1
    found = json.loads(result.out)["findings"]
    assert [each["code"] for each in found][-1] == "KX748"
    assert [each["path"] for each in found if each["code"] == "KX749"] == [
        "specs/gone.json"
    ]


def test_the_project_says_for_which_keras_and_in_which_style(run: Run) -> None:
    layer: dict[str, Any] = {"name": "norm", "layer": "RMSNormalization"}
    other = {"name": "new", "inputs": {"x": {"shape": [2]}}, "layers": [layer]}
    other |= {"losses": [{"loss": "MeanSquaredError", "on": "norm"}]}
    other |= {"networks": {}, "penalties": [], "params": {}}
    write("specs/new.json", **other)
    Path(".gitattributes").write_text("specs/*.json diff=kauxgen\n")
    commit()
    write("specs/new.json", **other, training={**TRAINING, "epochs": 7})
    assert "KX632" in run("diff", "--against", "git:main").err
    settings = '[tool.kauxgen]\nspecs = ["specs/*.json"]\nkeras = "3.10"\n'
    Path("pyproject.toml").write_text(f'{settings}style = "functional"\n')
    gan = (resources.EXAMPLES / "wgan_gp.json").read_text()
    Path("specs/gan.json").write_text(gan)
    commit()
    write("specs/new.json", **other)
    Path("specs/gan.json").write_text(gan.replace('"epochs": 20', '"epochs": 21'))
    found = specs(run, "--against", "git:main")
    assert [each["state"] for each in found] == ["changed", "changed"]
    refused = "the old spec has no module in functional"
    assert refused in found[0]["consequences"]["weights"]["reasons"]
    asked = specs(run, "--against", "git:main", "--style", "loop")
    assert refused not in str(asked)
    git("config", "diff.kauxgen.textconv", f"{KAUXGEN} textconv")
    assert "-  epochs: 7" in git("diff", "specs")
    git("config", "diff.kauxgen.command", f"{KAUXGEN} diff")
    assert "KX632" not in git("diff", "specs")
    Path("pyproject.toml").write_text("[tool.kauxgen]\nkeras = 3")
    assert "KX632" in git("diff", "specs")
    assert run("diff", "--against", "git:main").status == 2


def test_git_shows_models_by_a_textconv_driver(run: Run) -> None:
    """As docs/review.md sets it up; what is no sound spec is shown as it is."""
    Path(".gitattributes").write_text("specs/*.json diff=kauxgen\n")
    git("config", "diff.kauxgen.textconv", f"{KAUXGEN} textconv")
    write("specs/vae.json", description="Other.", losses=[{}])
    broken = git("diff")
    assert '+ "losses": [' in broken
    text = Path("specs/vae.json").read_text()
    write("specs/vae.json", inputs={"image": {"shape": [784]}})
    Path("specs/vae.json").write_text(Path("specs/vae.json").read_text() + "\n\n")
    said = [line for line in git("diff").splitlines() if line[:1] in "+-"]
    assert said[2:] == [
        "-  image: {shape=[original_dim]}  -> (batch, original_dim=784)",
        "+  image: {shape=[784]}  -> (batch, 784)",
    ], text
    commit()
    assert said[2] in git("log", "-p", "-1").splitlines()


def test_git_asks_for_a_diff_and_opens_the_difftool(run: Run) -> None:
    """As an external diff it never fails: git would stop at the first spec."""
    write("specs/broken.json", losses=[{}], name="broken")
    write("specs/moved.json", name="moved", description="M" * 2000)
    commit()
    Path(".gitattributes").write_text("specs/*.json diff=kauxgen\n")
    git("config", "diff.kauxgen.command", f"{KAUXGEN} diff")
    write("specs/broken.json", losses=[{}], name="broken", description="Other.")
    git("mv", "specs/moved.json", "specs/there.json")
    write("specs/there.json", name="moved", description="M" * 2001)
    write("specs/vae.json", description="Other.")
    write("specs/added.json", name="added")
    git("add", "-AN")
    said = git("diff", "-M", "HEAD")
    assert "specs/vae.json: 1 change, docs" in said
    assert "specs/moved.json -> specs/there.json: 1 change, docs" in said
    assert "specs/added.json: added" in said
    assert '+ "description": "Other.",' in said
    git("config", "diff.tool", "kauxgen")
    git("config", "difftool.kauxgen.cmd", f'{KAUXGEN} diff "$LOCAL" "$REMOTE"')
    git("config", "difftool.prompt", "false")
    assert "1 change, docs" in git("difftool", "HEAD", "--", "specs/vae.json")
    said = git("difftool", "--dir-diff", "HEAD")
    assert "vae.json: 1 change, docs" in said
    assert "specs/moved.json -> specs/there.json: 1 change, docs" in said
