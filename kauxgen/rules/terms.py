"""The findings about losses, penalties and metrics as numbers (KX401 to KX414)."""

from __future__ import annotations

from kauxgen.expression import Part
from kauxgen.finding import Finding
from kauxgen.suggest import quote


def not_a_scalar(
    pointer: str, what: str, shape: str, help: str, part: Part | None = None
) -> Finding:
    """KX401: a term that is not a single number.

    Only a scalar can be added to the total and logged. Keras would silently add the sum
    of a vector, which grows with the batch; so a term says how its values become one,
    and the weight of a term is one number.

    Wrong:
        {"name": "error", "expr": "square(prediction - features)"}

    Right:
        {"name": "error", "expr": "square(prediction - features)", "reduce": "mean"}
    """
    message = f"{what} has the shape {shape}, not that of one number"
    return Finding(pointer, "KX401", message, help, part=part)


def nothing_trainable(pointer: str, what: str) -> Finding:
    """KX405: a loss or penalty that nothing trainable reaches.

    No trainable weight has a part in its value, so it cannot change and only shifts the
    total: mostly it stands on the wrong tensor, or behind a frozen layer or a
    `stop_gradient`.

    Wrong:
        {"penalty": "mean_square", "on": "image"}

    Right:
        {"penalty": "mean_square", "on": "code"}
    """
    message = f"no trainable weight has a part in {what}"
    return Finding(
        pointer, "KX405", message, "penalize what a trainable layer computes"
    )


def penalty_reads_y(pointer: str, part: Part | None) -> Finding:
    """KX406: a penalty that reads the data y.

    Penalties are computed inside the model, which is not given y. What compares with y
    is a loss or a metric.

    Wrong:
        "penalties": [{"name": "error", "expr": "mean(square(prediction - y))"}]

    Right:
        "losses": [{"name": "error", "expr": "mean(square(prediction - y))"}]
    """
    message = "a penalty does not see the data y"
    return Finding(pointer, "KX406", message, "move the term to losses", part=part)


def duplicate_log(pointer: str, name: str, other: str) -> Finding:
    """KX409: two numbers under one log name.

    `loss` is the total, `regularization` the sum of the weight regularizers, every
    named term and metric has its own, and each comes back with the prefix `val_`. Keras
    would overwrite one by the other, or count on: `accuracy_1`.

    Wrong:
        {"name": "loss", "loss": "MeanSquaredError", "on": "prediction"}

    Right:
        {"name": "error", "loss": "MeanSquaredError", "on": "prediction"}
    """
    message = f"the log {quote(name)} is {other} already"
    return Finding(pointer, "KX409", message, "choose another name")


def nothing_to_minimize(pointer: str) -> Finding:
    """KX411: a model without a loss or penalty.

    Training would have nothing to minimize; Keras fails when `fit` begins.

    Wrong:
        {"metrics": [{"metric": "MeanAbsoluteError", "on": "prediction"}]}

    Right:
        {"losses": [{"loss": "MeanSquaredError", "on": "prediction"}]}
    """
    message = "there is nothing to minimize: no losses and no penalties"
    help = 'add "losses": [{"loss": ..., "on": ...}]'
    return Finding(pointer, "KX411", message, help)


def wrong_weight(pointer: str, reason: str) -> Finding:
    """KX412: a weight that is no number.

    A weight is a number, `"=param"`, a schedule, an expression or a variable; the steps
    of a schedule are a whole number of at least 1.

    Wrong:
        {"params": {"widths": [8, 4]}, "penalties": [{"penalty": "center", "on": "z",
         "weight": "=widths"}]}

    Right:
        {"params": {"strength": 0.1}, "penalties": [{"penalty": "center", "on": "z",
         "weight": "=strength"}]}
    """
    return Finding(pointer, "KX412", reason)


def mixed_targets(pointer: str, key: str) -> Finding:
    """KX414: terms that read y as an array, and terms that read it by key.

    `train` takes as `y` one array or a dictionary of arrays, not both. With several
    outputs each term says its key.

    Wrong:
        [{"loss": "MeanSquaredError", "on": "a"}, {"loss": "MeanSquaredError",
         "on": "b", "target": "y.b"}]

    Right:
        [{"loss": "MeanSquaredError", "on": "a", "target": "y.a"},
         {"loss": "MeanSquaredError", "on": "b", "target": "y.b"}]
    """
    message = f"this term reads all of y, and another reads y.{key}"
    return Finding(pointer, "KX414", message, 'say which: "target": "y...."')


RULES = (
    not_a_scalar,
    nothing_trainable,
    penalty_reads_y,
    duplicate_log,
    nothing_to_minimize,
    wrong_weight,
    mixed_targets,
)
