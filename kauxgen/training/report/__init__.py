"""What a run shows of itself: pictures for papers, and a page about all of it."""

from __future__ import annotations

from pathlib import Path

from kauxgen.training import recording
from kauxgen.training.history import History
from kauxgen.training.report import plots
from kauxgen.training.report.facts import Run as Run
from kauxgen.training.report.html import html

PAGE = "report.html"


def write(folder: Path, run: Run, history: History) -> None:
    """Write `report.html`, `terms.png` and `terms.svg` into the folder of a run.

    They are made anew from what is given, so they can be written again after every
    epoch, and of a run that goes on.

    Raises:
        FileError: One of them cannot be written; those before it are.
    """
    recording.replace(folder / PAGE, html(run, history))
    plots.write(folder, history)
