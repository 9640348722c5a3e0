"""What the history of a run says of its terms: findings, each with its epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate

from kauxgen import source
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, Finding
from kauxgen.frozen import frozen
from kauxgen.rules import silencing, trained
from kauxgen.suggest import quote
from kauxgen.training.health import reach, subjects, thresholds
from kauxgen.training.health.subjects import LAYERS, Subject
from kauxgen.training.history import Epoch, HealthFinding, History, TermHealth


@frozen
class Found:
    """A finding about a term, and the epoch since which it holds, from 1."""

    finding: Finding
    term: str
    epoch: int


def of(history: History, loaded: Loaded) -> tuple[HealthFinding, ...]:
    """Give the findings as the history holds them, in the order of the spec."""
    return tuple(entry(loaded, one) for one in observed(history, loaded))


def diagnostics(history: History, loaded: Loaded) -> tuple[Diagnostic, ...]:
    """Give the findings as a report prints them."""
    found = observed(history, loaded)
    return tuple(source.locate(loaded.document, one.finding) for one in found)


def entry(loaded: Loaded, found: Found) -> HealthFinding:
    """Give a finding as the history holds it."""
    one = source.locate(loaded.document, found.finding)
    return told(one, found.term, found.epoch)


def told(one: Diagnostic, term: str = "", epoch: int = 0) -> HealthFinding:
    """Give a diagnostic as the history holds it."""
    return HealthFinding(
        code=one.code,
        severity=one.severity,
        message=one.message,
        term=term,
        epoch=epoch,
        place=f"{one.path}:{one.line}:{one.column}",
        remedy=one.help,
    )


def observed(history: History, loaded: Loaded) -> list[Found]:
    """Find what holds at the end of the history and is not silenced by the spec."""
    if not history.epochs:
        return []
    expected = reach.of(loaded.checked)
    found = [
        one
        for subject in subjects.of(loaded.checked).values()
        for one in _about(subject, history, expected.get(subject.name, frozenset()))
    ]
    said = silencing.heard(loaded.spec, [one.finding for one in found])
    heard = {id(one) for one in said}
    return [one for one in found if id(one.finding) in heard]


Measured = list[tuple[Epoch, TermHealth]]


def _about(
    subject: Subject, history: History, expected: frozenset[str]
) -> Iterator[Found]:
    """Yield what is wrong with a term: one thing, the plainest."""
    name = subject.name
    measured = [(one, one.health[name]) for one in history.epochs if name in one.health]
    if not measured:
        return
    found = (
        _unmoving(subject, measured, expected)
        or _fallen(subject, measured)
        or _dominating(subject, measured)
    )
    if found is not None:
        yield found


def _since(measured: Measured, holds: Sequence[bool]) -> int:
    """Return the epoch since which something holds to the end; 0 if not long enough."""
    lasting = 0
    for one in reversed(holds):
        if not one:
            break
        lasting += 1
    if lasting < thresholds.EPOCHS:
        return 0
    return measured[-lasting][0].epoch


def _fallen(subject: Subject, measured: Measured) -> Found | None:
    """Find a penalty on what the model computes that fell to nothing."""
    name = subject.name
    if not subject.inner or subject.settled or not subject.company:
        return None
    values = [abs(epoch.logs.get(name, math.nan)) for epoch, _ in measured]
    peaks = list(accumulate(values, max))
    holds = [
        value <= thresholds.FALLEN * peak and 0 < health.share <= thresholds.NOTHING
        for value, peak, (_, health) in zip(values, peaks, measured, strict=True)
    ]
    since = _since(measured, holds)
    if not since:
        return None
    last, peak = measured[-1], values.index(peaks[-1])
    course = (
        f"{_short(values[peak])} in epoch {measured[peak][0].epoch}, "
        f"{_short(values[-1])} in epoch {last[0].epoch}"
    )
    return Found(
        trained.fallen_term(
            subject.at,
            name,
            course,
            _percent(last[1].share),
            _revived(subject, last[0]),
        ),
        name,
        since,
    )


def _revived(subject: Subject, last: Epoch) -> str:
    if subject.weight is None:
        return "let its weight grow from 0 to a hundredth of what it is"
    steps = thresholds.WARM_UP_EPOCHS * last.steps or thresholds.WARM_UP
    written = subject.smaller(thresholds.SMALLER, steps)
    return f"a smaller weight that grows while the model learns: {written}"


def _dominating(subject: Subject, measured: Measured) -> Found | None:
    """Find a penalty that is nearly all of its objective."""
    if not subject.penalty or not subject.opposed:
        return None
    holds = [
        min(health.share, health.gradient_share) >= thresholds.DOMINANT
        for _, health in measured
    ]
    since = _since(measured, holds)
    if not since:
        return None
    last = measured[-1][1]
    rest = (1 - last.gradient_share) / last.gradient_share
    if subject.weight is None or not rest:
        remedy = "a smaller weight"
    else:
        written = subject.scaled(rest)
        remedy = f"a smaller weight; as strong as all else it is with {written}"
    shares = (_percent(last.share), _percent(last.gradient_share))
    finding = trained.dominating_term(subject.at, subject.name, *shares, remedy)
    return Found(finding, subject.name, since)


def _unmoving(
    subject: Subject, measured: Measured, expected: frozenset[str]
) -> Found | None:
    """Find a term that moves nothing, or not all that its value comes from."""
    first, health = measured[0]
    if health.share and not health.networks:
        return _still(subject, "of any weight", _CUT, first.epoch)
    cut = sorted(expected - health.networks.keys()) if health.networks else []
    if health.share and cut:
        where = f"of the network {quote(cut[0])}, which its value comes from"
        return _still(subject, where, _CUT, first.epoch)
    for name in health.networks:
        holds = [one.share > 0 and one.networks.get(name) == 0 for _, one in measured]
        since = _since(measured, holds)
        if since:
            where = f"of {_weights(name)} that is not 0"
            return _still(subject, where, _DEAD, since)
    return None


_CUT = (
    "compute it without what passes no gradient (stop_gradient, argmax, round, a "
    "comparison, a cast to integers); if it is only to be seen, make it a metric"
)
_DEAD = (
    "units that it comes from may be dead or saturated: a smaller learning rate, or an "
    "activation with a slope everywhere, such as leaky_relu"
)


def _still(subject: Subject, where: str, remedy: str, epoch: int) -> Found:
    finding = trained.unmoving_term(subject.at, subject.name, where, remedy)
    return Found(finding, subject.name, epoch)


def _weights(network: str) -> str:
    if network == LAYERS:
        return "the weights outside of networks"
    return f"the network {quote(network)}"


def _short(value: float) -> str:
    return f"{value:.1e}" if value < 1e-3 else f"{value:.3g}"


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 1e-3 else f"{100 * share:.1g}%"
