"""Specs rendered where the command line says: modules all written or none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kauxgen import compiler, files, loading, report, reporting, writing
from kauxgen.checking_settings import ALL
from kauxgen.compiler import Loaded
from kauxgen.effort import ALONE, Effort, applied
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.jobs import Options
from kauxgen.project import Project
from kauxgen.report import Line
from kauxgen.styles import STYLES
from kauxgen.upkeep import inventories
from kauxgen.upkeep.checking import options_of

STDOUT = "-"
_PORTABILITY = "KX6"


@frozen
class Outcome:
    """What a spec became in one style: a text for a file, or the reasons why not."""

    spec: str
    target: Path
    text: str
    found: tuple[Diagnostic, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing but the style is in the way."""
        return all(each.code.startswith(_PORTABILITY) for each in self.found)


@frozen
class Task:
    """A spec to be rendered: its path, project and bytes, or why it has none."""

    spec: str
    style: str | None
    output: str
    strict: bool
    owner: Project | None
    data: bytes = b""
    unreadable: tuple[Diagnostic, ...] = ()


@frozen
class Result:
    """What became of a spec in all styles, and its warnings; or its errors."""

    outcomes: tuple[Outcome, ...]
    found: tuple[Diagnostic, ...]


def render(
    specs: Sequence[str],
    style: str | None,
    output: str,
    strict: bool,
    format: str,
    effort: Effort = ALONE,
) -> None:
    """Render specs in a style, theirs by default, to a file, a folder or "-".

    SpecError if any has errors; then nothing is written. Warnings are shown.
    """
    with reporting.reporting(format) as found:
        outcomes, warnings = prepare(specs, style, output, strict, effort)
        found += warnings
        report.show(report.all_of(found), sys.stderr)
        if output == STDOUT:
            sys.stdout.buffer.write(outcomes[0].text.encode())
        else:
            report.show(publish(outcomes), reporting.messages(format))


def prepare(
    specs: Sequence[str],
    style: str | None,
    output: str,
    strict: bool,
    effort: Effort = ALONE,
) -> tuple[list[Outcome], list[Diagnostic]]:
    """Compile specs, and give what is to be written, and the warnings.

    SpecError if any has errors, or if two would be written to one file.
    """
    wanted = list(dict.fromkeys(specs))
    owners = inventories.owners(wanted)
    tasks = [Task(one, style, output, strict, owners.get(one)) for one in wanted]
    results = applied(_compile, list(map(_with_data, tasks)), effort)
    warnings = [one for result in results for one in result.found]
    if any(one.is_error for one in warnings):
        raise SpecError(warnings)
    outcomes = [one for result in results for one in result.outcomes]
    failures = _failures(outcomes)
    if failures:
        raise SpecError([*warnings, *failures])
    return outcomes, warnings


def _with_data(task: Task) -> Task:
    """Read a spec: the standard input is only here."""
    try:
        return replace(task, data=files.read(task.spec))
    except SpecError as error:
        return replace(task, unreadable=error.diagnostics)


def _compile(task: Task) -> Result:
    """Compile a spec; any process can do that."""
    if task.unreadable:
        return Result((), task.unreadable)
    try:
        loaded = loading.check(task.spec, task.data, task.strict, task.owner)
    except SpecError as error:
        return Result((), error.diagnostics)
    several = task.style == ALL
    styles = STYLES if several else (task.style or loaded.style,)
    outcomes = (
        _render(task, loaded, one, _target(task.output, loaded, one, several))
        for one in styles
    )
    return Result(tuple(outcomes), loaded.warnings)


def _target(output: str, loaded: Loaded, style: str, several: bool) -> Path:
    if output == STDOUT or output.endswith(".py"):
        return Path(output)
    name = f"{loaded.spec.name}_{style}" if several else loaded.spec.name
    return Path(output, f"{name}.py")


def _render(task: Task, loaded: Loaded, style: str, target: Path) -> Outcome:
    """Render in a style, with the templates and line length of the spec's project."""
    spec, owner = task.spec, task.owner
    given = options_of(owner, task.strict) if owner else Options()
    path = files.displayed(spec)
    try:
        text = compiler.render(loaded, style, path, given.line_length, given.templates)
    except SpecError as error:
        return Outcome(spec, target, "", error.diagnostics)
    return Outcome(spec, target, text)


def _failures(outcomes: Sequence[Outcome]) -> list[Diagnostic]:
    """List what stands against writing: findings, but not those of a refused style.

    A spec that all styles refuse fails; a style refuses while another one can.
    """
    written = {outcome.spec for outcome in outcomes if not outcome.found}
    found = [
        each
        for outcome in outcomes
        if outcome.spec not in written or not outcome.refused
        for each in outcome.found
    ]
    return [*found, *_collisions(outcomes)]


def _collisions(outcomes: Iterable[Outcome]) -> Iterator[Diagnostic]:
    taken: dict[Path, str] = {}
    for outcome in outcomes:
        first = taken.setdefault(Path(os.path.realpath(outcome.target)), outcome.spec)
        if first != outcome.spec:
            finding = writing.same_output(first, outcome.spec)
            yield from files.blamed(finding, outcome.target).diagnostics


def publish(outcomes: Sequence[Outcome]) -> list[Line]:
    """Write the modules, and say of each what became of it."""
    texts = {each.target: each.text for each in outcomes if not each.found}
    done = files.publish(texts)
    return [
        report.outcome(
            "refused" if each.found else done[each.target].value,
            each.target.as_posix(),
            each.found,
        )
        for each in outcomes
    ]
