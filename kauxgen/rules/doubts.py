"""Finds losses that what enters them does not fit: ranges, classes and maps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kauxgen import catalog, ranges
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.nodes import LayerNode
from kauxgen.ranges import Need, Range
from kauxgen.rules import warnings
from kauxgen.rules.arguments import place_of
from kauxgen.rules.objective import reads_y
from kauxgen.rules.sources import Sources
from kauxgen.rules.unrolled import Unrolled
from kauxgen.rules.uses import scoped_terms
from kauxgen.spec import Scope, Spec, Term
from kauxgen.tensor import Shape, TensorType
from kauxgen.values import Expr, Kind

_CLASSES = "softmax"
_MAPS = 4


@frozen
class Judged:
    """A loss of Keras with what enters it: its place, its shape and its range."""

    kind: Kind
    at: str
    need: Need
    shape: Shape
    values: Range | None
    logits: bool

    @property
    def word(self) -> str:
        """The activation behind the values, if nothing has moved them since."""
        return self.values.word if self.values else ""


def check(state: Unrolled) -> Iterator[Finding]:
    """Yield what is doubtful about the losses of a spec."""
    sources = Sources(state.spec, state.trace)
    for scope, term in scoped_terms(state.spec):
        entry = _of_keras(term, state.spec)
        operand = next((one for _, one in term.operands), None)
        if entry is None or not isinstance(operand, Expr):
            continue
        if isinstance(state.types.get(operand.tree), TensorType):
            yield from _valued(state, sources, scope, term, operand)
            if entry.target and reads_y(term):
                yield from _maps(state, sources, scope, entry, operand)


def _of_keras(term: Term, spec: Spec) -> catalog.Kind | None:
    """Return the entry of a term that is a loss of Keras."""
    kind = term.kind
    if kind is None or kind.family != "loss" or kind.imported:
        return None
    own = spec.definition("loss", kind.name)
    return catalog.find("loss", kind.name) if own is None else None


def _valued(
    state: Unrolled, sources: Sources, scope: Scope, term: Term, operand: Expr
) -> Iterator[Finding]:
    """Yield what is doubtful about the values that enter a loss."""
    assert term.kind is not None
    need = ranges.needs().get(term.kind.name)
    logits = _flag(term.kind, "from_logits", state.values)
    if need is None or logits is None:
        return
    shape = state.types[operand.tree].shape
    values = sources.range(operand.tree, scope)
    yield from _judged(Judged(term.kind, operand.at, need, shape, values, logits))


def _flag(kind: Kind, name: str, values: Mapping[str, Any]) -> bool | None:
    """Return an argument that is on or off; None if that is not known."""
    given = kind.args.get(name, False)
    found = values.get(place_of(kind, name)) if isinstance(given, Expr) else given
    return found if isinstance(found, bool) else None


def _judged(one: Judged) -> Iterator[Finding]:
    if not one.need.probability:
        yield from _ranged(one)
    elif one.need.probability == _CLASSES and one.shape[-1:] == (1,):
        if one.word != "softmax":  # of which KX471 says so already
            yield warnings.single_class(one.at, one.kind.name, one.shape)
    else:
        yield from _probable(one)


def _probable(one: Judged) -> Iterator[Finding]:
    """Yield what is doubtful about a loss of probabilities, or of logits."""
    kind, values = one.kind, one.values
    if values is None:
        return
    if one.logits and values.within(0, 1):
        place = place_of(kind, "from_logits")
        yield warnings.logits_of_probabilities(place, kind.name, one.word)
    elif not one.logits and not values.within(0, 1):
        entry = catalog.find("loss", kind.name)
        logits = entry is not None and "from_logits" in entry.args
        fits = one.need.probability
        yield warnings.no_probabilities(one.at, kind.name, values, fits, logits)
    elif not one.logits and one.need.probability == _CLASSES and _is_sigmoid(one.word):
        yield warnings.sigmoid_of_classes(one.at, kind.name, one.shape)


def _is_sigmoid(word: str) -> bool:
    return word.endswith("sigmoid")


def _ranged(one: Judged) -> Iterator[Finding]:
    """Yield what is doubtful about a loss that wants values of a range."""
    need, values = one.need, one.values
    if values is None:
        return
    inside = need.within is None or values.within(*need.within)
    reaches = need.reaching is None or values.reaching(*need.reaching)
    if not (inside and reaches):
        kind = one.kind.name
        yield warnings.unfit_range(one.at, kind, need.reason, values, need.fits)


def _maps(
    state: Unrolled,
    sources: Sources,
    scope: Scope,
    entry: catalog.Kind,
    operand: Expr,
) -> Iterator[Finding]:
    """Yield a loss of y on what Dense makes of maps that have the size of no input."""
    node = sources.node(operand.tree, scope)
    shape = state.types[operand.tree].shape
    if not isinstance(node, LayerNode) or node.layer.name != "Dense":
        return
    sizes = {_positions(state.shapes.get(each.at)) for each in state.spec.inputs}
    if len(shape) >= _MAPS and _positions(state.types[operand.tree]) not in sizes:
        yield warnings.loss_of_maps(operand.at, entry.name, node.name, shape)


def _positions(given: object) -> Shape:
    return given.shape[1:-1] if isinstance(given, TensorType) else ()
