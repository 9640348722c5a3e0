"""Random walks through the life of a project: nothing of a user's is ever lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from projects import Runner
from projects import project as project
from small_spec import dense

SEEDS = (0, 1, 2, 5)
STEPS = 14
NAMES = ("a", "b", "c")
SETTINGS = (
    (),
    ('style = "all"',),
    ('output = "nets"', "line-length = 60"),
    ('name = "x/{name}"', 'style = "loop"'),
)


class Walk:
    """A project with what a user wrote in it by hand, by file."""

    def __init__(self, project: Runner, seed: int) -> None:
        self.project = project
        self.random = random.Random(seed)
        self.mine: dict[Path, str] = {}

    def step(self) -> None:
        """Do anything that a user may do."""
        spec = (self.write, self.write, self.drop, self.configure)
        module = (self.edit, self.remove, self.occupy)
        command = (self.render, self.render, self.force, self.prune)
        self.random.choice((*spec, *module, *command))()

    def write(self) -> None:
        """Write a spec, new or not, perhaps under the name of another."""
        name, units = self.random.choice(NAMES), self.random.randint(1, 3)
        given = self.random.choice((name, name, f"{name}_{units}", "a"))
        self.project.spec(name, name=given, layers=[dense("prediction", units)])

    def drop(self) -> None:
        self.project.spec(self.random.choice(NAMES)).unlink()

    def configure(self) -> None:
        self.project.settings(*self.random.choice(SETTINGS))

    def modules(self) -> list[Path]:
        return [path for path in sorted(Path().rglob("*.py")) if path.is_file()]

    def edit(self) -> None:
        """Edit a module: its code, a comment, or white space alone."""
        for path in self.random.sample(self.modules(), k=min(1, len(self.modules()))):
            text = path.read_text()
            added = self.random.choice(("x = 1\n", "# mine\n", "\n\n"))
            self.write_by_hand(path, text + added)

    def write_by_hand(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.mine[path] = text

    def remove(self) -> None:
        for path in self.random.sample(self.modules(), k=min(1, len(self.modules()))):
            path.unlink()
            self.mine.pop(path, None)

    def occupy(self) -> None:
        """Write a file of one's own where a module may come to be."""
        self.write_by_hand(Path(f"models/{self.random.choice(NAMES)}.py"), "mine = 1\n")

    def render(self, *options: str) -> None:
        """Render; what was written by hand stays, and if it ran all is current."""
        before = self.project.files()
        result = self.project("render", *options)
        if result.status != 0:
            assert result.status == 1
            assert self.project.files() == before
            return
        if "--force" in options:
            self.mine = {
                path: text for path, text in self.mine.items() if is_text(path, text)
            }
        found = self.project("check")
        assert {code[-5:] for code in found.codes} <= {"KX726"}, found.out
        assert "behind" not in found.out
        if "--prune" in options:
            assert (found.status, found.codes) == (0, [])
        self.project.age()
        again = self.project("render")
        assert "0 written, " in again.out
        assert self.project.young() == set()

    def force(self) -> None:
        self.render("--force")

    def prune(self) -> None:
        self.render("--prune")

    def check(self) -> None:
        """Check, which writes nothing, and has lost nothing of what is by hand."""
        before = self.project.files()
        found = self.project("check")
        assert found.status in (0, 1)
        assert self.project.files() == before
        if found.status == 0 and "behind" not in found.out:
            self.project.age()
            assert "0 written, " in self.project("render").out
            assert self.project.young() == set()
        for path, text in self.mine.items():
            assert is_text(path, text), path


def is_text(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text() == text


@pytest.mark.parametrize("seed", SEEDS)
def test_a_project_lives_through_anything(project: Runner, seed: int) -> None:
    walk = Walk(project, seed)
    for name in NAMES:
        project.spec(name)
    for _ in range(STEPS):
        walk.step()
        walk.check()
