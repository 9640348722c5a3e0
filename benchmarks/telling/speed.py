"""The sections on speed: what kauxgen writes beside what people write by hand."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from telling.results import FOLDER, Results, Row, Section, read
from telling.strips import Bar, bars
from telling.tables import number, ranged, table

OURS, BY_HAND, OTHERS = "kauxgen", "by hand", "others"
GROUPS = {OURS: "kauxgen", BY_HAND: "Keras by hand", OTHERS: "other libraries, limits"}


def sections() -> Iterator[Section]:
    """Yield a section a model, out of all files whose rows say who wrote a form."""
    for path in sorted(FOLDER.glob("*.json")):
        results = read(path.stem)
        if results is None or "origin" not in results.rows[0]:
            continue
        for model in dict.fromkeys(row["model"] for row in results.rows):
            yield _section(results, model)


def _section(results: Results, model: str) -> Section:
    rows = [row for row in results.rows if row["model"] == model]
    rows.sort(key=_median, reverse=True)
    head = ["", "of", "training scheme", "steps per second", "to the best by hand"]
    cells = [
        [
            row["form"],
            row.get("origin", ""),
            row["scheme"],
            ranged(row["steps_per_second"]),
            "" if (ratio := _ratio(row, rows)) is None else f"{ratio:.2f}",
        ]
        for row in rows
    ]
    picture = f"bench_speed_{model}.svg"
    shown = [
        Bar(row["form"], GROUPS[_group(row)], **row["steps_per_second"]) for row in rows
    ]
    title = f"Speed: {model}"
    about = " ".join(_said(rows))
    drawn = bars(f"{model}: steps per second", about, list(GROUPS.values()), shown)
    blocks = (
        about,
        f"![Steps per second of {model}](pictures/{picture})",
        table(head, cells),
        results.provenance(),
    )
    return Section(title, blocks, {picture: drawn})


def _median(row: Row) -> float:
    middle: float = row["steps_per_second"]["median"]
    return middle


def _group(row: Row) -> str:
    origin = row.get("origin", "")
    if origin in (BY_HAND, "tutorial"):
        return BY_HAND
    return OURS if origin == OURS else OTHERS


def _ratio(row: Row, rows: list[Row]) -> float | None:
    """Compare with the best of the same scheme by hand, if there is one.

    Where the rates of all turns are known, they are compared turn by turn: what else
    the machine does slows both of a turn.
    """
    found = [
        one for one in rows if one["scheme"] == row["scheme"] and _group(one) == BY_HAND
    ]
    if _group(row) != OURS or not found:
        return None
    best = max(found, key=_median)
    if "rates" not in row:
        return _median(row) / _median(best)
    return median(a / b for a, b in zip(row["rates"], best["rates"], strict=True))


def _said(rows: list[Row]) -> Iterator[str]:
    """Say how the styles stand to what is written by hand, and to the tutorial."""
    ours = [row for row in rows if _group(row) == OURS]
    ratios = [(one, ratio) for one in ours if (ratio := _ratio(one, rows)) is not None]
    if ratios:
        row, ratio = min(ratios, key=lambda pair: pair[1])
        yield (
            f"Of the styles, `{row['form']}` is furthest behind the best that is "
            f"written by hand in its training scheme: {ratio:.2f} of it."
        )
    eager = [row for row in rows if row["form"].startswith("eager")]
    if ours and eager:
        times = _median(ours[0]) / max(map(_median, eager))
        yield (
            f"The fastest, `{ours[0]['form']}`, makes {number(times, 2)} times the "
            "steps of the tutorial's eager loop."
        )
