"""Specs read from files for a command: all sound, or the findings of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kauxgen import compiler, inputs
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.project import Project
from kauxgen.upkeep import inventories


def one(path: str, strict: bool, owner: Project | None) -> Loaded:
    """Read and check a spec by its path, as its project asks for if it has one."""
    return check(path, inputs.read(path), strict, owner)


def check(path: str, data: bytes, strict: bool, owner: Project | None) -> Loaded:
    """Check a spec that has been read, as its project asks for if it has one."""
    target = owner.target if owner else ""
    is_strict = strict or (owner is not None and owner.strict)
    return compiler.load(data, inputs.named(path), is_strict, target)


def load(specs: Iterable[str], strict: bool = False) -> dict[str, Loaded]:
    """Read and check specs by path; SpecError with the findings of all, if any fails.

    Warnings are not shown; `warnings` gives them, and `strict` makes errors of them.
    """
    loaded: dict[str, Loaded] = {}
    found: list[Diagnostic] = []
    wanted = list(dict.fromkeys(specs))
    owners = inventories.owners(wanted)
    for path in wanted:
        try:
            loaded[path] = one(path, strict, owners.get(path))
        except SpecError as error:
            found += error.diagnostics
        else:
            found += loaded[path].warnings
    if any(each.is_error for each in found):
        raise SpecError(found)
    return loaded


def warnings(loaded: Mapping[str, Loaded]) -> list[Diagnostic]:
    """List the warnings of specs, in their order."""
    return [each for one in loaded.values() for each in one.warnings]
