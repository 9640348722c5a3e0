"""A run as it might have been: values that fall, by formulas, and texts that attack."""

from __future__ import annotations

import math

from kauxgen.training.history import (
    Epoch,
    HealthFinding,
    History,
    Names,
    Objective,
    Term,
    TermHealth,
)
from kauxgen.training.report.facts import Run

SCRIPT = '</title><script>document.title = "taken"</script>'
FORMULA = "$\\frac{1}{0}$ & \x00\u202e"
HOSTILE = ("error", SCRIPT, FORMULA)


def run(name: str = "vae") -> Run:
    """Tell of a run under a name, which stands wherever a text may stand."""
    return Run(
        name=name,
        command=f"kauxgen train {name}",
        description=f"@title@ {name} `{name}`",
        spec=f"{name}.json",
        data=name,
        seed=7,
        epochs=40,
        batch_size=64,
        params={name: name},
        versions={name: name},
        trainable=123456,
        fixed=7,
        loading=f"# {name}",
        state=name,
    )


def history(
    epochs: int, names: tuple[str, ...] = ("error", "kl"), lost: int = 0
) -> History:
    """Make a history; from the epoch `lost` on its values are NaN, if it is not 0."""
    terms = tuple(
        Term(name, f"w_{name}", "penalty", name, f"{name}.json:3:4", 10.0**-place, name)
        for place, name in enumerate(names)
    )
    found = HealthFinding("KX830", "warning", f"`{names[0]}` fell", names[0], 2)
    whole = History(
        Names("loss", terms, ("accuracy",), (Objective("", " + ".join(names)),))
    )
    for number in range(1, epochs + 1):
        whole = whole.then(_epoch(number, terms, 0 < lost <= number), (found,))
    return whole


def _epoch(number: int, terms: tuple[Term, ...], lost: bool) -> Epoch:
    logs = {
        term.name: math.nan if lost else math.exp(-place * number)
        for place, term in enumerate(terms)
    }
    logs |= {"loss": sum(logs.values()), "accuracy": 1 - 1 / number}
    logs |= {f"val_{name}": 1.5 * value for name, value in logs.items()}
    part = 1 / len(terms)
    health = {term.name: TermHealth(part, 0.5, part) for term in terms}
    return Epoch(number, logs, 2.5, 10, health)
