"""Kill a process that publishes files, at every step it takes: what is left?

A script, since it doubles itself: `python tests/killing.py FOLDER`. It prints, as JSON,
how often it killed and what was found; tests/test_faults.py reads that.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from kauxgen import files

STEPS = {"open", "os.rename", "os.link", "os.remove", "os.chmod", "os.mkdir"}
NAMES = ("a.py", "sub/b.py", "sub/c.py", "new/d.py", "gone.py")
OLD = {"a.py": "old a", "sub/b.py": "old b", "sub/c.py": "old c", "gone.py": "old gone"}
NEW = {name: f"new {name}" for name in NAMES if name != "gone.py"}
MINE = "a person's own"

State = dict[str, str]


def state(folder: Path) -> State:
    """Read all files below a folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def prepare(folder: Path) -> list[Path]:
    """Give a folder its old files, and nothing else."""
    for name in state(folder):
        (folder / name).unlink()
    for name, text in OLD.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)
    return [folder / name for name in NAMES]


def publish(folder: Path) -> None:
    """Replace files, make one, remove one."""
    texts = {folder / name: text for name, text in NEW.items()}
    files.publish(texts, [folder / "gone.py"])


def child(action: Callable[[], object]) -> int:
    """Run an action in a process of its own, in silence."""
    number = os.fork()
    if number == 0:
        try:
            action()
        finally:
            os._exit(0)
    return number


def killed_at(folder: Path, step: int) -> bool:
    """Publish, with all processes killed at a step; whether it took that many."""

    def act() -> None:
        taken = 0
        first = os.getpid()

        def count(event: str, _: object) -> None:
            nonlocal taken
            if event not in STEPS:
                return
            taken += 1
            if taken == step:
                # As if the machine went down: no other process goes on.
                os.kill(first, signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        publish(folder)

    _, status = os.waitpid(child(act), 0)
    return os.WIFSIGNALED(status)


def mixed(found: State) -> list[str]:
    """List the files that are neither the old nor the new one as a whole."""
    ours = {name: text for name, text in found.items() if ".kauxgen-" not in name}
    texts = {name: {OLD.get(name), NEW.get(name)} for name in NAMES}
    return [name for name in {*NAMES, *ours} if ours.get(name) not in texts[name]]


def at_every_step(folder: Path, found: Counter[str], wrong: list[object]) -> None:
    """Kill at each step, in turns with and without a person's change after it."""
    step = 1
    while True:
        paths = prepare(folder)
        if not killed_at(folder, step):
            return
        wrong += [(step, "mixed", name) for name in mixed(state(folder))]
        decided = bool(files.interrupted(paths))
        found["decided" if decided else "undecided"] += 1
        changed = step % 2 == 0
        if changed:
            (folder / "a.py").write_text(MINE)
        files.recover(paths)
        left = state(folder)
        if changed and left.pop("a.py") != MINE:
            wrong.append((step, "a person's work is lost"))
        expected = NEW if decided else OLD
        # Without a journal all may have been done, or nothing.
        allowed = [expected] if decided else [OLD, NEW]
        if left not in [without(one, changed) for one in allowed]:
            wrong.append((step, "after recovery", left))
        publish(folder)
        if state(folder) != NEW:
            wrong.append((step, "not current", state(folder)))
        step += 1


def without(texts: State, changed: bool) -> State:
    """Leave out the file that a person changed."""
    return {name: text for name, text in texts.items() if not changed or name != "a.py"}


def at_any_time(
    folder: Path, rounds: int, found: Counter[str], wrong: list[object]
) -> None:
    """Kill only the process that publishes: never a mixture, even with no recovery."""
    chance = random.Random(5)
    start = time.perf_counter()
    os.waitpid(child(lambda: publish(folder)), 0)
    whole = time.perf_counter() - start
    for turn in range(rounds):
        paths = prepare(folder)
        number = child(lambda: publish(folder))
        time.sleep(chance.uniform(0, 1.2 * whole))
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
        if files.interrupted(paths):
            wrong.append((turn, "interrupted", state(folder)))
        left = {name: t for name, t in state(folder).items() if ".kauxgen-" not in name}
        found["old" if left == OLD else "new"] += 1
        if left not in (OLD, NEW):
            wrong.append((turn, "a mixture", left))
        files.recover(paths)
        if state(folder) != left:
            wrong.append((turn, "leftovers", state(folder)))


def at_once(
    folder: Path, rounds: int, found: Counter[str], wrong: list[object]
) -> None:
    """Let several publish the same files, each its own text: one of them is whole."""
    paths = [folder / f"{number}.py" for number in range(12)]
    for turn in range(rounds):
        rivals = [f"rival {number} in {turn}" for number in range(4)]
        numbers = [
            child(lambda text=text: files.publish(dict.fromkeys(paths, text)))
            for text in rivals
        ]
        for number in numbers:
            os.waitpid(number, 0)
        left = state(folder)
        if len(set(left.values())) != 1 or len(left) != len(paths):
            wrong.append((turn, "rivals", left))
        found["rivals"] += left["0.py"] in rivals


def main() -> None:
    """Do all of it in a folder, and print what was found."""
    found: Counter[str] = Counter()
    wrong: list[object] = []
    folder = Path(sys.argv[1])
    at_every_step(folder / "steps", found, wrong)
    prepare(folder / "times")
    at_any_time(folder / "times", 60, found, wrong)
    at_once(folder / "rivals", 3, found, wrong)
    print(json.dumps({"found": found, "wrong": wrong}))


if __name__ == "__main__":
    main()
