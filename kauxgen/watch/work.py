"""What is rendered again and again: the specs of a project, or those one named."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from kauxgen import files, locking, project, rendering
from kauxgen.effort import Effort
from kauxgen.files import Status
from kauxgen.finding import Diagnostic
from kauxgen.frozen import frozen
from kauxgen.project import Project
from kauxgen.report import Line
from kauxgen.upkeep import inventories, writing
from kauxgen.watch import stamps


@frozen
class Done:
    """What became of specs that were rendered: their warnings, and lines to show."""

    found: tuple[Diagnostic, ...]
    lines: tuple[Line, ...]


class Work(Protocol):
    """Specs, and how they are rendered."""

    @property
    def knows(self) -> bool:
        """Whether rendering by itself leaves alone what has not changed."""

    def files(self) -> set[Path]:
        """List what the modules are made of, as far as it is there."""

    def folders(self) -> frozenset[Path]:
        """List the folders in which such files are, or may come to be."""

    def specs(self) -> tuple[str, ...]:
        """List the specs as diagnostics name them; SpecError if that is not known."""

    def render(self, specs: Sequence[str], effort: Effort) -> Done:
        """Render some specs, all of them or, with a SpecError, none."""


@frozen
class Named:
    """Specs that the command line names, rendered where it says."""

    given: tuple[str, ...]
    style: str | None
    output: str
    strict: bool

    @property
    def knows(self) -> bool:
        """No: every spec that is asked for is rendered."""
        return False

    def files(self) -> set[Path]:
        """List the specs."""
        return {Path(path) for path in self.given}

    def folders(self) -> frozenset[Path]:
        """List the folders of the specs."""
        return frozenset(Path(path).parent for path in self.given)

    def specs(self) -> tuple[str, ...]:
        """List the specs; one that is not there is a finding about it."""
        return self.given

    def render(self, specs: Sequence[str], effort: Effort) -> Done:
        """Render specs as `kauxgen render SPEC... -o` does."""
        outcomes, found = rendering.prepare(
            specs, self.style, self.output, self.strict, effort
        )
        lines = rendering.publish(outcomes)
        wrote = (line for line in lines if line[0][1] != Status.UNCHANGED.value)
        return Done(tuple(found), tuple(wrote))


@frozen
class Whole:
    """The specs of a project, or those of them that are asked for."""

    project: Project
    asked: tuple[str, ...]
    strict: bool

    @property
    def knows(self) -> bool:
        """Yes: the lock tells what has not changed."""
        return True

    def files(self) -> set[Path]:
        """List the specs, the settings and the templates."""
        root = self.project.root
        found = {
            root / path for each in self.project.specs for path in _glob(root, each)
        }
        templates = self._templates()
        return (
            found
            | {self.project.file}
            | {
                path
                for folder in templates
                for path in folder.iterdir()
                if path.is_file()
            }
        )

    def folders(self) -> frozenset[Path]:
        """List the folders of the specs, the settings and the templates."""
        return frozenset(
            [
                *stamps.folders(self.project.root, self.project.specs),
                *self._templates(),
            ]
        )

    def specs(self) -> tuple[str, ...]:
        """List the specs; SpecError if a pattern matches none."""
        every = inventories.specs(self.project)
        wanted = [one for one in every if not self.asked or one in self.asked]
        return tuple(project.shown(self.project.root / one) for one in wanted)

    def render(self, specs: Sequence[str], effort: Effort) -> Done:
        """Render specs as `kauxgen render` does, with the lock."""
        with locking.alone([self.project.root]):
            return self._render(specs, effort)

    def _render(self, specs: Sequence[str], effort: Effort) -> Done:
        files.recover(inventories.guarded(self.project))
        asked = inventories.asked(self.project, specs)
        inventory = inventories.take(self.project, asked)
        strict = self.strict or self.project.strict
        planned = writing.plan(inventory, strict, effort=effort)
        done = writing.publish(inventory, planned)
        *lines, _ = writing.lines(inventory, planned, done, False)
        return Done(planned.found, tuple(lines))

    def _templates(self) -> list[Path]:
        folder = self.project.root / self.project.templates
        there = bool(self.project.templates) and folder.is_dir()
        return [folder, *stamps.inside(folder)] if there else []


def _glob(root: Path, pattern: str) -> Iterator[str]:
    return glob.iglob(pattern, root_dir=root, recursive=True)
