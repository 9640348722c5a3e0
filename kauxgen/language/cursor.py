"""What stands at an offset of a text that may be broken."""

from __future__ import annotations

from kauxgen.frozen import frozen
from kauxgen.language.tolerant import Item, Path


@frozen
class Cursor:
    """The innermost place at an offset.

    `path` leads to the value or member that the cursor is in, `item` is what stands
    there, `holder` the object or list around it. At a key (`at_key`) the path ends with
    the key as far as it is written. `start` and `end` are the range of the word: of a
    string without its quotes (`quoted`), an empty one where nothing is written.
    """

    path: Path
    item: Item | None
    holder: Item
    at_key: bool
    start: int
    end: int
    quoted: bool
    before: str


def find(root: Item, text: str, offset: int) -> Cursor:
    """Find what stands at an offset."""
    path: Path = ()
    here = root
    while True:
        found = _member(here, offset)
        if found is None:
            return _between(here, path, offset)
        step, item = found
        if _in_key(item, offset):
            return _word(text, (*path, step), item, here, True, offset)
        if item.kind not in ("object", "array"):
            return _word(text, (*path, step), item, here, False, offset)
        path, here = (*path, step), item


def _member(holder: Item, offset: int) -> tuple[str | int, Item] | None:
    return next(
        (
            (step, item)
            for step, item in holder.steps()
            if _in_key(item, offset) or _in_value(item, offset)
        ),
        None,
    )


def _in_key(item: Item, offset: int) -> bool:
    if item.key_start < 0:
        return False
    open_end = item.kind == "missing" and item.start == item.key_end
    return item.key_start < offset < item.key_end + open_end


def _in_value(item: Item, offset: int) -> bool:
    if item.kind == "missing":
        return item.key_end < item.start <= offset <= item.end
    if item.kind == "word" or not item.closed:
        return item.start <= offset <= item.end and offset > item.start - (
            item.kind == "word"
        )
    return item.start < offset < item.end


def _between(holder: Item, path: Path, offset: int) -> Cursor:
    """Give the place where a further member or item may be written."""
    step = sum(1 for item in holder.members if item.end <= offset)
    key: str | int = "" if holder.kind == "object" else step
    at_key = holder.kind == "object"
    return Cursor((*path, key), None, holder, at_key, offset, offset, False, "")


def _word(
    text: str, path: Path, item: Item, holder: Item, at_key: bool, offset: int
) -> Cursor:
    if not at_key and item.kind == "missing":
        return Cursor(path, item, holder, False, offset, offset, False, "")
    start = item.key_start if at_key else item.start
    end = item.key_end if at_key else item.end
    quoted = text[start] == '"'
    if quoted:
        end -= len(text[start:end]) > 1 and text[end - 1] == '"'
        start += 1
    offset = max(offset, start)
    before = text[start:offset]
    return Cursor(path, item, holder, at_key, start, max(end, offset), quoted, before)
