"""Which weights of an old model's file a new model gets, without asking Keras.

The file is what `model.save_weights("old.weights.h5")` writes of the model of
`build_model()` with its defaults, and the call is `model.load_weights(path)` on the new
one. A weight keeps its meaning if it is the same weight of the same node.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from kauxgen import lower, rules, styles, unformatted
from kauxgen.changes.change import Loads, Verdict
from kauxgen.checked import Checked
from kauxgen.saving import file, objects, reading, tree
from kauxgen.saving.objects import Saved, Slot
from kauxgen.saving.values import UnsureError
from kauxgen.trace import LayerCall, Place

_MOST = 12
"""How many reasons are told before the rest is counted."""
Pairs = Mapping[str, str]
NONE: Pairs = {}


def verdict(
    old: Checked,
    new: Checked,
    style: str,
    *,
    old_style: str = "",
    pairs: Pairs = NONE,
) -> Verdict:
    """Say what of the old model's file the new model gets, written in a style.

    `old_style` is that of the old model if it is another. `pairs` are pointers of nodes
    and networks of the new spec with those that they had in the old one; what stands
    in no pair is what has its name.
    """
    for which, one, written in (("old", old, old_style or style), ("new", new, style)):
        if rules.portability(one, written):
            return Verdict("unknown", (f"the {which} spec has no module in {written}",))
    try:
        before, after = saved(old, old_style or style), saved(new, style)
        done = file.load(file.save(before), after)
    except UnsureError as unsure:
        reason = f"it is not known without running the module: {unsure}"
        return Verdict("unknown", (reason,))
    return _Findings(before, after, done, _Origins(old, new, pairs)).verdict()


def saved(checked: Checked, style: str) -> Saved:
    """Return the model that a spec makes in a style, as Keras saves it."""
    page = styles.page(lower.lower(checked), style, "")
    module = ast.parse(unformatted.module(page, style))
    used = {one.kind for one in _calls(checked.trace.inside)}
    imported = {
        name: one.path.rpartition(":")[2]
        for name, one in checked.spec.imports.items()
        if name in used
    }
    return tree.tree(reading.build(module, imported), checked)


def _calls(calls: Iterable[LayerCall]) -> Iterator[LayerCall]:
    for one in calls:
        yield one
        yield from _calls(one.inside)


class _Origins:
    """Knows which place a node had in the old spec."""

    def __init__(self, old: Checked, new: Checked, pairs: Pairs) -> None:
        self.pairs = pairs
        self.names = _names(old)
        self.pointers = {path: one.at for (_, path), one in new.trace.visits.items()}
        self.pointers |= {(one.name,): one.at for one in new.spec.networks.values()}

    def of(self, place: Place) -> Place:
        """Return the path that a node had, with the same rounds."""
        return tuple(self.name(place[: i + 1]) for i in range(len(place)))

    def name(self, path: Place) -> str | int:
        """Return the name that the last part of a path had."""
        was = self.pairs.get(self.pointers.get(path, ""), "")
        return self.names.get(was, path[-1])


def _names(checked: Checked) -> Mapping[str, str | int]:
    """Give the names of nodes and networks by their pointers."""
    found = {one.at: path[-1] for (_, path), one in checked.trace.visits.items()}
    return {**found, **{one.at: one.name for one in checked.spec.networks.values()}}


class _Findings:
    """Puts what a load did into words."""

    def __init__(
        self, before: Saved, after: Saved, done: file.Loaded, origins: _Origins
    ) -> None:
        self.old = list(dict.fromkeys(objects.slots_of(before)))
        self.new = list(dict.fromkeys(objects.slots_of(after)))
        self.done = done
        self.origins = origins
        self.wrong = [
            (slot, given)
            for slot, given in done.taken.items()
            if not self.same(slot, given)
        ]
        self.fresh = [slot for slot in self.new if slot not in done.taken]
        wrong = {slot for slot, _ in self.wrong}
        self.kept = [s for s in self.new if s in done.taken and s not in wrong]

    def same(self, new: Slot, old: Slot) -> bool:
        """Say whether two weights mean the same."""
        return self.meaning(new) == (old.place, old.path)

    def meaning(self, new: Slot) -> tuple[Place, str]:
        """Return the place and path that a new weight had in the old model."""
        return self.origins.of(new.place), new.path

    def verdict(self) -> Verdict:
        """Return all that is known."""
        return Verdict(
            self.loads(),
            _shortened(list(dict.fromkeys(self.reasons()))),
            raises=bool(self.done.failed),
            kept=tuple(map(_name, self.kept)),
            fresh=tuple(map(_name, self.fresh)),
            wrong=tuple((_name(new), _name(old)) for new, old in self.wrong),
        )

    def loads(self) -> Loads:
        """Say how much of the new model has its old values."""
        if not self.fresh and not self.wrong and not self.done.failed:
            return "all"
        return "partly" if self.kept else "none"

    def reasons(self) -> Iterator[str]:
        """Yield a sentence for each layer that has not its old values."""
        silent = "" if self.done.failed else ", and nothing is said of it"
        for new, old in self.wrong:
            if new.place == old.place:
                path = _name(old)
                yield f"`{_name(new)}` gets the values of `{path}`{silent}"
            else:
                yield f"{_layer(new)} gets the weights of {_layer(old)}{silent}"
        for one, why in self.done.failed.items():
            what = f"`{one.name}`" if one.name else "the model itself"
            yield f"{what} does not load: {why}"
        if not self.done.failed:
            for slot in self.fresh:
                yield f"{_layer(slot)} stays as it was made, of which a warning tells"
        taken = set(self.done.taken.values())
        told = {self.meaning(slot) for slot in self.fresh}
        for slot in self.old:
            if slot not in taken and (slot.place, slot.path) not in told:
                yield f"nothing takes the weights of {_layer(slot)}"


def _shortened(reasons: list[str]) -> tuple[str, ...]:
    """Return the first reasons, and how many more there are."""
    rest = len(reasons) - _MOST
    return (*reasons[:_MOST], *([f"and {rest} more"] if rest > 0 else []))


def _name(slot: Slot) -> str:
    """Name a weight: `encoder.hidden/kernel`, with the numbers of rounds."""
    place = ".".join(map(str, slot.place))
    return f"{place}/{slot.path}" if place else slot.path


def _layer(slot: Slot) -> str:
    """Name the layer of a weight."""
    place = ".".join(map(str, slot.place))
    return f"`{place}`" if place else f"the model's own `{slot.path}`"
