"""The findings about what terms are computed on (KX402 to KX416)."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen.expression import Part
from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def inner_tensor(pointer: str, name: str, part: Part | None) -> Finding:
    """KX402: a loss against the data, or a metric, on an inner tensor.

    In `fit` the data `y` meets only what the model returns, and so do metrics. Beside y
    a term reads the model's inputs and outputs: make the tensor an output, or write the
    term as a penalty, without y.

    Wrong:
        {"outputs": "prediction", "losses": [{"loss": "MeanSquaredError",
         "on": "hidden"}]}

    Right:
        {"outputs": ["prediction", "hidden"], "losses": [{"loss": "MeanSquaredError",
         "on": "hidden", "target": "y.hidden"}]}
    """
    message = f"{quote(name)} is neither an input nor an output of the model"
    help = "beside y and in metrics only these can be read: add it to outputs"
    return Finding(pointer, "KX402", message, help, part=part)


def wrong_operands(
    pointer: str, kind: str, operands: Sequence[str], wrong: str = ""
) -> Finding:
    """KX404: operands that a penalty does not take.

    A penalty of several operands takes a list of as many, in the order of its
    documentation, or an object with their names; one of a single operand takes it
    plainly. An operand that is a network is named in an object.

    Wrong:
        {"penalty": "kl_standard_normal", "on": "z_mean"}

    Right:
        {"penalty": "kl_standard_normal", "on": ["z_mean", "z_log_var"]}
    """
    if wrong:
        message = f"{kind} has no operand {quote(wrong)}"
        return Finding(
            pointer, "KX404", message, help_for(wrong, operands), at_key=True
        )
    counted = f"{len(operands)} operand{'' if len(operands) == 1 else 's'}"
    named = ", ".join(f'"{word}": ...' for word in operands)
    listed = ", ".join(operands)
    help = f"write {{{named}}}" if "network" in operands else f"in this order: {listed}"
    if len(operands) == 1:
        help = "penalize each tensor on its own, or a repeat's list by its path"
    message = f"{kind} takes {counted}: {listed}"
    return Finding(pointer, "KX404", message, help)


def regularizer_operand(pointer: str, name: str) -> Finding:
    """KX408: an own regularizer as a penalty on what is no weight.

    A regularizer of `define` is a closure over a weight. On the output of a layer the
    same formula stands as an `expr` term, and is logged with its name.

    Wrong:
        {"penalty": "scaled_l2", "on": "code"}

    Right:
        {"penalty": "scaled_l2", "on": {"weights": "code/kernel"}}
    """
    message = f"{name} is a regularizer, which takes one choice of weights"
    help = 'write "on": {"weights": "..."}'
    return Finding(pointer, "KX408", message, help)


def selects_nothing(pointer: str, pattern: str, help: str) -> Finding:
    """KX410: a choice of weights that selects none.

    A pattern is a path of names from a network or node down to a weight, with round
    numbers where it crosses a repeat: `encoder/hidden/0/dense/kernel`. `*` stands for
    one part, `**` for any number. Only trainable weights count.

    Wrong:
        {"penalty": "mean_square", "on": {"weights": "hidden/kernels"}}

    Right:
        {"penalty": "mean_square", "on": {"weights": "hidden/kernel"}}
    """
    message = f"no trainable weight has a path like {quote(pattern)}"
    return Finding(pointer, "KX410", message, help)


def misused_list(pointer: str, what: str, kind: str) -> Finding:
    """KX415: weights or a repeat's list in a penalty of several operands.

    A choice of weights, and the list that a path through a repeat is, make one term:
    the sum over its tensors. That has a meaning only where each of them is the only
    operand.

    Wrong:
        {"penalty": "squared_error", "on": ["hidden.dense", "features"]}

    Right:
        {"penalty": "squared_error", "on": ["hidden.dense[0]", "features"]}
    """
    message = f"{what} cannot be one of several operands of {kind}"
    return Finding(pointer, "KX415", message, "name one tensor")


def ignored_target(pointer: str, kind: str, stepped: bool = False) -> Finding:
    """KX416: no target for a loss that compares with one.

    `"target": null` is for a closure that never reads y_true. Every loss of Keras reads
    it, and so does a metric.

    Wrong:
        {"loss": "MeanSquaredError", "on": "prediction", "target": null}

    Right:
        {"loss": "MeanSquaredError", "on": "prediction"}
    """
    message = f"{kind} compares with a target, so its target cannot be null"
    help = "name a tensor of the batch" if stepped else "delete it: the default is y"
    return Finding(pointer, "KX416", message, help)


RULES = (
    inner_tensor,
    wrong_operands,
    regularizer_operand,
    selects_nothing,
    misused_list,
    ignored_target,
)
