"""The findings about terms while a model trains (KX830 to KX834).

No spec shows them by itself: `kauxgen train` measures them. The first three are
warnings that a spec may silence; `training/health/` decides when they are said.
"""

from __future__ import annotations

from kauxgen.finding import WARNING, Finding
from kauxgen.suggest import quote


def fallen_term(
    pointer: str, term: str, course: str, share: str, remedy: str
) -> Finding:
    """KX830: a penalty that fell to nothing (warning).

    It fell to less than a hundredth of what it was, and is less than a thousandth of
    the total: the model has found a way to keep it at zero. What it stands on has then
    mostly become constant, such as a code that says nothing of the image, and the total
    looks fine since the rest of it goes down. A smaller weight leaves what it stands on
    a say; a weight that grows while the model learns lets it be learned first.

    Wrong:
        {"name": "kl", "penalty": "kl_standard_normal", "args": {"reduce": "mean"},
         "on": ["z_mean", "z_log_var"], "weight": 1.0}

    Right:
        {"name": "kl", "penalty": "kl_standard_normal", "args": {"reduce": "mean"},
         "on": ["z_mean", "z_log_var"],
         "weight": {"schedule": "linear", "args": {"start": 0, "end": 0.01,
          "steps": 2000}}}
    """
    message = f"the term {quote(term)} fell to nothing: {course}, {share} of the total"
    return Finding(pointer, "KX830", message, remedy, severity=WARNING)


def dominating_term(
    pointer: str, term: str, share: str, gradient_share: str, remedy: str
) -> Finding:
    """KX831: a penalty that dominates its objective (warning).

    It is nearly all of the total and of the gradient, epoch after epoch. The weights
    follow it alone, and the losses beside it are not learned.

    Wrong:
        {"penalties": [{"name": "energy", "penalty": "l2_activity", "on": "maps",
          "weight": 100}]}

    Right:
        {"penalties": [{"name": "energy", "penalty": "l2_activity", "on": "maps",
          "weight": 0.001}]}
    """
    message = (
        f"the term {quote(term)} dominates: it is {share} of the total and "
        f"{gradient_share} of the gradient"
    )
    return Finding(pointer, "KX831", message, remedy, severity=WARNING)


def unmoving_term(pointer: str, term: str, where: str, remedy: str) -> Finding:
    """KX832: a term without a gradient, of all weights or of a network (warning).

    It is a part of the total, and no training makes it smaller there. What it is
    computed from passes no gradient, such as `stop_gradient`, `argmax`, `round`, a
    comparison or a `cast` to integers; or units are dead, such as a `relu` that gives 0
    for every sample.

    Wrong:
        {"penalties": [{"name": "chosen", "expr": "mean(cast(code > 0.5, 'float32'))"}]}

    Right:
        {"penalties": [{"name": "chosen", "expr": "mean(sigmoid(8 * (code - 0.5)))"}]}
    """
    message = f"the term {quote(term)} has no gradient {where}"
    return Finding(pointer, "KX832", message, remedy, severity=WARNING)


def not_finite(pointer: str, what: str, given: str, remedy: str) -> Finding:
    """KX833: a training that came to NaN or infinity, and the first node that made it.

    From there on every weight is NaN, so training ends. The finding names the node
    whose values are the first that are not finite, or whose gradient is, and what it
    was given.

    Wrong:
        {"name": "length", "expr": "sqrt(sum(code ** 2, axis=-1))"}

    Right:
        {"name": "length", "expr": "sqrt(sum(code ** 2, axis=-1) + 1e-12)"}
    """
    return Finding(pointer, "KX833", f"{what}; it was given {given}", remedy)


def data_not_finite(pointer: str, name: str, count: int, size: int) -> Finding:
    """KX834: a training that came to NaN or infinity because its data has them.

    One value of the batch that is none is enough: it reaches every weight.

    Wrong:
        kauxgen train regressor.json --data table_with_gaps.csv

    Right:
        kauxgen train regressor.json --data table_without_gaps.csv
    """
    message = (
        f"{count} of {size} values of {quote(name)} in a batch are NaN or infinite"
    )
    help = "clean the data: leave these rows out, or fill their gaps"
    return Finding(pointer, "KX834", message, help)


WARNINGS = (fallen_term, dominating_term, unmoving_term)
"""The rules that a spec may silence, by code."""
RULES = (*WARNINGS, not_finite, data_not_finite)
"""The rules of this module, by code."""
