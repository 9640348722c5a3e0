"""A model as Keras visits it, made of what `build_model` builds and checking knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kauxgen import naming
from kauxgen.catalog import kinds
from kauxgen.checked import Checked
from kauxgen.saving import order
from kauxgen.saving.labels import Labels, Names
from kauxgen.saving.objects import Saved, Slot, renamed
from kauxgen.saving.values import Made, Own, UnsureError
from kauxgen.shapes.wrapping import default_name
from kauxgen.tensor import TensorType
from kauxgen.trace import LayerWeight


def tree(model: Made, checked: Checked) -> Saved:
    """Return a model as Keras visits it; UnsureError if its weights are unknown."""
    return _Trees(checked).model(model)


class _Trees:
    """Makes the tree of one model."""

    def __init__(self, checked: Checked) -> None:
        self.labels = Labels(checked)
        step = checked.spec.step
        kept = {
            one.name: checked.shapes[one.at] for one in (step.state if step else ())
        }
        self.state = {
            name: one.shape for name, one in kept.items() if isinstance(one, TensorType)
        }
        self.networks = {naming.camel(name) for name in checked.spec.networks}
        self.made: dict[int, Saved] = {}

    def model(self, made: Made) -> Saved:
        """Return the whole model."""
        return self.saved(made, ())

    def saved(self, made: Made, names: Names) -> Saved:
        """Return an object, once."""
        if id(made) not in self.made:
            self.made[id(made)] = self.fresh(made, names)
        return self.made[id(made)]

    def fresh(self, made: Made, names: Names) -> Saved:
        """Return an object that was not met before."""
        if made.form == "closed":
            return self.closed(made, names)
        if made.form == "kind":
            return self.layer(made, names)
        own = self.own(made, names)
        return Saved(made.kind, ".".join(names), own, list(self.children(made, names)))

    def children(self, made: Made, names: Names) -> Iterator[tuple[str, Any]]:
        """Yield what the attributes of an object hold, in the order of their names.

        A graph begins with its layers; a model of another kind has them among its
        attributes, where it has got them in the order of their assignment.
        """
        held = dict(made.attributes)
        if made.form == "graph":
            layers: list[Made] = order.layers_of(made.outputs)
            yield "layers", self.below(layers, made, names)
        elif made.form == "model":
            held["layers"] = made.tracked
        for name in sorted(held, key=lambda one: f"~{one}" if one[:1] == "_" else one):
            value = self.below(held[name], made, names)
            if value is not None:
                yield name, value

    def below(self, value: object, owner: Made, names: Names) -> Any:
        """Return the objects in the value of an attribute, None if it has none."""
        if isinstance(value, Made):
            return self.saved(value, self.names(owner, value, names))
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, (list, tuple)):
            found = (self.below(one, owner, names) for one in value)
            return [one for one in found if one is not None]
        return None

    def names(self, owner: Made, made: Made, names: Names) -> Names:
        """Return the names that lead to a layer, as the code joins them to one.

        A network has its own name alone, wherever it is held.
        """
        name = made.name
        if owner.kind == "FixedMode" or not name:
            return names
        if made.form in ("graph", "model") or made.kind in self.networks:
            return () if name == "network" else (name,)
        if owner.form == "graph" and not (names and name.startswith(f"{names[-1]}_")):
            return (name,)
        return (*names, name.removeprefix(f"{names[-1]}_") if names else name)

    def own(self, made: Made, names: Names) -> tuple[Slot, ...]:
        """Return the weights that a class adds itself, trainable ones first."""
        known, prefix = self.labels.find(names, made.kind)
        shapes = {one.path: one.shape for one in known.weights} if known else self.state
        ordered = sorted(made.own, key=lambda one: not one.trainable)
        place = known.place if known else names
        return tuple(
            Slot(
                place, prefix + one.name, self.shape(one, shapes.get(prefix + one.name))
            )
            for one in ordered
        )

    def shape(
        self, own: Own, known: tuple[int | None, ...] | None
    ) -> tuple[int | None, ...]:
        """Return the shape of a weight that a class adds."""
        found = own.shape if known is None else tuple(known)
        if found is None:
            raise UnsureError(f"the shape of the weight {own.name}")
        return found

    def layer(self, made: Made, names: Names) -> Saved:
        """Return a layer of Keras with its weights."""
        known, prefix = self.labels.find(names, made.kind)
        if known is None:
            if made.kind != "InputLayer" and _may_have_weights(made.kind):
                raise UnsureError(f"the weights of a {made.kind}")
            return Saved(made.kind, ".".join(names))
        if made.kind not in kinds("layer"):
            return self.closed(made, names)
        below = [
            Slot(known.place, one.path, tuple(one.shape))
            for one in sorted(known.weights, key=lambda one: one.state)
            if one.path.startswith(prefix)
        ]
        return self.kind(made, [(one.path[len(prefix) :], one) for one in below], names)

    def kind(self, made: Made, weights: list[tuple[str, Slot]], names: Names) -> Saved:
        """Return a layer of Keras; some of its weights are those of layers in it."""
        folders = _folders(made)
        slots = [slot for _, slot in weights]
        own: list[Slot] = []
        inside: dict[str, tuple[Made, list[tuple[str, Slot]]]] = {}
        for path, slot in weights:
            head = next((one for one in folders if path.startswith(f"{one}/")), None)
            if head is None:
                own.append(slot)
                continue
            attribute, inner = folders[head]
            held = inside.setdefault(attribute, (inner, []))
            held[1].append((path[len(head) + 1 :], slot))
        if made.kind == "SpectralNormalization":
            # It keeps the kernel of its layer as an attribute, so Keras saves it twice.
            own[:0] = [one for one in slots if one.path.endswith(_KERNELS)]
        children = [(one, self.held(*inside[one], names)) for one in sorted(inside)]
        return Saved(made.kind, ".".join(names), tuple(own), children)

    def held(self, made: Made, weights: list[tuple[str, Slot]], names: Names) -> Saved:
        """Return a layer in a layer of Keras, which may be one of `define`."""
        if made.form == "kind":
            return self.kind(made, weights, names)
        found = [LayerWeight(path, slot.shape, True) for path, slot in weights]
        key = self.labels.add(weights[0][1].place, tuple(found))
        return renamed(self.fresh(made, (key,)), dict(weights), ".".join(names))

    def closed(self, made: Made, names: Names) -> Saved:
        """Return a thing that is not looked into; equal calls make equal ones."""
        known, _ = self.labels.find(names, "")
        if known is None or known.call is None:
            raise UnsureError(f"the weights in {'_'.join(names)}")
        call = known.call
        sizes = tuple(tuple(one.shape[1:]) for one in call.inputs)
        same = call.kind, repr(sorted(call.args.items())), sizes
        slot = Slot(known.place, f"{names[-1]}/*", ())
        return Saved(made.kind, ".".join(names), (slot,), closed=same)


def _may_have_weights(kind: str) -> bool:
    """Say whether a layer of Keras may have weights."""
    known = kinds("layer").get(kind)
    return known is None or bool(known.weights or known.wraps)


def _folders(made: Made) -> Mapping[str, tuple[str, Made]]:
    """Give the layers in a layer of Keras: by their name in paths, their attribute."""
    known = kinds("layer").get(made.kind)
    if known is None:
        return {}
    found = {
        path.rpartition("/")[0]: (one.attribute.rpartition(".")[0], _CELL)
        for path, one in known.weights.items()
        if "/" in path
    }
    if made.inner:
        inner = default_name(made.inner.kind)
        found |= {f"{pre}{inner}": (name, made.inner) for pre, name in known.wraps}
    return found


_KERNELS = ("/kernel", "/embeddings")
_CELL = Made("", "kind")
"""A layer that Keras itself makes in another."""
