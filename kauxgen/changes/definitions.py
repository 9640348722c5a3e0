"""Params, definitions, networks and imports as things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kauxgen.changes.change import Level
from kauxgen.changes.inputs import inputs_of
from kauxgen.changes.kinds import value_fields
from kauxgen.changes.lists import Lists
from kauxgen.changes.objectives import Objectives
from kauxgen.changes.things import Exactly, Field, Thing, To, entry
from kauxgen.frozen import frozen
from kauxgen.read_texts import token
from kauxgen.spec import Definition, Scope, Spec
from kauxgen.values import Value

Names = Mapping[str, str]
_WORDS = {
    "loss": "loss closure",
    "regularizer": "regularizer",
    "initializer": "initializer",
    "function": "function",
}


@frozen
class Definitions:
    """Makes the things that are used by name."""

    spec: Spec
    lists: Lists
    terms: Objectives

    def params(
        self, params: Mapping[str, Value], at: str, above: str, public: bool
    ) -> Iterator[Thing]:
        """Yield params: arguments of what is generated, with their defaults."""
        level = Level.INTERFACE if public else Level.DOCS
        for name, value in params.items():
            yield Thing(
                id=f"{at}/params/{token(name)}",
                subject="param",
                name=name,
                path=above + name,
                group="params",
                fields=(Field("value", Exactly(value)),),
                ordered=True,
                gone=level,
                come=Level.DOCS,
                named=level,
            )

    def imports(self) -> Iterator[Thing]:
        """Yield the imports."""
        for one in self.spec.imports.values():
            fields = (Field("path", one.path),)
            yield Thing(one.at, "import", one.name, one.name, "imports", fields)

    def all(self) -> Iterator[Thing]:
        """Yield what `define` holds."""
        yield from map(self.definition, self.spec.definitions)
        yield from map(self.layer, self.spec.layers.values())
        yield from map(self.block, self.spec.blocks.values())

    def definition(self, one: Definition) -> Thing:
        """Make the thing of a closure or function."""
        params = {name: f"{one.at}/params/{token(name)}" for name in one.params}
        steps = {name: step.at for name, step in one.let}
        given = {name: f"{one.at}/args/{i}" for i, name in enumerate(one.arguments)}
        level = Level.TRAINING if one.family == "initializer" else Level.LOSS
        return Thing(
            id=one.at,
            subject=_WORDS[one.family],
            name=one.name,
            path=one.name,
            group=one.family,
            fields=tuple(_said(one, given, level)),
            names={**params, **given, **steps},
            locals={**steps, **given},
            children=tuple(self.params(one.params, one.at, f"{one.name}.", True)),
            gone=Level.INTERFACE,
            come=Level.DOCS,
            named=Level.INTERFACE,
        )

    def block(self, scope: Scope) -> Thing:
        """Make the thing of a block."""
        return self.scope(scope, "block", Level.DOCS, Level.DOCS)

    def layer(self, scope: Scope) -> Thing:
        """Make the thing of a layer of `define`."""
        return self.scope(scope, "layer class", Level.INTERFACE, Level.DOCS)

    def network(self, scope: Scope) -> Thing:
        """Make the thing of a network."""
        return self.scope(scope, "network", Level.LOSS, Level.LOSS)

    def names(self, scope: Scope) -> dict[str, str]:
        """Return the names that a list of nodes sees, with its own."""
        home = f"{scope.at}/params/" if scope.parametric else "/params/"
        params = scope.params if scope.parametric else self.spec.params
        found = {name: home + token(name) for name in params}
        found |= {one.name: one.at for one in scope.inputs}
        found |= {one.name: one.at for one in scope.weights}
        return found | self.lists.names_of(scope.nodes)

    def scope(self, scope: Scope, subject: str, gone: Level, come: Level) -> Thing:
        """Make the thing of a list of nodes that is used by name."""
        names, above = self.names(scope), f"{scope.name}."
        own = not scope.like
        return Thing(
            id=scope.at,
            subject=subject,
            name=scope.name,
            path=scope.name,
            group=subject,
            fields=tuple(self.facts(scope, own)),
            names=names,
            children=tuple(self.inside(scope, names, above)) if own else (),
            gone=gone,
            come=come,
            named=gone,
        )

    def inside(self, scope: Scope, names: Names, above: str) -> Iterator[Thing]:
        """Yield what stands in a list of nodes."""
        public = scope.kind == "layer"
        yield from self.params(scope.params, scope.at, above, public)
        yield from inputs_of(scope.inputs, above, names, False)
        yield from self.weights(scope, names, above)
        yield from self.nodes(scope, names, above)
        yield from self.terms.things(scope.penalties, names, above, Level.LOSS)

    def nodes(self, scope: Scope, names: Names, above: str) -> tuple[Thing, ...]:
        """Return the nodes of a list; its first one takes its first input."""
        first = None
        if scope.inputs and len(scope.entering or scope.inputs) == 1:
            first = To(scope.first.at, scope.first.name)
        return self.lists.nodes(scope.nodes, names, above, first)

    def facts(self, scope: Scope, own: bool) -> Iterator[Field]:
        """Yield what is said of a list of nodes itself."""
        if own:
            yield Field("outputs", scope.outputs)
        else:
            yield Field("like", To(self.spec.networks[scope.like].at, scope.like))
        yield entry("count", scope.count)
        yield entry("trainable", scope.trainable, default=True)
        yield entry("description", scope.description, Level.DOCS, "")

    def weights(self, scope: Scope, names: Names, above: str) -> Iterator[Thing]:
        """Yield the weights of a layer of `define`."""
        for one in scope.weights:
            fields = [Field("shape", one.shape, Level.WEIGHTS)]
            for what, value, level in (
                ("initializer", one.initializer, Level.TRAINING),
                ("regularizer", one.regularizer, Level.LOSS),
                ("constraint", one.constraint, Level.LOSS),
            ):
                fields += value_fields(what, value, self.spec, level)
            fields.append(entry("trainable", one.trainable, default=True))
            fields.append(entry("description", one.description, Level.DOCS, ""))
            yield Thing(
                id=one.at,
                subject="weight",
                name=one.name,
                path=above + one.name,
                group="weights",
                fields=tuple(fields),
                names=names,
                ordered=True,
                gone=Level.WEIGHTS,
                come=Level.WEIGHTS,
                named=Level.WEIGHTS,
            )


def _said(one: Definition, given: Names, level: Level) -> Iterator[Field]:
    if one.family == "function":
        yield Field("args", tuple(given), Level.INTERFACE)
    for name, step in one.let:
        yield Field(f"let {name}", step, level, local=step.at)
    yield Field("formula", one.expr, level)
    for name, back in one.gradient:
        yield Field(f"gradient {name}", back, level, local=given.get(name, ""))
    yield entry("emit", one.emit, Level.INTERFACE, "function")
    yield entry("description", one.description, Level.DOCS, "")
