"""What a run says when it begins and when it ends, and what it leaves behind."""

from __future__ import annotations

import shlex
from dataclasses import replace

from kauxgen import refusal
from kauxgen.training import leaving, recording, report, settings, telling
from kauxgen.training.folder import RunFolder
from kauxgen.training.preparing import Prepared
from kauxgen.training.running import Ending


def first_lines(prepared: Prepared) -> list[str]:
    """Say what is trained, where, how long, and on what."""
    asked = prepared.settings
    style = f" ({asked.style})" if asked.style else ""
    long = _counted(asked.epochs, "epoch")
    if asked.steps:
        steps = _counted(asked.steps, "step")
        known = prepared.feed.steps(asked.batch_size)
        long = f"{steps} in {long}" if known else steps
    first = f"training {asked.name}{style} in {_shown(prepared.folder)}: {long}"
    return [first, *prepared.feed.said]


def leave(prepared: Prepared, ended: Ending) -> list[str]:
    """Write what a run leaves, and say so; after Ctrl-C also how it goes on."""
    folder = prepared.folder
    whole = not ended.interrupted and ended.broken is None
    asked = replace(prepared.settings, finished=whole)
    leaving.model(folder, prepared.model)
    readme = leaving.readme(folder, asked, prepared.model, prepared.module)
    # `files.publish` forks, which the threads of a backend do not outlive.
    recording.replace(folder.readme, readme)
    place = _shown(folder)
    done = f"{_counted(ended.epochs, 'whole epoch')} of {asked.epochs}"
    command = f"kauxgen train --resume {shlex.quote(place)}"
    state = f"Interrupted after {done}. To go on: `{command}`."
    if ended.broken is not None:
        state = f"Came to NaN or infinity behind {done}, whose weights these are."
    told = telling.run(prepared, "" if whole else state)
    report.write(folder.path, told, ended.history)
    # A run is finished when all that it leaves is there.
    recording.replace(folder.settings, settings.as_json(asked))
    if ended.broken is not None:
        return [f"came to NaN or infinity behind {done}, whose weights are in {place}"]
    if not ended.interrupted:
        return [f"left {place}: report.html shows it, README.md says how to load it"]
    return [f"interrupted after {done}; left {place}", f"to go on: {command}"]


def _shown(folder: RunFolder) -> str:
    return refusal.shown(folder.path).as_posix()


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
