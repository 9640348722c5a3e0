"""The checks of a proof: what of a style is held against another style, or its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kauxgen.frozen import frozen
from kauxgen.proving import measured, returned, saving, stated, weighing
from kauxgen.proving.numbers import Numbers
from kauxgen.proving.subject import Subject


@frozen
class Check:
    """A check by name; `says` what is held equal, for people.

    `numbers` gives what all styles must agree in. `wanted` gives what the style's own
    numbers must be, where that is known without another style. The tolerance is `loose`
    times the usual one.
    """

    name: str
    says: str
    numbers: Callable[[Subject, str], Numbers]
    wanted: Callable[[Subject, str], Numbers] | None = None
    against: str = ""
    loose: float = 1.0


SPEC, FILE = "the spec", "its own file"

ARGUMENTS = Check(
    "arguments",
    "params with their defaults",
    stated.arguments,
    stated.stated_arguments,
    SPEC,
)
TERMS = Check("terms", "terms and metrics of one step", measured.terms)
TOTALS = Check("total", "the total of one step", measured.total)
GRADIENTS = Check("gradients", "gradients of one step", measured.gradients)
LOGS = Check("logs", "logs of three steps, the last batch short", measured.logs)
NAMES = Check("names", "names of logs", stated.names, stated.stated_names, SPEC)
WEIGHTS = Check("weights", "weights and statistics after three steps", measured.weights)
VALIDATION = Check(
    "validation", "logs of two epochs, each validated", measured.validation
)
KEPT = Check("kept", "weights and state after six steps", measured.kept)
LEARNED = Check(
    "learning",
    "that training moves weights",
    stated.learned,
    stated.learning,
    SPEC,
)
PHASES = Check(
    "phases", "weights that a phase moves", stated.moved, stated.movable, SPEC
)
EVALUATION = Check(
    "evaluation", "evaluation of what training left", measured.evaluation
)
ZERO_WEIGHTS = Check(
    "zero weights", "three steps, terms' weights 0", measured.zero_weights
)
SAMPLE_WEIGHTS = Check(
    "sample weights",
    "three steps and an evaluation with weighted rows",
    measured.sample_weights,
)
OUTPUTS = Check("outputs", "outputs of what training left", measured.called)
PREDICTIONS = Check("inference", "outputs of inference_model", measured.predictions)
UNTRAINED = Check("start", "evaluation before any training", measured.untrained)
AS_RUN = Check(
    "as run",
    "a step as users run it, by XLA",
    measured.as_run,
    measured.as_proved,
    "eager",
    loose=100,
)
RELOAD = Check(
    "reload",
    "a .keras file: weights and scores",
    returned.reloaded,
    returned.scored,
    FILE,
)
RESUME = Check(
    "resume",
    "training on from a .keras file",
    returned.trained_on,
    returned.further,
    FILE,
)
REFILL = Check(
    "weights file",
    "a file of weights: scores",
    returned.refilled,
    returned.scored,
    FILE,
)
CONFIGURATION = Check(
    "configuration",
    "from_config of get_config",
    returned.configured,
    returned.unconfigured,
    "the model",
)


def checks(subject: Subject, style: str) -> Iterator[Check]:
    """Yield the checks that can be made of a style, the quick ones first."""
    spec, module = subject.spec, subject.modules.of(style)
    yield from (ARGUMENTS, TERMS)
    if spec.step is None or len(spec.step.phases) == 1:
        yield TOTALS
    yield from (GRADIENTS, LOGS, NAMES, WEIGHTS, VALIDATION, KEPT, LEARNED)
    if spec.step is not None:
        yield PHASES
    yield EVALUATION
    if weighing.params(subject.raw):
        yield ZERO_WEIGHTS
    if subject.rows.y is not None:
        yield SAMPLE_WEIGHTS
    yield OUTPUTS
    if hasattr(module, "inference_model") and spec.step is None:
        yield PREDICTIONS
    yield UNTRAINED
    yield from _files(subject, style)
    if subject.as_run:
        yield AS_RUN


def _files(subject: Subject, style: str) -> Iterator[Check]:
    yield RELOAD
    if not saving.compiles_a_closure(subject.raw, style):
        yield RESUME
    yield REFILL
    if not saving.shares_a_held_network(subject.raw, style):
        yield CONFIGURATION
