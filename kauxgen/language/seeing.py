"""Which names a value of a text sees: params, inputs, nodes above it, steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kauxgen.language import names
from kauxgen.language.names import Names, Symbol
from kauxgen.language.tolerant import Item, Path

LISTS = ("layers", "body", "forward")
"""The keys under which nodes stand."""
_BLIND = frozenset(
    {
        "name",
        "description",
        "params",
        "inputs",
        "define",
        "networks",
        "imports",
        "training",
        "state",
        "ema",
        "evaluation",
        "step",
        "batch",
        "tape",
        "repeat",
        "carry",
        "args",
        "update",
        "optimizer",
        "gradients",
        "weights",
        "shape",
        "like",
        "count",
        "over",
    }
)
"""Keys beside a list of nodes whose values do not see the nodes."""


_AFTER_STEPS = frozenset(
    {"let", "expr", "outputs", "gradient", "penalties", "target", "weight"}
)
"""Keys beside a `let` whose values see its steps."""
_OUTER = frozenset(
    {"params", "inputs", "imports", "training", "state", "ema", "name", "style"}
)
"""Keys of a spec whose values see its params alone."""


class Seen(Mapping[str, Symbol]):
    """Names in layers, inner ones last; of a list of nodes those above a place.

    Lists are shared by all that look at them, so that a long spec is read in the time
    of its length.
    """

    def __init__(self) -> None:
        """See nothing yet."""
        self._layers: list[tuple[Names, int, int | None]] = []

    def add(self, more: Names, depth: int = 0, most: int | None = None) -> None:
        """See more names: of nodes, those below `most` at this depth of their path."""
        if more:
            self._layers.append((more, depth, most))

    def __getitem__(self, name: str) -> Symbol:
        """Find a name in the innermost layer that has it."""
        for layer, depth, most in reversed(self._layers):
            symbol = layer.get(name)
            if symbol and (most is None or int(symbol.path[depth]) < most):
                return symbol
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """Yield the names, each once."""
        every = {name: None for layer, _, _ in self._layers for name in layer}
        return (name for name in every if name in self)

    def __len__(self) -> int:
        """Count the names."""
        return sum(1 for _ in self)


class Scopes:
    """The names that places of one text see."""

    def __init__(self, root: Item) -> None:
        """Take a tree."""
        self._root = root
        self._lists: dict[Path, Names] = {}

    def at(self, path: Path) -> Seen:
        """Give the names that a value sees."""
        seen, here = Seen(), self._root
        at: Path = ()
        if path[:1] != ("define",):
            seen.add(self._keys("param", "params"))
        if path[:1] and path[0] not in ("define", "networks", *_OUTER):
            seen.add(self._keys("input", "inputs"))
            seen.add(self._keys("state", "state"))
        for index, key in enumerate(path):
            if (at[:1], index) in ((("define",), 3), (("networks",), 2)):
                seen.add(dict(names.own(here, at)))
            self._beside(seen, here, at, path[index:])
            inner = here.get(key)
            if inner is None:
                break
            here, at = inner, (*at, key)
        return seen

    def _beside(self, seen: Seen, item: Item, at: Path, path: Path) -> None:
        """See what an object gives to the value that a path leads to from it."""
        if item.kind != "object":
            return
        key, rest = path[0], path[1:]
        repeats = item.get("repeat") is not None and item.get("body") is not None
        if repeats and key in ("body", "next"):
            seen.add(dict(names.given(item, at)))
        for name in LISTS:
            if item.get(name) is None or (repeats and key not in ("body", "next")):
                continue
            if key == name and rest and isinstance(rest[0], int):
                seen.add(self._nodes(item, at, name), len(at) + 1, rest[0])
            elif key not in _BLIND:
                seen.add(self._nodes(item, at, name))
        seen.add(dict(_steps(item, at, key, rest)))

    def _keys(self, form: str, key: str) -> Names:
        if (key,) not in self._lists:
            self._lists[key,] = names.keys(form, (key,), self._root)
        return self._lists[key,]

    def _nodes(self, item: Item, at: Path, name: str) -> Names:
        path = (*at, name)
        if path not in self._lists:
            self._lists[path] = names.nodes(item.below(name), path)
        return self._lists[path]


def _steps(
    item: Item, at: Path, key: str | int, rest: Path
) -> Iterator[tuple[str, Symbol]]:
    """Yield the steps of a `let` that a value sees: those above it, or all."""
    if key not in _AFTER_STEPS:
        return
    for step in item.below("let"):
        if key == "let" and rest[:1] == (step.key,):
            return
        yield step.key, names.named("step", (*at, "let"), step)
