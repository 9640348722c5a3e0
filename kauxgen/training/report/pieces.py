"""The pieces of a report: its facts, its findings, the heads of its curves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kauxgen.training.history import HealthFinding
from kauxgen.training.report import panels
from kauxgen.training.report.facts import Run
from kauxgen.training.report.numbers import number
from kauxgen.training.report.panels import Panel, Stack
from kauxgen.web import safe, sentence

LEGEND = (
    '<p class="legend"><span class="train">training</span> '
    '<span class="val">validation</span></p>'
)


def facts(run: Run) -> Iterator[tuple[str, str]]:
    """Yield the facts that are known."""
    plain = ("spec", "style", "backend", "data", "seed")
    for name in plain:
        value = getattr(run, name)
        if value not in ("", None):
            yield name, str(value)
    if run.batch_size:
        yield "batch size", f"{run.batch_size:,}"
    for name, value in run.params.items():
        yield f"param {name}", str(value)
    if run.trainable is not None:
        fixed = f", {run.fixed:,} not" if run.fixed else ""
        yield "parameters", f"{run.trainable:,} trainable{fixed}"
    for name, version in run.versions.items():
        yield name, version


def finding(found: HealthFinding) -> Iterator[str]:
    """Yield a finding, with its place and remedy."""
    yield f'<article class="finding {safe(found.severity)}">'
    when = f"epoch {found.epoch}" if found.epoch else ""
    where = ", ".join(filter(None, (found.place, when)))
    yield f"<p><b>{safe(found.code)}</b> {sentence(found.message)}</p>"
    yield paragraph("place", where)
    yield f"<p>{sentence(found.remedy)}</p>" if found.remedy else ""
    yield "</article>"


def head(title: str, note: str) -> str:
    """Write the head of a curve: what it is, and its weight."""
    told = f'<span class="note">{safe(note)}</span>' if note else ""
    return f'<span class="head"><b>{safe(title)}</b>{told}</span>'


def values(panel: Panel) -> str:
    """Write the last values of a curve, which the script replaces."""
    last = [values[-1] for values in (panel.values, panel.held_out) if values]
    told = [
        f'<span class="{tone}">{number(value)}</span>'
        for tone, value in zip(("train", "val"), last, strict=False)
    ]
    return f'<output><span class="at">last</span> {" ".join(told)}</output>'


def tones(stack: Stack) -> list[str]:
    """Return the classes of the layers of a stack."""
    return [
        "rest" if layer.name == panels.REST else f"s{index}"
        for index, layer in enumerate(stack.layers)
    ]


def paragraph(tone: str, text: str) -> str:
    """Write a paragraph, backticks as code; nothing for nothing."""
    return f'<p class="{tone}">{sentence(text)}</p>' if text else ""


def pairs(tone: str, told: Iterable[tuple[str, str]]) -> str:
    """Write names with what is known of each."""
    rows = (f"<div><dt>{safe(a)}</dt><dd>{safe(b)}</dd></div>" for a, b in told)
    return f'<dl class="{tone}">{"".join(rows)}</dl>'


def lines(given: Iterable[str]) -> str:
    """Put lines together, without those that are empty."""
    return "\n".join(line for line in given if line)
