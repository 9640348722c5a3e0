"""The hooks for pre-commit, run by pre-commit as a team runs them."""

from __future__ import annotations

from pathlib import Path

import yaml

import team

ROOT = Path(__file__).parents[1]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def configuration() -> str:
    """Take the hooks as they are, but with the kauxgen that is installed already."""
    hooks = [{**hook, "language": "system"} for hook in HOOKS]
    return yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})


def results(output: str) -> list[str]:
    """List what pre-commit says of each hook: "Passed", "Failed" or "Skipped"."""
    lines = [line for line in output.splitlines() if line.startswith("kauxgen ")]
    return [line.rpartition(".")[2].rpartition(")")[2] for line in lines]


def test_the_hooks_are_those_of_the_page() -> None:
    assert [hook["id"] for hook in HOOKS] == [
        "kauxgen-fmt",
        "kauxgen-render",
        "kauxgen-check",
    ]
    assert {hook["language"] for hook in HOOKS} == {"python"}


def test_a_commit_is_laid_out_rendered_and_checked(tmp_path: Path) -> None:
    """Hooks that change files fail once; what they wrote then passes all three."""
    environment = team.environment(tmp_path)
    environment["PRE_COMMIT_HOME"] = str(tmp_path / "cache")
    environment.pop("PRE_COMMIT", None)
    repository = team.Repository(tmp_path / "team", environment)
    repository.write(".pre-commit-config.yaml", configuration())
    repository.write("pyproject.toml", team.SETTINGS)
    repository.write("specs/vae.json", team.example("vae"))
    repository.run("kauxgen", "fmt")
    repository.run("kauxgen", "render")
    repository.commit("Begin")
    assert "\n" in repository.run("pre-commit", "install")
    run = ("pre-commit", "run", "--all-files", "--color=never")
    assert results(repository.run(*run)) == ["Passed"] * 3

    repository.write("specs/vae.json", team.example("vae", description="Another."))
    repository.run("git", "add", "--all")
    refused = repository.run("git", "commit", "-m", "Describe it", status=1)
    assert results(refused) == ["Failed", "Failed", "Passed"]
    assert refused.count("files were modified by this hook") == 2
    accepted = repository.run("git", "commit", "-am", "Describe it")
    assert results(accepted) == ["Passed"] * 3

    edited = repository.folder / "models" / "vae.py"
    edited.write_text(edited.read_text(encoding="utf-8") + "# by hand\n")
    refused = repository.run("git", "commit", "-am", "Edit", status=1)
    assert results(refused)[-1] == "Failed"
    assert "models/vae.py" in refused
    assert not repository.run("git", "log", "--format=%s").startswith("Edit")

    repository.run("git", "checkout", "--quiet", "HEAD", "models")
    repository.write("notes.txt", "nothing of kauxgen")
    repository.run("git", "add", "--all")
    skipped = repository.run("git", "commit", "-m", "Note")
    assert results(skipped) == ["Skipped"] * 3
