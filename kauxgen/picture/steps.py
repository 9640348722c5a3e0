"""Training steps as parts of a picture: phases with what they update, and networks."""

from __future__ import annotations

from collections.abc import Iterable

from kauxgen.nodes import Input
from kauxgen.overview import Count
from kauxgen.picture.drawing import Place
from kauxgen.picture.facts import parameters
from kauxgen.picture.kinds import KindDrawing
from kauxgen.picture.model import Badge, Box, Node, Part
from kauxgen.picture.sources import Source, references
from kauxgen.picture.terms import Objective
from kauxgen.picture.words import formula
from kauxgen.spec import Assignments, Evaluation, Phase, Scope, Step


class StepDrawing(KindDrawing):
    """Draws what stands around lists of nodes: inputs, outputs, networks, steps."""

    def inputs(
        self, entries: Iterable[Input], place: Place, names: dict[str, Source]
    ) -> list[Part]:
        """Draw inputs; add them to the names."""
        parts: list[Part] = []
        for entry in entries:
            id = place.of(entry.name)
            role = "target" if entry.target else "input"
            node = Node(
                id,
                role,
                entry.name,
                "target" if entry.target else "input",
                self.facts.shape(entry.at) if entry.shape or not place.own else "",
                at=entry.at,
                about=entry.description,
                full=self.facts.full(entry.at),
            )
            parts.append(node)
            names[entry.name] = Source(id)
        return parts

    def outputs(
        self, scope: Scope, place: Place, names: dict[str, Source]
    ) -> list[Part]:
        """Draw the outputs of a model."""
        found = [next(references(one.tree, names)) for one in scope.outputs]
        return self.given(scope, place, found)

    def given(self, scope: Scope, place: Place, sources: list[Source]) -> list[Part]:
        """Draw what a list of nodes gives."""
        parts: list[Part] = []
        for index, source in enumerate(sources):
            word = "output" if len(sources) == 1 else f"output {index + 1}"
            node = Node(place.of(f"output:{index}"), "output", word)
            self.lines.connect([source], node.id)
            parts.append(node)
        return parts

    def counted(self, count: Count) -> tuple[Badge, ...]:
        """Return the badge of a count of parameters, if there are any."""
        text = parameters(count)
        return (Badge(text),) if text else ()

    def trained(self, scope: Scope) -> bool:
        """Say whether training moves a network by gradients."""
        step = self.spec.step
        averaged = step is not None and any(
            one.target == scope.name for one in step.averages
        )
        return scope.trainable and not (scope.kind == "network" and averaged)

    def badges(self, scope: Scope) -> tuple[Badge, ...]:
        """Return the badges of a network, block or layer that is drawn for itself."""
        if scope.kind != "network":
            return ()
        badges: list[Badge] = []
        parts = {part.name: part for part in self.facts.overview.networks}
        part = parts.get(scope.name)
        if scope.like:
            badges.append(Badge(f"like {scope.like}, weights of its own"))
        if scope.count is not None and part is not None:
            badges.append(Badge(f"× {part.copies}", "rounds"))
        step = self.spec.step
        if step is not None:
            updating = [
                phase.name
                for phase in step.phases
                if any(one.network == scope.name for one in phase.update)
            ]
            if updating:
                badges.append(Badge(f"updated by {', '.join(updating)}", "update"))
            for one in step.averages:
                if one.target == scope.name:
                    decay = self.facts.values.word(one.decay)
                    often = self.facts.values.word(one.every)
                    every = f", every {often} steps" if often != "1" else ""
                    what = (
                        f"copy of {one.source}"
                        if decay in ("0", "0.0")
                        else f"moving average of {one.source}, decay {decay}"
                    )
                    badges.append(Badge(f"{what}{every}"))
        if not scope.trainable:
            badges.append(Badge("frozen"))
        if part is not None and not scope.like:
            badges += self.counted(part.count)
        return tuple(badges)

    def step(self) -> Box:
        """Draw a training step with its phases."""
        step = self.spec.step
        assert step is not None
        place = Place("step")
        names: dict[str, Source] = {}
        parts = self.inputs(self.spec.main.inputs, place, names)
        parts += self.states(step, place, names)
        entering = tuple(names[one.name] for one in self.spec.main.inputs[:1])
        parts += self.nodes(self.spec.main.nodes, place, names, entering)
        for index, phase in enumerate(step.phases):
            parts.append(self.phase(phase, index, names))
        if step.evaluation:
            parts.append(self.evaluation(step.evaluation, place, names))
        parts += self.assigned(step.assign, place, names)
        badges = (Badge("one forward pass, all gradients before any update"),)
        return Box(
            place.id,
            "step",
            "training step",
            badges if step.shared else (),
            tuple(parts),
            at=step.at,
        )

    def states(self, step: Step, place: Place, names: dict[str, Source]) -> list[Part]:
        """Draw the tensors that a step keeps."""
        parts: list[Part] = []
        for one in step.state:
            id = place.of(one.name)
            node = Node(
                id,
                "state",
                one.name,
                "state",
                self.facts.shape(one.at),
                at=one.at,
                about=one.description,
                full=self.facts.full(one.at),
            )
            parts.append(node)
            names[one.name] = Source(id)
        return parts

    def phase(self, phase: Phase, index: int, names: dict[str, Source]) -> Box:
        """Draw a phase."""
        place = Place(f"step.phase-{phase.name}")
        inner = dict(names)
        entering = tuple(names[one.name] for one in self.spec.main.inputs[:1])
        parts = self.nodes(phase.scope.nodes, place, inner, entering)
        outer = frozenset(source.id for source in names.values())
        terms = (*phase.terms, *phase.metrics)
        objective = Objective(self.facts, self.lines, place.id, inner, outer)
        parts += objective.parts(terms)
        parts += self.assigned(phase.assign, place, inner)
        often = self.facts.values.word(phase.repeat)
        updates = ", ".join(one.network for one in phase.update)
        badges = [Badge(f"× {often}", "rounds")] if often != "1" else []
        badges.append(Badge(f"updates {updates}", "update"))
        if phase.optimizer is not None:
            badges.append(Badge(self.facts.values.kind(phase.optimizer)))
        return Box(
            place.id,
            "phase",
            phase.name,
            tuple(badges),
            tuple(parts),
            at=phase.at,
            about=phase.scope.description,
            word=f"phase {index + 1}",
        )

    def evaluation(
        self, own: Evaluation, outside: Place, names: dict[str, Source]
    ) -> Box:
        """Draw what evaluation computes in place of the phases."""
        place = Place("step.evaluation")
        missing = [one for one in own.scope.inputs if one.name not in names]
        inner = dict(names)
        parts = self.inputs(missing, place, inner)
        entering = tuple(inner[one.name] for one in own.scope.inputs[:1])
        parts += self.nodes(own.scope.nodes, place, inner, entering)
        outer = frozenset(source.id for source in names.values())
        objective = Objective(self.facts, self.lines, place.id, inner, outer)
        parts += objective.parts((*own.terms, *own.metrics))
        return Box(
            place.id,
            "evaluation",
            "evaluation",
            parts=tuple(parts),
            at=own.at,
            muted=True,
            word="in place of the phases",
        )

    def assigned(
        self, values: Assignments, place: Place, names: dict[str, Source]
    ) -> list[Part]:
        """Draw what a step keeps for the next batch."""
        parts: list[Part] = []
        for name, expr in values:
            id = place.of(f"assign:{name}")
            text = formula(expr.text)
            parts.append(Node(id, "operation", f"{name} ←", text, at=expr.at))
            self.lines.connect(references(expr.tree, names), id)
        return parts
