"""The sections on training real data: published losses, and what auxiliary terms do."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean

from telling.results import Results, Section, read
from telling.strips import intervals
from telling.tables import Interval, interval, number, table

WORDS = {
    "cross_entropy": "cross entropy",
    "accuracy": "accuracy",
    "prediction_error": "squared error",
    "mean_absolute_error": "absolute error",
}
BETTER = {"accuracy"}
"""Measures of which more is better."""


def sections() -> Iterator[Section]:
    """Yield what has been measured."""
    vae = read("published_vae")
    if vae:
        yield _vae(vae)
    cifar = read("cifar_l2")
    if cifar:
        rows = f"{cifar.data['train_rows']:,} images, {cifar.data['test_rows']:,}"
        about = (
            "`specs/cifar_l2.json` penalizes its three feature maps by the sum of "
            "their squares, which with the weight of the spec leaves next to nothing "
            "of them: an accuracy of 10% is chance. It is trained on the first "
            f"{rows} others are the test, for the five epochs of the spec."
        )
        yield _auxiliary("Penalties on feature maps: CIFAR-10", about, cifar)
    housing = read("reconstruction_regressor")
    if housing:
        rows = f"{housing.data['train_rows']:,} of them, tested on the other "
        about = (
            "`specs/reconstruction_regressor.json` must also reconstruct its input "
            "from its last hidden layer. It is trained on California's block groups, "
            f"on {rows}{housing.data['test_rows']:,}, for the five epochs of the spec. "
            "The target is the median value of a house in 100,000 dollars."
        )
        yield _auxiliary("An auxiliary loss: California's housing", about, housing)


def _vae(results: Results) -> Section:
    wanted = results.data["published"]
    figures = [*wanted["epochs"], wanted["mean"]]
    head = ["", "epoch 1", "epoch 2", "epoch 3", "mean of the three", "largest gap"]
    rows = [["published", *(f"{one:.4f}" for one in figures), ""]]
    gaps = []
    for row in results.rows:
        found = [*row["losses"], mean(row["losses"])]
        gap = max((a / b - 1 for a, b in zip(found, figures, strict=True)), key=abs)
        gaps.append(abs(gap))
        rows.append([row["form"], *(f"{one:.4f}" for one in found), f"{gap:+.1%}"])
    within = "Each is" if max(gaps) <= results.data["tolerance"] else "Not each is"
    about = (
        "`specs/vae.json` is the variational autoencoder of the Keras guide *Making "
        "new layers and models via subclassing*. Its losses on MNIST, as `fit` prints "
        "them there by epoch, and the mean of the guide's explicit loop:"
    )
    said = f"{within} within {results.data['tolerance']:.0%} of what is published."
    blocks = (about, table(head, rows), said, results.provenance(timed=False))
    return Section("Published numbers: a VAE on MNIST", blocks)


def _auxiliary(title: str, about: str, results: Results) -> Section:
    """Tell of a model with and without its terms, and what the paired seeds say."""
    measures, weights = results.data["measures"], results.data["weights"]
    head = [
        f"`{results.data['param']}`",
        *(f"{WORDS[one]}, test" for one in measures),
    ]
    rows, differences, said = [], {}, []
    sums = [name for name in results.rows[0]["test"] if name.startswith("energy")]
    if sums:
        head.append("squares of the maps")
    for weight in weights:
        cells = [_cell(interval(_values(results, weight, one))) for one in measures]
        if sums:
            cells.append(number(mean(_summed(results, weight, sums))))
        rows.append([_named(weight, weights), *cells])
    for weight in (one for one in weights if one):
        for measure in measures:
            found = interval(_paired(results, weight, measure))
            name = f"{WORDS[measure]}, weight {weight}"
            differences[name] = found
            said.append(_verdict(name, found, measure in BETTER))
    seeds = len(_values(results, 0.0, measures[0]))
    how = (
        f"Means over {seeds} seeds, with their 95% confidence intervals. A seed gives "
        "the same initial weights, order of rows and split to all of its runs, so "
        "their differences are paired:"
    )
    picture = f"bench_{results.name}.svg"
    drawn = intervals(
        f"{results.name}: with the auxiliary terms minus without",
        " ".join(said),
        differences,
    )
    shown = f"![{' '.join(said)}](pictures/{picture})"
    verdict = "\n".join(f"- {one}" for one in said)
    source = results.provenance(timed=False)
    blocks = (about, table(head, rows), how, shown, verdict, source)
    return Section(title, blocks, {picture: drawn})


def _named(weight: float, weights: list[float]) -> str:
    notes = {weights[0]: ", the spec's", 0.0: ", without"}
    return f"{weight:g}{notes.get(weight, '')}"


def _values(results: Results, weight: float, measure: str) -> list[float]:
    rows = sorted(results.rows, key=lambda row: row["seed"])
    return [row["test"][measure] for row in rows if row["weight"] == weight]


def _summed(results: Results, weight: float, measures: list[str]) -> list[float]:
    """Give what measures come to together, seed by seed."""
    columns = [_values(results, weight, measure) for measure in measures]
    return [sum(one) for one in zip(*columns, strict=True)]


def _paired(results: Results, weight: float, measure: str) -> list[float]:
    """Give the difference to no auxiliary term, seed by seed."""
    pairs = zip(
        _values(results, weight, measure), _values(results, 0.0, measure), strict=True
    )
    return [one - other for one, other in pairs]


def _cell(found: Interval) -> str:
    return f"{found.mean:.4f} ({found.low:.4f} to {found.high:.4f})"


def _verdict(name: str, found: Interval, more_is_better: bool) -> str:
    """Say in words which way a difference goes, if it goes any."""
    span = f"{number(found.mean)} ({number(found.low)} to {number(found.high)})"
    if not found.decided:
        return f"{name}: {span}, so no difference can be told."
    word = "better" if (found.mean > 0) == more_is_better else "worse"
    return f"{name}: {span}, so it is {word} with it."
