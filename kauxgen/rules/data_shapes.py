"""The shapes that the data may have that losses and metrics compare with (KX451)."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import catalog, expression
from kauxgen.catalog import Kind
from kauxgen.expression import Path
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.operations.sizes import same
from kauxgen.rules.objective import Y
from kauxgen.rules.unrolled import Unrolled
from kauxgen.spec import Spec, Term
from kauxgen.tensor import Shape, TensorType, describe, difference
from kauxgen.values import Expr


def torn_data(pointer: str, key: str, one: Comparison, other: Comparison) -> Finding:
    """KX451: data that would need two shapes.

    Terms without a target of their own compare with `y`, or with a key of it. If two
    take the same data in different shapes, as class numbers and one-hot or beside
    outputs of two widths, no array fits both, and Keras raises when training begins.

    Wrong:
        [{"loss": "SparseCategoricalCrossentropy", "on": "digit"},
         {"metric": "CategoricalAccuracy", "on": "digit"}]   class numbers, and one-hot

    Right:
        [{"loss": "SparseCategoricalCrossentropy", "on": "digit"},
         {"metric": "SparseCategoricalAccuracy", "on": "digit"}]
    """
    message = (
        f"{key} would be {one.said} for {one.kind.name} and {other.said} for "
        f"{other.kind.name}: {difference(one.shapes[0], other.shapes[0])}"
    )
    help = advice(other.kind, other.given, one.shapes[0])
    other_key = 'give each data of its own: "target": "y...."'
    return Finding(pointer, "KX451", message, help or other_key)


RULES = (torn_data,)


@frozen
class Comparison:
    """A term that compares data with a prediction, and the shapes that these may have.

    The first of the shapes is the one that Keras documents.
    """

    kind: Kind
    at: str
    given: Shape
    shapes: tuple[Shape, ...]

    @property
    def said(self) -> str:
        """The shape of the data, for a reader."""
        return describe(self.shapes[0])


def shapes(kind: Kind, given: Shape) -> tuple[Shape, ...]:
    """Return the shapes that a kind takes as data for a prediction; none for any.

    Keras drops or adds a last axis of one on the way.
    """
    if kind.name == "CTC":
        return ((None, None),)
    if kind.target == "labels":
        return (given[:-1], (*given[:-1], 1))
    if kind.target != "like":
        return ()
    dropped = (given[:-1],) if given[-1:] == (1,) else ()
    return (given, *dropped, (*given, 1))


def mismatch(kind: Kind, given: Shape, target: Shape) -> str:
    """Say why a prediction and its target cannot be compared; "" if they can."""
    wanted = shapes(kind, given)
    if not wanted or any(same(target, each) for each in wanted):
        return ""
    differing = difference(wanted[0], target)
    if kind.target != "like" and len(wanted[0]) != len(target):
        differing = f"it takes {describe(wanted[0])}"
    compared = f"{describe(given)} and the target {describe(target)}"
    return f"cannot compare {compared}: {differing}"


def advice(kind: Kind, given: Shape, target: Shape) -> str:
    """Return what a kind that does not fit its target was perhaps meant to be."""
    dense = kind.name.removeprefix("Sparse")
    sparse = f"Sparse{kind.name}"
    if dense != kind.name and same(target, given):
        return f"one-hot targets are compared by {dense}"
    if catalog.find(kind.family, sparse) and same(target, given[:-1]):
        return f"class numbers are compared by {sparse}"
    if len(given) >= 4 and len(target) <= 2:
        return "flatten or pool the maps before the last layer"
    return ""


def check(state: Unrolled) -> Iterator[Finding]:
    """Yield terms that compare with data which another term takes in another shape."""
    first: dict[Path, list[Comparison]] = {}
    for term in (*state.spec.losses, *state.spec.metrics):
        path, found = _data(term), _comparison(state, term)
        if path is None or found is None:
            continue
        earlier = first.setdefault(path, [])
        for one in earlier:
            if not _agree(one, found):
                yield torn_data(found.at, ".".join(map(str, path)), one, found)
                break
        earlier.append(found)


def _agree(one: Comparison, other: Comparison) -> bool:
    return any(same(left, right) for left in one.shapes for right in other.shapes)


def _data(term: Term) -> Path | None:
    """Return the path of the data that a term compares with, `y` by default."""
    if not term.has_target:
        return (Y,)
    path = None if term.target is None else expression.path_of(term.target.tree)
    return path if path is not None and path[0] == Y else None


def _comparison(state: Unrolled, term: Term) -> Comparison | None:
    kind = _of_keras(term, state.spec)
    operand = term.operands[0][1] if term.operands else None
    if kind is None or not isinstance(operand, Expr):
        return None
    found = state.types.get(operand.tree)
    if not isinstance(found, TensorType):
        return None
    wanted = shapes(kind, found.shape)
    return Comparison(kind, operand.at, found.shape, wanted) if wanted else None


def _of_keras(term: Term, spec: Spec) -> Kind | None:
    if term.kind is None or term.kind.imported:
        return None
    if term.role == "loss" and spec.definition("loss", term.kind.name) is not None:
        return None
    return catalog.find(term.kind.family, term.kind.name)
