"""Many specs in several processes: the same result, and nothing left when aborted."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kauxgen import cli
from kauxgen.verbs import progress

ROOT = Path(__file__).parents[1]
SPECS = [f"specs/{path.name}" for path in sorted((ROOT / "specs").glob("*.json"))]
SOME = SPECS[::2]
BAD = '{"kauxgen": 1, "name": "bad", "nodes": []}'


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "kauxgen", *map(str, arguments)]


def children(parent: int) -> set[int]:
    """List the processes that a process has started and that still run."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, started_by = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(started_by) == parent and state != "Z":
            found.add(int(path.parent.name))
    return found


def is_running(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def await_no(processes: set[int]) -> None:
    end = time.monotonic() + 30
    while any(map(is_running, processes)):
        assert time.monotonic() < end, "workers are left"
        time.sleep(0.02)


@contextmanager
def working(output: Path) -> Iterator[tuple[subprocess.Popen[str], set[int]]]:
    """Render until there are two workers, in a session of its own; look after it."""
    with subprocess.Popen(
        command("render", *SPECS, "-o", output, "--jobs", "2"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        workers: set[int] = set()
        while len(workers) < 2:
            assert started.poll() is None, "it was too fast to be met"
            workers = children(started.pid)
            time.sleep(0.002)
        yield started, workers
        started.wait(30)
        await_no(workers)
    assert not output.exists()


def test_ctrl_c_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    with working(tmp_path / "models") as (started, _):
        os.killpg(started.pid, signal.SIGINT)
        assert started.communicate(timeout=30) == ("", "\nAborted!\n")
    assert started.returncode == 1


def test_a_killed_command_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    with working(tmp_path / "models") as (started, _):
        started.kill()
    assert started.returncode == -signal.SIGKILL


def test_a_killed_worker_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    with working(tmp_path / "models") as (started, workers):
        os.kill(min(workers), signal.SIGKILL)
        _, told = started.communicate(timeout=30)
    assert started.returncode == cli.EXIT_BUG
    lost = "internal error: WorkerLost: a process that compiled specs was killed"
    assert f"KX901 {lost}" in told


def test_many_specs_give_what_each_gives_alone(tmp_path: Path) -> None:
    """In the order of the command line; without a terminal, nothing else is said."""
    done = subprocess.run(
        command("render", *SOME, "-o", tmp_path, "--jobs", "2"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    names = [Path(line).name for line in done.stdout.splitlines()]
    assert names == [Path(spec).with_suffix(".py").name for spec in SOME]
    for spec in SOME:
        known = json.loads((ROOT / spec).read_text())
        golden = f"{known['name']}_{known.get('style', 'functional')}.py"
        text = (tmp_path / f"{known['name']}.py").read_text()
        assert text == (ROOT / "tests" / "goldens" / golden).read_text()


def test_progress_is_shown_after_a_second_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    primary, secondary = pty.openpty()
    with os.fdopen(secondary, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress.effort(1) as effort:
            effort.hear(1, 4)
            time.sleep(1.01)
            effort.hear(2, 4)
            effort.hear(4, 4)
        shown = ""
        while "100%" not in shown:
            shown += os.read(primary, 1000).decode()
    os.close(primary)
    assert "25%" not in shown
    assert shown.index("Compiling") < shown.index(" 50%") < shown.index("100%")


def test_findings_come_in_order_from_all_processes(tmp_path: Path) -> None:
    names = [f"{number}.json" for number in range(20)]
    for name in names:
        (tmp_path / name).write_text(BAD)
    found = [
        subprocess.run(
            command("render", *names, "--jobs", jobs),
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        for jobs in ("1", "2")
    ]
    one, two = ((each.returncode, each.stdout, each.stderr) for each in found)
    assert one == two
    assert one[0] == 1
    places = [line.partition(":")[0] for line in one[2].splitlines() if ": KX" in line]
    assert list(dict.fromkeys(places)) == names


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_a_number_of_processes_is_at_least_one(
    jobs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["render", SPECS[0], "--jobs", jobs])
    assert left.value.code == 2
    assert "--jobs" in capsys.readouterr().err
