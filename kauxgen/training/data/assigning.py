"""Which columns of a source go to which input or target, as said or by their names."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote
from kauxgen.training.data import unfit, unread
from kauxgen.training.data.columns import Columns, blame
from kauxgen.training.data.needs import Needs
from kauxgen.training.data.values import Need

_X = ("x", "x_train")
_Y = ("y", "y_train", "target", "label", "labels")
"""What sources call what goes in, and what should come out."""

Assigned = Mapping[str, tuple[str, ...]]
"""Names of a source's columns by the name of the input or target."""


def assign(columns: Columns, maps: Sequence[str], needs: Needs) -> Assigned:
    """Find the columns of every array that a model is trained on.

    Raises:
        SpecError: A mapping is wrong, or there are no data for an array.
    """
    found, wrong = _stated(columns, maps, needs)
    for need in needs.trained:
        if need.name not in found and (named := tuple(_named(columns, need, needs))):
            found[need.name] = named
    found |= _rest(columns, found, needs)
    if not wrong:
        wrong = [
            unfit.missing(need.at, need.name, need.shape, columns.what, columns.names)
            for need in needs.trained
            if need.name not in found
        ]
    if wrong:
        raise blame(columns.origin, *wrong, document=needs.document)
    return found


def _stated(
    columns: Columns, maps: Sequence[str], needs: Needs
) -> tuple[dict[str, tuple[str, ...]], list[Finding]]:
    """Read what the user says, with what is wrong about it."""
    found: dict[str, tuple[str, ...]] = {}
    wrong: list[Finding] = []
    for text in maps:
        word, is_mapping, said = text.partition("=")
        named = _listed(said)
        names = tuple(name.strip() for name in named if name.strip())
        need = _meant(word.strip(), needs)
        if not is_mapping or not names:
            wrong.append(unread.bad_mapping(text, "no column is named"))
        elif need is None:
            legal = [one.name for one in needs.trained]
            reason = f"the model has no input or target {quote(word)}"
            wrong.append(unread.bad_mapping(text, reason, help_for(word, legal)))
        elif need.name in found:
            wrong.append(unread.bad_mapping(text, f"{need.name} is mapped already"))
        else:
            found[need.name] = names
            wrong += [
                unread.unknown_column(name, columns.what, columns.names)
                for name in names
                if name not in columns.names
            ]
    return found, wrong


def _listed(said: str) -> list[str]:
    """Read names as a table's first line has them; none if they are on two lines."""
    try:
        return next(csv.reader([said], skipinitialspace=True), [])
    except csv.Error:
        return []


def _meant(word: str, needs: Needs) -> Need | None:
    """Find the array that a name means; `x` is the only input, `y` the only target."""
    for name, several in (("x", needs.given), ("y", needs.wanted)):
        if word == name and needs.find(word) is None and len(several) == 1:
            return several[0]
    return next((need for need in needs.trained if need.name == word), None)


def _named(columns: Columns, need: Need, needs: Needs) -> Iterator[str]:
    """Yield the column of an array's name, or those of its numbered parts."""
    words = [need.name, need.name.removeprefix("y.")]
    words += _X if needs.given == (need,) else ()
    words += _Y if needs.wanted == (need,) else ()
    for word in words:
        if word in columns.names:
            yield word
            return
    form = re.compile(rf"{re.escape(words[1])}[_ .]?\d+")
    numbered = [name for name in columns.numbers if form.fullmatch(name)]
    if columns.what == "column" and len(numbered) == _elements(need):
        yield from numbered


def _rest(columns: Columns, found: Assigned, needs: Needs) -> Assigned:
    """Give a table's other columns of numbers to the one array left, if they fit it."""
    taken = {name for names in found.values() for name in names}
    rest = tuple(name for name in columns.numbers if name not in taken)
    left = [need for need in needs.trained if need.name not in found]
    if columns.what != "column" or len(left) != 1 or _elements(left[0]) != len(rest):
        return {}
    return {left[0].name: rest}


def _elements(need: Need) -> int | None:
    """Count the numbers of a row; None if that varies."""
    sizes = [size for size in need.shape if size is not None]
    return math.prod(sizes) if len(sizes) == len(need.shape) else None
