"""What an exception says, in one line: the reason among what is put around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_RAISED = re.compile(
    r"^[\s|+E>]*(?P<kind>(?:[A-Za-z_]\w*\.)*[A-Z]\w*)(?:: (?P<text>.*))?$"
)
_KINDS = ("Error", "Exception", "Interrupt", "Exit", "Warning", "Iteration")
_AROUND = re.compile(
    r"(?:\w+: )?Exception encountered when calling|Graph execution error"
    r"|Detected at node"
    r"|in user code:|Traceback \(most|Arguments received|\d+ root error|\(\d+\) "
    r"|Could not automatically infer|The above exception|During handling"
    r"|Stack trace for|<stack traces unavailable"
    r"|\[\[\{\{node|Caught exception|\x1b"
)
_PREFIX = re.compile(r"^E\s{2,}")
"""What pytest writes before what an exception says."""

_FRAME = re.compile(r'\bFile "[^"]+", line \d+')


def of(lines: Sequence[str]) -> str:
    """Return the kind of the last exception of a traceback, and what it says.

    Keras says what it was calling and TensorFlow where a node was defined before they
    come to the reason.
    """
    for number in range(len(lines) - 1, -1, -1):
        found = _RAISED.match(lines[number])
        if found is None or not found["kind"].endswith(_KINDS):
            continue
        if _is_inside(lines, number):
            continue
        kind = found["kind"].rpartition(".")[2]
        text = next(_reasons([found["text"] or "", *lines[number + 1 :]]), "")
        return f"{kind}: {text}" if text and not text.startswith(kind) else text or kind
    return "an exception was raised"


def _is_inside(lines: Sequence[str], number: int) -> bool:
    """Say whether a line is the end of the message of an exception above it.

    autograph puts the whole traceback of a function into a message.
    """
    return lines[number][:1].isspace() and any(
        "in user code:" in line for line in lines[:number]
    )


def _reasons(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines that say something of themselves."""
    code = False
    for line in lines:
        was_frame, code = code, bool(_FRAME.search(line))
        said = _PREFIX.sub("", line).strip(" \t|")
        if not said or code or _AROUND.match(said):
            continue
        if was_frame and line[:2].isspace():
            continue  # the code of a frame
        if set(said) <= {"^", "~"}:
            continue
        yield said
