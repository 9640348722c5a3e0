"""The rules of training (KX501 to KX505)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kauxgen.finding import Finding
from kauxgen.rules import logs, step_logs, stepping
from kauxgen.rules.arguments import place_of
from kauxgen.rules.entries import unknown
from kauxgen.rules.layering import work_out
from kauxgen.rules.rounds import shown
from kauxgen.rules.unrolled import Unrolled
from kauxgen.spec import Spec
from kauxgen.suggest import help_for, quote
from kauxgen.values import Kind, Value

_OF_ONE_OPTIMIZER = ("ReduceLROnPlateau", "SwapEMAWeights")
_CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")


def unknown_monitor(spec: Spec) -> Iterator[Finding]:
    """KX501: a callback that watches a log that does not exist.

    Keras only warns about it once an epoch and then does nothing, so early stopping
    would never stop. Logs are `loss`, the named terms and metrics, `regularization`,
    and each with the prefix `val_` where there is validation data.

    Wrong:
        {"callback": "EarlyStopping", "args": {"monitor": "val_accurcy"}}

    Right:
        {"callback": "EarlyStopping", "args": {"monitor": "val_accuracy"}}
    """
    legal = _logged(spec)
    for callback in spec.training.callbacks:
        monitor = callback.args.get("monitor")
        if isinstance(monitor, str) and monitor not in legal:
            message = f"{callback.name} watches {quote(monitor)}, which is never logged"
            help = help_for(monitor, legal)
            yield Finding(place_of(callback, "monitor"), "KX501", message, help)


def _logged(spec: Spec) -> list[str]:
    """Return the names that logs have, in training and in validation."""
    if spec.step is not None:
        return step_logs.monitored(spec, spec.step)
    names = [name for name in logs.logged(spec) if name]
    return [*names, *(f"val_{name}" for name in names)]


def several_clippings(spec: Spec) -> Iterator[Finding]:
    """KX503: an optimizer that clips gradients in several ways.

    Keras takes one of `clipnorm`, `clipvalue` and `global_clipnorm`, and raises
    `ValueError: Only one of clipnorm, clipvalue and global_clipnorm can be set`.

    Wrong:
        {"optimizer": "Adam", "args": {"clipnorm": 1.0, "clipvalue": 0.5}}

    Right:
        {"optimizer": "Adam", "args": {"global_clipnorm": 1.0}}
    """
    for optimizer in spec.optimizers:
        given = [n for n in _CLIPPING if optimizer.args.get(n) is not None]
        for name in given[1:]:
            clips = f"{optimizer.name} clips by {given[0]} already"
            message, place = f"{clips}, so not by {name} too", place_of(optimizer, name)
            yield Finding(place, "KX503", message, "keep one of them", at_key=True)


def settled_learning_rate(spec: Spec) -> Iterator[Finding]:
    """KX504: a callback that changes a learning rate which a schedule moves.

    Keras cannot set the learning rate of an optimizer that was made with a schedule and
    raises `TypeError: This optimizer was created with a LearningRateSchedule`.

    Wrong:
        {"optimizer": {"optimizer": "SGD",
         "args": {"learning_rate": {"schedule": "CosineDecay", "...": "..."}}},
         "callbacks": [{"callback": "ReduceLROnPlateau"}]}

    Right:
        {"optimizer": {"optimizer": "SGD", "args": {"learning_rate": 0.1}},
         "callbacks": [{"callback": "ReduceLROnPlateau"}]}
    """
    rates = [optimizer.args.get("learning_rate") for optimizer in spec.optimizers]
    scheduled = any(isinstance(rate, Kind) for rate in rates)
    for callback in spec.training.callbacks:
        if scheduled and callback.name == "ReduceLROnPlateau":
            message = "ReduceLROnPlateau cannot set a learning rate that is a schedule"
            place = f"{callback.at}/callback"
            yield Finding(place, "KX504", message, "keep the schedule or the callback")


def out_of_range(pointer: str, word: str, reason: str) -> Finding:
    """KX505: a number of the training that cannot be.

    Epochs, the batch size and sam's rho may be computed from params; with the params'
    defaults, the first two are whole numbers of at least 1, and rho is above 0.

    Wrong:
        {"params": {"size": 0.5}, "training": {"optimizer": {"optimizer": "Adam"},
         "batch_size": "=size"}}

    Right:
        {"params": {"size": 32}, "training": {"optimizer": {"optimizer": "Adam"},
         "batch_size": "=size"}}
    """
    return Finding(pointer, "KX505", f"{word} {reason}")


def work_out_training(state: Unrolled) -> None:
    """Work out the computed values of the training, and check them."""
    training = state.spec.training
    for kind in (*state.spec.optimizers, *training.callbacks):
        work_out(state, kind, state.params)
    for word, at, value in _numbers(state.spec):
        found = state.evaluation.value(value, state.params)
        if not unknown(found) and not _fits(word, found):
            least = "a number above 0" if word == "rho" else "a whole number above 0"
            wrong = out_of_range(at, word, f"is {least}, not {shown(found)}")
            state.evaluation.blame(wrong, value, state.params)


def _numbers(spec: Spec) -> Iterator[tuple[str, str, Value]]:
    training = spec.training
    yield "epochs", f"{training.at}/epochs", training.epochs
    yield "batch_size", f"{training.at}/batch_size", training.batch_size
    phases = spec.step.phases if spec.step else ()
    for gradients in (training.gradients, *(phase.gradients for phase in phases)):
        if gradients is not None and gradients.sam_rho is not None:
            yield "rho", f"{gradients.at}/sam/rho", gradients.sam_rho


def _fits(word: str, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return value > 0 and (word == "rho" or isinstance(value, int))


def optimizers_of_phases(spec: Spec) -> Iterator[Finding]:
    """Yield phases without an optimizer, defaults for none, and callbacks for one."""
    if spec.step is None:
        return
    training, phases = spec.training, spec.step.phases
    for phase in phases:
        if phase.optimizer is None and training.optimizer is None:
            yield stepping.no_optimizer(phase.at, phase.name)
    if training.optimizer and all(phase.optimizer for phase in phases):
        yield stepping.unused_default(training.optimizer.at, "optimizer")
    if training.gradients and all(phase.gradients for phase in phases):
        yield stepping.unused_default(training.gradients.at, "gradients")
    for callback in training.callbacks if len(phases) > 1 else ():
        if callback.name in _OF_ONE_OPTIMIZER:
            place = f"{callback.at}/callback"
            yield stepping.several_optimizers(place, callback.name)


CHECKS = (unknown_monitor, several_clippings, settled_learning_rate)
RULES = (*CHECKS, out_of_range)
