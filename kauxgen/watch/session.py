"""A session of watching: what is known of the specs, and what a look at them shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kauxgen import report
from kauxgen.effort import ALONE, Effort
from kauxgen.files import Status
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.report import Line
from kauxgen.watch import partly, stamps
from kauxgen.watch.stamps import Stamp
from kauxgen.watch.standing import turn
from kauxgen.watch.work import Work

_NO_SPEC = ""


class Session:
    """Renders what has changed since the last look, and remembers what is wrong."""

    def __init__(self, find: Callable[[], Work]) -> None:
        """Begin with the work that `find` finds; it is asked again after a change."""
        self._find = find
        self._work = find()
        self._stamps: dict[Path, Stamp] | None = None
        self._standing: dict[str, tuple[Diagnostic, ...]] = {}
        self._specs: tuple[str, ...] = ()
        self._shown: set[Line] = set()

    def folders(self) -> frozenset[Path]:
        """List the folders that are to be watched."""
        return self._work.folders() | {path.parent for path in self._blamed()}

    def look(self, effort: Effort = ALONE) -> list[Line]:
        """Render what has changed, and say what came of it; nothing for no change."""
        if stamps.stamps(self._work.files() | self._blamed()) == self._stamps:
            return []
        before = self._found()
        lines = self._update(effort)
        self._stamps = {**(self._stamps or {}), **stamps.stamps(self._blamed())}
        change = turn(before, self._found())
        went = [_gone(each) for each in change.went]
        return [*went, *report.findings(change.came), *lines, self._status()]

    def _update(self, effort: Effort) -> list[Line]:
        """Look at the work again, and render it.

        Settings or a lock that cannot be read are findings of no spec; those of the
        specs stand until they are rendered again.
        """
        try:
            changed = self._take()
            done = partly.render(self._work, self._due(changed), effort)
        except SpecError as error:
            self._standing[_NO_SPEC] = error.diagnostics
            return []
        self._standing.pop(_NO_SPEC, None)
        self._standing |= done.found
        lines = [line for line in done.lines if _is_news(line, self._shown)]
        self._shown = set(done.lines)
        return lines

    def _take(self) -> set[str]:
        """Find the work again, and list its files that have changed.

        Stamps are older than what is rendered, so that no change is ever lost.
        """
        earlier = self._stamps or {}
        self._stamps = stamps.stamps(self._work.files())
        self._work = self._find()
        self._stamps = stamps.stamps(self._work.files())
        return {str(path) for path in stamps.changed(earlier, self._stamps)}

    def _due(self, changed: set[str]) -> list[str]:
        """List the specs that must be rendered, and forget those that are gone."""
        self._specs = self._work.specs()
        kept = {*self._specs, _NO_SPEC}
        self._standing = {key: self._standing[key] for key in kept & {*self._standing}}
        return [
            spec
            for spec in self._specs
            if self._work.knows or str(Path(spec)) in changed or self._fails(spec)
        ]

    def _fails(self, spec: str) -> bool:
        return any(each.is_error for each in self._standing.get(spec, ()))

    def _blamed(self) -> set[Path]:
        """List the other files with errors, such as modules that somebody edited."""
        errors = {each.path for each in self._found() if each.is_error}
        return {Path(path) for path in errors.difference(self._specs)}

    def _found(self) -> list[Diagnostic]:
        """List what stands, once: several specs may fail for one template."""
        every = (each for found in self._standing.values() for each in found)
        return list(dict.fromkeys(every))

    def _status(self) -> Line:
        found = self._found()
        count = len(self._specs)
        what = f"watching {count} spec{'' if count == 1 else 's'}: "
        if not found:
            return ("", what), ("green", "no findings")
        return ("", what), *report.summary(found)


def _gone(found: Diagnostic) -> Line:
    """Say that a finding does not stand any more, or that its file does not."""
    there = Path(found.path).exists()
    return report.outcome("fixed" if there else "gone", found.path, [found])


def _is_news(line: Line, shown: set[Line]) -> bool:
    """Tell whether a line is about this change: what stays so is said once."""
    return line not in shown or line[0][1] == Status.WROTE.value
