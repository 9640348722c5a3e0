"""A project's templates, checked against what the built-in ones do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from kauxgen.finding import Diagnostic, SpecError
from kauxgen.page import Page
from kauxgen.templating import findings, folder
from kauxgen.templating.context import CONTEXT, is_optional, record
from kauxgen.templating.folder import SUFFIX, Template
from kauxgen.templating.walking import Scope, Walk

ROOTS = tuple(f"{each}{SUFFIX}" for each in ("functional", "subclass"))
ROOTS += tuple(f"{each}{SUFFIX}" for each in ("train_step", "loop"))
"""The template of each style, which includes all others."""

Templates = Mapping[str, Template]


@cache
def scopes() -> Mapping[str, Scope]:
    """Tell what each built-in template is given."""
    walk = Walk(folder.built_in())
    for name in ROOTS:
        walk.template(name, {"page": record(Page)})
    assert not walk.found
    return walk.scopes


def merged(own: Templates) -> Templates:
    """Put a project's templates in place of the built-in ones."""
    return {**folder.built_in(), **own}


Stamp = tuple[tuple[str, int, int], ...]


def stamp(path: str) -> Stamp:
    """Tell the state of a folder's templates: names, times and sizes."""
    found = [(one.name, one.lstat()) for one in Path(path).glob(f"*{SUFFIX}")]
    return tuple(sorted((name, at.st_mtime_ns, at.st_size) for name, at in found))


def templates(path: str) -> Templates:
    """Read and check the templates of a folder; SpecError for findings.

    That is done once, until a file changes.
    """
    return _templates(path, stamp(path))


@lru_cache(maxsize=4)
def _templates(path: str, stamp: Stamp) -> Templates:
    own, found = folder.own(Path(path))
    found += _findings(own)
    if found:
        raise SpecError(sorted(set(found)))
    return merged(own)


def _findings(own: Templates) -> Iterator[Diagnostic]:
    """Yield what is wrong with a project's templates."""
    every = merged(own)
    reached: set[str] = set()
    for name, template in own.items():
        if name not in folder.built_in():
            continue
        walk = Walk(every)
        walk.template(name, scopes()[name])
        reached |= set(walk.scopes)
        yield from _context(template)
        yield from walk.found
        if not walk.found:
            yield from _dropped(template, walk)
    for name in own.keys() - reached:
        finding = findings.unknown_template(name, folder.built_in())
        yield own[name].placed(finding)


def _context(template: Template) -> Iterator[Diagnostic]:
    said = template.mark[1] if template.mark else ""
    if said != str(CONTEXT):
        yield template.placed(findings.wrong_context(said, CONTEXT))


def _dropped(template: Template, walk: Walk) -> Iterator[Diagnostic]:
    """Yield what a template and its parts do not use, and the built-in ones do."""
    ours = Walk(folder.built_in())
    ours.template(template.name, scopes()[template.name])
    gone = sorted(one for one in ours.used - walk.used if not is_optional(one))
    if gone:
        yield template.placed(findings.dropped_field(gone))
