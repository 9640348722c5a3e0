"""A picture of a checked spec: the model or its step, then what is drawn beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kauxgen.checked import Checked
from kauxgen.picture.drawing import Place
from kauxgen.picture.facts import Facts
from kauxgen.picture.model import Box, Part, Picture
from kauxgen.picture.sources import Source
from kauxgen.picture.steps import StepDrawing
from kauxgen.picture.terms import Objective
from kauxgen.spec import Scope


def picture(checked: Checked) -> Picture:
    """Make the picture of a spec."""
    facts = Facts(checked)
    drawing = StepDrawing(checked.spec, facts)
    beside = [_beside(drawing, scope) for scope in _drawn_beside(drawing)]
    first = drawing.step() if checked.spec.step else _model(drawing)
    boxes = (first, *beside)
    if len(boxes) == 1 and not first.badges:
        boxes = (replace(first, name="", word=""),)
    spec, lines = checked.spec, drawing.lines
    marked = tuple(_marked(box, lines.penalized) for box in boxes)
    return Picture(spec.name, spec.description, marked, tuple(lines.edges))


def _drawn_beside(drawing: StepDrawing) -> Iterable[Scope]:
    spec = drawing.spec
    for kind, scopes in (
        ("network", spec.networks),
        ("block", spec.blocks),
        ("layer", spec.layers),
    ):
        for name, scope in scopes.items():
            if (kind, name) not in drawing.in_place:
                yield scope


def _model(drawing: StepDrawing) -> Box:
    """Draw a model with its objective."""
    spec = drawing.spec
    place = Place("model")
    names: dict[str, Source] = {}
    inputs = drawing.inputs(spec.main.inputs, place, names)
    above = tuple(names[entry.name] for entry in spec.main.entering)
    parts = drawing.nodes(spec.main.nodes, place, names, above[:1])
    outputs = drawing.outputs(spec.main, place, names)
    objective = Objective(drawing.facts, drawing.lines, place.id, names)
    terms = objective.parts((*spec.losses, *spec.penalties, *spec.metrics))
    badges = drawing.counted(drawing.facts.overview.count)
    return Box(place.id, "model", "model", badges, (*inputs, *parts, *outputs, *terms))


def _beside(drawing: StepDrawing, scope: Scope) -> Box:
    """Draw a network, block or layer that is used more than once."""
    own = frozenset(scope.params) if scope.parametric else frozenset()
    id = f"{scope.kind}-{scope.name}"
    path = (scope.name,) if scope.kind == "network" else (id,)
    place = Place(id, path, own, muted=not drawing.trained(scope))
    badges = drawing.badges(scope)
    box = Box(
        id,
        scope.kind,
        scope.name,
        badges,
        at=scope.at,
        about=scope.description,
        muted=place.muted,
        word=scope.kind,
    )
    drawing.lines.by_path[path] = id
    if scope.like:
        return box
    names: dict[str, Source] = {}
    inputs = drawing.inputs(scope.inputs, place, names)
    above = tuple(names[entry.name] for entry in scope.entering)
    parts, given = drawing.body(scope, place, names, above)
    outputs = drawing.given(scope, place, given)
    return replace(box, parts=(*inputs, *parts, *outputs))


def _marked(box: Box, penalized: set[str]) -> Box:
    """Mark the nodes that penalties read."""

    def mark(part: Part) -> Part:
        if isinstance(part, Box):
            return _marked(part, penalized)
        made = part.role not in ("input", "target")
        held = part.penalized or (made and part.id in penalized)
        return replace(part, penalized=held)

    return replace(box, parts=tuple(map(mark, box.parts)))
