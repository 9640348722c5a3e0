"""Specs at a commit and now: which there are, which differ, and which were renamed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from kauxgen import files
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.project import Project
from kauxgen.review import findings, git
from kauxgen.review.git import Entry, Repository
from kauxgen.review.pairs import Pair, Side, printable_path, reunited

_SPECIAL = re.compile(r"([*?\[\]\\])")
_ANY_SPEC = ":(top,glob)**/*.json"
"""What may have been a spec before it was renamed."""


@frozen
class Against:
    """What the present specs are compared with: a commit, as the user named it."""

    ref: str
    commit: str

    @property
    def word(self) -> str:
        """The commit as people are shown it: by its name, or by a part of its id."""
        return self.commit[:10] if self.ref.endswith("...") else self.ref


@frozen
class _Asked:
    """Which specs are asked for: patterns of git, and the paths that must be there."""

    patterns: tuple[str, ...]
    paths: tuple[str, ...] = ()


def of_specs(ref: str, specs: Sequence[str]) -> tuple[Against, list[Pair]]:
    """Pair specs, or those in folders, with what they were at a commit.

    SpecError for what is no commit, and for specs that are at neither.
    """
    start = Path(specs[0]).absolute().parent
    repository = git.repository(_existing(start))
    asked = _named(repository, specs)
    return _compared(repository, ref, asked)


def of_project(ref: str, project: Project) -> tuple[Against, list[Pair]]:
    """Pair the specs of a project that differ from a commit with what they were."""
    repository = git.repository(project.root)
    inside = _inside(repository, project.root)
    prefix = "" if inside in (None, ".") else f"{_literal(inside or '')}/"
    patterns = (f":(top,glob){prefix}{each}" for each in project.specs)
    return _compared(repository, ref, _Asked(tuple(patterns)))


def _compared(
    repository: Repository, ref: str, asked: _Asked
) -> tuple[Against, list[Pair]]:
    against = Against(ref, repository.commit(ref))
    there = repository.listed(against.commit, asked.patterns)
    lost = [path for path in asked.paths if path not in there]
    if lost:
        raise SpecError([_nowhere(repository, path, against) for path in lost])
    changed = repository.changed(against.commit, [_ANY_SPEC, *asked.patterns])
    same = [path for path in asked.paths if there[path]]
    found = [*_wanted(repository.top, changed, there), *_unchanged(changed, same)]
    pairs = [_pair(repository, against, entry) for entry in found]
    return against, reunited(pairs)


def _wanted(top: Path, changed: Iterable[Entry], there: dict[str, bool]) -> list[Entry]:
    """Choose the entries that are asked for; what was renamed away is deleted.

    What git has ceased to track, and is still there, is not deleted.
    """
    chosen: dict[str, Entry] = {}
    for entry in changed:
        if entry.new is not None and entry.new in there:
            chosen[entry.new] = entry
        elif entry.old is not None and entry.old in there:
            kept = entry.old if (top / entry.old).is_file() else None
            chosen[entry.old] = Entry(entry.old, kept, entry.blob)
    for path, tracked in there.items():
        if not tracked:
            chosen.setdefault(path, Entry(None, path))
    return list(chosen.values())


def _unchanged(changed: Iterable[Entry], paths: Iterable[str]) -> list[Entry]:
    """Add the specs that are asked for by name and are as they were."""
    known = {path for entry in changed for path in (entry.old, entry.new)}
    return [Entry(path, path) for path in paths if path not in known]


def _pair(repository: Repository, against: Against, entry: Entry) -> Pair:
    new = old = None
    if entry.new is not None:
        place = repository.top / entry.new
        shown = printable_path(_shown(place))
        new = Side(shown, shown, files.read(os.fspath(place)))
    if entry.old is not None:
        shown = printable_path(_shown(repository.top / entry.old))
        name = f"{against.word}:{printable_path(entry.old)}"
        same = new is not None and not entry.blob
        data = new.data if same and new else repository.blob(entry)
        old = Side(shown, name, data)
    return Pair(old, new)


def _named(repository: Repository, specs: Sequence[str]) -> _Asked:
    """Turn paths as the user gives them into those of the repository."""
    patterns, paths = [], []
    for spec in dict.fromkeys(specs):
        inside = _inside(repository, Path(spec))
        if inside is None:
            finding = findings.nowhere("the commit")
            raise files.blamed(finding, printable_path(spec))
        if Path(spec).is_dir():
            prefix = "" if inside == "." else f"{_literal(inside)}/"
            patterns.append(f":(top,glob){prefix}**/*.json")
        else:
            patterns.append(f":(top,literal){inside}")
            paths.append(inside)
    return _Asked(tuple(patterns), tuple(paths))


def _inside(repository: Repository, path: Path) -> str | None:
    """Return a path relative to the top of the tree; None if it lies elsewhere."""
    place = path.absolute()
    place = place.resolve() if place.is_dir() else place.parent.resolve() / place.name
    top = repository.top.resolve()
    return place.relative_to(top).as_posix() if place.is_relative_to(top) else None


def _nowhere(repository: Repository, path: str, against: Against) -> Diagnostic:
    shown = printable_path(_shown(repository.top / path))
    return files.blamed(findings.nowhere(against.word), shown).diagnostics[0]


def _existing(folder: Path) -> Path:
    """Return the nearest folder that exists: a spec may have been deleted with its."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _shown(path: Path) -> str:
    """Write a path from the working directory, which need not be the top."""
    return Path(
        os.path.relpath(path.resolve().parent, Path.cwd().resolve()), path.name
    ).as_posix()


def _literal(path: str) -> str:
    """Take the meaning from the characters that are special in patterns."""
    return _SPECIAL.sub(r"\\\1", path)
