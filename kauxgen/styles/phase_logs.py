"""What a step with phases logs: running means and metrics, and what they are fed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kauxgen import code, hoisting
from kauxgen.frozen import frozen
from kauxgen.program import Program, TermPlan
from kauxgen.styles import objective, owned, values, weights
from kauxgen.styles.phase_pass import (
    EVALUATION,
    FORWARD,
    Passed,
    lone_phase,
    plan,
    states,
)
from kauxgen.values import Value

LOSS = "loss"


@frozen
class Log:
    """A number of the logs: the attribute that holds it, and the names that feed it.

    A running mean is fed a value and weighted by the size of the batch. `at` is the
    pointer of the term, metric or phase.
    """

    name: str
    attribute: str
    fed: tuple[str, ...]
    made: ast.expr
    mean: bool
    at: str


def logs(program: Program, each: Passed) -> Iterator[Log]:
    """Yield what a pass logs, in the order of the text."""
    if each.label == FORWARD:
        return
    if each.label != EVALUATION and lone_phase(program):
        yield _mean(LOSS, each.total, each.at)
    for term in each.program.terms:
        if term.name:
            fed = values.local_name(each.program, term)
            yield _mean(term.name, fed, term.term.at)
    if each.program.regularized:
        name = regularization_name(program, each)
        yield _mean(name, owned.REGULARIZATION, each.at)
    for term in each.program.metrics:
        yield _metric(program, each, term)


def _mean(name: str, fed: str, at: str) -> Log:
    keywords = {"name": code.literal(name)}
    made = code.call("keras.metrics.Mean", keywords=keywords)
    return Log(name, f"{name}_tracker", (fed,), made, mean=True, at=at)


def _metric(program: Program, each: Passed, term: TermPlan) -> Log:
    fed = tuple(name for name, _ in objective.fed_by(each.program, term))
    made = owned.metric_object(each.program, term)
    attribute = term.key
    if term.term.kind is None or attribute in _attributes(program):
        attribute = f"{term.key}_metric"
    mean = term.value is not None
    given = fed if mean else fed[::-1]
    return Log(term.key, attribute, given, made, mean, term.term.at)


def _attributes(program: Program) -> set[str]:
    """Return the names of what a model holds beside its metrics."""
    spec = program.spec
    return {*spec.params, *spec.networks, *(state.name for state in states(program))}


def regularization_name(program: Program, each: Passed) -> str:
    """Return the log name of the regularizers of what a phase updates."""
    if lone_phase(program):
        return owned.REGULARIZATION
    return f"{each.label}_{owned.REGULARIZATION}"


def trained(program: Program, passes: tuple[Passed, ...]) -> list[Log]:
    """Return what training logs, each once."""
    return _once(
        log for one in passes if one.label != EVALUATION for log in logs(program, one)
    )


def evaluated(program: Program, passes: tuple[Passed, ...]) -> list[Log]:
    """Return what evaluation logs, each once."""
    own = [one for one in passes if one.label == EVALUATION]
    return _once(log for one in own or passes for log in logs(program, one))


def every(program: Program, passes: tuple[Passed, ...]) -> list[Log]:
    """Return all that is logged, each once."""
    return _once([*trained(program, passes), *evaluated(program, passes)])


def _once(found: Iterator[Log] | list[Log]) -> list[Log]:
    known: dict[str, Log] = {}
    for log in found:
        known.setdefault(log.attribute, log)
    return list(known.values())


def track(
    program: Program,
    each: Passed,
    owner: str,
    renamed: Mapping[str, str],
    rounds: Value = 1,
) -> list[ast.stmt]:
    """Write the updates of what a pass logs, in one of its rounds."""
    written: list[ast.stmt] = []
    for log in logs(program, each):
        given: list[ast.expr] = [code.name(renamed.get(one, one)) for one in log.fed]
        size: ast.expr = code.name("batch_size")
        passes = counted_by(program, log)
        if passes > 1:
            # A running mean of that many times each value is the sum over the passes.
            given = [code.multiply(code.literal(passes), one) for one in given]
            if rounds != 1:
                size = ast.BinOp(size, ast.Div(), owned.from_self(rounds, owner))
        update = f"{owner}.{log.attribute}.update_state"
        given += [size] if log.mean else []
        fed = code.perform(code.call(update, *given))
        written.append(code.traced(log.at, fed))
    return written


def counted_by(program: Program, log: Log) -> int:
    """Return how many phases count a penalty inside a network; else 1."""
    inner = [
        term
        for each in plan(program).phases
        for term in each.program.terms
        if hoisting.stands_inside(term.term) and term.name == log.name
    ]
    return max(1, len(inner))


def result(
    program: Program, passes: tuple[Passed, ...], owner: str, *, training: bool
) -> list[ast.stmt]:
    """Write the return of the logs: all, or those that were fed."""
    own = (trained if training else evaluated)(program, passes)
    if len(own) == len(every(program, passes)):
        return [code.give([code.call(f"{owner}.get_metrics_result")])]
    metrics = [code.name(f"{owner}.{log.attribute}") for log in own]
    metric = code.name("metric")
    clause = ast.comprehension(metric, code.name("metrics"), [], 0)
    result_of = code.call(code.attribute(metric, "result"))
    logged = ast.DictComp(code.attribute(metric, "name"), result_of, [clause])
    return [code.assign("metrics", ast.Tuple(metrics)), code.give([logged])]


def counting(program: Program) -> bool:
    """Say whether any term's weight moves with the training steps."""
    phases = plan(program).phases
    return any(weights.counting(each.program.terms) for each in phases)
