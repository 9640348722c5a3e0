"""The names in the text of an expression, found without parsing it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kauxgen.frozen import frozen

_NAME = r"[A-Za-z_]\w*"
_INDEX = r"\[\s*\d+\s*\]"
_TOKEN = re.compile(
    rf"'[^']*'?|\"[^\"]*\"?"
    rf"|(?P<path>(?<![\w.]){_NAME}(?:\s*{_INDEX})*(?:\s*\.\s*{_NAME}(?:\s*{_INDEX})*)*)"
    r"|(?P<open>[(\[])|(?P<close>[)\]])"
)
_CALL = re.compile(r"\s*(?:\[[^\[\]]*\])?\s*\(")
_KEYWORD = re.compile(r"\s*=(?!=)")
_LAST = re.compile(rf"((?:{_NAME}(?:\[[^\[\]]*\])*\s*\.\s*)*)({_NAME})?$")
_STEP = re.compile(_NAME)


@frozen
class Word:
    """A name in an expression, with its range in the text.

    `above` are the names before the dots that lead to it. One that is `called` is a
    function; a `keyword` names an argument of the call of `callee`.
    """

    text: str
    start: int
    end: int
    above: tuple[str, ...] = ()
    called: bool = False
    keyword: bool = False
    callee: str = ""


def words(text: str) -> Iterator[Word]:
    """Yield the names of an expression, in order."""
    callees: list[str] = []
    pending = ""
    for match in _TOKEN.finditer(text):
        if match["open"]:
            callees.append(pending if match[0] == "(" else "")
        elif match["close"] and callees:
            callees.pop()
        pending = ""
        if match["path"]:
            steps = list(_STEP.finditer(text, *match.span()))
            called = len(steps) == 1 and bool(_CALL.match(text, match.end()))
            keyword = len(steps) == 1 and bool(_KEYWORD.match(text, match.end()))
            callee = callees[-1] if callees else ""
            pending = steps[0][0] if called else ""
            for index, step in enumerate(steps):
                above = tuple(each[0] for each in steps[:index])
                inside = keyword and bool(callees)
                yield Word(step[0], *step.span(), above, called, inside, callee)


def begun(text: str) -> tuple[tuple[str, ...], str]:
    """Split the end of an expression: the names before the last dot, and the word."""
    match = _LAST.search(text)
    assert match is not None  # nothing fits at the end
    path = re.sub(r"\[[^\[\]]*\]", "", match[1])
    return tuple(_STEP.findall(path)), match[2] or ""
