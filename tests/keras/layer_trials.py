"""Random calls of layers, tried on our rules and on Keras, and what came of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from kauxgen.catalog import check_argument, kinds
from kauxgen.shapes import layer_outputs, parameter_count, weight_shapes
from kauxgen.tensor import Misfit, Shape, TensorType
from keras_layers import agree, counts, found_on_data, make, stated, trainable_weights
from layer_cases import Case, Layer, cases
from layer_strictness import stricter
from layer_values import usual_type

LEAST, LEAST_OF_A_KIND = 200, 40
MANY = 12
"""A rule that so many kinds share shares its cases out among them."""

SLOW = {"RandAugment"}
"""What holds eleven layers: the other kinds of its rule take most of its cases."""

OUTCOMES = {
    "values": "the same shapes, types, weights and counts",
    "values on data": "ours are those of data, which belie what Keras states",
    "refusals": "both refuse before there are data",
    "late refusals": "Keras builds the call and fails on data",
    "refused misstatements": "Keras computes other shapes than it states",
    "stricter": "we refuse for a reason of layer_strictness.py",
}
"""What may come of a trial."""


@dataclass(frozen=True)
class Answer:
    """What a call gives, and the weights that the layer has then."""

    outputs: list[TensorType]
    weights: Mapping[str, Shape]
    counts: tuple[int, int]


@dataclass(frozen=True)
class Trial:
    """A case, our answer or why we refuse, and Keras's layer and answer or error."""

    case: Case
    ours: Answer | str
    layer: Any
    theirs: Answer | Exception

    @property
    def fits(self) -> bool:
        """Tell whether both let the call pass."""
        return isinstance(self.ours, Answer) and isinstance(self.theirs, Answer)

    def reason(self) -> str:
        """Give the reason for which we alone refuse, or nothing."""
        if isinstance(self.theirs, Exception) or isinstance(self.ours, Answer):
            return ""
        return stricter(self.ours)

    def outcome(self) -> str:
        """Name what came of it, as in `OUTCOMES`; "wrong" ones must not be."""
        if isinstance(self.theirs, Exception):
            return "refusals" if isinstance(self.ours, str) else "wrong: we accept"
        if isinstance(self.ours, Answer):
            return self._compared(self.ours, self.theirs)
        if self.reason():
            return "stricter"
        found = found_on_data(self.layer, self.case)
        if found is None:
            return "late refusals"
        stated = self.theirs.outputs
        return "wrong: we refuse" if agree(stated, found) else "refused misstatements"

    def _compared(self, ours: Answer, theirs: Answer) -> str:
        """Compare two answers; where Keras states what data belie, the data count.

        What it states of integers often is wrong, so data are asked of them always.
        """
        if replace(theirs, outputs=ours.outputs) != ours:
            return "wrong: weights differ"
        if ours == theirs and not self.case.moves_integers:
            return "values"
        found = found_on_data(self.layer, self.case)
        if found is None or not agree(ours.outputs, found):
            return "wrong: data differ"
        return "values" if ours == theirs else "values on data"

    def __str__(self) -> str:
        """Write the case with both answers."""
        theirs = str(self.theirs)
        if isinstance(self.theirs, Exception):
            theirs = f"{type(self.theirs).__name__}: {theirs.strip()[:300]}"
        return (
            f"{self.outcome()}\n  {self.case}\n  ours: {self.ours}\n  Keras: {theirs}"
        )


@dataclass
class Tally:
    """How many cases were tried, by what came of them, and those that must not be."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        """Count a trial, and keep one that must not be."""
        outcome = trial.outcome()
        self.outcomes[outcome] += 1
        if outcome.startswith("wrong"):
            self.wrong.append(str(trial))


@cache
def kinds_by_rule() -> Mapping[str, tuple[str, ...]]:
    """Give the kinds that share each rule."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, kind in kinds("layer").items():
        found[kind.shape].append(name)
    return MappingProxyType({rule: tuple(names) for rule, names in found.items()})


def tally(rule: str) -> Tally:
    """Try the cases of all kinds of a rule."""
    found = Tally()
    for name in kinds_by_rule()[rule]:
        for trial in trials(name):
            found.add(trial)
    return found


def trials(name: str) -> Iterator[Trial]:
    """Try a kind's cases, one after the other: its share of those of its rule."""
    sharing = set(kinds_by_rule()[kinds("layer")[name].shape]) - SLOW
    if name in SLOW:
        return map(_tried, cases(name, LEAST // 20))
    shared = len(sharing)
    least = LEAST_OF_A_KIND if shared < MANY else 0
    number = max(least, -(-LEAST // shared))
    return map(_tried, cases(name, number))


def fitting(name: str) -> Iterator[Trial]:
    """Give the trials of a kind that both let pass, on values of its usual type."""
    usual = usual_type(kinds("layer")[name])
    for trial in trials(name):
        if trial.fits and set(trial.case.types) == {usual}:
            yield trial


def _tried(case: Case) -> Trial:
    return Trial(case, _ours(case), *_theirs(case))


def _ours(case: Case) -> Answer | str:
    wrong = next(_unsuitable(case.name, case.args), None)
    if wrong:
        return wrong
    call = case.name, case.args, case.inputs
    try:
        outputs = layer_outputs(*call)
    except Misfit as misfit:
        return str(misfit)
    listed = list(outputs) if isinstance(outputs, tuple) else [outputs]
    return Answer(listed, weight_shapes(*call), parameter_count(*call))


def _unsuitable(name: str, args: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the catalog says of values that do not suit their arguments."""
    for key, value in args.items():
        if isinstance(value, Layer):
            yield from _unsuitable(value.name, value.args)
        elif wrong := check_argument(kinds("layer")[name].args[key], value):
            yield f"argument: {key} {wrong}"


def _theirs(case: Case) -> tuple[Any, Answer | Exception]:
    try:
        layer = make(case.name, case.args)
        outputs = stated(layer, case)
    except Exception as error:  # Keras raises ValueError, TypeError, IndexError, ...
        return None, error
    weights = {path: tuple(w.shape) for path, w in trainable_weights(layer).items()}
    return layer, Answer(outputs, weights, counts(layer))
