"""What every word of a text stands for: the uses of its names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from kauxgen import source
from kauxgen.frozen import frozen
from kauxgen.language import names, patterns, places, roles, words
from kauxgen.language.names import Names, Symbol
from kauxgen.language.places import Spot
from kauxgen.language.seeing import Scopes
from kauxgen.language.tables import Tables
from kauxgen.language.tolerant import Item
from kauxgen.language.words import Word

_NETWORK = re.compile(r"\s*([A-Za-z_]\w*)")


@frozen
class Use:
    """A place where a name stands, as a range of the text, and what it means."""

    start: int
    end: int
    symbol: Symbol


class Meaning:
    """A text with its names: what stands where, and what each word means."""

    def __init__(self, text: str, root: Item) -> None:
        """Take a text and the tree of it."""
        self.text = text
        self.root = root
        self.tables = Tables(root)
        self.scopes = Scopes(root)

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """All uses of names, and the places where they are given, each once."""
        found = {}
        for spot in places.walk(self.root):
            for use in (*self._given(spot), *self._of(spot)):
                found[use.start, use.end] = use
        return tuple(found[place] for place in sorted(found))

    def at(self, offset: int) -> Use | None:
        """Find the use that an offset touches."""
        return next((u for u in self.uses if u.start <= offset <= u.end), None)

    def of(self, symbol: Symbol) -> tuple[Use, ...]:
        """Find all uses of a symbol, with the place where it is given."""
        return tuple(use for use in self.uses if use.symbol == symbol)

    def seen(self, spot: Spot) -> Names:
        """Give the names that a value sees."""
        return self.scopes.at(spot.path)

    def resolve(self, word: Word, seen: Names) -> Symbol | None:
        """Say what a word of an expression means where these names are seen."""
        if word.keyword:
            callee = self.tables.callable.get(word.callee)
            return callee and self.tables.params(callee).get(word.text)
        if word.above:
            return self.member(word.above, seen).get(word.text)
        callable_names = self.tables.callable
        if word.called:
            return callable_names.get(word.text)
        return seen.get(word.text) or self.tables.networks.get(word.text)

    def member(self, above: tuple[str, ...], seen: Names) -> Names:
        """Give the names that stand behind the dots of a path."""
        here = seen
        for name in above:
            symbol = here.get(name)
            here = self.tables.inside(symbol) if symbol else {}
        return here

    def range(self, item: Item, start: int, end: int) -> tuple[int, int]:
        """Turn a range of a string's characters into one of the text."""
        if item.end - item.start == len(item.text) + 2:
            return item.start + 1 + start, item.start + 1 + end
        return source.narrow(self.text, item.start, item.end, (start, end))

    def _given(self, spot: Spot) -> Iterator[Use]:
        """Yield the names that a value gives: its key, or itself."""
        owner, path = spot.owner, spot.path
        if spot.place in roles.GIVING and spot.inner and isinstance(path[-1], str):
            form = roles.GIVING[spot.place]
            symbol = names.named(form, path[:-1], spot.item)
            yield Use(symbol.start, symbol.end, symbol)
        elif spot.item.kind != "string":
            return
        elif spot.place == ("node", "name"):
            symbol = names.worded("node", path[:-1], spot.item, owner)
            yield Use(symbol.start, symbol.end, symbol)
        elif spot.place in roles.LISTING:
            bearer = owner if spot.place == ("node", "as") else None
            symbol = names.worded(roles.LISTING[spot.place], path, spot.item, bearer)
            yield Use(symbol.start, symbol.end, symbol)

    def _of(self, spot: Spot) -> Iterator[Use]:
        """Yield the uses of names in a value, and in its key."""
        yield from self._of_key(spot)
        if spot.item.kind != "string":
            return
        place = spot.place
        if spot.computed or (place in roles.EXPRESSIONS and spot.path[-1] != "weights"):
            yield from self._of_expression(spot)
        elif place in roles.NETWORKS:
            yield from self._of_network(spot)
        elif place == ("node", "block"):
            yield from self._whole(spot, self.tables.defined.get("block", {}))
        elif place == ("node", "reuse"):
            yield from self._whole(spot, self.seen(spot))
        elif place in roles.BATCHES:
            yield from self._whole(spot, self.scopes.at(("layers",)))
        elif place[0] == place[1] or place in roles.KINDS:
            yield from self._whole(spot, self.tables.kinds(place[1]))
        elif spot.path[-1] == "weights":
            yield from self._of_pattern(spot)

    def _whole(self, spot: Spot, known: Names) -> Iterator[Use]:
        symbol = known.get(spot.item.text)
        if symbol is not None:
            yield Use(*self.range(spot.item, 0, len(spot.item.text)), symbol)

    def _of_expression(self, spot: Spot) -> Iterator[Use]:
        seen = self.seen(spot)
        for word in words.words(spot.item.text):
            symbol = self.resolve(word, seen)
            if symbol is not None:
                yield Use(*self.range(spot.item, word.start, word.end), symbol)

    def _of_network(self, spot: Spot) -> Iterator[Use]:
        """Yield the network of `coupling[i]`, and what its index reads."""
        match = _NETWORK.match(spot.item.text)
        symbol = match and self.tables.networks.get(match[1])
        if not match or not symbol:
            return
        yield Use(*self.range(spot.item, *match.span(1)), symbol)
        seen = self.seen(spot) if "[" in spot.item.text else {}
        for word in words.words(spot.item.text):
            read = None if word.start == match.start(1) else self.resolve(word, seen)
            if read is not None:
                yield Use(*self.range(spot.item, word.start, word.end), read)

    def _of_pattern(self, spot: Spot) -> Iterator[Use]:
        """Yield the names in a pattern of weights, `encoder/*/kernel`."""
        here, start = patterns.roots(self.tables, self.seen(spot)), 0
        for part in spot.item.text.split("/"):
            if part in here:
                place = self.range(spot.item, start, start + len(part))
                yield Use(*place, here[part])
            here = patterns.below(self.tables, part, here)
            start += len(part) + 1

    def _of_key(self, spot: Spot) -> Iterator[Use]:
        """Yield the use that a key is: of a state, a param, an input and the like."""
        key = spot.path[-1] if spot.path else 0
        if not spot.inner or not isinstance(key, str):
            return
        symbol = self.keyed(spot).get(key)
        if symbol is not None:
            place = names.named("", (), spot.item)
            yield Use(place.start, place.end, symbol)

    def keyed(self, spot: Spot) -> Names:
        """Give the names that the key of a value may be."""
        place, owner = spot.place, spot.owner
        if len(spot.path) != spot.depth + 2:
            return {}
        path = spot.path[: spot.depth]
        if place in (("step", "assign"), ("phase", "assign")):
            return names.members("state", self.root, (), "state")
        if place == ("node", "next"):
            return names.members("carried", owner, path, "carry")
        if place == ("function_definition", "gradient"):
            return dict(names.own(owner, path))
        called = self.called(owner) if place[1] in ("args", "inputs") else None
        if called is None:
            return {}
        params = place[1] == "args"
        return self.tables.params(called) if params else self.tables.entries(called)

    def called(self, owner: Item) -> Symbol | None:
        """Find the block, network or kind of one's own that an object is of."""
        if owner.get("block") is not None:
            return self.tables.defined.get("block", {}).get(owner.word("block"))
        if owner.get("network") is not None:
            return self.tables.network(owner.word("network"))
        for family in ("layer", "loss", "penalty", "regularizer", "initializer"):
            if owner.get(family) is not None:
                form = "regularizer" if family == "penalty" else family
                return self.tables.defined.get(form, {}).get(owner.word(family))
        return None
