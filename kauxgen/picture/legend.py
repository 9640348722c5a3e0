"""The legend of a picture: what its colours and lines mean, of those that it has."""

from __future__ import annotations

from collections.abc import Callable

from kauxgen.frozen import frozen
from kauxgen.picture.lettering import width
from kauxgen.picture.model import Node, Picture, boxes

ROW = 24.0


@frozen
class Entry:
    """An entry: a sample, which is a "card", a "line" or nothing, and what it means."""

    shape: str
    tone: str
    text: str

    @property
    def width(self) -> float:
        """How wide it is."""
        return width(self.text, 11) + (30 if self.shape else 0)


_Has = Callable[[Node], bool]
_CARDS: tuple[tuple[str, str, _Has], ...] = (
    ("penalty", "penalty, with its weight", lambda n: n.role == "penalty"),
    ("penalized", "penalized", lambda n: n.penalized),
    ("loss", "loss, with its weight", lambda n: n.role == "loss"),
    ("target", "target, fed in training alone", lambda n: n.role == "target"),
    ("metric", "metric", lambda n: n.role == "metric"),
    ("call", "call with shared weights", lambda n: n.role == "call"),
    ("use", "use of a block, weights of its own", lambda n: n.role == "use"),
)


def entries(picture: Picture) -> list[Entry]:
    """Return the legend: nothing that the picture does not show."""
    nodes = list(picture.nodes())
    found = [
        Entry("card", tone, text)
        for tone, text, has in _CARDS
        if any(has(node) for node in nodes)
    ]
    roles = {edge.role for edge in picture.edges}
    if "target" in roles:
        found.append(Entry("line", "target", "what a loss compares with"))
    if "weights" in roles:
        found.append(Entry("line", "weights", "weights of a layer"))
    inner = [each for box in picture.boxes for each in boxes(box)]
    if any(n.muted for n in nodes) or any(box.muted for box in inner):
        found.append(Entry("card", "muted", "not trained"))
    if any(node.shape for node in nodes if not node.is_term):
        found.append(Entry("", "", "Shapes are those of one example."))
    return found
