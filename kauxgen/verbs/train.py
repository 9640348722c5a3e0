"""`kauxgen train`: a model trained, and a folder with all that came of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kauxgen import report
from kauxgen.checking_settings import STYLES
from kauxgen.training import params, starting, subject
from kauxgen.training.starting import Request

_INTERRUPTED = 130
_MORE = {"epochs", "steps", "tensorboard"}
"""What may be asked of a run that goes on."""


@click.command()
@click.argument("target", metavar="SPEC|MODULE", required=False, type=click.Path())
@click.option("--style", type=click.Choice(STYLES), help="How the spec is rendered.")
@click.option(
    "--data",
    metavar="DATA",
    help="synthetic (default), digits, a file .npz or .csv, keras:NAME, or "
    "MODULE:FUNCTION; see docs/train.md.",
)
@click.option(
    "--map",
    "maps",
    metavar="NAME=COLUMNS",
    multiple=True,
    help="Which columns or keys of the data an input or target takes.",
)
@click.option("--epochs", metavar="N", type=click.IntRange(1), help="How many in all.")
@click.option("--batch-size", metavar="B", type=click.IntRange(1), help="Rows a step.")
@click.option("--steps", metavar="N", type=click.IntRange(1), help="How many in all.")
@click.option(
    "--seed",
    metavar="S",
    type=click.IntRange(0, 2**31 - 1),
    help="Of weights, draws, the order of rows; by default the spec's.",
)
@click.option(
    "--set",
    "given",
    metavar="PARAM=VALUE",
    multiple=True,
    help="Another value of a param, as JSON.",
)
@click.option("--out", metavar="DIR", help="The run's folder; by default runs/NAME-N.")
@click.option("--resume", metavar="RUN", help="Go on with the run in this folder.")
@click.option("--tensorboard", is_flag=True, help="Log for TensorBoard, too.")
def train(
    target: str | None,
    style: str | None,
    resume: str | None,
    given: tuple[str, ...],
    **asked: Any,
) -> None:
    """Train a model, and leave a folder with what came of it.

    SPEC is rendered; a MODULE was rendered before. Each run has a folder of its own:
    the module, the weights, the history, plots and a report. Epochs and batch size
    are the spec's unless said.

    Ctrl-C ends a run early and leaves what there is; --resume RUN goes on with it, and
    gives the weights that it would have had. It takes --epochs or --steps for more.
    """
    said = {name: one for name, one in asked.items() if _is_said(one)}
    if {"epochs", "steps"} <= said.keys():
        raise click.UsageError("--epochs and --steps both say how long it takes")
    request = Request(**said, params=_params(given))
    if resume is not None and (target or style or given or said.keys() - _MORE):
        raise click.UsageError("a run goes on as it began: see run.json in it")
    try:
        if resume is not None:
            status = starting.resume(Path(resume), request)
        else:
            status = _start(target, style, request)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    sys.exit(status)


def _is_said(value: object) -> bool:
    """Tell whether an option was given; a seed of 0 was."""
    return value is not None and value is not False and value != ()


def _params(given: tuple[str, ...]) -> dict[str, object]:
    try:
        return params.read(given)
    except ValueError as error:
        raise click.UsageError(f"--set takes PARAM=VALUE, not {error}") from None


def _start(target: str | None, style: str | None, request: Request) -> int:
    if target is None:
        raise click.UsageError("Missing argument 'SPEC|MODULE', or --resume RUN")
    if target.endswith(".py"):
        if style is not None:
            raise click.UsageError("a module has its style already")
        found = subject.of_module(Path(target))
    else:
        found = subject.of_spec(target, style)
    report.show(report.all_of(found.warnings), sys.stderr)
    for note in found.notes:
        line = f"trained without its spec: {note}"
        report.show([(("yellow", report.printable(line)),)], sys.stderr)
    return starting.start(found, request)
