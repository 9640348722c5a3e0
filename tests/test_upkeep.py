"""Rendering and checking a whole project: every condition, and nothing ever lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kauxgen
from kauxgen import compiler, compiling, resources
from kauxgen.jobs import Compiled
from kauxgen.styles import STYLES
from kauxgen.upkeep import comparing
from kauxgen.upkeep.conditions import Condition
from projects import Runner
from projects import project as project
from small_spec import dense

GOLDENS = Path(__file__).parent / "goldens"


def test_what_render_has_written_is_current(project: Runner) -> None:
    """A third of the examples in every style, the same text as without a project."""
    (project.folder / "specs").mkdir()
    for spec in sorted(resources.EXAMPLES.glob("*.json"))[::3]:
        (project.folder / "specs" / spec.name).symlink_to(spec)
    project.settings('style = "all"', 'output = "m"')
    result = project("render")
    written = sorted((project.folder / "m").glob("*.py"))
    count = len(written)
    assert count > 20
    assert (result.status, result.err) == (0, "")
    assert result.out.endswith(f"\n{count} written, 0 unchanged\n")
    project.age()
    result = project("check")
    assert (result.status, result.out) == (0, f"{count} current\n")
    for path in written:
        golden = (GOLDENS / path.name).read_text()
        assert without_command(path.read_text()) == without_command(golden)
    assert project("render").out == f"0 written, {count} unchanged\n"
    assert project.young() == set()


def without_command(text: str) -> list[str]:
    """Leave out how a module is made again: in a project that takes no option."""
    head, mark, rest = text.partition("Do not edit: change the spec and run")
    assert mark
    return [*head.split(), *rest.partition('"""')[2].split()]


def conditions(project: Runner) -> None:
    """Make a project with a module in every condition, and one that is current."""
    names = ("stale", "edited", "both", "formatted", "missing", "gone", "other", "fine")
    for name in names:
        project.spec(name)
    assert project("render").status == 0
    models = project.folder / "models"
    project.spec("stale", layers=[dense("prediction", 2)])
    for name, line in (("edited", "x = 1\n"), ("both", "x = 1\n")):
        edit(models / f"{name}.py", "import keras\n", f"import keras\n{line}")
    edit(models / "edited.py", "return model\n", "return model  # mine\n")
    project.spec("both", layers=[dense("prediction", 3)])
    edit(models / "formatted.py", '(8,), name="features"', "(8,),  name='features'")
    (models / "formatted.py").write_text((models / "formatted.py").read_text()[:-1])
    (models / "missing.py").unlink()
    (project.folder / "specs" / "gone.json").unlink()
    as_other_version(project, "models/other.py")
    project.spec("way")
    (models / "way.py").write_text("mine = 1\n")


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def as_other_version(project: Runner, output: str) -> None:
    """Let an output look as if an older kauxgen had written it, and otherwise."""
    edit(project.folder / output, "Build the model", "Make the model")
    lock = json.loads((project.folder / "kauxgen.lock").read_text())
    entry = lock["outputs"][output]
    entry["kauxgen"] = "0.0.1"
    entry["inputs_hash"] = "0" * 64
    from kauxgen.upkeep.lock import digest

    entry["output_hash"] = digest((project.folder / output).read_bytes())
    (project.folder / "kauxgen.lock").write_text(json.dumps(lock, indent=1))


REPORT = [
    "models/both.py KX723",
    "models/edited.py KX723",
    "models/formatted.py KX724",
    "models/gone.py KX726",
    "models/missing.py KX725",
    "models/other.py KX727",
    "models/stale.py KX722",
    "models/way.py KX721",
]


def test_check_names_every_condition_and_writes_nothing(project: Runner) -> None:
    conditions(project)
    before = project.files()
    result = project("check")
    assert (result.status, result.codes, result.err) == (1, REPORT, "")
    said = dict.fromkeys(result.out.splitlines())
    assert "models/edited.py:8:1: KX723 edited by hand, lines 8, 25" in said
    assert (
        "models/both.py:8:1: KX723 edited by hand, and specs/both.json has changed"
        " as well"
    ) in said
    assert "models/stale.py: KX722 stale: specs/stale.json has changed" in said
    assert "models/gone.py: KX726 orphaned: specs/gone.json is gone" in said
    version = kauxgen.__version__
    assert any("0.0.1 with black 26" in one and version in one for one in said)
    counts = "1 current, 1 stale, 2 edited by hand, 1 formatting only, 1 missing, "
    counts += "1 orphaned, 1 made by another version, 1 in the way"
    assert result.out.endswith(f"\n{counts}\n")
    assert all(each.value in counts for each in Condition)
    verbose = project("check", "-v").out
    assert "current models/fine.py\n" in verbose
    assert project.files() == before


def test_check_shows_diffs_that_git_applies(project: Runner) -> None:
    """Applied, they make what render --force makes."""
    conditions(project)
    out = project("check", "--diff").out
    patch = out[out.index("\n--- ") + 1 :].rpartition("\n")[0].rpartition("\n")[0]
    Path("all.patch").write_text(patch + "\n")
    assert "--- /dev/null\n+++ b/models/missing.py\n" in patch
    assert "-x = 1\n" in patch
    assert os.system("git apply all.patch") == 0
    project.age()
    assert project("render", "--force").status == 0
    assert project.young() == {"kauxgen.lock"}


def test_render_overwrites_what_was_edited_only_by_force(project: Runner) -> None:
    conditions(project)
    before = project.files()
    result = project("render", "--prune")
    assert (result.status, result.out) == (1, "")
    assert result.codes == [
        "models/both.py KX720",
        "models/edited.py KX720",
        "models/formatted.py KX720",
        "models/way.py KX721",
    ]
    assert project.files() == before
    result = project("render", "--force", "--prune")
    assert result.status == 0
    assert "removed models/gone.py: its spec is gone\n" in result.out
    assert result.out.endswith("\n7 written, 1 unchanged, 1 removed\n")
    assert project("check").out == "8 current\n"


def test_prune_removes_only_what_is_ours_and_as_it_was(project: Runner) -> None:
    for name in ("kept", "edited", "lost", "renamed", "ours"):
        project.spec(name)
    project("render")
    models = project.folder / "models"
    (models / "foreign.py").write_text("# Generated by kauxgen from memory\n")
    edit(models / "edited.py", "import keras\n", "import keras\n\n")
    (models / "lost.py").unlink()
    for name in ("edited", "lost", "ours"):
        (project.folder / "specs" / f"{name}.json").unlink()
    project.spec("renamed", name="another")
    result = project("render")
    orphans = ("edited", "ours", "renamed")
    for name in orphans:
        help = "kauxgen render --prune removes it"
        assert f"orphaned models/{name}.py: {help}\n" in result.out
    assert "wrote models/another.py\n" in result.out
    assert "orphaned" not in project("render", "specs/kept.json").out
    found = project("check")
    assert found.codes == [f"models/{name}.py KX726" for name in orphans]
    assert "specs/renamed.json gives another one now" in found.out
    result = project("render", "--prune")
    assert "kept models/edited.py: edited by hand, and yours from now on" in result.out
    left = {path.name for path in models.iterdir()}
    assert left == {"kept.py", "another.py", "edited.py", "foreign.py"}
    assert project("check").out == "2 current\n"


def test_a_false_lock_gives_nobodys_files_away(project: Runner) -> None:
    """A lock that claims a file of the user's neither removes nor overwrites it."""
    from kauxgen.upkeep.lock import digest

    project.spec("a")
    project("render")
    lock = json.loads(Path("kauxgen.lock").read_text())
    mine = {"app.py": "print(1)\n", "models/a.py": "mine = 1\n"}
    for path, text in mine.items():
        Path(path).write_text(text)
        entry = lock["outputs"]["models/a.py"]
        lock["outputs"][path] = {**entry, "output_hash": digest(text.encode())}
    lock["outputs"]["app.py"]["spec"] = "specs/gone.json"
    Path("kauxgen.lock").write_text(json.dumps(lock))
    assert project("render", "--prune").codes == ["models/a.py KX720"]
    Path("models/a.py").unlink()
    assert project("render", "--prune").status == 0
    assert Path("app.py").read_text() == mine["app.py"]


@pytest.mark.parametrize("output", ["../x.py", "/tmp/x.py", "a/../../x.py", "x.txt"])
def test_a_lock_never_leads_out_of_the_project(project: Runner, output: str) -> None:
    project.spec("a")
    project("render")
    text = Path("kauxgen.lock").read_text()
    Path("kauxgen.lock").write_text(text.replace("models/a.py", output))
    for verb in ("check", "render"):
        result = project(verb)
        assert (result.status, result.codes) == (2, ["kauxgen.lock KX718"])


def test_links_that_lead_out_of_the_project_are_not_written(
    project: Runner, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (project.folder / "models").symlink_to(outside)
    project.spec("a")
    result = project("render", "--force")
    assert (result.status, result.codes) == (1, ["models/a.py KX703"])
    assert not list(outside.iterdir())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "KX718"),
        ("[" * 100_000, "KX718"),
        ('{"outputs": {}, "version": 2}', "KX718"),
        ('{"outputs": {"models/a.py": {"spec": "a"}}, "version": 1}', "KX718"),
        ('{\n<<<<<<< HEAD\n "outputs": {}\n', "KX717"),
    ],
)
def test_what_is_no_lock_stops_everything(
    project: Runner, text: str, code: str
) -> None:
    project.spec("a")
    Path("kauxgen.lock").write_text(text)
    before = project.files()
    for verb in ("check", "render"):
        result = project(verb)
        assert (result.status, result.codes) == (2, [f"kauxgen.lock {code}"])
    assert project.files() == before


def test_without_a_lock_current_modules_are_known_again(project: Runner) -> None:
    project.spec("a")
    project.spec("b")
    project("render")
    lock = Path("kauxgen.lock").read_text()
    Path("kauxgen.lock").unlink()
    behind = "kauxgen.lock is behind: kauxgen render updates it\n"
    result = project("check")
    assert (result.status, result.out) == (0, f"2 current\n{behind}")
    project.age()
    assert project("render").out == "0 written, 2 unchanged\n"
    assert project.young() == {"kauxgen.lock"}
    assert Path("kauxgen.lock").read_text() == lock


def test_only_what_changed_is_compiled(
    project: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spec is compiled if its text, a setting, a template or a version changed."""
    for name in "abc":
        project.spec(name)
    project("render")
    read: list[str] = []
    load = compiler.load

    def watched(data: bytes, path: str, *options: object) -> object:
        read.append(path)
        return load(data, path, *options)  # type: ignore[arg-type]

    monkeypatch.setattr(compiler, "load", watched)
    project.age()
    for command in (["render"], ["check"], ["check", "--diff"], ["render", "--force"]):
        assert project(*command).status == 0
    assert (read, project.young()) == ([], set())
    project.spec("b", description="Another one.")
    assert project("render").out == ("wrote models/b.py\n1 written, 2 unchanged\n")
    assert read == ["specs/b.json"]
    assert project.young() == {"specs/b.json", "models/b.py", "kauxgen.lock"}
    read.clear()
    edit(Path("models/c.py"), "import", "import ")
    assert project("check").codes == ["models/c.py KX724"]
    assert read == ["specs/c.json"]
    read.clear()
    assert project("render", "--force").status == 0
    project.settings("line-length = 100")
    assert project("check", "specs/a.json").codes == ["models/a.py KX722"]
    assert read == ["specs/c.json", "specs/a.json"]


def test_the_text_counts_not_the_time_or_the_layout(project: Runner) -> None:
    """Layout of a spec, line ends of git and unused settings make nothing stale."""
    path = project.spec("a")
    project("render")
    for text in (path, Path("models/a.py"), Path("kauxgen.lock")):
        text.write_bytes(text.read_bytes().replace(b"\n", b"\r\n"))
    assert project("check").out == "1 current\n"
    assert project("render").out == "0 written, 1 unchanged\n"
    path.write_text(json.dumps(json.loads(path.read_text())))
    result = project("check")
    assert (result.status, result.out.splitlines()[0]) == (0, "1 current")


def test_warnings_of_specs_that_have_not_changed_are_said_again(
    project: Runner,
) -> None:
    layers = [dense("prediction", 1)]
    layers[0]["args"]["activation"] = "softmax"
    project.spec("doubtful", layers=layers)
    project.spec("fine")
    first = project("render")
    assert ": warning KX471 " in first.err
    assert project("render").err == first.err
    again = project("check")
    assert again.out == f"{first.err}2 current\n"
    assert again.status == 0
    for command in ("check", "render"):
        strict = project(command, "--strict")
        assert strict.status == 1
        assert ": KX471 " in strict.out + strict.err
    project.settings("strict = true")
    assert project("check").status == 1


def test_settings_say_what_modules_are_called_and_how_written(
    project: Runner,
) -> None:
    project.settings(
        'output = "src/nets"',
        'name = "{style}/net_{name}"',
        'style = "loop"',
        'keras = "3.11"',
        "line-length = 60",
    )
    project.spec("own", style="subclass", keras="3.9")
    project.spec("a", layers=[{"name": "prediction", "layer": "RMSNormalization"}])
    assert project("render").status == 0
    own = Path("src/nets/subclass/net_own.py").read_text()
    assert "Runs on Keras 3.9 and newer." in own
    text = Path("src/nets/loop/net_a.py").read_text()
    assert "Runs on Keras 3.11 and newer." in text
    assert "run\n`kauxgen render specs/a.json`." in text
    assert max(map(len, text.splitlines())) < 88
    project.settings('style = "all"')
    result = project("check")
    missing = [f"models/own_{style}.py KX725" for style in sorted(STYLES)]
    orphan = "src/nets/subclass/net_own.py KX726"
    assert result.codes == [*missing, "specs/a.json KX632", orphan]


def test_clashes_are_found_before_anything_is_written(project: Runner) -> None:
    project.settings('output = "specs"')
    project.spec("a")
    project.spec("b", name="a")
    result = project("render")
    assert (result.status, result.codes) == (1, ["specs/a.py KX702"])
    project.spec("b")
    assert project("render").status == 0
    project.spec("b", name="a")
    for command in (["render"], ["check"], ["render", "specs/b.json"]):
        assert "specs/a.py KX702" in project(*command).codes, command
    Path("pyproject.toml").write_text(
        '[tool.kauxgen]\nspecs = ["specs/[ab].*"]\noutput = "specs"\n'
    )
    assert "specs/a.py KX716" in project("check").codes
    project.settings()
    Path("specs").rename("elsewhere")
    result = project("check")
    assert (result.status, result.codes) == (1, ["pyproject.toml KX715"])
    assert "pyproject.toml:2:10: KX715 no file matches" in result.err


def test_a_bad_spec_stops_the_others_from_being_written(project: Runner) -> None:
    project.spec("a")
    project("render")
    project.spec("a", description="Changed.")
    project.spec("b", parms={})
    before = project.files()
    result = project("render")
    assert (result.status, result.codes) == (1, ["specs/b.json KX101"])
    assert project.files() == before
    found = project("check")
    assert found.codes == ["models/a.py KX722", "specs/b.json KX101"]


def test_a_bad_spec_alone_is_not_said_to_have_no_module(project: Runner) -> None:
    project.spec("a")
    project("render")
    project.spec("a", parms={})
    found = project("check")
    assert found.codes == ["specs/a.json KX101"]
    assert "no module is known" not in found.out + found.err


def test_one_spec_of_a_project(
    project: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A named spec is rendered as the project says, from any folder of it."""
    project.spec("a")
    project.spec("b")
    monkeypatch.chdir(project.folder / "specs")
    assert project("render", "b.json").out == (
        f"wrote {project.folder}/models/b.py\n1 written, 0 unchanged\n"
    )
    monkeypatch.chdir(project.folder)
    assert project("check", "specs/b.json").out == "1 current\n"
    assert project("check").codes == ["models/a.py KX725"]
    assert project("render", "./specs/../specs/b.json").out == (
        "unchanged models/b.py\n0 written, 1 unchanged\n"
    )
    other = project.folder / "draft.json"
    other.write_text((project.folder / "specs" / "a.json").read_text())
    for command in ("render", "check"):
        result = project(command, "draft.json")
        assert (result.status, result.codes) == (2, ["pyproject.toml KX719"])
    for wrong in (["--style", "loop"], ["specs/a.json", "--prune"]):
        result = project("render", *wrong)
        assert (result.status, result.out) == (2, "")
    lock = Path("kauxgen.lock").read_text()
    assert project("render", "draft.json", "-o", "out").out == "wrote out/a.py\n"
    assert Path("kauxgen.lock").read_text() == lock


def test_hostile_names_stay_text(project: Runner) -> None:
    name = "a\n::error::x\x1b[31m<script>\"'.json"
    project.spec("a").rename(project.folder / "specs" / name)
    assert project("render").status == 0
    compile(Path("models/a.py").read_text(), "a.py", "exec")
    Path("models/a.py").write_text("\x1b[2J = 1\n")
    out = project("check", "--diff").out
    assert "\x1b" not in out
    assert "\n::error" not in out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("a\nb\nc\n", "a\nx\nc\n", "line 2"),
        ("a\nb\nc\n", "a\nc\n", "lines after 1"),
        ("a\nb\nc\n", "b\nc\n", "lines before 1"),
        ("a\nb\nc\n", "x\ny\nb\nc\nd\n", "lines 1-2, 5"),
        ("a\n" * 30, "a\nb\n" * 30, "lines 2, 4, 6, 8, 10, 12, 24 more places"),
        ("a\n" * 20_000, "b\n" * 20_000, "lines 1-20000"),
        ("a\n", "a", "line 1"),
        ("a\n", "a\x0cb\u2028c\n", "line 1"),
    ],
)
def test_lines_that_were_edited(old: str, new: str, said: str) -> None:
    assert comparing.places(comparing.changed(old, new)) == said


def test_other_commands_know_what_the_project_says(project: Runner) -> None:
    """The oldest Keras and the strictness are those of the project, for its specs."""
    layers = [{"name": "norm", "layer": "RMSNormalization"}, dense("prediction", 1)]
    path = project.spec("a", layers=layers)
    (project.folder / "draft.json").write_bytes(path.read_bytes())
    project.settings('keras = "3.10"')
    for command in (["validate"], ["validate", "specs/a.json"], ["fmt", "--check"]):
        assert "KX632" not in project(*command).out, command
    assert project("summary", "specs/a.json").status == 0
    assert project("graph", "specs/a.json", "-o", "a.svg").status == 0
    assert project("render", "specs/a.json", "-o", "-").status == 0
    assert project("validate", "draft.json").codes == ["draft.json KX632"]
    layers[1]["args"]["activation"] = "softmax"
    project.spec("a", layers=layers)
    assert project("validate").status == 0
    project.settings('keras = "3.10"', "strict = true")
    assert project("validate").codes == ["specs/a.json KX471"]


def test_an_edit_while_specs_are_compiled_is_not_lost(
    project: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.spec("a")
    project("render")
    project.spec("a", layers=[dense("prediction", 3)])
    compile_all = compiling.compile_all

    def slowly(*arguments: Any) -> list[Compiled]:
        edit(Path("models/a.py"), "import keras\n", "import keras  # mine\n")
        return compile_all(*arguments)

    monkeypatch.setattr(compiling, "compile_all", slowly)
    assert project("render").codes == ["models/a.py KX720"]
    assert "# mine" in Path("models/a.py").read_text()


def test_another_build_of_the_same_version_is_noticed(project: Runner) -> None:
    """Wherever it is installed: only what kauxgen consists of counts."""
    project.spec("a")
    project("render")
    build = project.folder / "build"
    root = Path(kauxgen.__file__).parents[1]
    shutil.copytree(root / "kauxgen", build / "kauxgen")
    for name in ("schemas", "templates"):
        shutil.copytree(root / name, build / "kauxgen" / name)
    assert elsewhere(build) == "1 current\n"
    edit(build / "kauxgen" / "styles" / "wording.py", "Do not edit", "Never edit")
    assert "models/a.py: KX722 stale: settings, templates or " in elsewhere(build)


def elsewhere(build: Path) -> str:
    """Check with another installation of kauxgen."""
    command = [sys.executable, "-m", "kauxgen", "check"]
    environment = {**os.environ, "PYTHONPATH": str(build)}
    process = subprocess.run(command, capture_output=True, text=True, env=environment)
    return process.stdout
