"""What a sound version of a text says of shapes, for the versions that follow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from kauxgen import overview
from kauxgen.checked import Types
from kauxgen.compiler import Loaded
from kauxgen.frozen import frozen
from kauxgen.language import places
from kauxgen.language.names import Symbol
from kauxgen.language.tolerant import Item, Path
from kauxgen.overview import Count, Mark, Row
from kauxgen.tensor import TensorType, describe

_ABSENT = Item("missing", 0, 0)
_Given = tuple[TensorType, ...]


@frozen
class Known:
    """What is known of a node, input, network or step.

    `given` are its tensors in each round and use, without those that a reader could not
    tell from others. `count` counts its weights, of `uses` uses together.
    """

    given: tuple[_Given, ...] = ()
    count: Count = field(default_factory=Count)
    uses: int = 1
    marks: tuple[Mark, ...] = ()

    @property
    def shape(self) -> str:
        """Its shape, `(batch, 8)`: from the first to the last where rounds differ."""
        return self.written(None, dtype=False)

    def written(self, index: int | None, dtype: bool) -> str:
        """Write the shape of its output, or of one of several, with the type."""
        several = [
            one if index is None else one[index : index + 1] for one in self.given
        ]
        texts = list(dict.fromkeys(_written(one, dtype) for one in several))
        return " … ".join(texts if len(texts) < 3 else (texts[0], texts[-1]))


@frozen
class Sound:
    """What was known of a sound version, by addresses that outlast later changes."""

    known: Mapping[Path, Known]

    def of(self, root: Item, path: Path) -> Known | None:
        """Give what is known of what stands at a path of a later version."""
        return self.known.get(places.address(root, path))

    def about(self, root: Item, symbol: Symbol) -> Known | None:
        """Give what is known of a symbol; of one of several outputs, of its node."""
        return self.of(root, symbol.path[:-2] if _is_output(symbol) else symbol.path)

    def typed(self, root: Item, symbol: Symbol) -> str:
        """Write the shape and type of a symbol; "" if they are not known."""
        found = self.about(root, symbol)
        index = int(symbol.path[-1]) if _is_output(symbol) else None
        return found.written(index, dtype=True) if found else ""


NOTHING = Sound({})
"""What is known before any version was sound."""


def of(root: Item, loaded: Loaded) -> Sound:
    """Keep what is known of a sound version, whose text has this tree."""
    found = {at: Known((_tensors(each),)) for at, each in _shapes(loaded)}
    found |= _rows(loaded, found)
    known = {places.address(root, parsed(root, at)): each for at, each in found.items()}
    return Sound(known)


def parsed(root: Item, pointer: str) -> Path:
    """Read a JSON pointer as a path of a tree."""
    here = root
    path: list[str | int] = []
    for part in pointer.split("/")[1:]:
        word = part.replace("~1", "/").replace("~0", "~")
        path.append(int(word) if here.kind == "array" and word.isdecimal() else word)
        here = here.get(path[-1]) or _ABSENT
    return tuple(path)


def _shapes(loaded: Loaded) -> Iterator[tuple[str, Types]]:
    """Yield what checking saw, but of blocks, where it is what their last use gave."""
    for at, types in loaded.checked.shapes.items():
        if not at.startswith("/define/blocks/"):
            yield at, types


def _rows(loaded: Loaded, seen: Mapping[str, Known]) -> dict[str, Known]:
    """Gather what the overview says, over rounds and uses."""
    model = overview.overview(loaded.checked)
    rows: dict[str, list[Row]] = {}
    for part in model.parts:
        for row in () if part.like else (*part.inputs, *part.walk()):
            rows.setdefault(row.at, []).append(row)
    found = {at: _gathered(several) for at, several in rows.items()}
    for part in model.networks:
        at = f"/networks/{part.name}"
        given = seen[at].given if at in seen else ()
        found[at] = Known(given, part.count, part.copies or 1)
    return found


def _gathered(rows: list[Row]) -> Known:
    given = dict.fromkeys(one for row in rows for one in row.shapes)
    count = sum((row.count for row in rows), Count())
    marks = dict.fromkeys(mark for row in rows for mark in row.marks)
    return Known(tuple(given), count, len(rows), tuple(marks))


def _is_output(symbol: Symbol) -> bool:
    return symbol.form == "output"


def _tensors(types: Types) -> _Given:
    return (types,) if isinstance(types, TensorType) else types


def _written(tensors: Iterable[TensorType], dtype: bool) -> str:
    texts = (describe(e.shape) + (f" {e.dtype}" if dtype else "") for e in tensors)
    return ", ".join(texts)
