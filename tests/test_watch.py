"""`kauxgen watch`, run as a process: edits come, and what it says of them is read."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from hypothesis import given
from hypothesis import strategies as st

import team
from kauxgen import cli, resources
from kauxgen.finding import Diagnostic
from kauxgen.watch import stamps
from kauxgen.watch.standing import turn

LONGEST = 120
"""The seconds after which a test that waits for ever is ended."""

SMALL = "reconstruction_regressor"
SETTINGS = '[tool.kauxgen]\nspecs = ["specs/**/*.json"]\n'


OURS = "# House rules apply."
OWN = f"""{{# kauxgen template: context 2 #}}


def {{{{ function.name }}}}({{{{ function.signature }}}}):
    {{{{ function.docstring }}}}
    {OURS}
    {{{{ function.body }}}}
"""


class Watcher:
    """A process that watches, and the lines that it prints."""

    def __init__(self, folder: Path, *arguments: str, **given: str) -> None:
        """Start `kauxgen watch` in a folder."""
        search = os.pathsep.join(sys.path)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kauxgen", "watch", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": search, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.timer = Timer(LONGEST, self.process.kill)
        self.timer.start()

    def says(self) -> list[str]:
        """Wait for the next line that tells how things stand; give all up to it."""
        lines: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            lines.append(line.removesuffix("\n"))
            if line.startswith("watching "):
                return lines
        raise AssertionError(f"it ended with {lines}")

    def ends(self) -> tuple[int, str]:
        """Press Ctrl-C; give the exit status, and what is still printed."""
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate()
        return self.process.returncode, out

    def close(self) -> None:
        """End it, however it goes."""
        self.timer.cancel()
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a project with two specs."""
    save(tmp_path / "pyproject.toml", SETTINGS)
    for name in ("one", "two"):
        save(tmp_path / "specs" / f"{name}.json", spec(name))
    return tmp_path


@pytest.fixture
def watcher(folder: Path) -> Iterator[Watcher]:
    """Watch the project."""
    watcher = Watcher(folder)
    yield watcher
    watcher.close()


def spec(name: str, **changes: object) -> str:
    return team.example(SMALL, name=name, **changes)


def save(path: Path, text: str) -> None:
    """Save as many editors do: beside the file, then in its place."""
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def heads(lines: list[str]) -> list[str]:
    """Give the lines but for excerpts and help."""
    return [line for line in lines if not line.startswith(" ")]


CLEAN = "watching 2 specs: no findings"
WRONG = "watching 2 specs: 1 error in 1 spec"


def test_findings_come_and_go_and_modules_follow(
    folder: Path, watcher: Watcher
) -> None:
    models = folder / "models"
    assert watcher.says() == ["wrote models/one.py", "wrote models/two.py", CLEAN]

    good = (models / "one.py").read_bytes()
    save(folder / "specs/one.json", spec("one", styel="loop"))
    came, status = heads(watcher.says())
    assert re.fullmatch(r"specs/one\.json:\d+:\d+: (KX101 .*)", came)
    assert status == WRONG
    assert (models / "one.py").read_bytes() == good

    # What is wrong stands in nobody's way, and is not said again.
    save(folder / "specs/two.json", spec("two", description="Another."))
    assert watcher.says() == ["wrote models/two.py", WRONG]
    assert "Another." in (models / "two.py").read_text(encoding="utf-8")

    save(folder / "specs/one.json", spec("one", description="Mended."))
    said = came.split(": ", 1)[1]
    assert watcher.says() == [
        f"fixed specs/one.json: {said}",
        "wrote models/one.py",
        CLEAN,
    ]
    assert "Mended." in (models / "one.py").read_text(encoding="utf-8")

    (models / "one.py").write_text("# by hand\n")
    save(folder / "specs/one.json", spec("one"))
    came, status = heads(watcher.says())
    assert came == "models/one.py: KX720 was edited by hand"
    assert (models / "one.py").read_text() == "# by hand\n"
    (models / "one.py").unlink()
    fixed, wrote, status = watcher.says()
    assert (fixed[:6], wrote, status) == ("fixed ", "wrote models/one.py", CLEAN)
    assert watcher.ends() == (0, "")


def test_specs_and_settings_come_and_go(folder: Path, watcher: Watcher) -> None:
    watcher.says()
    inner = folder / "specs" / "inner"
    save(inner / "three.json", spec("three"))
    assert watcher.says() == [
        "wrote models/three.py",
        "watching 3 specs: no findings",
    ]
    (inner / "three.json").rename(folder / "specs" / "three.json")
    assert watcher.says()[-1] == "watching 3 specs: no findings"
    (folder / "specs" / "three.json").unlink()
    orphaned, status = watcher.says()
    assert orphaned.startswith("orphaned models/three.py")
    assert status == CLEAN

    save(folder / "pyproject.toml", SETTINGS + "line_length = 100\n")
    assert heads(watcher.says())[0].startswith("pyproject.toml:3:1: KX711 ")
    save(folder / "pyproject.toml", SETTINGS + "line-length = 60\n")
    fixed, *wrote, status = watcher.says()
    assert fixed.startswith("fixed pyproject.toml: KX711 ")
    assert wrote == ["wrote models/one.py", "wrote models/two.py"]
    assert status == CLEAN

    template = folder / "own" / "_function.jinja"
    save(template, OWN)
    save(folder / "pyproject.toml", SETTINGS + 'templates = "own"\n')
    assert watcher.says()[-1] == CLEAN
    assert OURS in (folder / "models/two.py").read_text(encoding="utf-8")
    save(template, OWN.replace("body }}", "bdy }}"))
    came, status = heads(watcher.says())
    assert came.startswith("own/_function.jinja:7:17: KX762 ")
    assert status == "watching 2 specs: 1 error in 1 file"
    save(template, OWN.replace(OURS, "# Theirs."))
    assert watcher.says()[0].startswith("fixed own/_function.jinja: ")
    assert "# Theirs." in (folder / "models/two.py").read_text(encoding="utf-8")
    assert watcher.ends() == (0, "")


def page() -> list[str]:
    """Give what the page shows of a session."""
    text = (Path(__file__).parents[1] / "docs" / "ci.md").read_text(encoding="utf-8")
    return text.partition("$ kauxgen watch\n")[2].partition("\n```")[0].split("\n")


def test_a_session_looks_as_on_the_page(tmp_path: Path) -> None:
    """Specs that are named need no project; where nobody notifies, files are polled."""
    path = tmp_path / "specs" / "vae.json"
    good = (resources.EXAMPLES / "vae.json").read_text(encoding="utf-8")
    save(path, good)
    watcher = Watcher(tmp_path, "specs/vae.json", WATCHFILES_FORCE_POLLING="1")
    try:
        said = watcher.says()
        save(path, good.replace('"code.z_mean"', '"code.z_men"'))
        said += watcher.says()
        save(path, good)
        assert said + watcher.says() == page()
        path.unlink()
        assert heads(watcher.says())[0].startswith("specs/vae.json: KX009 ")
        save(path, good)
        assert watcher.says()[0].startswith("fixed specs/vae.json: KX009 ")
        assert watcher.ends() == (0, "")
    finally:
        watcher.close()


def run(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as exit:
        cli.main(["watch", *arguments])
    out, err = capfd.readouterr()
    return exit.value.code, out, err


def test_without_its_library_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.delitem(sys.modules, "kauxgen.watch.wakeups", raising=False)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    status, out, err = run([], capfd)
    assert (status, out) == (2, "")
    assert err.startswith("kauxgen watch: KX780 needs watchfiles")
    assert 'pip install "kauxgen[watch]"' in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'SPEC...'"),
        (["-"], "the standard input cannot be watched"),
        (["a.json", "b.json", "-o", "c.py"], "-o c.py takes one spec in one style"),
    ],
)
def test_what_cannot_be_watched_is_wrong_usage(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = run(arguments, capfd)
    assert status == 2
    assert said in err


FOUND = st.builds(
    Diagnostic,
    path=st.sampled_from(["a.json", "b.json"]),
    line=st.integers(1, 3),
    column=st.just(1),
    code=st.sampled_from(["KX101", "KX209"]),
    message=st.sampled_from(["x", "y"]),
)


@given(st.lists(FOUND), st.lists(FOUND))
def test_findings_are_the_same_wherever_their_lines_are(
    before: list[Diagnostic], after: list[Diagnostic]
) -> None:
    """What stood, without what went and with what came, is what stands."""

    def plain(found: list[Diagnostic]) -> list[Diagnostic]:
        return sorted(replace(each, line=0) for each in found)

    change = turn(before, after)
    stood = plain(before)
    for each in plain(list(change.went)):
        stood.remove(each)
    assert sorted([*stood, *plain(list(change.came))]) == plain(after)
    assert not {*plain(list(change.came))} & {*plain(list(change.went))}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.json", ["."]),
        ("specs/*.json", [".", "specs"]),
        ("specs/new/*.json", [".", "specs", "specs/new"]),
        ("specs/**/*.json", [".", "specs", "specs/inner"]),
        ("*/one.json", [".", "specs", "specs/inner"]),
    ],
)
def test_folders_of_patterns(pattern: str, expected: list[str], tmp_path: Path) -> None:
    """Hidden folders are none; one that is not there yet is."""
    (tmp_path / "specs" / "inner").mkdir(parents=True)
    (tmp_path / ".git" / "refs").mkdir(parents=True)
    found = set(stamps.folders(tmp_path, [pattern]))
    assert sorted(each.relative_to(tmp_path).as_posix() for each in found) == expected
