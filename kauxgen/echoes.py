"""One mistake, one finding: what only follows from another finding is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kauxgen.finding import Finding

_FORMS = ("KX107", "KX108", "KX113", "KX114", "KX115")
_OPAQUE = ("KX104", "KX109")
"""What lies in a value of the wrong type, or at a misplaced key, is not judged."""


def without_echoes(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings of form that stand for a mistake of their own."""
    ordered = sorted(findings, key=lambda each: (each.code != "KX109", each))
    contested = {_above(each.pointer) for each in ordered if _is_contest(each)}
    opaque: set[str] = set()
    for each in ordered:
        if _is_settled_by(contested, each) or _lies_in(opaque, each.pointer):
            continue
        if each.code in _OPAQUE:
            opaque.add(each.pointer)
        yield each


def _is_contest(finding: Finding) -> bool:
    """Tell whether several keys claim to say what an object is."""
    return finding.code in _FORMS and finding.at_key


def _is_settled_by(contested: set[str], finding: Finding) -> bool:
    """Tell whether a finding depends on which of the claims to an object stands."""
    if finding.code == "KX109":
        return _above(finding.pointer) in contested
    return finding.code == "KX103" and finding.pointer in contested


def _lies_in(places: set[str], pointer: str) -> bool:
    while pointer and pointer not in places:
        pointer = _above(pointer)
    return pointer in places


def _above(pointer: str) -> str:
    return pointer.rpartition("/")[0]
