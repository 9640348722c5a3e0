"""Pages laid out by templates: ours, or in a sandbox those of a project."""

from __future__ import annotations

import traceback
from functools import cache, lru_cache

from kauxgen.finding import Finding, SpecError
from kauxgen.page import Page
from kauxgen.templating import checking, findings, syntax
from kauxgen.templating.checking import Stamp, Templates
from kauxgen.templating.folder import SUFFIX, Template
from kauxgen.templating.syntax import FILE, Environment, Failed

_MOST_CHARACTERS = 20_000_000


def render(page: Page, style: str, path: str = "") -> str:
    """Lay a page out; `path` is a folder with templates in place of ours.

    SpecError for a template that cannot be used.
    """
    name = f"{style}{SUFFIX}"
    if not path:
        return _built_in().get_template(name).render(page=page)
    every = checking.templates(path)
    return _render(page, name, every, _sandbox(path, checking.stamp(path)))


def blamed(page: Page, style: str, path: str, error: SyntaxError) -> SpecError:
    """Make the error of a module that is no Python: at the template that makes it so.

    That is the first one without which the module would be Python.
    """
    every, name = checking.templates(path), f"{style}{SUFFIX}"
    own = [each for each in every.values() if each.own]
    if not own:
        raise error  # a bug of ours
    guilty = next((one for one in own if _breaks(page, name, one)), own[0])
    wrong = (error.text or "").strip()
    lines = guilty.text.split("\n")
    line = next((n for n, one in enumerate(lines, 1) if _made(one, wrong)), 1)
    reason = error.msg + (f", {wrong[:60]!r}" if wrong else "")
    return SpecError([guilty.placed(findings.not_python(reason), line)])


def _made(line: str, wrong: str) -> bool:
    """Tell whether a line of a template may have become a line of a module."""
    plain = line.strip().partition("{")[0]
    return bool(plain) and wrong.startswith(plain)


def _breaks(page: Page, name: str, own: Template) -> bool:
    """Tell whether a module is no Python with one template of a project alone."""
    every = checking.merged({own.name: own})
    try:
        text = _render(page, name, every, _environment(every))
        compile(text, name, "exec", dont_inherit=True)
    except SyntaxError:
        return True
    except SpecError:
        return False  # it needs others of the project
    return False


def _render(page: Page, name: str, every: Templates, environment: Environment) -> str:
    """Render in the sandbox, up to a size; SpecError at the line that fails."""
    parts: list[str] = []
    size = 0
    try:
        for part in environment.get_template(name).generate(page=page):
            size += len(part)
            parts.append(part)
            if size > _MOST_CHARACTERS:
                raise _at(every, name, 1, findings.failed("it writes without end"))
    except (Failed, RecursionError) as error:
        where = _place(error, every) or (name, 1)
        reason = str(error).partition("\n")[0]
        raise _at(every, *where, findings.failed(reason)) from None
    return "".join(parts)


def _at(every: Templates, name: str, line: int, finding: Finding) -> SpecError:
    return SpecError([every[name].placed(finding, line)])


def _place(error: BaseException, every: Templates) -> tuple[str, int] | None:
    """Find the line of a template that an exception went through last."""
    frames = traceback.extract_tb(error.__traceback__)
    here = [each for each in frames if each.filename.startswith(FILE)]
    if not here:
        return None
    name = here[-1].filename.removeprefix(FILE)
    return (name, here[-1].lineno or 1) if name in every else None


@lru_cache(maxsize=4)
def _sandbox(path: str, stamp: Stamp) -> Environment:
    return _environment(checking.templates(path))


def _environment(every: Templates) -> Environment:
    return syntax.sandbox({name: each.text for name, each in every.items()})


@cache
def _built_in() -> Environment:
    return syntax.ours()
