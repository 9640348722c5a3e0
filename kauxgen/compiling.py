"""One spec to its modules: a function on values, which any process can run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kauxgen import compiler
from kauxgen.checking_settings import ALL
from kauxgen.compiler import Loaded
from kauxgen.effort import ALONE, Effort, applied
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.jobs import Compiled, Job, Rendering
from kauxgen.styles import STYLES


def compile_all(jobs: Sequence[Job], effort: Effort = ALONE) -> list[Compiled]:
    """Compile specs, in their order."""
    return applied(compile_one, jobs, effort)


def compile_one(job: Job) -> Compiled:
    """Compile a spec in all styles that are wanted; its findings are no exception."""
    options = job.options
    try:
        loaded = compiler.load(job.data, job.shown, options.strict, options.target)
    except SpecError as error:
        return Compiled(job.spec, "", (), error.diagnostics)
    several = options.style == ALL
    own = (loaded.spec.style or options.style or loaded.style,)
    made = tuple(_render(job, loaded, one) for one in (STYLES if several else own))
    return Compiled(
        job.spec, loaded.spec.name, made, (*loaded.warnings, *_failures(made))
    )


def _failures(made: tuple[Rendering, ...]) -> tuple[Diagnostic, ...]:
    """List what stands against publishing: a style may refuse while another can."""
    some = any(not each.found for each in made)
    return tuple(
        one for each in made if not (some and each.refused) for one in each.found
    )


def _render(job: Job, loaded: Loaded, style: str) -> Rendering:
    """Render in a style, as if the spec named it: the project says so, no option."""
    options, spec = job.options, replace(loaded.spec, style=style)
    named = replace(loaded, checked=replace(loaded.checked, spec=spec))
    try:
        text = compiler.render(
            named, style, job.spec, options.line_length, options.templates
        )
    except SpecError as error:
        return Rendering(style, "", error.diagnostics)
    return Rendering(style, text)
