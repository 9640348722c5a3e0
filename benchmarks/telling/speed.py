"""The sections on speed: what kauxgen writes beside what people write by hand."""

from __future__ import annotations

from collections.abc import Iterator

from telling.results import FOLDER, Results, Row, Section, read
from telling.strips import Bar, bars
from telling.tables import number, ranged, table

OURS, BY_HAND, OTHERS = "kauxgen", "by hand", "others"
AGAINST_HAND = "to the best by hand"
TO_EAGER = "fastest to the eager loop"
AMONG = "to our fastest style"
HOLDS = "holds"
VERDICTS = {"missed": "missed by", "open": "too near to tell for"}
GROUPS = {OURS: "kauxgen", BY_HAND: "Keras by hand", OTHERS: "other libraries, limits"}


def sections() -> Iterator[Section]:
    """Yield a section a model, out of all files that hold forms against bars."""
    for path in sorted(FOLDER.glob("*.json")):
        results = read(path.stem)
        if results is None or "bars" not in results.data:
            continue
        for model in dict.fromkeys(row["model"] for row in results.rows):
            yield _section(results, model)


def _section(results: Results, model: str) -> Section:
    rows = [row for row in results.rows if row["model"] == model]
    rows.sort(key=_median, reverse=True)
    bars_of = [bar for bar in results.data["bars"] if bar["model"] == model]
    head = ["", "of", "training scheme", "steps per second", "to the best by hand"]
    cells = [
        [
            row["form"],
            row["origin"],
            row["scheme"],
            ranged(row["steps_per_second"]),
            _ratio(row, bars_of),
        ]
        for row in rows
    ]
    picture = f"bench_speed_{model}.svg"
    shown = [
        Bar(row["form"], GROUPS[_group(row)], **row["steps_per_second"]) for row in rows
    ]
    said = [*_said(bars_of), *_mended(bars_of), *_limited(rows, bars_of)]
    about = (
        f"Batches of {rows[0]['batch_size']}; medians of {rows[0]['turns']} turns, in "
        "which all forms take their turn; ratios are taken turn by turn. The "
        "compiled forms of Keras take the same batches, cut without the tuner of "
        "`tf.data`; only those of arrays leave the cutting to `fit`, as tutorials do: "
        "[Styles](styles.md#speed) says what that costs, and why `loop` is ahead of "
        "what `fit` trains. A bar holds by its median. Where a median is "
        "below its bar, the parentheses are its interval of 95% confidence. Where the "
        f"bar is inside of it, both forms take more turns alone{_again(bars_of)}."
    )
    drawn = bars(
        f"{model}: steps per second", " ".join(said), list(GROUPS.values()), shown
    )
    blocks = (
        about,
        f"![Steps per second of {model}](pictures/{picture})",
        table(head, cells),
        "\n".join(f"- {one}" for one in said),
        results.provenance(),
    )
    return Section(f"Speed: {model}", blocks, {picture: drawn})


def _limited(rows: list[Row], found: list[Row]) -> Iterator[str]:
    """Say what products alone are to the eager loop, where the bar to it is missed."""
    limit, eager = (
        [_median(row) for row in rows if row[key] == value]
        for key, value in (("origin", "limit"), ("form", "eager loop"))
    )
    eagerly = (bar for bar in found if bar["bar"] == TO_EAGER)
    if limit and eager and any(bar["verdict"] != HOLDS for bar in eagerly):
        times = number(limit[0] / eager[0])
        yield f"The products alone are {times} times the eager loop."


def _mended(found: list[Row]) -> Iterator[str]:
    """Say what several steps a call do for styles that are apart at one."""
    among: dict[str, list[Row]] = {}
    for bar in found:
        if bar["bar"] == AMONG:
            among.setdefault(bar["form"].partition(", ")[2], []).append(bar)
    level = {
        calls: min(bar["ratio"]["median"] for bar in bars_of)
        for calls, bars_of in among.items()
        if all(bar["verdict"] == HOLDS for bar in bars_of)
    }
    if level and len(level) < len(among):
        for calls, lowest in level.items():
            yield f"With {calls}, no style is below {number(lowest)} of the fastest."


def _again(found: list[Row]) -> str:
    """Say how many turns were taken again, if any were."""
    turns = {bar["again"] for bar in found if "again" in bar}
    return f", here {max(turns)}" if turns else ""


def _median(row: Row) -> float:
    middle: float = row["steps_per_second"]["median"]
    return middle


def _group(row: Row) -> str:
    return row["origin"] if row["origin"] in GROUPS else OTHERS


def _ratio(row: Row, found: list[Row]) -> str:
    """Give the ratio to the best by hand in the same training scheme."""
    if row["origin"] != OURS:
        return ""
    same = [bar for bar in found if bar["form"] == row["form"]]
    ratios = [bar["ratio"] for bar in same if bar["bar"] == AGAINST_HAND]
    return ranged(ratios[0], 2) if ratios else ""


def _said(found: list[Row]) -> Iterator[str]:
    """Say of each sort of bar whether it holds, and name what is below it.

    In parentheses is the median's interval of 95% confidence.
    """
    for sort in dict.fromkeys(bar["bar"] for bar in found):
        bars_of = [bar for bar in found if bar["bar"] == sort]
        below = [bar for bar in bars_of if bar["verdict"] != HOLDS]
        least = f"{sort}, at least {number(bars_of[0]['least'])}"
        if not below:
            lowest = min(bar["ratio"]["median"] for bar in bars_of)
            yield f"{least}: holds, {number(lowest)} at the lowest."
        for bar in below:
            ratio = bar["ratio"]
            bounds = {**ratio, "least": ratio["low"], "most": ratio["high"]}
            said = f"{bar['form']}, {ranged(bounds)} of {bar['other']}"
            yield f"{least}: {VERDICTS[bar['verdict']]} {said}."
