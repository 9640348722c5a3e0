"""Files are published whole or not at all, all or none, and untouched if unchanged."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kauxgen import files, source
from kauxgen.files import FileError, Status

OLD = 1_000_000_000_000_000_000
"""A time of modification, in nanoseconds, that no test run has."""


def old(path: Path, text: str) -> Path:
    """Write a file that was last changed long ago."""
    path.write_text(text)
    os.utime(path, ns=(OLD, OLD))
    return path


def tree(folder: Path) -> dict[str, object]:
    """Read all there is below a folder: texts, times, modes and folders."""
    return {
        str(path.relative_to(folder)): (
            (path.read_text(), path.stat().st_mtime_ns, path.stat().st_mode)
            if path.is_file()
            else None
        )
        for path in sorted(folder.rglob("*"))
    }


def refusal(raised: pytest.ExceptionInfo[FileError]) -> tuple[str, str, str]:
    [found] = raised.value.diagnostics
    return found.code, found.path, found.message


def test_new_files_and_folders_are_written(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "b" / "x.py", tmp_path / "y.py"
    done = files.publish({first: "x = 1\n", second: "é\n"})
    assert done == {first: Status.WROTE, second: Status.WROTE}
    assert first.read_bytes() == b"x = 1\n"
    assert second.read_bytes() == "é\n".encode()
    assert set(tree(tmp_path)) == {"a", "a/b", "a/b/x.py", "y.py"}


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    usual, published = tmp_path / "usual", tmp_path / "published"
    usual.write_text("")
    files.publish({published: ""})
    assert published.stat().st_mode == usual.stat().st_mode


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = old(tmp_path / "x.py", "old")
    path.chmod(0o751)
    assert files.publish({path: "new"}) == {path: Status.WROTE}
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    same, other = old(tmp_path / "same.py", "text"), old(tmp_path / "other.py", "text")
    number = same.stat().st_ino
    done = files.publish({same: "text", other: "changed"})
    assert done == {same: Status.UNCHANGED, other: Status.WROTE}
    assert (same.stat().st_mtime_ns, same.stat().st_ino) == (OLD, number)
    assert other.stat().st_mtime_ns != OLD


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = old(tmp_path / "real.py", "old"), tmp_path / "link.py"
    link.symlink_to(real)
    files.publish({link: "new"})
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_directory_in_place_of_the_file_changes_nothing(tmp_path: Path) -> None:
    sound, folder = tmp_path / "a" / "sound.py", tmp_path / "vae.py"
    folder.mkdir()
    before = tree(tmp_path)
    with pytest.raises(FileError) as raised:
        files.publish({sound: "x", folder: "y"})
    message = "cannot be written: a directory stands here"
    assert refusal(raised) == ("KX701", folder.as_posix(), message)
    assert tree(tmp_path) == before


def test_a_device_in_place_of_the_file_is_refused() -> None:
    with pytest.raises(FileError) as raised:
        files.publish({Path("/dev/null"): "x"})
    assert refusal(raised)[:2] == ("KX701", "/dev/null")


def test_a_file_in_place_of_the_folder_changes_nothing(tmp_path: Path) -> None:
    old(tmp_path / "models", "a file")
    before = tree(tmp_path)
    target = tmp_path / "models" / "vae.py"
    with pytest.raises(FileError) as raised:
        files.publish({tmp_path / "sound" / "x.py": "x", target: "y"})
    assert refusal(raised)[:2] == ("KX703", target.as_posix())
    assert tree(tmp_path) == before


def test_a_name_too_long_changes_nothing(tmp_path: Path) -> None:
    sound, target = old(tmp_path / "sound.py", "old"), tmp_path / ("x" * 300 + ".py")
    before = tree(tmp_path)
    with pytest.raises(FileError) as raised:
        files.publish({sound: "new", target: "y"})
    assert refusal(raised)[0] == "KX703"
    assert "name too long" in refusal(raised)[2]
    assert tree(tmp_path) == before


def test_a_folder_made_for_one_file_in_place_of_another_changes_nothing(
    tmp_path: Path,
) -> None:
    first = old(tmp_path / "first.py", "old")
    first.chmod(0o640)
    os.utime(first, ns=(OLD, OLD))
    fresh, late = tmp_path / "fresh.py", tmp_path / "late"
    before = tree(tmp_path)
    with pytest.raises(FileError) as raised:
        files.publish({first: "new", fresh: "x", late / "inner.py": "y", late: "z"})
    assert refusal(raised)[:2] == ("KX701", late.as_posix())
    assert tree(tmp_path) == before


def test_a_read_only_folder_is_refused() -> None:
    # The kernel's own folder, since the administrator may write to any other.
    target = Path("/proc/kauxgen/vae.py")
    with pytest.raises(FileError) as raised:
        files.publish({target: "x"})
    assert refusal(raised)[:2] == ("KX703", target.as_posix())


def test_create_never_overwrites(tmp_path: Path) -> None:
    path = old(tmp_path / "spec.json", "mine")
    with pytest.raises(FileError) as raised:
        files.create(path, "yours")
    assert refusal(raised) == ("KX704", path.as_posix(), "exists already")
    assert path.read_text() == "mine"


def test_create_respects_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    link = tmp_path / "spec.json"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileError):
        files.create(link, "text")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none.json", "no such file or directory"), (".", "is a directory")],
)
def test_a_spec_that_cannot_be_read(tmp_path: Path, name: str, reason: str) -> None:
    path = str(tmp_path / name)
    with pytest.raises(FileError) as raised:
        files.read(path)
    assert refusal(raised) == ("KX009", path, f"cannot be read: {reason}")


def test_a_spec_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(FileError) as raised:
        files.read(str(path))
    code, _, message = refusal(raised)
    assert code == "KX007"
    assert "50,000,000 bytes" in message


def test_a_stream_without_end_is_read_no_further_than_a_spec_can_be() -> None:
    assert len(files.read("/dev/zero")) == source.MOST_BYTES + 1


def test_names_of_specs_in_headers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    expected = {
        "specs/vae.json": "specs/vae.json",
        "./specs//vae.json": "specs/vae.json",
        "../vae.json": "../vae.json",
        str(tmp_path / "specs" / "vae.json"): "specs/vae.json",
        "/elsewhere/specs/vae.json": "vae.json",
        "-": "<stdin>",
    }
    assert {path: files.displayed(path) for path in expected} == expected
