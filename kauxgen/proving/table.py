"""A proof as a table: a row a check, with its largest difference and where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from kauxgen.proving.backends import BACKENDS
from kauxgen.proving.outcome import Outcome, Proof
from kauxgen.report import Line, printable

_TITLES = ("check", "relative", "absolute", "of", "where")


def lines(proof: Proof) -> Iterator[Line]:
    """Lay out a proof: what was run, a row a check, and what was not run."""
    name, styles = BACKENDS[proof.backend], ", ".join(proof.styles)
    title = f"{printable(proof.path)} on {name}"
    if not proof.styles:
        yield ("bold", title), ("", ": not run")
    else:
        yield ("bold", title), ("", f": {styles}")
        yield from _table(proof)
    yield from _not_run(proof)


def _table(proof: Proof) -> Iterator[Line]:
    rows = [
        _row([one for one in proof.outcomes if _kind(one) == kind])
        for kind in _kinds(proof)
    ]
    widths = [max(map(len, column)) for column in zip(_TITLES, *rows, strict=True)]
    yield ("dim", _laid(_TITLES, widths)),
    for row in rows:
        yield ("" if row[1] != "" else "red", _laid(row, widths)),
    count, bad = len(proof.outcomes), len(proof.failed)
    word = f"{count} checks hold" if not bad else f"{bad} of {count} checks do not hold"
    style = "green" if not bad else "bold red"
    yield (style, f"  {word}"), ("dim", f", in {proof.seconds:.0f} s")


def _kinds(proof: Proof) -> Iterator[tuple[str, str]]:
    """Give the kinds of checks in their order; the first style has but a few."""
    last = proof.styles[-1:]
    found = sorted(
        proof.outcomes, key=lambda one: (_kind(one)[1], (one.style,) != last)
    )
    yield from dict.fromkeys(map(_kind, found))


def _kind(one: Outcome) -> tuple[str, str]:
    """Tell checks beside a backend from those beside a style."""
    return one.check, one.against if one.against in BACKENDS.values() else ""


def _row(found: Sequence[Outcome]) -> tuple[str, ...]:
    """Write the outcome that takes the most of the tolerance, or failed."""
    worst = max(found, key=lambda one: (bool(one.error), _share(one)))
    title, beside = _kind(worst)
    if beside:
        title = f"{title}, beside {beside}"
    if worst.error:
        return title, "", "", "", f"{worst.style} failed"
    gap = worst.largest
    if gap is None:
        return title, "-", "-", "-", "nothing to compare"
    if gap.words:
        where = f"{worst.style}: {printable(gap.name)} {gap.words}"
        return title, "", "", "", where
    if not gap.absolute:
        return title, "0", "0", "", f"{_names(worst)} in each"
    where = f"{worst.style}: {printable(gap.name)}"
    mark = "" if not gap.is_difference else "  DIFFERS"
    size = (f"{gap.relative:.1e}", f"{gap.absolute:.1e}", f"{gap.size:.2g}")
    return title, *size, where + mark


def _share(one: Outcome) -> float:
    share = one.largest.share if one.largest else 0.0
    return share if share == share else float("inf")


def _names(one: Outcome) -> str:
    return "1 value" if one.compared == 1 else f"{one.compared} values"


def _laid(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers, last = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(one.rjust(width) for one, width in numbers)]
    return "  " + "  ".join([*cells, last[0]]).rstrip()


def _not_run(proof: Proof) -> Iterator[Line]:
    for reason, refused in groupby(proof.refused.items(), key=lambda one: one[1]):
        names = ", ".join(style for style, _ in refused)
        yield ("yellow", f"  not run: {names}"), ("", f": {printable(reason)}")
    for what, reason in proof.left_out.items():
        yield ("yellow", f"  not compared: {what}"), ("", f": {printable(reason)}")
