"""What the writer of a spec may have meant: the help of every finding about a word."""

from __future__ import annotations

import difflib
from collections.abc import Collection

_LIKENESS = 0.7
"""Below it the pairs that come up in practice ("state", "style") mean other things."""
_LONGEST_NAME = 64
_SHORT_LIST = 8


def quote(word: str, most: int = 40) -> str:
    r"""Quote a word of the spec for a message: on one line, printable, not too long.

    What cannot be printed, or could turn a terminal's text around, is escaped.
    """
    shown = word if len(word) <= most else word[: most - 3] + "..."
    if not shown.isprintable():
        shown = shown.encode("unicode_escape").decode("ascii")
    return f'"{shown}"'


def closest(word: str, legal: Collection[str]) -> str | None:
    """Find the legal word that `word` most likely stands for, if one is close enough.

    Upper and lower case, underscores and hyphens do not count as differences.
    """
    if len(word) > _LONGEST_NAME:
        return None
    folded = {_fold(each): each for each in reversed(list(legal))}
    near = difflib.get_close_matches(_fold(word), folded, n=1, cutoff=_LIKENESS)
    return folded[near[0]] if near else None


def help_for(word: str, legal: Collection[str]) -> str:
    """Write the help for an unknown word: the closest legal one, or a short list."""
    near = closest(word, legal)
    if near is not None:
        return f"did you mean {quote(near)}?"
    if 1 < len(legal) <= _SHORT_LIST:
        return f"one of {', '.join(map(quote, legal))}"
    return f"only {quote(next(iter(legal)))} fits here" if len(legal) == 1 else ""


def _fold(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
