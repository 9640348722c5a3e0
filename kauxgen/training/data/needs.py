"""What the data of a model must be: its inputs and targets, and the form of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kauxgen.checked import Checked
from kauxgen.frozen import frozen
from kauxgen.nodes import Input
from kauxgen.rules.sources import Sources
from kauxgen.source import Document
from kauxgen.spec import Pattern
from kauxgen.spec import names_in as bound
from kauxgen.tensor import Shape, TensorType
from kauxgen.training.data import answers, classes
from kauxgen.training.data.values import (
    BITS,
    LABELS,
    UNIT,
    Form,
    Need,
    Values,
    names_in,
)

_IMAGE = 3
"""The rank of a row that is an image."""


@frozen
class Needs:
    """The arrays that a model is trained on.

    `x` and `y` say how `train` takes them: an array by its name, arrays by name, or, of
    a step, the pattern of its batches; `y` is None where nothing is compared with it.
    `held_out` is what evaluation takes as `x`. `document` gives findings their places.
    """

    inputs: tuple[Need, ...]
    targets: tuple[Need, ...]
    x: Form
    y: Form | None
    held_out: Form
    is_step: bool = False
    document: Document | None = None

    @property
    def arrays(self) -> tuple[Need, ...]:
        """All arrays, inputs first."""
        return (*self.inputs, *self.targets)

    @property
    def trained(self) -> tuple[Need, ...]:
        """The arrays that training takes; evaluation alone may take others."""
        wanted = {*names_in(self.x), *(names_in(self.y) if self.y else ())}
        return tuple(need for need in self.arrays if need.name in wanted)

    @property
    def wanted(self) -> tuple[Need, ...]:
        """What should come out: the targets; without any, inputs that are labels."""
        if self.targets:
            return self.targets
        trained = self.trained
        labels = tuple(need for need in trained if need.answers or _is_label(need))
        return labels if len(labels) < len(trained) else ()

    @property
    def given(self) -> tuple[Need, ...]:
        """What goes in: the arrays of training but for those that are wanted."""
        wanted = self.wanted
        return tuple(need for need in self.trained if need not in wanted)

    def find(self, name: str) -> Need | None:
        """Find an array by its name."""
        return next((need for need in self.arrays if need.name == name), None)


def _is_label(need: Need) -> bool:
    return need.is_whole and need.shape == ()


def of(checked: Checked, document: Document | None = None) -> Needs:
    """Work out what a spec trains on."""
    spec = checked.spec
    inputs = tuple(_inputs(checked))
    if spec.step is not None:
        own = spec.step.evaluation
        held_out = _form(own.batch) if own else _form(spec.step.batch)
        used = {*bound(spec.step.batch), *(names_in(held_out))}
        inputs = tuple(need for need in inputs if need.name in used)
        x = _form(spec.step.batch)
        return Needs(inputs, (), x, None, held_out, True, document)
    targets = answers.of(checked)
    named: Mapping[str, Form] = {one.name: one.name for one in inputs}
    x = named if len(inputs) > 1 else inputs[0].name
    return Needs(inputs, targets, x, _y(targets), x, False, document)


def _form(pattern: Pattern) -> Form:
    return pattern if isinstance(pattern, str) else tuple(map(_form, pattern))


def _y(targets: tuple[Need, ...]) -> Form | None:
    if not targets:
        return None
    if targets[0].name == "y":
        return "y"
    return {one.name.partition(".")[2]: one.name for one in targets}


def _inputs(checked: Checked) -> Iterator[Need]:
    counted = classes.of(checked)
    made = dict(_made(checked))
    for entry in checked.spec.inputs:
        found = checked.shapes[entry.at]
        assert isinstance(found, TensorType)
        shape = tuple(found.shape[1:])
        need = Need(entry.name, shape, found.dtype, at=entry.at, answers=entry.target)
        yield replace(need, values=_values(entry, shape, counted, made))


def _values(
    entry: Input,
    shape: Shape,
    counted: Mapping[str, Values],
    made: Mapping[Shape, Values],
) -> Values:
    if "int" in entry.dtype:
        plain = Values(LABELS, 0) if entry.target else Values(LABELS)
        return counted.get(entry.name, plain)
    if entry.dtype == "bool":
        return Values(BITS, 0, 1)
    image = UNIT if len(shape) == _IMAGE else Values()
    return made.get(shape, image) if shape else image


def _made(checked: Checked) -> Iterator[tuple[Shape, Values]]:
    """Yield the bounded ranges of what the model makes, by the shape of a row.

    What is made in the shape of an input is compared with it sooner or later: an
    autoencoder's image, a generator's.
    """
    sources = Sources(checked.spec, checked.trace)
    scopes = (*checked.spec.built.values(), checked.spec.main)
    for scope in scopes:
        for output in scope.outputs:
            given = checked.types.get(output.tree)
            spread = sources.range(output.tree, scope)
            if isinstance(given, TensorType) and spread is not None:
                values = Values("numbers", spread.low, spread.high)
                if values.bounded and spread.word != "softmax":
                    yield tuple(given.shape[1:]), values
