"""Steps with phases, what they keep, and their evaluation as things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kauxgen.changes.change import Level
from kauxgen.changes.definitions import Definitions
from kauxgen.changes.things import Field, Thing, To, entry
from kauxgen.changes.trainings import gradient_fields, optimizer_fields
from kauxgen.frozen import frozen
from kauxgen.spec import (
    Assignments,
    Average,
    Evaluation,
    Pattern,
    Phase,
    Scope,
    Spec,
    State,
    Step,
    Term,
)

Names = Mapping[str, str]
_TRAINING, _LOSS = Level.TRAINING, Level.LOSS


@frozen
class Steps:
    """Makes the things of a step."""

    spec: Spec
    parts: Definitions

    def step(self, step: Step) -> Thing:
        """Make the thing of a step with its phases."""
        main = self.spec.main
        names = self.names(main)
        inputs = self.inputs()
        fields = (
            Field("batch", _pattern(step.batch, inputs), Level.INTERFACE),
            entry("tape", "shared" if step.shared else "per_phase", _TRAINING),
            *self.assigned(step.assign),
        )
        children = (
            *self.parts.lists.nodes(main.nodes, names, "step.", None),
            *(self.phase(one, names) for one in step.phases),
        )
        level = Level.INTERFACE
        return Thing(
            "/step",
            "step",
            "step",
            "step",
            "single",
            fields,
            names,
            children=children,
            gone=level,
            come=level,
        )

    def names(self, scope: Scope) -> dict[str, str]:
        """Return the names that a pass of a step sees: inputs, state and tensors."""
        step = self.spec.step
        kept = {one.name: one.at for one in step.state} if step else {}
        return {**self.parts.names(self.spec.main), **self.inputs(), **kept} | (
            self.parts.lists.names_of(scope.nodes)
        )

    def inputs(self) -> dict[str, str]:
        """Return the inputs of the model by name."""
        return {one.name: one.at for one in self.spec.inputs}

    def phase(self, phase: Phase, names: Names) -> Thing:
        """Make the thing of a phase."""
        above = f"{phase.name}."
        seen = {**names, **self.parts.lists.names_of(phase.scope.nodes)}
        networks = self.spec.networks
        updated = tuple(To(networks[u.network].at, u.network) for u in phase.update)
        fields = (
            Field("updates", updated),
            entry("repeat", phase.repeat, _TRAINING, 1),
            *optimizer_fields(phase.optimizer, "optimizer", self.spec),
            *gradient_fields(phase.gradients),
            *self.assigned(phase.assign),
            entry("description", phase.scope.description, Level.DOCS, ""),
        )
        terms = (*phase.terms, *phase.metrics)
        return Thing(
            id=phase.at,
            subject="phase",
            name=phase.name,
            path=phase.name,
            group="phases",
            fields=fields,
            names=seen,
            children=self.passed(phase.scope, seen, above, terms, _LOSS),
            ordered=True,
            gone=_LOSS,
            come=_LOSS,
        )

    def passed(
        self,
        scope: Scope,
        names: Names,
        above: str,
        terms: Iterable[Term],
        level: Level,
    ) -> tuple[Thing, ...]:
        """Return the nodes and terms of a pass."""
        nodes = self.parts.lists.nodes(scope.nodes, names, above, None)
        return (*nodes, *self.parts.terms.things(terms, names, above, level))

    def evaluation(self, one: Evaluation) -> Thing:
        """Make the thing of an evaluation of its own."""
        names = self.names(one.scope)
        terms = (*one.terms, *one.metrics)
        batch = Field("batch", _pattern(one.batch, self.inputs()), Level.INTERFACE)
        about = entry("description", one.scope.description, Level.DOCS, "")
        return Thing(
            one.at,
            "evaluation",
            "evaluation",
            "evaluation",
            "single",
            (batch, about),
            names,
            children=self.passed(one.scope, names, "evaluation.", terms, _TRAINING),
            gone=Level.INTERFACE,
            come=Level.INTERFACE,
        )

    def assigned(self, values: Assignments) -> Iterator[Field]:
        """Yield the new values of the state."""
        kept = {
            one.name: one.at for one in (self.spec.step.state if self.spec.step else ())
        }
        for name, expr in values:
            yield Field(f"assign {name}", expr, local=kept.get(name, ""))

    def state(self, one: State) -> Thing:
        """Make the thing of a tensor that a step keeps."""
        level = Level.WEIGHTS
        fields = (
            Field("shape", one.shape, level),
            entry("dtype", one.dtype, level, "float32"),
            Field("initial", one.initial, _TRAINING),
            entry("description", one.description, Level.DOCS, ""),
        )
        names = self.parts.names(self.spec.main)
        return Thing(
            one.at,
            "state",
            one.name,
            one.name,
            "state",
            fields,
            names,
            gone=level,
            come=level,
            named=level,
        )

    def average(self, one: Average) -> Thing:
        """Make the thing of a network that follows another."""
        networks = self.spec.networks
        fields = (
            Field("kind", To(networks[one.target].at, one.target), _TRAINING),
            Field("source", To(networks[one.source].at, one.source), _TRAINING),
            Field("decay", one.decay, _TRAINING),
            entry("every", one.every, _TRAINING, 1),
        )
        return Thing(
            one.at,
            "average",
            "",
            f"ema.{one.target}",
            "averages",
            fields,
            self.parts.names(self.spec.main),
            gone=_TRAINING,
            come=_TRAINING,
        )


def _pattern(pattern: Pattern, inputs: Names) -> Any:
    """Return what a batch holds, with the inputs that it names."""
    if isinstance(pattern, str):
        return To(inputs[pattern], pattern) if pattern in inputs else pattern
    return tuple(_pattern(one, inputs) for one in pattern)
