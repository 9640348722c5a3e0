"""What a spec must mean to become code: rules in stages, each with its findings.

`check` is the stage between reading and lowering. `RULES` lists what documents every
diagnostic of kauxgen; `portability` answers for one style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from kauxgen import form, read_texts, reading
from kauxgen.checked import Checked
from kauxgen.finding import Finding
from kauxgen.rules import (
    arguments,
    backbones,
    batches,
    borrowed,
    calling,
    calls,
    choices,
    collisions,
    copies,
    cuts,
    cycles,
    data_shapes,
    definitions,
    derivatives,
    doubts,
    freezing,
    gradients,
    handing,
    identifiers,
    idling,
    importing,
    inferring,
    keeping,
    kinds,
    lasting,
    leftovers,
    logs,
    misfits,
    naming,
    objective,
    own_layers,
    phases,
    reaching,
    references,
    rounds,
    scopes,
    silencing,
    sizes,
    spreading,
    step_logs,
    stepping,
    targets,
    terms,
    trained,
    training,
    unused,
    warnings,
)
from kauxgen.rules import portability as styles
from kauxgen.rules.resolution import Resolver, View
from kauxgen.rules.scalars import Scalars
from kauxgen.rules.unrolled import Unrolled
from kauxgen.rules.unrolling import unroll
from kauxgen.spec import Spec
from kauxgen.values import computed

WARNINGS = (*warnings.RULES, *spreading.RULES, *trained.WARNINGS)
"""Every function that documents a warning that a spec may silence."""

RULES = (
    *reading.RULES,
    *form.RULES,
    read_texts.malformed_expression,
    *kinds.RULES,
    *silencing.RULES,
    *references.RULES,
    *naming.RULES,
    *calling.RULES,
    *handing.RULES,
    *copies.RULES,
    *leftovers.RULES,
    *cuts.RULES,
    *borrowed.RULES,
    *misfits.RULES,
    *sizes.RULES,
    *rounds.RULES,
    *terms.RULES,
    *calls.RULES,
    *derivatives.RULES,
    *own_layers.RULES,
    *choices.RULES,
    *data_shapes.RULES,
    *training.RULES,
    *freezing.RULES,
    *batches.RULES,
    *stepping.RULES,
    *lasting.RULES,
    *WARNINGS,
    trained.not_finite,
    trained.data_not_finite,
    *styles.RULES,
    *targets.RULES,
)
"""Every function that documents a diagnostic of a spec."""

MOST_FINDINGS = 200
MEASURED = frozenset(str(rule.__doc__).partition(":")[0] for rule in trained.WARNINGS)
"""The codes of warnings that only a training shows: a spec may silence them before."""


def check(spec: Spec) -> tuple[Checked | None, list[Finding]]:
    """Check what a spec means; all findings of the first stage that has any.

    The stages are names and kinds; the shapes of nodes; terms and training; leftovers.
    A mistake of one stage would make a later one find it again, under other names. What
    stands beside warnings alone is checked; they are known once the shapes are.
    """
    resolver, findings = _names(spec)
    if findings:
        return None, findings
    state = unroll(spec)
    if state.found:
        return None, _sorted(state.findings)
    scalars = Scalars(state)
    findings = _objective(scalars) or _sorted(list(data_shapes.check(state)))
    findings = findings or _leftovers(resolver, state)
    findings = findings or _sorted(list(inferring.check(spec)))
    doubtful = [*idling.check(state), *spreading.check(state)]
    doubtful += doubts.check(state)
    if findings:
        return None, _sorted([*findings, *_heard(spec, doubtful)])
    state.uses.settle(state.types)
    checked = Checked(
        spec,
        state.types,
        state.shapes,
        state.values,
        scalars.formulas,
        scalars.weights,
        state.trace,
        frozenset(state.whole),
    )
    return checked, _sorted(list(silencing.heard(spec, doubtful, MEASURED)))


def _heard(spec: Spec, doubtful: list[Finding]) -> Iterator[Finding]:
    """Yield the warnings beside errors: what silences nothing may do so without."""
    heard = silencing.heard(spec, doubtful, MEASURED)
    return (each for each in heard if each in doubtful)


def _codes(rules: Sequence[Callable[..., object]]) -> list[str]:
    """Return the codes that rules document."""
    return [str(rule.__doc__).partition(":")[0] for rule in rules]


def portability(checked: Checked, style: str) -> list[Finding]:
    """Find what a style cannot express of a spec whose meaning holds."""
    found = (finding for rule in styles.RULES for finding in rule(checked, style))
    return _sorted(list(found))


def _names(spec: Spec) -> tuple[Resolver, list[Finding]]:
    """Check names, kinds and calls, before any shape is known."""
    resolver = Resolver(spec)
    for definition in spec.definitions:
        definitions.resolve_definition(resolver, definition)
    for scope in spec.scopes:
        scopes.resolve_scope(resolver, scope)
    scopes.resolve_counts(resolver)
    objective.resolve_terms(resolver)
    phases.resolve_step(resolver)
    inferring.resolve_inference(resolver)
    _training(resolver)
    given = list(identifiers.check(spec))
    read = _without_echoes(resolver.findings, given)
    made = arguments.check(spec, resolver.missed)
    found = [*read, *given, *made, *cycles.check(spec), *freezing.check(spec)]
    found += [*importing.check(spec), *backbones.check(spec)]
    found += [*own_layers.check(spec), *targets.check(spec)]
    wrong = silencing.check(spec, _codes(RULES), _codes(WARNINGS))
    found += islice(wrong, MOST_FINDINGS)
    return resolver, _sorted(found)


def _without_echoes(read: list[Finding], given: list[Finding]) -> list[Finding]:
    """Leave out words that mean nothing where a name was given that is none.

    What should have borne the word mostly bears the wrong name.
    """
    unnamed = {finding.code for finding in given} & {"KX203", "KX204", "KX205"}
    echoes = {"KX201", "KX202", "KX209", "KX213", "KX215"} if unnamed else set()
    return [finding for finding in read if finding.code not in echoes]


def _training(resolver: Resolver) -> None:
    training_of = resolver.spec.training
    known = {m.name: m for m in scopes.params_of(resolver.spec, resolver.spec.main)}
    values = (
        training_of.optimizer,
        training_of.callbacks,
        training_of.epochs,
        training_of.batch_size,
        training_of.gradients and training_of.gradients.sam_rho,
    )
    for value in computed(values):
        resolver.value(value, View(known))


def _objective(scalars: Scalars) -> list[Finding]:
    """Check terms, logs and training."""
    spec = scalars.state.spec
    scalars.check()
    training.work_out_training(scalars.state)
    keeping.check(scalars.state)
    found = scalars.state.findings
    found += [*objective.inner_tensors(spec), *objective.mixed_targets(spec)]
    found += [*_logs(spec), *calls.check(spec), *reaching.check(scalars)]
    found += gradients.check(spec, scalars.state.types)
    if not spec.terms:
        found.append(terms.nothing_to_minimize("/training"))
    found += (finding for rule in training.CHECKS for finding in rule(spec))
    found += training.optimizers_of_phases(spec)
    return _sorted(found)


def _logs(spec: Spec) -> Iterator[Finding]:
    if spec.step is None:
        return logs.check(spec)
    return step_logs.check(spec, spec.step)


def _leftovers(resolver: Resolver, state: Unrolled) -> list[Finding]:
    """Find what nothing uses, and names that the code would give twice."""
    found = [*unused.check(resolver), *collisions.check(state)]
    found += importing.unused(state.spec, resolver.read)
    for name, network in state.networks.items():
        called = {number for owner, number in state.called if owner == name}
        scope = state.spec.networks[name]
        found += copies.uncalled(scope, network.count, called)
    return _sorted(found)


def _sorted(findings: list[Finding]) -> list[Finding]:
    """Sort findings, without those that say the same, and not more than are read."""
    once = {(f.pointer, f.code, f.message): f for f in findings}
    return sorted(once.values(), key=_place)[:MOST_FINDINGS]


def _place(finding: Finding) -> tuple[Any, ...]:
    """Order by pointer, items of lists by number, as they stand in the text."""
    steps = finding.pointer.split("/")
    numbers = tuple((int(s), "") if s.isdecimal() else (-1, s) for s in steps)
    return (numbers, finding.part or (0, 0), finding.code, finding.message)
