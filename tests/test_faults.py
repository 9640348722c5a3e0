"""Faults: kill -9, a full disk, a read-only folder, two at once; no file is ever lost.

What is asked after each: is every file the old one or the new one as a whole, are all
new after the next publication, and is nothing else left?
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from kauxgen import files, journal, locking, transaction
from kauxgen.files import FileError, Status
from kauxgen.journal import Journal, Move
from projects import Runner
from projects import project as project

HERE = Path(__file__).parent
SPECS = [HERE.parent / "specs" / f"{name}.json" for name in ("xor_bce", "twin", "vae")]


def contents(folder: Path) -> dict[str, str]:
    """Read all files below a folder, hidden ones too."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def refusal(raised: pytest.ExceptionInfo[FileError]) -> tuple[str, str]:
    [found] = raised.value.diagnostics
    return found.code, found.message


def folder_of(tmp_path: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def move(number: int, name: str, old: str, new: str) -> Move:
    digests = [journal.digest_of(text.encode()) if text else "" for text in (old, new)]
    return Move(number, name, *digests)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    """Kill publications at every step and at many moments; see the script."""
    folder = tmp_path_factory.mktemp("killed")
    script = [sys.executable, str(HERE / "killing.py"), str(folder)]
    done = subprocess.run(script, check=True, capture_output=True, timeout=120)
    found: dict[str, dict[str, int]] = json.loads(done.stdout)
    return found


def test_no_kill_leaves_a_mixture_or_loses_a_file(
    killed: dict[str, dict[str, int]],
) -> None:
    assert killed["wrong"] == []


def test_kills_meet_every_phase(killed: dict[str, dict[str, int]]) -> None:
    """A test of kills that all came too early, or too late, would show nothing."""
    assert min(killed["found"][each] for each in ("undecided", "decided")) >= 10
    assert min(killed["found"][each] for each in ("old", "new")) >= 3
    assert killed["found"]["rivals"] >= 3


def kauxgen(folder: Path, verb: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kauxgen", verb]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    )


def make_project(folder: Path, about: str) -> None:
    """Write specs that say something of their own, and settings."""
    (folder / "specs").mkdir(exist_ok=True)
    for path in SPECS:
        spec = json.loads(path.read_text())
        (folder / "specs" / path.name).write_text(
            json.dumps(spec | {"description": about})
        )
    (folder / "pyproject.toml").write_text('[tool.kauxgen]\nspecs = ["specs/*.json"]\n')


def test_a_killed_command_leaves_the_old_files_or_the_new_ones(tmp_path: Path) -> None:
    """Modules and the lock are of one render, though nobody has finished anything."""
    states = []
    for about in ("One.", "Another."):
        make_project(tmp_path, about)
        kauxgen(tmp_path, "render")
        states.append(contents(tmp_path))
    old, new = states
    journals = tmp_path / journal.NAME
    for wait_for_journal in (True, False, True):
        for name in old:
            if not name.startswith("specs/"):
                (tmp_path / name).write_text(old[name])
        command = [sys.executable, "-m", "kauxgen", "render"]
        started = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
        end = time.monotonic() + (60 if wait_for_journal else 0.2)
        while time.monotonic() < end and not journals.exists():
            time.sleep(0.0005)
        started.send_signal(signal.SIGKILL)
        assert started.wait() == -signal.SIGKILL
        assert files.interrupted([journals]) == []
        left = contents(tmp_path)
        same = {name: left[name] for name in new if not name.startswith("specs/")}
        assert same.items() <= old.items() or same.items() <= new.items()
    kauxgen(tmp_path, "render")
    assert contents(tmp_path) == new
    assert kauxgen(tmp_path, "check").stdout == "3 current\n"


@pytest.mark.parametrize("room", [0, 100, 3000])
def test_a_disk_without_room_changes_nothing(tmp_path: Path, room: int) -> None:
    """The system refuses to write beyond a size, at the journal or at a file."""
    folder_of(tmp_path, a="old a", b="old b")
    before = contents(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    texts = {tmp_path / name: name * 5000 for name in ("a", "b", "sub/c")}
    try:
        with pytest.raises(FileError) as raised:
            files.publish(texts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refusal(raised) == ("KX703", "cannot be written: file too large")
    assert contents(tmp_path) == before
    assert not (tmp_path / "sub").exists()


SHUT = """
import json, os, sys
from pathlib import Path
from kauxgen import files

folder = Path(sys.argv[1])
sound, shut, fixed = folder / "sound.py", folder / "shut", folder / "fixed.py"
# Everything is imported with the first one: the rest may be hidden from nobody.
files.publish({sound: "old", shut / "x.py": "old", fixed: "old"})
fixed.chmod(0o444)
shut.chmod(0o555)
if os.geteuid() == 0:
    # Root may write anywhere.
    for path in (folder, sound, shut, shut / "x.py", fixed):
        os.chown(path, 65534, -1)
    os.setuid(65534)
found = []
for texts, gone in (
    ({sound: "new", shut / "x.py": "new"}, []),
    ({sound: "new", shut / "y.py": "new"}, []),
    ({sound: "new", fixed: "new"}, []),
    ({sound: "new"}, [shut / "x.py"]),
):
    try:
        found.append(str(files.publish(texts, gone)))
    except files.FileError as error:
        [one] = error.diagnostics
        found.append([one.code, Path(one.path).name, one.message])
print(json.dumps(found))
"""


def test_a_read_only_folder_or_file_changes_nothing() -> None:
    # The folders of pytest let nobody in.
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-c", SHUT, name]
        done = subprocess.run(command, check=True, capture_output=True)
        left = contents(Path(name))
    assert json.loads(done.stdout) == [
        ["KX703", "x.py", "cannot be written: permission denied"],
        ["KX703", "y.py", "cannot be written: permission denied"],
        ["KX703", "fixed.py", "cannot be written: the file is read-only"],
        ["KX703", "x.py", "cannot be written: permission denied"],
    ]
    assert left == {"sound.py": "old", "shut/x.py": "old", "fixed.py": "old"}


def test_a_link_that_leads_to_itself_is_no_bug(project: Runner) -> None:
    """Python's own `Path.resolve` raises what nobody expects of it."""
    spec = project.spec("a")
    (project.folder / "loop").symlink_to("loop")
    given = project("render", str(spec), "-o", "loop")
    assert (given.status, given.codes) == (1, ["loop/a.py KX703"])
    project.settings('output = "loop"')
    for verb in ("check", "render"):
        found = project(verb)
        assert found.status in (1, 2)
        assert found.codes[0].startswith("loop/a.py KX")
        assert "KX9" not in found.out + found.err


def test_files_are_removed_with_the_others_that_are_written(tmp_path: Path) -> None:
    folder_of(tmp_path, old="mine", link_target="kept")
    (tmp_path / "link").symlink_to(tmp_path / "link_target")
    gone = [tmp_path / name for name in ("old", "link", "never")]
    done = files.publish({tmp_path / "new": "text"}, remove=gone)
    expected = [Status.WROTE, Status.REMOVED, Status.REMOVED, Status.UNCHANGED]
    assert list(done.values()) == expected
    assert contents(tmp_path) == {"link_target": "kept", "new": "text"}
    assert not os.path.lexists(tmp_path / "link")


@pytest.mark.parametrize("has_links", [True, False])
def test_a_failure_at_the_last_file_puts_all_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    if not has_links:
        # As on file systems of memory cards, which no test can count on.
        monkeypatch.setattr(os, "link", refuse)
    folder_of(tmp_path, first="old", gone="old")
    (tmp_path / "first").chmod(0o640)
    os.utime(tmp_path / "first", ns=(10**18, 10**18))
    (tmp_path / "late").mkdir()
    before = contents(tmp_path), (tmp_path / "first").stat()
    moves = {
        move(0, "first", "old", "new"): b"new",
        move(1, "gone", "old", ""): b"",
        move(2, "fresh", "", "new"): b"new",
        move(3, "late", "", "new"): b"new",
    }
    with pytest.raises(FileError) as raised:
        transaction.run(tmp_path, moves, {one: Path(one.target) for one in moves})
    assert refusal(raised) == ("KX703", "cannot be written: is a directory")
    after = (tmp_path / "first").stat()
    assert contents(tmp_path) == before[0]
    assert (after.st_mode, after.st_mtime_ns) == (before[1].st_mode, 10**18)
    assert (after.st_ino == before[1].st_ino) == has_links


def test_what_somebody_changes_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    folder_of(tmp_path, a="mine", b="old")
    moves = {move(0, "a", "old", "new"): b"new", move(1, "b", "old", "new"): b"new"}
    with pytest.raises(FileError) as raised:
        transaction.run(tmp_path, moves, {one: Path(one.target) for one in moves})
    assert refusal(raised)[0] == "KX733"
    assert contents(tmp_path) == {"a": "mine", "b": "new"}


def refuse(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def interrupt(folder: Path) -> None:
    """Leave what a publication leaves that was killed once it was decided upon."""
    moves = (move(0, "a", "old", "new"), move(1, "b", "", "new"))
    plan = Journal(folder, journal.new_token(), True, moves)
    for one in moves:
        plan.staged(one).write_text("new")
    journal.write(plan)


def test_an_interrupted_render_is_told_and_finished(tmp_path: Path) -> None:
    """Whoever comes next finishes it, even if it looks into a folder below."""
    interrupt(folder_of(tmp_path, a="old"))
    before = contents(tmp_path)
    [told] = files.interrupted([tmp_path / "sub" / "x.py"])
    assert (told.code, told.path) == ("KX731", (tmp_path / journal.NAME).as_posix())
    assert told.message == "a render was interrupted while it replaced 2 files"
    assert contents(tmp_path) == before
    files.publish({tmp_path / "sub" / "x.py": "x"})
    assert contents(tmp_path) == {"a": "new", "b": "new", "sub/x.py": "x"}
    assert files.interrupted([tmp_path / "a"]) == []


def test_a_project_tells_and_finishes_an_interrupted_render(project: Runner) -> None:
    project.spec("a")
    project("render")
    interrupt(folder_of(project.folder, a="old"))
    before = project.files()
    told = project("check")
    assert (told.status, told.codes) == (1, [f"{journal.NAME} KX731"])
    assert project.files() == before
    done = project("render")
    said = "finished an interrupted render, which replaced 2 files\n"
    assert (done.status, done.err) == (0, said)
    assert project("check").out == "1 current\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "it was written in another place"),
        ("{", "this version of kauxgen did not write it"),
        ("[" * 100_000, "this version of kauxgen did not write it"),
        ('{"form": 2}', "this version of kauxgen did not write it"),
        ("link", "it is not a file that kauxgen writes"),
        ("folder", "it is not a file that kauxgen writes"),
        ("pipe", "it is not a file that kauxgen writes"),
    ],
    ids=["copy", "no JSON", "deep", "form", "link", "folder", "pipe"],
)
def test_a_journal_from_elsewhere_is_not_followed(
    tmp_path: Path, text: str | None, reason: str
) -> None:
    interrupt(folder_of(tmp_path, a="old"))
    path = tmp_path / journal.NAME
    (tmp_path / "copy").write_text(path.read_text() if text is None else text)
    path.unlink()
    if text == "link":
        path.symlink_to(tmp_path / "copy")
    elif text == "folder":
        path.mkdir()
    elif text == "pipe":
        os.mkfifo(path)
    else:
        (tmp_path / "copy").rename(path)
    with pytest.raises(FileError) as raised:
        files.publish({tmp_path / "x": "x"})
    expected = ("KX732", f"this journal is not followed: {reason}")
    assert refusal(raised) == expected
    [told] = files.interrupted([tmp_path / "x"])
    assert (told.code, told.message) == expected
    assert not (tmp_path / "x").exists()
    assert (tmp_path / "a").read_text() == "old"


@pytest.mark.parametrize("target", ["../x", "/etc/x", "", ".", "a/../../x", "a\0b", 1])
def test_a_journal_leads_nowhere_else(tmp_path: Path, target: object) -> None:
    moves = [{"number": 0, "target": target, "old": "", "new": ""}]
    path = tmp_path / journal.NAME
    with path.open("w") as stream:
        number = os.fstat(stream.fileno()).st_ino
        known = {"form": 1, "file": number, "token": "0" * 16}
        json.dump({**known, "committed": True, "moves": moves}, stream)
    with pytest.raises(FileError) as raised:
        journal.read(tmp_path)
    assert refusal(raised)[0] == "KX732"


HOLDER = """
import sys
from pathlib import Path
from kauxgen import locking
with locking.alone([Path(sys.argv[1])]):
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_two_renders_of_a_project_take_turns(
    project: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one read of the lock is never what another has written meanwhile."""
    project.spec("a")
    monkeypatch.setattr(locking, "PATIENCE", 0.1)
    command = [sys.executable, "-c", HOLDER, str(project.folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        before = project.files()
        refused = project("render")
        assert (refused.status, refused.codes) == (1, [f"{project.folder} KX730"])
        assert project.files() == before
        assert project("check").status == 1, "who only reads is not kept waiting"
        holder.communicate(b"")
    assert project("render").status == 0


def test_another_process_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        monkeypatch.setattr(locking, "PATIENCE", 0.1)
        with pytest.raises(FileError) as raised, locking.alone([tmp_path]):
            pass
        holder.kill()
        holder.wait()
        # The lock has ended with its process; a second request within it is granted.
        with locking.alone([tmp_path]), locking.alone([tmp_path, tmp_path / "."]):
            assert contents(tmp_path) == {}
    assert refusal(raised) == ("KX730", "another kauxgen is writing here")
