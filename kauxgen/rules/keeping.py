"""Checks the numbers of a step, the values of its state, and its averages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from kauxgen.finding import Finding
from kauxgen.operations.sizes import same
from kauxgen.rules import lasting, stepping
from kauxgen.rules.entries import Entry, settle, unknown
from kauxgen.rules.phases import assignments
from kauxgen.rules.rounds import shown, whole
from kauxgen.rules.unrolled import Held, Unrolled
from kauxgen.spec import State, Step
from kauxgen.suggest import quote
from kauxgen.tensor import TensorType, describe
from kauxgen.values import Expr, Value

COUNT = "a whole number of at least 1"
SHARE = "a number from 0 to 1"


def check(unrolled: Unrolled) -> None:
    """Check what a step counts, keeps and averages; findings are kept."""
    step = unrolled.spec.step
    if step is None:
        return
    for at, word, wanted, value in _numbers(step):
        _number(unrolled, at, word, wanted, value)
    for state in step.state:
        if state.initial is not None:
            names: Mapping[str, Entry] = unrolled.params
            _value(unrolled, state, state.initial, names, "begins with")
    kept = {state.name: state for state in step.state}
    for _, scope, assigned in assignments(unrolled.spec, step):
        for name, expr in assigned:
            names = unrolled.scopes[scope.at]
            _value(unrolled, kept[name], expr, names, "is assigned")
    for finding in _averages(unrolled, step):
        unrolled.keep(finding)


def _numbers(step: Step) -> Iterator[tuple[str, str, str, Value]]:
    for phase in step.phases:
        yield f"{phase.at}/repeat", "repeat", COUNT, phase.repeat
    for average in step.averages:
        yield f"{average.at}/decay", "decay", SHARE, average.decay
        yield f"{average.at}/every", "every", COUNT, average.every


_FITS: Mapping[str, Callable[[Any], bool]] = {
    COUNT: lambda value: whole(value, 1),
    SHARE: lambda value: _is_number(value) and 0 <= value <= 1,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(unrolled: Unrolled, at: str, word: str, wanted: str, value: Value) -> None:
    found = unrolled.evaluation.value(value, unrolled.params)
    if not unknown(found) and not _FITS[wanted](found):
        wrong = stepping.step_number(at, word, f"is {wanted}, not {shown(found)}")
        unrolled.evaluation.blame(wrong, value, unrolled.params)


def _value(
    unrolled: Unrolled,
    state: State,
    expr: Expr,
    names: Mapping[str, Entry],
    does: str,
) -> None:
    """Check that a state can hold a value."""
    wanted = unrolled.shapes.get(state.at)
    found = settle(unrolled.infer(expr, names))
    if unknown(found) or not isinstance(wanted, TensorType):
        return
    reason = _misfit(found, wanted)
    if reason:
        wrong = lasting.wrong_value(expr.at, state.name, f"{does} {reason}")
        unrolled.keep(wrong)


def _misfit(found: Any, wanted: TensorType) -> str:
    """Say what does not fit: a list, a type or a shape; "" if all does."""
    if _is_number(found):
        plain = isinstance(found, int) or wanted.dtype == "float32"
        found = TensorType((), wanted.dtype if plain else "float32")
    if not isinstance(found, TensorType):
        return "what is no tensor"
    if found.dtype != wanted.dtype:
        return f"{found.dtype} values, and holds {wanted.dtype}"
    if not same(found.shape, wanted.shape):
        shapes = describe(found.shape), describe(wanted.shape)
        return f"a value of shape {shapes[0]}, and has the shape {shapes[1]}"
    return ""


def _averages(unrolled: Unrolled, step: Step) -> Iterator[Finding]:
    """Yield the averages that cannot be, or would mean nothing."""
    follows: dict[str, str] = {}
    for average in step.averages:
        place = f"{average.at}/target"
        if average.target in follows:
            yield lasting.followed_twice(place, average.target)
            continue
        follows[average.target] = average.source
        if _circle(follows, average.target):
            yield lasting.circular_average(f"{average.at}/source", average.target)
            continue
        reason = _unlike(unrolled, average.target, average.source)
        if reason:
            names = average.target, average.source
            yield lasting.unlike_networks(place, *names, reason)


def _circle(follows: Mapping[str, str], first: str) -> bool:
    seen, name = {first}, follows.get(first)
    while name is not None and name not in seen:
        seen.add(name)
        name = follows.get(name)
    return name is not None


def _unlike(unrolled: Unrolled, target: str, source: str) -> str:
    """Say where the weights of two networks differ; "" where they do not."""
    pairs = zip_longest(_held(unrolled, target), _held(unrolled, source))
    for mine, other in pairs:
        if mine is None or other is None:
            name, one = (source, other) if mine is None else (target, mine)
            return f"only {name} has {quote(_path(one))}"
        if _path(mine) != _path(other) or mine.kind != other.kind:
            first, second = f"{mine.kind} {_path(mine)}", f"{other.kind} {_path(other)}"
            return f"{first} stands against {second}"
        if mine.shape != other.shape:
            shapes = f"{describe(mine.shape)} and {describe(other.shape)}"
            return f"{quote(_path(mine))} has the shapes {shapes}"
    return ""


def _held(unrolled: Unrolled, network: str) -> list[Held]:
    return [one for one in unrolled.held if one.layer[:1] == (network,)]


def _path(one: Held) -> str:
    return "/".join(map(str, (*one.layer[1:], one.path)))
