"""The action for GitHub and the template for GitLab: their steps, run in a clone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

import team

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "action.yml"
TEMPLATE = ROOT / "ci" / "gitlab" / "kauxgen.gitlab-ci.yml"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")


def steps() -> dict[str, Any]:
    """Read the steps of the action that are shell scripts, by name."""
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return {one["name"]: one for one in action["runs"]["steps"] if "run" in one}


def jobs() -> dict[str, Any]:
    """Read the jobs of the template that run."""
    template = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    return {name: job for name, job in template.items() if "script" in job}


@pytest.mark.parametrize(
    "arguments",
    [
        ["vendor.github-actions", str(ACTION)],
        ["vendor.gitlab-ci", "--data-transform=gitlab-ci", str(TEMPLATE)],
    ],
    ids=["github", "gitlab"],
)
def test_a_file_has_the_form_that_its_schema_asks_for(arguments: list[str]) -> None:
    """The schemas are those that the vendors publish, as a package carries them."""
    result = CliRunner().invoke(check_jsonschema, ["--builtin-schema", *arguments])
    assert result.exit_code == 0, result.output


def test_no_expression_is_a_part_of_a_script() -> None:
    """What a pull request says, such as its title, would be run as a command."""
    assert [
        name for name, one in steps().items() if EXPRESSION.search(one["run"])
    ] == []
    for one in steps().values():
        for text in one.get("env", {}).values():
            (read,) = EXPRESSION.findall(text)
            assert re.fullmatch(
                r" (inputs|steps)\.[\w.-]+ | github\.event\.pull_request\.number ", read
            )


def test_the_page_names_what_can_be_set() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    github = page.partition("\n## GitHub\n")[2].partition("\n## ")[0]
    inputs = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["inputs"]
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", github, re.M)) == sorted(inputs)
    hooks = page.partition("\n## pre-commit\n")[2]
    named = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert re.findall(r"^\| `([\w-]+)` \|", hooks, re.M) == [one["id"] for one in named]


@pytest.mark.parametrize("script", [one["run"] for one in steps().values()])
def test_every_variable_of_a_script_is_quoted(script: str) -> None:
    """Else a name of a branch or folder could be two words, or a pattern."""
    quoted = re.sub(r'"(?:[^"\\]|\\.)*"', '""', script, flags=re.DOTALL)
    assert "$" not in re.sub(r"=\$\(", "=(", quoted)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> team.Repository:
    """Make a repository with a model, and a branch that makes it wider."""
    folder = tmp_path_factory.mktemp("ci")
    repository = team.Repository(folder / "origin", team.environment(folder))
    repository.write("pyproject.toml", team.SETTINGS)
    repository.write("specs/vae.json", team.example("vae"))
    repository.run("kauxgen", "render")
    repository.commit("Begin")
    repository.run("git", "checkout", "--quiet", "-b", "wider")
    text = team.example("vae").replace('"latent_dim": 32', '"latent_dim": 48')
    assert text != team.example("vae")
    repository.write("specs/vae.json", text)
    repository.run("kauxgen", "render")
    repository.commit("Widen the code")
    repository.run("git", "checkout", "--quiet", "main")
    repository.write("README.md", "Models.\n")
    repository.commit("Say what this is")
    repository.run("git", "merge", "--quiet", "--no-ff", "-m", "Merge", "wider")
    # Servers hand out any commit that is asked for by its name.
    repository.run("git", "config", "uploadpack.allowAnySHA1InWant", "true")
    return repository


@pytest.fixture
def clone(origin: team.Repository, tmp_path: Path) -> team.Repository:
    """Check out the merge of the branch without its history, as runners do."""
    given = {**origin.environment, "RUNNER_TEMP": str(tmp_path)}
    clone = team.Repository(tmp_path / "clone", given)
    clone.run("git", "remote", "add", "origin", origin.folder.as_uri())
    clone.run("git", "fetch", "--quiet", "--depth=1", "origin", "main")
    clone.run("git", "checkout", "--quiet", "FETCH_HEAD")
    clone.environment["GITHUB_SHA"] = clone.run("git", "rev-parse", "HEAD").strip()
    clone.environment["GITHUB_STEP_SUMMARY"] = str(tmp_path / "summary.md")
    return clone


def run(clone: team.Repository, step: str, status: int = 0, **given: str) -> str:
    """Run a step of the action as a runner's bash does."""
    script = clone.folder.parent / "step.sh"
    script.write_text(steps()[step]["run"], encoding="utf-8")
    clone.environment.update(given)
    command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", str(script))
    return clone.run(*command, status=status)


def test_the_action_checks_and_compares(clone: team.Repository) -> None:
    assert "::" not in run(clone, "Check modules")
    run(clone, "Fetch the base of the pull request")
    run(clone, "Say what changed")
    summary = Path(clone.environment["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    assert summary.startswith(f"{MARK}\n")
    assert "specs/vae.json" in summary
    shown = run(clone, "Find breaking changes", 1, LEVEL="weights")
    assert re.search(
        r"^::error title=kauxgen \(KX\d+\),file=specs/vae.json,", shown, re.M
    )
    assert "::error" not in run(clone, "Find breaking changes", LEVEL="interface")

    clone.write("specs/vae.json", team.example("vae", description="Another."))
    shown = run(clone, "Check modules", 1)
    assert re.search(
        r"^::error title=kauxgen \(KX\d+\),file=models/vae.py", shown, re.M
    )


MARK = "<!-- kauxgen diff -->"
GH = """#!/usr/bin/env python3
import json, os, sys
folder = os.environ["RUNNER_TEMP"]
with open(folder + "/calls", "a") as stream:
    stream.write(json.dumps(sys.argv[1:]) + "\\n")
if "--jq" in sys.argv:
    print(os.environ.get("FOUND", ""))
"""


def test_the_action_writes_one_comment(clone: team.Repository, tmp_path: Path) -> None:
    """The command of GitHub stands in: what is asked of it is all that can be seen."""
    command = clone.write("../bin/gh", GH)
    command.chmod(0o755)
    clone.environment["PATH"] = f"{command.parent}:{clone.environment['PATH']}"
    clone.environment["GITHUB_REPOSITORY"] = "ada/models"
    (tmp_path / "kauxgen-diff.md").write_text(
        f"{MARK}\n" + "é" * 60000, encoding="utf-8"
    )
    for found in ("", "17"):
        run(clone, "Comment on the pull request", NUMBER="4", FOUND=found)
    calls = [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]
    listed, made, again, changed = calls
    assert listed == again
    assert f'startswith("{MARK}")' in listed[-1]
    assert "repos/ada/models/issues/4/comments" in listed
    assert "repos/ada/models/issues/4/comments" in made
    assert made[-2] == changed[-2] == "-F"
    assert changed[2:5] == ["--method", "PATCH", "repos/ada/models/issues/comments/17"]
    body = Path(made[-1].removeprefix("body=@")).read_text(encoding="utf-8")
    assert body.startswith(f"{MARK}\né")
    assert len(body) < 65536


def test_the_template_checks_and_compares(clone: team.Repository) -> None:
    template = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    given = {name: one["value"] for name, one in template["variables"].items()}
    clone.environment.update(given, CI_PROJECT_DIR=str(clone.folder))
    base = clone.run("git", "ls-remote", "origin", "HEAD")
    assert base
    run(clone, "Fetch the base of the pull request")
    clone.environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = clone.run(
        "git", "rev-parse", "HEAD^1"
    ).strip()
    before = [one for one in template[".kauxgen"]["before_script"] if "pip" not in one]
    assert before == ['cd "$KAUXGEN_FOLDER"']
    for name, status in (("kauxgen-check", 0), ("kauxgen-breaking", 1)):
        script = "\n".join([*before, *jobs()[name]["script"]])
        shown = clone.run("bash", "-eo", "pipefail", "-c", script, status=status)
        report = jobs()[name]["artifacts"]["reports"]["codequality"]
        issues = json.loads((clone.folder / report).read_text(encoding="utf-8"))
        assert [one["location"]["path"] for one in issues] == [
            "specs/vae.json"
        ] * status
        assert "specs/vae.json" in shown or not status
