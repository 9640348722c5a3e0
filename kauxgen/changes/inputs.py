"""Inputs of models, networks, blocks and layers as things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kauxgen.changes.change import Level
from kauxgen.changes.things import Field, Thing, entry
from kauxgen.nodes import Input

Names = Mapping[str, str]


def inputs_of(
    inputs: Iterable[Input], above: str, names: Names, public: bool
) -> list[Thing]:
    """Make the things of inputs; those of a block or layer have only names."""
    level = Level.INTERFACE if public else Level.LOSS
    return [
        Thing(
            id=one.at,
            subject="input",
            name=one.name,
            path=f"{above}{one.name}",
            group="inputs",
            fields=(
                Field("shape", one.shape, level),
                entry("dtype", one.dtype, level, "float32"),
                entry("target", one.target, level, False),
                entry("description", one.description, Level.DOCS, ""),
            ),
            names=names,
            ordered=not public,
            gone=level,
            come=level,
            named=level if public else Level.DOCS,
        )
        for one in inputs
    ]
