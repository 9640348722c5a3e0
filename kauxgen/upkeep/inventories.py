"""The specs of a project, and what the lock and the disk say of their modules."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from kauxgen import files, project
from kauxgen.checking_settings import ALL, STYLES
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.project import Project, ProjectError
from kauxgen.reading import unreadable_file
from kauxgen.upkeep import findings, fingerprint, lock
from kauxgen.upkeep.lock import Entry, Lock


@frozen
class Source:
    """A spec with the entries of what was made of it, by output.

    `is_known` tells whether all that its modules depend on is as the lock says, so that
    they are known without compiling it.
    """

    spec: str
    shown: str
    data: bytes
    spec_hash: str
    entries: Mapping[str, Entry]
    is_known: bool

    @property
    def warnings(self) -> list[Diagnostic]:
        """What the lock says is doubtful about the spec."""
        if not self.is_known:
            return []
        first = next(iter(self.entries.values()))
        return lock.warnings(first, self.shown, self.data)


@frozen
class Inventory:
    """A project as it was found: its specs, its lock, and the hash of other inputs.

    `sources` are those that are asked for, `specs` the paths of all.
    """

    project: Project
    specs: tuple[str, ...]
    sources: tuple[Source, ...]
    lock: Lock
    inputs_hash: str

    @property
    def is_whole(self) -> bool:
        """Whether all specs are asked for."""
        return len(self.sources) == len(self.specs)

    def path(self, output: str) -> Path:
        """Give the path of an output, relative to the working directory if below."""
        return Path(project.shown(self.project.root / output))

    def module(self, output: str) -> bytes | None:
        """Read a module, None if it is not there; FileError if it is no file."""
        path = self.path(output)
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise files.blamed(unreadable_file(reason), path) from error

    def is_as_locked(self, output: str) -> bool:
        """Tell whether a module is there and as kauxgen wrote it."""
        data, entry = self.module(output), self.lock.get(output)
        if data is None or entry is None:
            return False
        return lock.digest(data) == entry.output_hash

    def orphans(self, expected: Collection[str]) -> Iterator[str]:
        """Yield the outputs in the lock that are none of the expected ones."""
        asked = {source.spec for source in self.sources}
        for output, entry in self.lock.items():
            if output not in expected and (self.is_whole or entry.spec in asked):
                yield output


def take(found: Project, asked: Iterable[str] = ()) -> Inventory:
    """Look at a project, or at some of its specs by their paths relative to the root.

    SpecError if a pattern matches nothing or a spec cannot be read; ProjectError if the
    lock cannot be.
    """
    paths = specs(found)
    known = lock.read(found.root / lock.FILE)
    inputs_hash = fingerprint.of(found)
    by_spec: dict[str, dict[str, Entry]] = {}
    for output, entry in known.items():
        by_spec.setdefault(entry.spec, {})[output] = entry
    sources: list[Source] = []
    errors: list[Diagnostic] = []
    for spec in tuple(dict.fromkeys(asked)) or paths:
        try:
            entries = by_spec.get(spec, {})
            sources.append(_source(found, spec, entries, inputs_hash))
        except SpecError as error:
            errors += error.diagnostics
    if errors:
        raise SpecError(errors)
    return Inventory(found, paths, tuple(sources), known, inputs_hash)


def asked(found: Project, given: Iterable[str]) -> tuple[str, ...]:
    """Name specs by their paths relative to the root; ProjectError if one is not its.

    They are given relative to the working directory.
    """
    known, here = set(specs(found)), Path.cwd().resolve()
    paths = [os.path.relpath(here / path, found.root) for path in given]
    named = [Path(path).as_posix() for path in paths]
    strange = [one for one in named if one not in known]
    if strange:
        shown = project.shown(found.file)
        raise ProjectError(
            [
                files.blamed(findings.not_in_project(one), shown).diagnostics[0]
                for one in strange
            ]
        )
    return tuple(named)


def specs(found: Project) -> tuple[str, ...]:
    """List the specs of a project; SpecError for patterns that match nothing."""
    matched: set[str] = set()
    errors: list[Diagnostic] = []
    for pattern in found.specs:
        paths = glob.glob(pattern, root_dir=found.root, recursive=True)
        plain = {Path(path).as_posix() for path in paths if _is_file(found, path)}
        if not plain:
            finding = findings.nothing_matches(pattern)
            errors.append(project.located(found, finding, "specs", pattern))
        matched |= plain
    if errors:
        raise SpecError(errors)
    return tuple(sorted(matched))


def _is_file(found: Project, path: str) -> bool:
    return os.path.isfile(os.path.join(found.root, path))


def _source(
    found: Project, spec: str, entries: Mapping[str, Entry], inputs_hash: str
) -> Source:
    shown = project.shown(found.root / spec)
    data = files.read(shown)
    spec_hash = lock.digest(data)
    now = (spec_hash, inputs_hash, fingerprint.KAUXGEN, fingerprint.FORMATTER)
    is_known = _is_complete(found.style, entries.values()) and all(
        (one.spec_hash, one.inputs_hash, one.kauxgen, one.formatter) == now
        for one in entries.values()
    )
    return Source(spec, shown, data, spec_hash, entries, is_known)


def _is_complete(style: str, entries: Collection[Entry]) -> bool:
    """Tell whether the lock has all modules of a spec: a merge may have lost one."""
    if style != ALL:
        return len(entries) == 1
    styles = {one.style for one in entries}
    return bool(styles) and all(
        styles.union(one.refused) == set(STYLES) for one in entries
    )
