"""The section on the health of terms: what a run says that the loss alone hides."""

from __future__ import annotations

from collections.abc import Iterator

from telling.results import Results, Row, Section, read
from telling.tables import number, table


def sections() -> Iterator[Section]:
    """Yield what has been measured."""
    results = read("health")
    if results:
        yield _section(results)


def _section(results: Results) -> Section:
    about = (
        "The VAE of `specs/vae.json` falls to a constant while its loss looks fine; "
        "`specs/vae_annealed.json` raises a small weight of its penalty slowly, and "
        "does not; slowness alone, up to the weight of `vae`, does not help. Each is "
        "trained on MNIST, and after each epoch it is measured what each term is to "
        "the total and to its gradient ([health of terms](health.md))."
    )
    blocks = [about]
    for row in results.rows:
        blocks += [_title(row), _epochs(row)]
        if row["findings"]:
            blocks.append("\n".join(f"- {_told(one)}" for one in row["findings"]))
    return Section(
        "Health of terms: a VAE that collapses",
        (*blocks, results.provenance(timed=False)),
    )


def _title(row: Row) -> str:
    params = [f"`{name}` {value:g}" for name, value in row["params"].items()]
    return f"`{row['model']}`{' with ' if params else ''}{', '.join(params)}:"


def _epochs(row: Row) -> str:
    terms = list(row["epochs"][0]["health"])
    head = ["epoch", "loss"]
    for name in terms:
        head += [f"`{name}`", "of the total", "of the gradient"]
    lines = []
    for one in row["epochs"]:
        cells = [str(one["epoch"]), number(one["logs"]["loss"])]
        for name in terms:
            health = one["health"][name]
            shares = (health["share"], health["gradient_share"])
            cells += [number(one["logs"][name], 2), *map(_share, shares)]
        lines.append(cells)
    return table(head, lines)


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _told(finding: Row) -> str:
    return f"{finding['code']} at epoch {finding['epoch']}: {finding['message']}"
