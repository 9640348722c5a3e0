"""Rendering what can be rendered: a spec with errors keeps its last good module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kauxgen.effort import Effort
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.project import ProjectError
from kauxgen.report import Line
from kauxgen.watch.work import Work


@frozen
class Partly:
    """What became of specs: the findings of each, and lines of what was written."""

    found: Mapping[str, tuple[Diagnostic, ...]]
    lines: tuple[Line, ...] = ()


def render(work: Work, specs: Sequence[str], effort: Effort) -> Partly:
    """Render specs, and if some cannot be, the others; ProjectError if none can.

    Rendering says which specs have errors. What it refuses for another reason, such as
    a module that somebody edited, is found by rendering one spec after the other.
    """
    if not specs:
        return Partly({})
    try:
        done = work.render(specs, effort)
    except ProjectError:
        raise
    except SpecError as error:
        wrong = {each.path for each in error.diagnostics if each.is_error}
        bad = [spec for spec in specs if spec in wrong]
        rest = [spec for spec in specs if spec not in wrong]
        if bad:
            return _joined([_of(bad, error.diagnostics), *_each(work, [rest], effort)])
        if len(specs) > 1:
            return _joined(_each(work, [[spec] for spec in specs], effort))
        return Partly(dict.fromkeys(specs, error.diagnostics))
    return Partly(_of(specs, done.found).found, done.lines)


def _each(
    work: Work, groups: Iterable[Sequence[str]], effort: Effort
) -> Iterator[Partly]:
    return (render(work, group, effort) for group in groups)


def _of(specs: Sequence[str], found: Iterable[Diagnostic]) -> Partly:
    """Give the findings of each spec."""
    by_path: dict[str, list[Diagnostic]] = {spec: [] for spec in specs}
    for each in found:
        if each.path in by_path:
            by_path[each.path].append(each)
    return Partly({spec: tuple(by_path[spec]) for spec in specs})


def _joined(parts: Iterable[Partly]) -> Partly:
    found: dict[str, tuple[Diagnostic, ...]] = {}
    lines: list[Line] = []
    for part in parts:
        found |= part.found
        lines += part.lines
    return Partly(found, tuple(lines))
