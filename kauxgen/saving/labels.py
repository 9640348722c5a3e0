"""What checking knows of layers, by the names that the code gives them."""

from __future__ import annotations

from collections.abc import Iterable

from kauxgen import naming
from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.saving.values import UnsureError
from kauxgen.trace import LayerCall, LayerWeight, Place

Names = tuple[str, ...]


@frozen
class Known:
    """What checking found out about a layer: its place, its call, its weights."""

    place: Place
    call: LayerCall | None
    weights: tuple[LayerWeight, ...]


class Labels:
    """The layers of one model."""

    def __init__(self, checked: Checked) -> None:
        """Note all layers; raise UnsureError if two of them have one name."""
        trace = checked.trace
        visits = {path: one.call for (_, path), one in trace.visits.items() if one.call}
        self.known = {
            "_".join(map(str, words)): Known(
                place, visits.get(place), trace.weights.get(place, ())
            )
            for place, words in trace.words.items()
        }
        if len(self.known) < len(trace.words):
            raise UnsureError("layers whose names in the code are equal")

    def add(self, place: Place, weights: tuple[LayerWeight, ...]) -> str:
        """Note a layer in another layer; return a name that no other has."""
        key = f"{len(self.known)}"
        self.known[key] = Known(place, None, weights)
        return key

    def find(self, names: Names, kind: str) -> tuple[Known | None, str]:
        """Find what is known of a layer, and the path of its weights below this.

        A layer in a layer of `define` has its weights there; one that is alone in a
        block has the block's name.
        """
        for count in range(len(names), 0, -1):
            known = self.known.get("_".join(names[:count]))
            if known is None:
                continue
            if count == len(names) or not kind:
                return known, ""
            rest = names[count:]
            for first in range(len(rest)):
                prefix = _prefix("_".join(rest[first:]), known.weights)
                if prefix:
                    return known, prefix
            if known.call and kind in (known.call.kind, naming.camel(known.call.kind)):
                return known, ""
        return None, ""


def _prefix(name: str, weights: Iterable[LayerWeight]) -> str:
    """Give the path of a layer in a layer of `define` by its name, "" for none."""
    for one in weights:
        parts = one.path.split("/")
        for count in range(1, len(parts)):
            if "_".join(parts[:count]) == name:
                return "/".join(parts[:count]) + "/"
    return ""
