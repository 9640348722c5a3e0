"""The findings about a step's data, logs and evaluation (KX251 to KX254, KX530 on)."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.expression import Part
from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def unknown_entry(pointer: str, name: str, legal: Collection[str]) -> Finding:
    """KX251: a batch that names what is no input.

    `batch` says how the tensors of `inputs` lie in a batch: a name, or a nested list of
    names; `_` stands for what is not used.

    Wrong:
        {"inputs": {"image": {"shape": [8]}, "label": {"shape": []}},
         "step": {"batch": ["image", "lable"], "...": "..."}}

    Right:
        {"inputs": {"image": {"shape": [8]}, "label": {"shape": []}},
         "step": {"batch": ["image", "label"], "...": "..."}}
    """
    message = f"no input is called {quote(name)}"
    return Finding(pointer, "KX251", message, help_for(name, legal))


def bound_twice(pointer: str, name: str) -> Finding:
    """KX252: a batch that names an input twice.

    Two parts of a batch would be one tensor.

    Wrong:
        {"step": {"batch": ["image", "image"], "...": "..."}}

    Right:
        {"step": {"batch": ["image", "_"], "...": "..."}}
    """
    message = f"the batch has the input {quote(name)} already"
    return Finding(pointer, "KX252", message, 'write "_" for what is not used')


def empty_batch(pointer: str) -> Finding:
    """KX253: a batch that names no input.

    Nothing of the data would be used.

    Wrong:
        {"step": {"batch": ["_", "_"], "...": "..."}}

    Right:
        {"step": {"batch": ["image", "_"], "...": "..."}}
    """
    message = "the batch names no input"
    return Finding(pointer, "KX253", message, "name what is used")


def unbound_input(pointer: str, name: str) -> Finding:
    """KX254: an input that is in no batch.

    With a step `inputs` are the tensors of its batches; `batch`, of the step or of the
    evaluation, says where each of them lies.

    Wrong:
        {"inputs": {"image": {"shape": [8]}, "label": {"shape": []}},
         "step": {"batch": "image", "...": "..."}}

    Right:
        {"inputs": {"image": {"shape": [8]}, "label": {"shape": []}},
         "step": {"batch": ["image", "label"], "...": "..."}}
    """
    message = f"no batch has the input {quote(name)}"
    return Finding(pointer, "KX254", message, 'add it to "batch"', at_key=True)


def data_in_step(pointer: str, message: str, part: Part | None = None) -> Finding:
    """KX530: a term of a step that reads y.

    All data of a step are tensors of its batch, with names of their own. So a loss or
    metric says what it compares with; there is no default.

    Wrong:
        {"name": "error", "loss": "MeanSquaredError", "on": "prediction"}

    Right:
        {"name": "error", "loss": "MeanSquaredError", "on": "prediction",
         "target": "label"}
    """
    help = 'name a tensor of the batch: "target": ...'
    return Finding(pointer, "KX530", message, help, part=part)


def unnamed_term(pointer: str) -> Finding:
    """KX531: a term without a name in a step that does not log it otherwise.

    With several phases no `loss` is logged, and an evaluation of its own minimizes
    nothing: a term without a name would be seen nowhere.

    Wrong:
        [{"name": "critic", "terms": [{"expr": "mean(critic(fake))"}], "...": "..."},
         {"name": "generator", "...": "..."}]

    Right:
        [{"name": "critic", "terms": [{"name": "critic_loss",
         "expr": "mean(critic(fake))"}], "...": "..."},
         {"name": "generator", "...": "..."}]
    """
    message = "this term has no name, so nothing would log it"
    return Finding(pointer, "KX531", message, 'add "name"')


def empty_evaluation(pointer: str) -> Finding:
    """KX532: an evaluation without terms and metrics.

    It logs its own terms and metrics alone, so it would say nothing.

    Wrong:
        {"evaluation": {"batch": ["image", "label"]}}

    Right:
        {"evaluation": {"batch": ["image", "label"], "metrics": [
         {"metric": "SparseCategoricalAccuracy", "on": "student(image)",
          "target": "label"}]}}
    """
    help = 'add "terms" or "metrics", or delete it: the default is "same"'
    message = "the evaluation logs nothing"
    return Finding(pointer, "KX532", message, help, at_key=True)


def weighted_evaluation(pointer: str, key: str) -> Finding:
    """KX533: a weight or `when` of a term of an evaluation.

    An evaluation adds its terms to no total: each is logged, unweighted. So neither
    would change a number.

    Wrong:
        {"evaluation": {"terms": [{"name": "error", "weight": 0.1, "...": "..."}]}}

    Right:
        {"evaluation": {"terms": [{"name": "error", "...": "..."}]}}
    """
    message = f"{quote(key)} means nothing here: evaluation adds up no total"
    return Finding(pointer, "KX533", message, "delete it", at_key=True)


def other_number(pointer: str, name: str, why: str) -> Finding:
    """KX534: a log of evaluation that differs in kind from that of training.

    Names may recur in an evaluation of its own: then `val_accuracy` stands beside
    `accuracy`. A metric or loss of a kind is then of the same kind, with the same
    arguments, or the two would not be comparable.

    Wrong:
        {"name": "accuracy", "metric": "SparseTopKCategoricalAccuracy",
         "args": {"k": 5}, "...": "..."}

    Right:
        {"name": "top_5", "metric": "SparseTopKCategoricalAccuracy",
         "args": {"k": 5}, "...": "..."}
    """
    message = f"the log {quote(name)} is {why} in training"
    return Finding(pointer, "KX534", message, "choose another name, or make them equal")


def cut_of_step(pointer: str) -> Finding:
    """KX535: a prediction from inputs to outputs, of a spec with a step.

    A step has no outputs. What predicts is one of its networks.

    Wrong:
        {"step": {"...": "..."}, "inference": {"inputs": ["image"], "outputs": "code"}}

    Right:
        {"step": {"...": "..."}, "inference": "encoder"}
    """
    message = "a step predicts with a network, not by inputs and outputs"
    return Finding(pointer, "KX535", message, 'write "inference": "<network>"')


RULES = (
    unknown_entry,
    bound_twice,
    empty_batch,
    unbound_input,
    data_in_step,
    unnamed_term,
    empty_evaluation,
    weighted_evaluation,
    other_number,
    cut_of_step,
)
