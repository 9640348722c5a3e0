"""The names of a text that may be broken: what each means, and which are seen where.

`rules/scopes.py` decides this for specs that can be read, and
`tests/test_language.py` holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from kauxgen.frozen import frozen
from kauxgen.language.tolerant import Item, Path


@frozen
class Symbol:
    """A name that a text gives: to what (`form`), and where (`start` to `end`).

    The range is that of the name without its quotes. `path` leads to what bears the
    name, `item` is that.
    """

    name: str
    form: str
    path: Path
    item: Item = field(compare=False)
    start: int = 0
    end: int = 0


Names = Mapping[str, Symbol]


def named(form: str, path: Path, item: Item) -> Symbol:
    """Make the symbol of a member by its key."""
    quote = item.key_end - item.key_start >= len(item.key) + 2
    start = item.key_start + quote
    end = item.key_end - quote
    return Symbol(item.key, form, (*path, item.key), item, start, end)


def worded(form: str, path: Path, item: Item, bearer: Item | None = None) -> Symbol:
    """Make the symbol of a name that is a string."""
    end = item.end - item.closed
    return Symbol(item.text, form, path, bearer or item, item.start + 1, end)


def nodes(items: Iterable[Item], path: Path) -> Names:
    """Give the names of a list of nodes: of the nodes, and of their several outputs.

    Of a name that is given twice the first one counts.
    """
    found: dict[str, Symbol] = {}
    for index, item in enumerate(items):
        at = (*path, index)
        name = item.get("name")
        if name is not None and name.kind == "string":
            found.setdefault(name.text, worded("node", at, name, item))
        for number, output in enumerate(item.below("as")):
            if output.kind == "string":
                one = worded("output", (*at, "as", number), output, item)
                found.setdefault(output.text, one)
    return found


def own(item: Item, path: Path) -> Iterator[tuple[str, Symbol]]:
    """Yield the names that a definition or network gives before its nodes."""
    yield from members("param", item, path, "params").items()
    yield from own_inputs(item, path).items()
    yield from members("weight", item, path, "weights").items()
    for index, each in enumerate(item.below("args")):
        if each.kind == "string":
            yield each.text, worded("argument", (*path, "args", index), each)


def own_inputs(item: Item, path: Path) -> Names:
    """Give the inputs of a network or definition."""
    given = item.get("inputs")
    if given is None or given.kind == "object":
        return members("input", item, path, "inputs")
    at = (*path, "inputs")
    words = [(i, each) for i, each in enumerate(given.members) if each.kind == "string"]
    return {each.text: worded("input", (*at, i), each) for i, each in words}


def given(item: Item, at: Path) -> Iterator[tuple[str, Symbol]]:
    """Yield what the rounds of a repeat are given."""
    repeat = item.get("repeat") or item
    place = (*at, "repeat")
    variables = repeat.get("as")
    if variables is not None and variables.kind == "string":
        yield variables.text, worded("variable", (*place, "as"), variables)
    for index, each in enumerate(variables.members if variables else ()):
        if each.kind == "string":
            yield each.text, worded("variable", (*place, "as", index), each)
    yield from members("zipped", repeat, place, "zip").items()
    yield from members("carried", item, at, "carry").items()


def keys(form: str, path: Path, root: Item) -> Names:
    """Give the keys of the object at a path as names."""
    holder = root.follow(path)
    if holder is None or holder.kind != "object":
        return {}
    return {item.key: named(form, path, item) for item in holder.members if item.key}


def members(form: str, item: Item, path: Path, key: str) -> Names:
    """Give the keys of an object below another as names."""
    holder = item.get(key)
    if holder is None or holder.kind != "object":
        return {}
    at = (*path, key)
    return {each.key: named(form, at, each) for each in holder.members if each.key}
