"""A model as sheets: its parts, its terms, its steps, its totals."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from kauxgen.overview import Cost, Count, Mark, Overview, Part, PhaseView, Row
from kauxgen.summaries.sheet import Column, Line, Sheet
from kauxgen.summaries.words import (
    at_least,
    cost_words,
    count_words,
    shape_word,
    shape_words,
    weight_words,
)

_LONG = 80
_ROWS = (
    Column("name"),
    Column("layer"),
    Column("output shape"),
    Column("params", True),
    Column("multiply-adds", True),
    Column("connected to"),
    Column("terms"),
)
_TERMS = (
    Column("logged as"),
    Column("role"),
    Column("weight"),
    Column("what"),
    Column("place"),
)
_PHASES = (
    Column("phase"),
    Column("updates"),
    Column("params", True),
    Column("runs", True),
    Column("optimizer"),
    Column("minimizes"),
)
_KEPT = (Column("name"), Column("what"), Column("shape"))
_TOTALS = (
    Column("of"),
    Column("params", True),
    Column("trainable", True),
    Column("non-trainable", True),
    Column("multiply-adds", True),
)


def sheets(model: Overview) -> Iterator[Sheet]:
    """Yield the tables of a model: its parts, its terms, its steps, its totals."""
    shown = [*model.networks, model.main]
    shown += [phase.part for phase in model.phases]
    shown += [model.evaluation] if model.evaluation else []
    for part in shown:
        if part.rows or part.kind == "main":
            yield part_sheet(part, model).filled()
    if model.phases:
        yield Sheet("phases", (), _PHASES, tuple(map(_phase, model.phases))).filled()
    if model.state or model.averages:
        yield Sheet("kept from step to step", (), _KEPT, tuple(_kept(model))).filled()
    terms = tuple(_term(mark, model) for mark in model.terms)
    yield Sheet("losses, penalties and metrics", (), _TERMS, terms).filled()
    yield Sheet("totals", (), _TOTALS, tuple(_totals(model)))


def part_sheet(part: Part, model: Overview) -> Sheet:
    """Lay out the rows of a list of nodes."""
    remarks = (part.description,) if part.kind == "network" and part.description else ()
    lines = _part_lines(part)
    origin = next((one for one in model.networks if one.name == part.like), None)
    if origin is not None and _part_lines(origin) == lines:
        lines = ()
    return Sheet(_title(part, model), remarks, _ROWS, lines)


def _part_lines(part: Part) -> tuple[Line, ...]:
    lines = [_line(row, 0) for row in part.inputs]
    return (*lines, *(line for row in part.rows for line in _nested(row, 0)))


def _title(part: Part, model: Overview) -> str:
    if part.kind != "network":
        forward = "forward" if part.rows else "batch"
        words = {"main": forward if model.phases else "model"}
        own = "" if part.kind in ("main", "evaluation") else f" {part.name}"
        return f"{words.get(part.kind, part.kind)}{own}"
    copies = "" if part.copies is None else f"list of {part.copies}"
    like = f"like {part.like}" if part.like else ""
    frozen = "" if part.trainable else "frozen"
    calls = {1: "called once", 2: "called twice"}.get(part.calls, "")
    calls = calls or f"called {part.calls} times"
    said = ", ".join(filter(None, (copies, like, frozen, calls)))
    return f"network {part.name} ({said})"


def _nested(row: Row, depth: int) -> Iterator[Line]:
    yield _line(row, depth)
    for inner in row.body:
        yield from _nested(inner, depth + 1)


def _line(row: Row, depth: int) -> Line:
    penalized = any(mark.role == "penalty" for mark in row.marks)
    frozen = not row.trainable and row.count.total > 0
    cells = (
        (row.name,),
        (_layer(row, frozen),),
        tuple(shape_words(row)),
        (_params(row),),
        (cost_words(row.cost, row.rounds > 0),),
        row.inputs,
        tuple(dict.fromkeys(_marked(row))),
    )
    return Line(cells, depth, "penalty" if penalized else "frozen" if frozen else "")


def _layer(row: Row, frozen: bool) -> str:
    """Say what a row is, in the words of the spec."""
    said = {
        "expr": f"= {textwrap.shorten(row.what, _LONG, placeholder=' ...')}",
        "repeat": f"repeat x {row.times}",
        "network": f"network {row.what}",
        "block": f"block {row.what}",
        "reuse": f"{row.what}, again",
        "input": "target input" if row.target else "Input",
        "tap": "inner layer",
    }.get(row.kind, row.what)
    rounds = f" x {row.rounds}" if row.rounds > 1 and row.kind != "repeat" else ""
    return f"{said}{rounds}{', imported' * row.imported}{', frozen' * frozen}"


def _params(row: Row) -> str:
    if row.shares:
        return f"as {row.shares[-1]}"
    held = row.kind not in ("input", "expr", "tap") or row.count.total
    return count_words(row.count) if held else ""


def _marked(row: Row) -> Iterator[str]:
    """Yield the terms that read a row, penalties with their weights."""
    for mark in row.marks:
        target = any(spot.path == row.path for spot in mark.targets)
        yield f"target of {mark.title}" if target else f"{mark.role} {weighed(mark)}"


def weighed(mark: Mark) -> str:
    """Name a term with its weight, if it has one that is not 1."""
    weight = weight_words(mark)
    return mark.title if weight in ("", "1") else f"{mark.title} * {weight}"


def _phase(phase: PhaseView) -> Line:
    terms = (mark for mark in phase.terms if mark.role != "metric")
    cells = (
        (phase.name,),
        phase.updates,
        (f"{phase.trained.trainable:,}",),
        (str(phase.repeat) if phase.repeat > 1 else "",),
        (phase.optimizer,),
        tuple(map(weighed, terms)),
    )
    return Line(cells)


def _kept(model: Overview) -> Iterator[Line]:
    for one in model.state:
        shape = shape_word(one.type).replace("(batch", "(any", 1)
        yield Line(((one.name,), ("state",), (shape,)))
    for average in model.averages:
        every = f", every {average.every} steps" if average.every != 1 else ""
        what = f"average of {average.source}, decay {average.decay}{every}"
        yield Line(((average.target,), (what,), ()))


def _term(mark: Mark, model: Overview) -> Line:
    parts = {part.at: part for part in model.parts}
    owner = parts.get(mark.owner)
    inner = mark.owner.rpartition("/")[2] if owner is None else _place(owner)
    when = "" if not mark.training else "training only"
    what = tuple(filter(None, (mark.formula, when)))
    role = "penalty" if mark.role == "penalty" else ""
    return Line(
        ((mark.log,), (mark.role,), (weight_words(mark),), what, (inner,)), 0, role
    )


def _place(part: Part) -> str:
    """Say whose term it is; nothing for the model's own."""
    if part.kind in ("main", "evaluation"):
        return part.kind.removeprefix("main")
    return f"{part.kind} {part.name}"


def _totals(model: Overview) -> Iterator[Line]:
    for part in model.networks:
        copies = part.copies or 1
        title = part.name if copies == 1 else f"{part.name} x {copies}"
        yield _total(title, part.own.times(copies), part.cost)
    if model.networks and model.main.own.total:
        yield _total("own layers", model.main.own, Cost())
    if model.kept.total:
        yield _total("kept beside layers", model.kept, Cost())
    cost = Cost() if model.phases else model.main.cost
    yield _total("model", model.count, cost, "total")


def _total(title: str, count: Count, cost: Cost, mark: str = "") -> Line:
    numbers = (count.trainable, count.non_trainable)
    cells = (
        (title,),
        (count_words(count),),
        *((at_least(number, count.known),) for number in numbers),
        (cost_words(cost),),
    )
    return Line(cells, 0, mark)


def closing(model: Overview) -> Iterator[str]:
    """Yield what is said below: what is logged, and what predicts."""
    if model.logs:
        yield f"logs: {', '.join(model.logs)}"
    if model.inference:
        yield f"predicts: {model.inference}"
