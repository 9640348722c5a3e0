"""A model as JSON, for programs: the same keys in every version of this format."""

from __future__ import annotations

from typing import Any

from kauxgen.overview import Cost, Count, Mark, Overview, Part, PhaseView, Row, Spot
from kauxgen.source import Document, line_of
from kauxgen.tensor import Size, TensorType

FORMAT = 1
"""The number of this format; it rises if a key goes or changes its meaning."""


class _Writer:
    """Writes one model; places are lines of its document."""

    def __init__(self, model: Overview, document: Document) -> None:
        self.model = model
        self.document = document

    def model_data(self) -> dict[str, Any]:
        model = self.model
        return {
            "format": FORMAT,
            "name": model.name,
            "description": model.description,
            "networks": [self.part(part) for part in model.networks],
            "model": self.part(model.main),
            "phases": [self.phase(phase) for phase in model.phases],
            "evaluation": self.part(model.evaluation) if model.evaluation else None,
            "state": [
                {"name": one.name, **self.place(one.at), **tensor(one.type)}
                for one in model.state
            ],
            "averages": [
                {
                    "target": one.target,
                    "source": one.source,
                    "decay": one.decay,
                    "every": one.every,
                    **self.place(one.at),
                }
                for one in model.averages
            ],
            "terms": [self.term(mark) for mark in model.terms],
            "logs": list(model.logs),
            "inference": model.inference or None,
            "params": {
                **count(model.count),
                "layers": count(model.layers),
                "kept": count(model.kept),
            },
        }

    def part(self, part: Part) -> dict[str, Any]:
        return {
            "name": part.name,
            "kind": part.kind,
            "description": part.description,
            **self.place(part.at),
            "trainable": part.trainable,
            "like": part.like or None,
            "copies": part.copies,
            "calls": part.calls,
            "networks": list(part.networks),
            "params": {**count(part.count), "own": count(part.own)},
            "multiply_accumulates": cost(part.cost),
            "inputs": [self.row(row) for row in part.inputs],
            "nodes": [self.row(row) for row in part.rows],
            "outputs": list(part.outputs),
        }

    def row(self, row: Row) -> dict[str, Any]:
        return {
            "name": row.name,
            "path": "/".join(row.path),
            "kind": row.kind,
            "what": row.what,
            "description": row.description,
            **self.place(row.at),
            "outputs": [tensor(one) for one in row.outputs],
            "rounds": row.rounds,
            "repeats": row.times if row.kind == "repeat" else None,
            "shapes_of_rounds": (
                [[tensor(one) for one in each] for each in row.shapes]
                if len(row.distinct) > 1
                else None
            ),
            "connected_to": list(row.inputs),
            "networks": list(row.networks),
            "params": count(row.count),
            "multiply_accumulates": cost(row.cost),
            "shares": "/".join(row.shares) or None,
            "trainable": row.trainable,
            "target": row.target,
            "own": row.own,
            "imported": row.imported,
            "terms": [mark.at for mark in row.marks],
            "body": [self.row(one) for one in row.body],
        }

    def term(self, mark: Mark) -> dict[str, Any]:
        return {
            "role": mark.role,
            "kind": mark.kind or None,
            "name": mark.name or None,
            "log": mark.log or None,
            "description": mark.description,
            **self.place(mark.at),
            "owner": mark.owner,
            "formula": mark.formula,
            "weight": mark.weight or None,
            "value": mark.value,
            "training_only": mark.training,
            "on": [spot(one) for one in mark.on],
            "targets": [spot(one) for one in mark.targets],
            "networks": list(mark.networks),
        }

    def phase(self, phase: PhaseView) -> dict[str, Any]:
        return {
            "name": phase.name,
            "description": phase.description,
            **self.place(phase.at),
            "updates": list(phase.updates),
            "optimizer": phase.optimizer,
            "repeat": phase.repeat,
            "params": count(phase.trained),
            "terms": [mark.at for mark in phase.terms],
            "forward": self.part(phase.part),
        }

    def place(self, at: str) -> dict[str, Any]:
        return {"pointer": at, "line": line_of(self.document, at)}


def data(model: Overview, document: Document) -> dict[str, Any]:
    """Return a model as a value of JSON; lines are those of the document."""
    return _Writer(model, document).model_data()


def tensor(given: TensorType) -> dict[str, Any]:
    """Write a tensor: null for a size that varies; `words` are those of the spec."""
    words = [size.text if isinstance(size, Size) else None for size in given.shape]
    shape = [None if size is None else int(size) for size in given.shape]
    return {"shape": shape, "words": words, "dtype": given.dtype}


def count(given: Count) -> dict[str, Any]:
    """Write numbers of weights; they are the least if not `exact`."""
    return {
        "total": given.total,
        "trainable": given.trainable,
        "non_trainable": given.non_trainable,
        "exact": given.known,
    }


def cost(given: Cost) -> dict[str, Any]:
    """Write multiply-accumulates a sample; they are the least if not `exact`."""
    return {"count": given.macs, "exact": given.known}


def spot(given: Spot) -> dict[str, Any]:
    """Write a place: the pointer of a list of nodes, and the path in it."""
    return {"list": given.scope, "path": "/".join(given.path)}
