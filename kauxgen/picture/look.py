"""What a picture can show besides the model: which of its parts changed, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from kauxgen.frozen import frozen
from kauxgen.picture.strokes import px, written

_SIGNS = {"added": "+", "removed": "−", "changed": "~", "moved": "→", "affected": "Δ"}
"""What stands on a part beside its colour, for those who do not see colours."""

_RADIUS = 9.0


@frozen
class Look:
    """How parts are drawn, by their ids.

    `marks` says what became of a part: it was "added", "removed", "changed" or "moved",
    or is "affected" by changes elsewhere. `prefix` begins all ids, so that a page can
    hold several pictures.
    """

    prefix: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)

    def id(self, part: str) -> str:
        """Return the id of a part on the page."""
        return f"{self.prefix}{part}"

    def classes(self, part: str) -> str:
        """Return the class of a part that is marked, with a blank before it."""
        return f" {self.marks[part]}" if part in self.marks else ""

    def sign(self, part: str, x: float) -> Iterator[str]:
        """Yield the sign of a part that is marked, around a place on its upper edge."""
        if part in self.marks:
            tone = self.marks[part]
            radius = px(_RADIUS)
            yield f'<circle class="sign {tone}" cx="{px(x)}" cy="0" r="{radius}"/>'
            yield written(_SIGNS[tone], x, 4.5, f"sign {tone}", "middle")


PLAIN = Look()
"""A picture of one model, alone."""
