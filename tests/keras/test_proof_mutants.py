"""A fault in what a template, or the code behind it, writes is seen by a proof.

Each mutant is one change of the rendered text, where it stands exactly so often; the
proof of the text as it is holds, that of the mutant does not, for the stated check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from guarded import DUEL, GUARDED
from kauxgen import compiler
from kauxgen.proving import modules, proof, rows
from kauxgen.proving.modules import Modules
from kauxgen.proving.outcome import Outcome
from kauxgen.proving.subject import Subject
from kept import kept

STYLES = ("functional", "subclass", "train_step", "loop")
SPECS: dict[str, Any] = {"guarded": GUARDED, "duel": DUEL}


@dataclass(frozen=True)
class Mutant:
    """A fault: a text of a module, what stands in its place, the check that sees it."""

    name: str
    style: str
    old: str
    new: str
    check: str
    count: int = 1
    spec: str = "guarded"

    def text(self) -> str:
        """Give the module with the fault; fail if its place is not as known."""
        text = compiler.render(loaded(self.spec), self.style)
        assert text.count(self.old) == self.count, f"{self.name}: not in the module"
        return text.replace(self.old, self.new)


MUTANTS = (
    Mutant(
        "drop a penalty",
        "functional",
        "self.add_loss(value * self.weight)",
        "pass",
        "total",
    ),
    Mutant(
        "change a weight",
        "functional",
        "Penalty(small, name",
        "Penalty(2 * small, name",
        "total",
    ),
    Mutant(
        "square the schedule's weight",
        "functional",
        "ops.minimum(self.step / self.steps, 1.0)",
        "ops.minimum(self.step / self.steps, 1.0) ** 2",
        "logs",
    ),
    Mutant(
        "do not count steps", "functional", "self.step.assign_add(1)", "pass", "logs"
    ),
    Mutant(
        "drop a penalty on weights",
        "functional",
        "            + self.decayed * decay\n",
        "",
        "total",
    ),
    Mutant(
        "drop a gradient's stop",
        "functional",
        "ops.stop_gradient(code)",
        "code",
        "gradients",
    ),
    Mutant(
        "draw by another seed",
        "functional",
        "NormalLike(seed + 1, ",
        "NormalLike(seed + 2, ",
        "terms",
    ),
    Mutant(
        "forget an argument in a configuration",
        "functional",
        ', "decayed": self.decayed}',
        "}",
        "reload",
    ),
    Mutant(
        "forget the weight in a configuration",
        "functional",
        '"weight": self.weight}',
        "}",
        "reload",
    ),
    Mutant(
        "drop sample weights",
        "functional",
        "self.error_loss(y, y_pred, sample_weight)",
        "self.error_loss(y, y_pred)",
        "sample weights",
    ),
    Mutant(
        "take the sum for the mean",
        "subclass",
        "self.small_codes = ops.mean(",
        "self.small_codes = ops.sum(",
        "terms",
    ),
    Mutant(
        "let weights share a mean",
        "subclass",
        "sum(ops.mean(ops.square(weight)) for weight in decay_weights)",
        "sum(ops.mean(ops.square(weight)) for weight in decay_weights) / 2",
        "terms",
    ),
    Mutant(
        "forget the regularizers' log",
        "subclass",
        "        self.regularization_tracker.upd"
        "ate_state(regularization, batch_size)\n",
        "",
        "terms",
    ),
    Mutant(
        "call a log otherwise",
        "subclass",
        'name="agreement")',
        'name="agreed")',
        "terms",
    ),
    Mutant(
        "run a layer as in inference",
        "subclass",
        "self.dropped(hidden, training=training)",
        "self.dropped(hidden, training=False)",
        "terms",
    ),
    Mutant(
        "normalize as in training, always",
        "subclass",
        "self.norm(noisy, training=training)",
        "self.norm(noisy, training=True)",
        "weights",
    ),
    Mutant(
        "drop Keras's part of the loss",
        "subclass",
        "return error + super().compute_loss(x, y, y_pred, training=training)",
        "return error",
        "total",
    ),
    Mutant(
        "forget a param in a configuration",
        "subclass",
        '            "drop": self.drop,\n',
        "",
        "configuration",
    ),
    Mutant(
        "change a default",
        "subclass",
        "def build_model(small=0.3",
        "def build_model(small=0.35",
        "arguments",
    ),
    Mutant(
        "skip the regularizers",
        "train_step",
        "            + regularization\n",
        "",
        "total",
    ),
    Mutant(
        "weigh a term twice",
        "train_step",
        "self.small * small_codes",
        "self.small ** 2 * small_codes",
        "total",
    ),
    Mutant(
        "train as in inference",
        "train_step",
        "objective(x, target, sample_weight, training=True)",
        "objective(x, target, sample_weight, training=False)",
        "terms",
    ),
    Mutant(
        "evaluate as in training",
        "train_step",
        "objective(x, target, sample_weight, training=False)",
        "objective(x, target, sample_weight, training=True)",
        "weights",
    ),
    Mutant(
        "do not feed a tracker",
        "train_step",
        "        self.decay_tracker.update_state(decay, batch_size)\n",
        "",
        "terms",
    ),
    Mutant(
        "weigh batches alike",
        "train_step",
        "self.error_tracker.update_state(error, batch_size)",
        "self.error_tracker.update_state(error)",
        "logs",
    ),
    Mutant(
        "feed a metric the wrong way",
        "train_step",
        "self.mean_absolute_error.update_state(target, answer)",
        "self.mean_absolute_error.update_state(answer, answer)",
        "terms",
    ),
    Mutant(
        "move the weights but one",
        "loop",
        "optimizer.apply(gradients, model.trainable_variables)",
        "optimizer.apply(gradients[1:], model.trainable_variables[1:])",
        "gradients",
    ),
    Mutant(
        "do not pass sample weights on",
        "loop",
        "batches(x, y, sample_weight, batch_size=batch_size, shuffle=shuffle)",
        "batches(x, y, batch_size=batch_size, shuffle=shuffle)",
        "sample weights",
    ),
    Mutant(
        "do not reset the means",
        "loop",
        "        callbacks.on_epoch_begin(epoch)\n        model.reset_metrics()\n",
        "        callbacks.on_epoch_begin(epoch)\n",
        "validation",
    ),
    Mutant(
        "drop the short last batch",
        "loop",
        "rows.batch(batch_size)",
        "rows.batch(batch_size, drop_remainder=True)",
        "logs",
    ),
    Mutant(
        "evaluate as in training, in a loop",
        "loop",
        "objective(x, target, sample_weight, training=False)",
        "objective(x, target, sample_weight, training=True)",
        "weights",
    ),
    Mutant(
        "do not count the steps of a loop",
        "loop",
        "    model.step.assign_add(1)\n",
        "",
        "logs",
    ),
    Mutant(
        "update another network",
        "train_step",
        "variables = self.left.trainable_variables",
        "variables = self.right.trainable_variables",
        "terms",
        spec="duel",
    ),
    Mutant(
        "skip a phase's update",
        "loop",
        "    right_optimizer.apply(gradients, variables)\n",
        "",
        "gradients",
        spec="duel",
    ),
    Mutant(
        "do not assign the state",
        "loop",
        "model.seen.assign(",
        "(",
        "kept",
        spec="duel",
    ),
)


@kept
def loaded(name: str) -> compiler.Loaded:
    """Check a spec once."""
    return compiler.load(SPECS[name], f"specs/{name}.json")


@kept
def unchanged(name: str) -> Subject:
    """Give a spec as it is: what it has run serves all mutants."""
    spec = loaded(name)
    styles = tuple(one for one in STYLES if not compiler.refusals(spec, one))
    altered = {"small": 0.7} if name == "guarded" else {}
    return Subject(
        spec, styles, Modules(spec), rows=rows.of(spec), traced=False, altered=altered
    )


def subject(mutant: Mutant) -> Subject:
    """Give a spec with a fault in a style, to be held against another style."""
    whole = unchanged(mutant.spec)
    other = next(one for one in whole.styles if one != mutant.style)
    title = f"{mutant.spec}_{mutant.style}"
    made = {
        other: whole.modules.of(other),
        mutant.style: modules.load(mutant.text(), title),
    }
    known = {key: one for key, one in whole.runs.items() if key[1] == other}
    return Subject(
        whole.loaded,
        (other, mutant.style),
        Modules(whole.loaded, made=made),
        given=whole.start,
        rows=whole.rows,
        runs=known,
        traced=False,
        altered=whole.altered,
    )


def first_failure(subject: Subject, style: str) -> Outcome | None:
    """Give the first check that does not hold; those behind it are not made."""
    found = proof.outcomes(subject, style, lambda *_: None)
    return next((one for one in found if not one.holds), None)


@pytest.mark.xdist_group("mutants")
@pytest.mark.parametrize("name", SPECS)
def test_what_is_unchanged_holds(name: str) -> None:
    whole = unchanged(name)
    assert whole.start
    for style in whole.styles:
        assert first_failure(whole, style) is None


@pytest.mark.xdist_group("mutants")
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name.replace(" ", "_"))
def test_a_fault_is_seen(mutant: Mutant) -> None:
    failure = first_failure(subject(mutant), mutant.style)
    assert failure is not None
    assert failure.check == mutant.check, failure


def test_every_style_has_mutants() -> None:
    assert {one.style for one in MUTANTS} == set(STYLES)
