"""The names of a text that are seen from everywhere in it, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from kauxgen.language import names
from kauxgen.language.names import Names, Symbol
from kauxgen.language.tolerant import Item

_DEFINED = {
    "losses": "loss",
    "regularizers": "regularizer",
    "initializers": "initializer",
    "functions": "function",
    "layers": "layer",
    "blocks": "block",
}


class Tables:
    """The names of one text that are seen from everywhere in it."""

    def __init__(self, root: Item) -> None:
        """Read networks, definitions and imports."""
        self.root = root
        self.networks = names.keys("network", ("networks",), root)
        self.imports = names.keys("import", ("imports",), root)
        define = root.get("define") or Item("object", 0, 0)
        self.defined: Mapping[str, Names] = MappingProxyType(
            {
                form: names.keys(form, ("define", family), root)
                for family, form in _DEFINED.items()
                if define
            }
        )

    def kinds(self, family: str) -> Names:
        """Give the spec's own kinds of a family, with what it imports."""
        form = "regularizer" if family == "penalty" else family
        own = self.defined.get(form, {})
        return own if family == "penalty" else {**self.imports, **own}

    @cached_property
    def callable(self) -> Names:
        """Give what an expression may call beside operations."""
        return {**self.imports, **self.networks, **self.defined.get("function", {})}

    def inside(self, symbol: Symbol) -> Names:
        """Give the names that a dot leads to: nodes of a call, or of a round."""
        item, path = symbol.item, symbol.path
        if item.get("repeat") is not None:
            carried = names.keys("carried", (*path, "carry"), self.root)
            return {**names.nodes(item.below("body"), (*path, "body")), **carried}
        if item.get("block") is not None:
            block = self.defined.get("block", {}).get(item.word("block"))
            return self._nodes(block, "body")
        if item.get("network") is not None:
            return self._nodes(self.network(item.word("network")), "layers")
        return {}

    def held(self, symbol: Symbol) -> Names:
        """Give what a path of weights finds below a name: also in one's own layers."""
        if symbol.form == "network":
            return self._nodes(self.network(symbol.name), "layers")
        return {**self.inside(symbol), **dict(self._own(symbol.item))}

    def _own(self, item: Item) -> Iterator[tuple[str, Symbol]]:
        """Yield the nodes and weights of one's own layer, also of a wrapped one."""
        while item.kind == "object":
            layer = self.defined.get("layer", {}).get(item.word("layer"))
            if layer is not None:
                yield from self._nodes(layer, "body").items()
                yield from names.members(
                    "weight", layer.item, layer.path, "weights"
                ).items()
            args = item.get("args") or item
            item = args.get("layer") or Item("missing", 0, 0)

    def _nodes(self, holder: Symbol | None, key: str) -> Names:
        return (
            names.nodes(holder.item.below(key), (*holder.path, key)) if holder else {}
        )

    def network(self, text: str) -> Symbol | None:
        """Find the network that has the nodes of one: itself, or what it is like."""
        found = self.networks.get(text.partition("[")[0].strip())
        for _ in self.networks:
            if found is None or not found.item.word("like"):
                return found
            found = self.networks.get(found.item.word("like"))
        return None

    def entries(self, symbol: Symbol) -> Names:
        """Give the inputs of a network, block or layer of one's own."""
        return names.own_inputs(symbol.item, symbol.path)

    def params(self, symbol: Symbol) -> Names:
        """Give the params of a definition."""
        return names.keys("param", (*symbol.path, "params"), self.root)
