"""A spec as things to compare, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kauxgen.changes.change import Level
from kauxgen.changes.definitions import Definitions
from kauxgen.changes.inputs import inputs_of
from kauxgen.changes.lists import Lists
from kauxgen.changes.objectives import Objectives
from kauxgen.changes.steps import Steps
from kauxgen.changes.things import Field, Selected, Thing, entry
from kauxgen.changes.trainings import Trainings
from kauxgen.checked import Checked
from kauxgen.spec import Silence, Spec

Names = Mapping[str, str]


class Inventory:
    """The things of a checked spec.

    `root` is the spec, `things` all of them by id. `callables` are the names of what
    expressions call, `inner` says what paths lead to below a thing.
    """

    def __init__(self, checked: Checked) -> None:
        """Make the things."""
        self.checked = checked
        self.spec: Spec = checked.spec
        self.callables: dict[str, str] = dict(_callables(self.spec))
        self.lists = Lists(self.spec)
        self.inner: Mapping[str, Names] = self.lists.inner
        for one in self.spec.networks.values():
            self.lists.inner[one.at] = self.lists.names_of(one.nodes)
        terms = Objectives(checked, self.callables, self.inner)
        self.parts = Definitions(self.spec, self.lists, terms)
        self.trainings = Trainings(self.spec, self.parts)
        self.steps = Steps(self.spec, self.parts)
        self.root = Thing(
            "", "spec", "spec", self.spec.name, "", children=tuple(self.children())
        )
        self.things = {thing.id: thing for thing in self.root.walk()}

    def children(self) -> Iterator[Thing]:
        """Yield what stands at the top of a spec."""
        yield from self.identity()
        yield from self.parts.imports()
        yield from self.parts.params(self.spec.params, "", "", True)
        yield from self.parts.all()
        yield from map(self.parts.network, self.spec.networks.values())
        yield from self.model()
        yield from self.stepped()
        yield self.trainings.inference(self.spec.inference)
        yield from self.trainings.training()
        for silence in self.spec.silences:
            yield self.silence(silence)

    def identity(self) -> Iterator[Thing]:
        """Yield what a spec says of itself."""
        spec = self.spec
        for key, value, default, level in (
            ("name", spec.name, None, Level.INTERFACE),
            ("description", spec.description, "", Level.DOCS),
            ("style", spec.style or "functional", "functional", Level.TRAINING),
            ("backend", spec.backend, "any", Level.INTERFACE),
            ("keras", spec.keras or "3.8", "3.8", Level.INTERFACE),
        ):
            fields = (entry("value", value, level, default),)
            yield self.trainings.single(f"/{key}", key, fields, {})

    def model(self) -> Iterator[Thing]:
        """Yield the model's inputs, nodes, outputs and terms."""
        spec, names = self.spec, self.parts.names(self.spec.main)
        yield from inputs_of(spec.inputs, "", names, True)
        if spec.step is None:
            yield from self.parts.nodes(spec.main, names, "")
            fields = (Field("value", spec.main.outputs, Level.INTERFACE),)
            yield self.trainings.single("/outputs", "outputs", fields, names)
        terms = (*spec.losses, *spec.penalties, *spec.metrics)
        yield from self.parts.terms.things(terms, names, "", Level.LOSS)

    def stepped(self) -> Iterator[Thing]:
        """Yield a step and what goes with it."""
        step = self.spec.step
        if step is None:
            return
        yield from map(self.steps.state, step.state)
        yield self.steps.step(step)
        yield from map(self.steps.average, step.averages)
        if step.evaluation is not None:
            yield self.steps.evaluation(step.evaluation)

    def silence(self, one: Silence) -> Thing:
        """Make the thing of a silenced warning."""
        fields = (
            Field("code", one.code, Level.DOCS),
            Field("at", self.place(one.place), Level.DOCS),
            Field("reason", one.reason, Level.DOCS),
        )
        level = Level.DOCS
        path = f"silence.{one.code}"
        return Thing(
            one.at, "silence", "", path, "silences", fields, gone=level, come=level
        )

    def place(self, place: str | None) -> object:
        """Return the thing that a dotted path means, as far as it is known."""
        if place is None:
            return None
        terms = {one.name: one.at for one in (*self.spec.terms, *self.spec.metrics)}
        names = {**terms, **self.parts.names(self.spec.main)}
        path = self.parts.terms.path(place.split("."), names)
        return Selected(place, frozenset([path]))


def _callables(spec: Spec) -> Iterator[tuple[str, str]]:
    for network in spec.networks.values():
        yield network.name, network.at
    for one in spec.imports.values():
        yield one.name, one.at
    for definition in spec.definitions:
        if definition.family == "function":
            yield definition.name, definition.at
