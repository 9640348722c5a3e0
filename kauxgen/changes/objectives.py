"""Losses, penalties and metrics as things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kauxgen.changes.change import Level
from kauxgen.changes.kinds import kind_fields
from kauxgen.changes.things import Field, Selected, Thing, To, entry
from kauxgen.checked import Checked
from kauxgen.formula import named_operands
from kauxgen.frozen import frozen
from kauxgen.rules.logs import log_name
from kauxgen.spec import NetworkName, Operand, Term, Weights

Names = Mapping[str, str]


@frozen
class Objectives:
    """Makes things of terms; `inner` says what paths lead to below a thing."""

    checked: Checked
    callables: Names
    inner: Mapping[str, Names]

    def things(
        self, terms: Iterable[Term], names: Names, above: str, level: Level
    ) -> tuple[Thing, ...]:
        """Make the things of terms that see some names."""
        return tuple(self.thing(term, names, above, level) for term in terms)

    def thing(self, term: Term, names: Names, above: str, level: Level) -> Thing:
        """Make the thing of a term; a metric minimizes nothing."""
        level = Level.TRAINING if term.role == "metric" else level
        steps = {name: step.at for name, step in term.let}
        logged = bool(log_name(term))
        return Thing(
            id=term.at,
            subject=term.role,
            name=term.name,
            path=above + (log_name(term) or (term.kind.name if term.kind else "")),
            group=f"{term.role} terms",
            fields=tuple(self.fields(term, names, level)),
            names={**names, **steps},
            locals=steps,
            gone=Level.INTERFACE if logged else level,
            come=level,
            named=Level.INTERFACE,
        )

    def fields(self, term: Term, names: Names, level: Level) -> Iterator[Field]:
        """Yield what is said of a term."""
        spec = self.checked.spec
        if term.kind is not None:
            yield from kind_fields(term.kind, "kind", spec, level)
        yield Field("on", self.operands(term, names), level)
        if term.kind is not None and term.kind.family != "penalty":
            yield entry("target", term.target if term.has_target else "y", level, "y")
        for name, step in term.let:
            yield Field(f"let {name}", step, level, local=step.at)
        if term.expr is not None:
            yield Field("formula", term.expr, level)
        yield entry("weight", term.weight, level, 1)
        yield entry("reduce", term.reduce, level)
        yield entry("when", term.when, level, "always")
        yield entry("description", term.description, Level.DOCS, "")

    def operands(self, term: Term, names: Names) -> object:
        """Return what a term is on, by the names of its operands where it has some."""
        pairs = term.operands
        library = term.kind is not None and term.kind.family == "penalty"
        if library and len(pairs) > 1:
            pairs = named_operands(term)
        found = [(name, self.operand(one, names)) for name, one in pairs]
        return dict(found) if library and len(found) > 1 else tuple(o for _, o in found)

    def operand(self, operand: Operand, names: Names) -> object:
        """Return one operand."""
        if isinstance(operand, Weights):
            uses = self.checked.weights.get(operand.at, ())
            paths = {(*self.path(use.path, names), use.attribute) for use in uses}
            return Selected(operand.pattern, frozenset(paths))
        if isinstance(operand, NetworkName):
            to = To(self.callables[operand.name], operand.name)
            return to if operand.index is None else (to, operand.index)
        return operand

    def path(self, path: Iterable[str | int], names: Names) -> tuple[object, ...]:
        """Return a path of names as what the names mean; what is unknown stays."""
        found: list[object] = []
        known: Names = {**self.callables, **names}
        for part in path:
            id = known.get(part) if isinstance(part, str) else None
            found.append(To(id, str(part)) if id is not None else part)
            known = self.inner.get(id, {}) if id is not None else known
        return tuple(found)
