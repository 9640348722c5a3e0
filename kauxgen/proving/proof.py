"""A proof on one backend: the checks of a style, with what each was held against."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator

from kauxgen.proving import checks, gaps
from kauxgen.proving.checks import Check
from kauxgen.proving.numbers import Numbers
from kauxgen.proving.outcome import Outcome, outcome
from kauxgen.proving.subject import Subject

Hear = Callable[[str, str], None]
"""Called with the style and the name of each check before it is made."""


def outcomes(
    subject: Subject, style: str, hear: Hear, relative: float = gaps.RELATIVE
) -> Iterator[Outcome]:
    """Make the checks of a style; the first style of the subject is the reference.

    An exception ends its check, not the proof.
    """
    for check in checks.checks(subject, style):
        if check.wanted is None and style == subject.styles[0]:
            continue
        hear(style, check.name)
        yield _made(subject, style, check, relative)


def _made(subject: Subject, style: str, check: Check, relative: float) -> Outcome:
    against = check.against or subject.styles[0]
    try:
        got, wanted = _numbers(subject, style, check)
    except Exception:
        return outcome(style, check.name, against, (), traceback.format_exc())
    found = gaps.gaps(got, wanted, relative * check.loose)
    return outcome(style, check.name, against, found)


def _numbers(subject: Subject, style: str, check: Check) -> tuple[Numbers, Numbers]:
    if check.wanted is not None:
        return check.numbers(subject, style), check.wanted(subject, style)
    reference = subject.styles[0]
    wanted = subject.kept(check.name, reference, lambda it: check.numbers(subject, it))
    return check.numbers(subject, style), wanted
