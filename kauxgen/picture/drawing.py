"""Lists of nodes as parts of a picture: what each node becomes, and what it reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from kauxgen import expression
from kauxgen.frozen import frozen
from kauxgen.nodes import ExprNode, RepeatNode
from kauxgen.nodes import Node as Step
from kauxgen.picture import uses
from kauxgen.picture.facts import Facts
from kauxgen.picture.model import Badge, Box, Node, Part
from kauxgen.picture.sources import Source, references
from kauxgen.picture.terms import Lines, Objective
from kauxgen.picture.words import formula
from kauxgen.spec import Scope, Spec
from kauxgen.values import Expr

Path = tuple[str, ...]
Above = tuple[Source, ...]


@frozen
class Place:
    """Where a list of nodes is drawn.

    `id` begins the ids in it, `path` is that of its weights. `own` are names that mean
    something else here than the spec's params. What is `muted` is not trained.
    """

    id: str
    path: Path = ()
    own: frozenset[str] = frozenset()
    muted: bool = False

    def of(self, name: str) -> str:
        """Return the id of a node."""
        return f"{self.id}.{name}"

    def below(self, name: str, own: Iterable[str] = ()) -> Place:
        """Return the place of the body of a repeat or block."""
        return replace(
            self, id=self.of(name), path=(*self.path, name), own=self.own | {*own}
        )


@frozen
class Drawn:
    """What a node became: a part, what its name means, and its several outputs."""

    part: Part
    source: Source
    outputs: Mapping[str, Source] = field(default_factory=dict)


class Drawing(ABC):
    """Draws lists of nodes; gathers edges on the way, and the nodes by their paths."""

    def __init__(self, spec: Spec, facts: Facts) -> None:
        """Begin an empty picture."""
        self.spec = spec
        self.facts = facts
        self.in_place = uses.in_place(spec)
        self.lines = Lines()

    @abstractmethod
    def draw(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw one node."""

    def nodes(
        self,
        steps: Iterable[Step],
        place: Place,
        names: dict[str, Source],
        above: Above,
    ) -> list[Part]:
        """Draw a list of nodes; add what they give to the names."""
        parts: list[Part] = []
        for step in steps:
            drawn = self.draw(step, place, names, above)
            parts.append(drawn.part)
            names.update({step.name: drawn.source, **drawn.outputs})
            if not (isinstance(step, ExprNode) and step.implied):
                above = (drawn.source,)
        return parts

    def entering(
        self, step: Step, names: Mapping[str, Source], above: Above
    ) -> tuple[Source, ...]:
        """Return what enters a node."""
        if step.inputs is None:
            return above
        given = step.inputs
        exprs = given.values() if isinstance(given, Mapping) else given
        return tuple(found for one in exprs for found in references(one.tree, names))

    def card(
        self, step: Step, place: Place, role: str, kind: str, entering: Above
    ) -> Drawn:
        """Draw a node as a card."""
        id = place.of(step.name)
        node = Node(
            id,
            role,
            step.name,
            kind,
            self.facts.shape(step.at),
            at=step.at,
            about=step.description,
            full=self.facts.full(step.at),
            count=self.facts.count(step),
            penalized=self.facts.penalized(step),
            muted=place.muted or not getattr(step, "trainable", True),
        )
        self.lines.connect(entering, id)
        self.lines.by_path[(*place.path, step.name)] = id
        outputs = {name: Source(id, name) for name in step.outputs}
        return Drawn(node, Source(id), outputs)

    def inside(
        self,
        step: Step,
        scope: Scope,
        place: Place,
        word: str,
        entering: Above,
        args: str = "",
    ) -> Drawn:
        """Draw what a network, block or layer is, in the place of its use."""
        inputs = (entry.name for entry in scope.inputs)
        names = dict(zip(inputs, entering, strict=False))
        parts, given = self.body(scope, place, names, entering)
        badges = tuple(Badge(text) for text in [args] if text)
        box = Box(
            place.id,
            scope.kind,
            step.name,
            badges,
            tuple(parts),
            at=step.at,
            about=scope.description or step.description,
            muted=place.muted,
            word=word,
        )
        self.lines.by_path.setdefault(place.path, place.id)
        outputs = dict(zip(step.outputs, given, strict=False))
        return Drawn(box, replace(given[0], parts=names), outputs)

    def body(
        self, scope: Scope, place: Place, names: dict[str, Source], above: Above
    ) -> tuple[list[Part], list[Source]]:
        """Draw what is in a network, block or layer; return what it gives as well."""
        own, spec = place, self.spec
        extra = self.weights(scope, place, names)
        parts = self.nodes(scope.nodes, place, names, above)
        given: list[Source] = []
        for index, output in enumerate(scope.outputs):
            found = list(references(output.tree, names))
            if scope.kind == "layer" and not expression.is_reference(output.tree):
                node = Node(
                    place.of(f"output{index or ''}"),
                    "operation",
                    "output",
                    formula(output.text),
                    self.facts.shape(scope.at),
                    at=output.at,
                    muted=own.muted,
                )
                parts.append(node)
                self.lines.connect(found, node.id)
                found = [Source(node.id)]
            given += found[:1]
        objective = Objective(self.facts, self.lines, place.id, names)
        origin = spec.origin(scope)
        return [*extra, *parts, *objective.parts(origin.penalties)], given

    def weights(
        self, scope: Scope, place: Place, names: dict[str, Source]
    ) -> list[Part]:
        """Draw the weights of a layer of `define`."""
        parts: list[Part] = []
        for weight in scope.weights:
            id = place.of(weight.name)
            sizes = (self.facts.values.word(size, place.own) for size in weight.shape)
            shape = f"[{' × '.join(sizes)}]"
            parts.append(Node(id, "state", weight.name, "weight", shape, at=weight.at))
            names[weight.name] = Source(id)
        return parts

    def repeat(
        self, step: Step, place: Place, names: dict[str, Source], above: Above
    ) -> Drawn:
        """Draw the rounds of a repeat: its body once."""
        assert isinstance(step, RepeatNode)
        entering = self.entering(step, names, above)
        inner = {**names, **_first((*step.carry, *step.zipped), names)}
        hidden = dict.fromkeys(step.variables)
        inner = {name: one for name, one in inner.items() if name not in hidden}
        below = place.below(step.name, step.variables)
        parts = self.nodes(step.body, below, inner, entering)
        handed = _first(step.following, inner)
        last = inner[step.body[-1].name] if not step.carry else None
        source = last or next(iter(handed.values()))
        times = self.facts.times(step.at)
        text = self.facts.values.rounds(step, times, place.own)
        own = {one.name: inner[one.name] for one in step.body}
        box = Box(
            below.id,
            "repeat",
            step.name,
            (Badge(text, "rounds"),),
            tuple(parts),
            at=step.at,
            about=step.description,
        )
        self.lines.by_path.setdefault(below.path, source.id)
        return Drawn(box, replace(source, parts={**own, **handed}))


def _first(
    values: Iterable[tuple[str, Expr]], names: Mapping[str, Source]
) -> dict[str, Source]:
    """Return the first tensor that each of some named values reads."""
    found = ((name, next(references(e.tree, names), None)) for name, e in values)
    return {name: source for name, source in found if source is not None}
