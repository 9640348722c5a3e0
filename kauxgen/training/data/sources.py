"""From what the user names to data that fit: the source, the mapping, the arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kauxgen.finding import Finding
from kauxgen.training.data import (
    archives,
    assigning,
    functions,
    libraries,
    streams,
    suiting,
    synthetic,
    tables,
    unfit,
    unread,
)
from kauxgen.training.data.assigning import Assigned
from kauxgen.training.data.columns import Columns, blame
from kauxgen.training.data.feed import Feed
from kauxgen.training.data.needs import Needs
from kauxgen.training.data.suiting import Unfit
from kauxgen.training.data.values import Need

Array = Any
SYNTHETIC, DIGITS, KERAS = "synthetic", "digits", "keras:"
_FUNCTION = re.compile(r"[^\W\d][\w.]*:[^\W\d]\w*")


def load(source: str, maps: Sequence[str], needs: Needs, seed: int) -> Feed:
    """Get data and make them fit; SpecError with findings where they do not."""
    if source == SYNTHETIC:
        return _synthetic(maps, needs, seed)
    if _FUNCTION.fullmatch(source) and not source.startswith(KERAS):
        value = functions.call(source)
        if functions.is_dataset(value):
            return streams.of(source, value, maps, needs)
        return fitted(functions.columns(source, value), maps, needs)
    return fitted(_columns(source, needs), maps, needs)


def _synthetic(maps: Sequence[str], needs: Needs, seed: int) -> Feed:
    if maps:
        wrong = unread.bad_mapping(maps[0], "synthetic data need none", "leave it out")
        raise blame("--data synthetic", wrong)
    found = [
        unfit.open_size(need.at, need.name)
        for need in needs.targets
        if not synthetic.is_known(needs, need)
    ]
    if found:
        raise blame("--data synthetic", *found, document=needs.document)
    made = Feed(needs, synthetic.make(needs, seed))
    said = f"synthetic data: {made.counted}, made from the shapes with seed {seed}"
    return replace(made, said=(said,))


def _columns(source: str, needs: Needs) -> Columns:
    if source == DIGITS:
        return libraries.digits()
    if source.startswith(KERAS):
        return libraries.of_keras(source.removeprefix(KERAS), needs)
    if source.lower().endswith(".npz"):
        return archives.columns(source)
    if source.lower().endswith(".csv"):
        return tables.columns(source)
    raise blame("--data", unread.unknown_source(source, (SYNTHETIC, DIGITS)))


def fitted(columns: Columns, maps: Sequence[str], needs: Needs) -> Feed:
    """Assign what a source has, and make it suit; SpecError where that cannot be."""
    assigned = assigning.assign(columns, maps, needs)
    chosen = dict.fromkeys(name for names in assigned.values() for name in names)
    arrays = columns.read(tuple(chosen))
    made: dict[str, Array] = {}
    said: list[str] = [*columns.said]
    wrong: list[Finding] = []
    for need in needs.trained:
        names = assigned[need.name]
        try:
            raw = _joined(need, {name: arrays[name] for name in names}, columns)
            suited = suiting.suit(need, raw, _called(columns, names))
        except Unfit as error:
            wrong.append(error.finding)
        else:
            made[need.name] = suited.array
            said.append(_told(need, columns, names, raw, suited.done))
    wrong += _uneven(made) if not wrong else []
    if wrong:
        raise blame(columns.origin, *wrong, document=needs.document)
    said += _unused(columns, assigned)
    return Feed(needs, made, tuple(said))


def _joined(need: Need, arrays: Mapping[str, Array], columns: Columns) -> Array:
    """Set columns side by side; a single array stays what it is. Unfit if they do not.

    Those of another shape than the first, but for the last axis, cannot be set there.
    """
    first, *others = arrays.values()
    if not others:
        return first
    wide = [one[:, None] if one.ndim == 1 else one for one in arrays.values()]
    if len({len(one) if one.ndim else 0 for one in wide}) > 1:
        counts = [(name, len(one) if one.ndim else 0) for name, one in arrays.items()]
        raise Unfit(unfit.uneven_rows(counts))
    for name, one in zip(arrays, wide, strict=True):
        if not one.ndim or one.shape[:-1] != wide[0].shape[:-1]:
            data = f"{name} of {columns.origin}"
            given = arrays[name].shape
            raise Unfit(unfit.misfit(need.at, need.name, need.shape, data, given))
    return np.concatenate(wide, axis=-1)


def _called(columns: Columns, names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} of {columns.origin}"
    return f"{columns.what}s {', '.join(names)} of {columns.origin}"


def _told(
    need: Need,
    columns: Columns,
    names: Sequence[str],
    raw: Array,
    done: Sequence[str],
) -> str:
    """Say where an array comes from: "image is x_train of mnist.npz, (60000, ...)"."""
    shape = f"({', '.join(map(str, raw.shape))}{',' if raw.ndim == 1 else ''})"
    how = f": {', '.join(done)}" if done else ""
    return f"{need.name} is {_called(columns, names)}, {shape}{how}"


def _uneven(made: Mapping[str, Array]) -> list[Finding]:
    counts = [(name, len(array)) for name, array in made.items()]
    if len({count for _, count in counts}) > 1:
        return [unfit.uneven_rows(counts)]
    return [unread.no_rows("the data")] if counts and not counts[0][1] else []


def _unused(columns: Columns, assigned: Assigned) -> list[str]:
    used = {name for names in assigned.values() for name in names}
    rest = [name for name in columns.names if name not in used]
    return [f"not used: {', '.join(rest)}"] if rest else []
