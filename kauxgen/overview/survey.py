"""Describes a checked spec: networks before those that call them, then the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from graphlib import TopologicalSorter
from math import prod
from typing import Any

from kauxgen.checked import Checked
from kauxgen.overview.kept import kept
from kauxgen.overview.marks import Marker
from kauxgen.overview.rows import Lister
from kauxgen.overview.seen import Seen, gather
from kauxgen.overview.values import Cost, Count, Mark, Row, Spot, walk
from kauxgen.overview.views import AverageView, Overview, Part, PhaseView, StateView
from kauxgen.overview.wording import words
from kauxgen.rules.cycles import networks_called
from kauxgen.rules.logs import TOTAL, log_name, logged
from kauxgen.rules.step_logs import fixed, trained
from kauxgen.spec import Phase, Scope, Spec, Term
from kauxgen.tensor import TensorType
from kauxgen.values import Expr, Value


class Survey:
    """Describes one spec; networks are known before those that call them."""

    def __init__(self, checked: Checked, style: str) -> None:
        """Gather what checking saw."""
        self.checked = checked
        self.style = style
        self.spec: Spec = checked.spec
        self.seen: Seen = gather(checked.trace, self.spec)
        self.terms = Marker(checked).marks()
        self.marks = _by_spot(self.terms)
        self.owned = _by_owner(self.terms)
        self.parts: dict[str, Part] = {}
        self.known: dict[str, tuple[Count, Cost]] = {}

    def overview(self) -> Overview:
        """Describe all."""
        for name in self.order():
            part = self.parts[name] = self.part(self.spec.networks[name])
            self.known[name] = self.held([name, *part.networks]), part.cost
        step = self.spec.step
        main = self.part(self.spec.main)
        phases = tuple(map(self.phase, step.phases)) if step else ()
        own = step.evaluation if step else None
        evaluation = self.part(own.scope) if own else None
        layers = self.held(self.spec.networks) + main.own
        return Overview(
            name=self.spec.name,
            description=self.spec.description,
            networks=self.called((main, *(one.part for one in phases), evaluation)),
            main=main,
            phases=phases,
            evaluation=evaluation,
            state=tuple(self.state()),
            averages=tuple(self.averages()),
            terms=self.terms,
            logs=self.logs(),
            inference=self.inference(),
            layers=layers,
            kept=self.kept(),
            count=layers + self.kept(),
        )

    def order(self) -> Iterable[str]:
        """Return the networks, callees first."""
        known = self.spec.networks
        callees = {
            name: [one for one in networks_called(scope) if one in known]
            for name, scope in known.items()
        }
        return TopologicalSorter(callees).static_order()

    def part(self, scope: Scope) -> Part:
        """Describe one list of nodes."""
        lister = Lister(
            self.checked, self.seen, self.marks, scope, self.owned, self.known
        )
        rows = lister.rows()
        called = list(lister.called)
        below = {name for one in called for name in self.parts[one].networks}
        reached = below.union(called)
        names = tuple(name for name in self.spec.networks if name in reached)
        held = (row.count for row in walk(rows) if row.kind in _HOLDERS)
        own = sum(held, Count())
        return Part(
            name=scope.name,
            kind=scope.kind,
            at=scope.at,
            description=scope.description,
            inputs=lister.inputs(),
            rows=rows,
            outputs=tuple(" ".join(one.text.split()) for one in scope.outputs),
            own=own,
            count=own + self.held(names),
            cost=sum((row.cost for row in rows), Cost()),
            trainable=scope.trainable,
            like=scope.like,
            copies=self.copies(scope),
            networks=names,
        )

    def copies(self, scope: Scope) -> int | None:
        """Return how many networks a list of them holds, None for a single network."""
        return None if scope.count is None else self.seen.copies[scope.name]

    def held(self, names: Iterable[str]) -> Count:
        """Count the weights of some networks, without those that they call."""
        parts = [self.parts[name] for name in names]
        return sum((one.own.times(one.copies or 1) for one in parts), Count())

    def called(self, others: Iterable[Part | None]) -> tuple[Part, ...]:
        """Return the networks with how often they are called."""
        lists = [*self.parts.values(), *(one for one in others if one is not None)]
        calls = Counter(
            name for one in lists for row in one.walk() for name in _calls(row)
        )
        calls.update(name for term in self.terms for name in term.networks)
        return tuple(
            replace(self.parts[name], calls=calls[name]) for name in self.spec.networks
        )

    def phase(self, phase: Phase) -> PhaseView:
        """Describe a phase."""
        optimizer = phase.optimizer or self.spec.training.optimizer
        updates = tuple(update.network for update in phase.update)
        below = {one for name in updates for one in self.parts[name].networks}
        return PhaseView(
            name=phase.name,
            at=phase.at,
            description=phase.scope.description,
            updates=updates,
            optimizer=words(optimizer) if optimizer else "",
            repeat=self.number(phase.repeat),
            terms=tuple(one for one in self.terms if one.owner == phase.at),
            part=self.part(phase.scope),
            trained=self.held({*updates, *below}),
        )

    def kept(self) -> Count:
        """Count what the model keeps beside the weights of layers."""
        averages = self.spec.step.averages if self.spec.step else ()
        every = any(one.every != 1 for one in averages)  # a param may be other than 1
        sizes = (_size(one) for one in self.state())
        return sum(sizes, kept(self.spec, self.style, every))

    def averages(self) -> Iterator[AverageView]:
        """Yield the networks that follow others."""
        for one in self.spec.step.averages if self.spec.step else ():
            decay, every = self.number(one.decay), self.number(one.every)
            yield AverageView(one.at, one.target, one.source, decay, every)

    def state(self) -> Iterator[StateView]:
        """Yield what a step keeps."""
        for one in self.spec.step.state if self.spec.step else ():
            found = self.checked.shapes[one.at]
            assert isinstance(found, TensorType)
            yield StateView(one.name, one.at, one.description, found)

    def logs(self) -> tuple[str, ...]:
        """Return the names that training logs, without those of validation."""
        if self.spec.step is None:
            return tuple(sorted(filter(None, logged(self.spec)), key=_total_first))
        every = (*fixed(self.spec, self.spec.step), *map(log_name, self.stepped()))
        return tuple(dict.fromkeys(name for name in every if name))

    def stepped(self) -> tuple[Term, ...]:
        """Return the terms and metrics that a step logs in training."""
        return trained(self.spec, self.spec.step) if self.spec.step else ()

    def inference(self) -> str:
        """Say what predicts: a network, or a cut of the model; "" for the model."""
        stated = self.spec.inference
        if stated is None or stated.network is not None:
            return (stated and stated.network) or ""
        ends = [
            ", ".join(one.text for one in each)
            for each in (stated.inputs, stated.outputs)
        ]
        return " -> ".join(ends)

    def number(self, value: Value) -> Any:
        """Return a value, if it is computed what it comes to."""
        return self.checked.values[value.at] if isinstance(value, Expr) else value


def _total_first(name: str) -> int:
    """Order names of logs: the total, then the others as they stand."""
    return int(name != TOTAL)


_HOLDERS = ("layer", "application")
"""The kinds of rows that have weights of their own."""


def _calls(row: Row) -> tuple[str, ...]:
    """Return the networks that a row itself calls, once a round."""
    return row.networks * row.rounds


def _by_spot(terms: Iterable[Mark]) -> Mapping[Spot, list[Mark]]:
    """Return the marks of each place."""
    found: dict[Spot, list[Mark]] = {}
    for mark in terms:
        for spot in dict.fromkeys((*mark.on, *mark.targets)):
            found.setdefault(spot, []).append(mark)
    return found


def _by_owner(terms: Iterable[Mark]) -> Mapping[str, list[Mark]]:
    """Return the marks of each list of nodes, by its pointer."""
    found: dict[str, list[Mark]] = {}
    for mark in terms:
        found.setdefault(mark.owner, []).append(mark)
    return found


def _size(state: StateView) -> Count:
    """Count the numbers that a step keeps in a tensor."""
    return Count(0, prod(size or 1 for size in state.type.shape))
