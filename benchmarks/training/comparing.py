"""Forms of a model beside each other: ratios turn by turn, the bars, and the table."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from recording import machine, significant, spread, versions

Row = Mapping[str, Any]
ENOUGH, EAGER, APART = 0.97, 15.0, 1.15
"""The bars: to the best by hand, to the eager loop, between styles."""
LIBRARIES = ("tensorflow", "tensorflow-cpu", "keras", "jax", "torch", "numpy")
DIGITS = 4
CONFIDENCE = 0.95
OPEN = "open"


def write(path: Path, kept: Iterable[Path]) -> None:
    """Put the models' measurements into one file, and print the table."""
    found = [json.loads(one.read_text()) for one in kept]
    result = {
        "what": "training: steps per second of generated modules and of other forms",
        "measured": datetime.date.today().isoformat(),
        "machine": {"class": machine()},
        "versions": versions(LIBRARIES),
        "bars": [bar for one in found for bar in bars(one["rows"], one["again"])],
        "rows": [_row(row) for one in found for row in one["rows"]],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)
    print("\n".join(table(result)))
    print(f"\nwrote {path}")


def _row(row: Row) -> dict[str, Any]:
    names = ("model", "origin", "form", "scheme", "batch_size", "steps")
    return {
        **{name: row[name] for name in names},
        "turns": len(row["rates"]),
        "steps_per_second": spread(row["rates"], DIGITS),
    }


def ratios(above: Row, below: Row) -> dict[str, float]:
    """Compare two forms turn by turn; give the interval of the median too."""
    pairs = zip(above["rates"], below["rates"], strict=True)
    found = sorted(one / other for one, other in pairs)
    low, high = (significant(one, DIGITS) for one in interval(found))
    return {**spread(found, DIGITS), "low": low, "high": high}


def interval(ordered: Sequence[float]) -> tuple[float, float]:
    """Bound the median with 95% confidence by the values themselves, in their order.

    So many values lie on one side of the median as heads fall in as many throws. Of
    five or fewer, the least and the most bound it, with less confidence.
    """
    count, below, cut = len(ordered), 0.0, 0
    while cut < count // 2:
        below += math.comb(count, cut) / 2**count
        if below > (1 - CONFIDENCE) / 2:
            break
        cut += 1
    outer = max(cut - 1, 0)
    return ordered[outer], ordered[-1 - outer]


def bars(rows: Sequence[Row], again: Sequence[Row] = ()) -> list[dict[str, Any]]:
    """Hold a model's forms against the bars; `again` are pairs timed alone."""
    ours = [row for row in rows if row["origin"] == "kauxgen"]
    hand = [row for row in rows if row["origin"] == "by hand"]
    found = [*_by_hand(ours, hand), *_to_eager(ours, hand), *_among(ours)]
    return [_settled(bar, again) for bar in found]


def _settled(bar: dict[str, Any], again: Sequence[Row]) -> dict[str, Any]:
    """Judge a bar by the turns that its forms took alone, if they did."""
    for pair in again:
        if (pair["form"], pair["other"]) == (bar["form"], bar["other"]):
            above, below = ({"rates": rates} for rates in pair["rates"])
            ratio = ratios(above, below)
            said = verdict(ratio, bar["least"])
            return {
                **bar,
                "ratio": ratio,
                "verdict": said,
                "again": len(pair["rates"][0]),
            }
    return bar


def _by_hand(ours: Sequence[Row], hand: Sequence[Row]) -> Iterable[dict[str, Any]]:
    for row in ours:
        same = [one for one in hand if one["scheme"] == row["scheme"]]
        best = max(same, key=lambda one: median(one["rates"]))
        yield _bar("to the best by hand", row, best, ENOUGH)


def _to_eager(ours: Sequence[Row], hand: Sequence[Row]) -> Iterable[dict[str, Any]]:
    fastest = max(ours, key=lambda one: median(one["rates"]))
    for row in hand:
        if row["form"] == "eager loop":
            yield _bar("fastest to the eager loop", fastest, row, EAGER)


def _among(ours: Sequence[Row]) -> Iterable[dict[str, Any]]:
    for calls in sorted({row["scheme"].partition(", ")[2] for row in ours}):
        same = [row for row in ours if row["scheme"].endswith(calls)]
        fastest = max(same, key=lambda one: median(one["rates"]))
        for row in same:
            if row is not fastest:
                yield _bar("to our fastest style", row, fastest, 1 / APART)


def _bar(what: str, row: Row, other: Row, least: float) -> dict[str, Any]:
    ratio = ratios(row, other)
    return {
        "bar": what,
        "model": row["model"],
        "form": row["form"],
        "other": other["form"],
        "ratio": ratio,
        "least": float(f"{least:.3g}"),
        "verdict": verdict(ratio, least),
    }


def verdict(ratio: Mapping[str, float], least: float) -> str:
    """Say whether a bar holds, is missed, or is too near to be told from the median."""
    if ratio["median"] >= least:
        return "holds"
    return "missed" if ratio["high"] < least else OPEN


def table(result: Row) -> list[str]:
    """Lay out the rows of every model, fastest first, and the bars."""
    lines = []
    for name in dict.fromkeys(row["model"] for row in result["rows"]):
        lines += ["", f"{name:48} steps/s    least     most"]
        rows = [row for row in result["rows"] if row["model"] == name]
        for row in sorted(rows, key=lambda one: -one["steps_per_second"]["median"]):
            numbers = "".join(f"{v:>9.4g}" for v in row["steps_per_second"].values())
            lines.append(f"  {row['origin']:8} {row['form']:35}{numbers}")
    lines += ["", "  ratio    least     most      low     high     bar"]
    for bar in result["bars"]:
        numbers = "".join(f"{value:>7.3g}  " for value in bar["ratio"].values())
        lines.append(
            f"{numbers}{bar['least']:>6.3g} {bar['verdict']:6} {bar['bar']}: "
            f"{bar['model']}, {bar['form']} / {bar['other']}"
        )
    return lines
