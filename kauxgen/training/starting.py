"""How a run begins: a folder, a backend, a module in its place; or an old run's."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from kauxgen import compiler, files, locking, refusal, report
from kauxgen.compiler import Loaded
from kauxgen.finding import SpecError
from kauxgen.frozen import frozen
from kauxgen.refusal import blamed
from kauxgen.training import (
    backends,
    findings,
    folder,
    importing,
    params,
    recording,
    settings,
)
from kauxgen.training.folder import RunFolder
from kauxgen.training.settings import Settings
from kauxgen.training.subject import Subject, around
from kauxgen.upkeep import lock

_INTERRUPTED = 130
"""The exit status after Ctrl-C: 128 and the number of SIGINT, as shells have it."""


@frozen
class Request:
    """What the command line asks for; 0, "" and None for what it leaves open."""

    data: str = ""
    maps: tuple[str, ...] = ()
    epochs: int = 0
    batch_size: int = 0
    steps: int = 0
    seed: int | None = None
    params: Mapping[str, Any] | None = None
    out: str = ""
    tensorboard: bool = False


def start(subject: Subject, request: Request) -> int:
    """Train a module in a new folder, and return the exit status.

    Raises:
        SpecError: Something is no good, and nothing is left on the disk.
    """
    given = request.params or {}
    loaded = params.changed(subject.loaded, given) if subject.loaded else None
    asked = _settings(subject, request, given, loaded)
    _need(request.tensorboard)
    with _made(subject, request.out) as made:
        texts = {made.code: subject.text}
        if subject.loaded is not None:
            texts[made.spec] = subject.loaded.document.text
        files.publish(texts)
        importing.see(subject.folders)
        return _go(made, asked, loaded)


def resume(path: Path, request: Request) -> int:
    """Go on with a run in its folder, and return the exit status.

    Raises:
        SpecError: It is none, or something is no good.
    """
    made, asked = settings.read(path)
    more = _more(asked, request)
    done = _done(made, request) if more else "is finished: --epochs has it go on"
    if more is None or done:
        _say(f"{refusal.shown(path).as_posix()} {done}")
        return 0
    backends.choose(asked.backend)
    _need(more.tensorboard)
    importing.see(around(Path(asked.source)))
    longer = bool(request.epochs or request.steps)
    return _go(made, more, _kept_spec(made, asked), resumed=True, longer=longer)


def _done(made: RunFolder, request: Request) -> str:
    """Say that a run has done already what is asked of it, if it has."""
    if not made.history.exists():
        return ""
    epochs = recording.read(made.path).epochs
    steps = sum(epoch.steps for epoch in epochs)
    if request.steps and steps >= request.steps:
        return f"has done {steps:,} steps: ask for more"
    if request.epochs and epochs and epochs[-1].epoch > request.epochs:
        return f"has done {epochs[-1].epoch:,} epochs: ask for more"
    return ""


def _more(asked: Settings, request: Request) -> Settings | None:
    """Return what is asked of a run that goes on; None if it has done it all."""
    tensorboard = asked.tensorboard or request.tensorboard
    asked = replace(asked, tensorboard=tensorboard)
    if request.steps:
        return replace(asked, steps=request.steps, finished=False)
    if request.epochs:
        return replace(asked, epochs=request.epochs, steps=0, finished=False)
    return None if asked.finished else asked


def _kept_spec(made: RunFolder, asked: Settings) -> Loaded | None:
    """Read the spec that a run keeps; None if it keeps none.

    Without it data and their order would be others, and nobody would know.

    Raises:
        SpecError: It is gone, or another one (KX805).
    """
    if not asked.spec_hash:
        return None
    with refusal.blaming(made.spec):
        data = made.spec.read_bytes()
    if lock.digest(data) != asked.spec_hash:
        raise blamed(findings.no_run("its spec was changed"), made.spec)
    return params.changed(compiler.load(data, asked.spec), asked.params)


def _settings(
    subject: Subject,
    request: Request,
    given: Mapping[str, Any],
    loaded: Loaded | None,
) -> Settings:
    backend = backends.choose(backend_of(subject))
    seed = loaded.spec.training.seed if loaded else 0
    text = subject.loaded.document.text if subject.loaded else ""
    return Settings(
        name=subject.name,
        module=subject.module,
        source=subject.source,
        spec=subject.spec,
        spec_hash=lock.digest(text.encode()) if text else "",
        style=subject.style,
        backend=backend,
        params=dict(given),
        seed=seed if request.seed is None else request.seed,
        data=request.data,
        maps=request.maps,
        epochs=request.epochs,
        batch_size=request.batch_size,
        steps=request.steps,
        tensorboard=request.tensorboard,
        versions=backends.versions(),
    )


def backend_of(subject: Subject) -> str:
    """Name the backend that a module is written for, "" if it runs on any."""
    if subject.needs_tensorflow:
        return "tensorflow"
    stated = subject.loaded.spec.backend if subject.loaded else "any"
    return "" if stated == "any" else stated


def _need(tensorboard: bool) -> None:
    """Refuse to begin without what the end needs: ProjectError."""
    backends.require("matplotlib", "matplotlib", "train")
    if tensorboard:
        backends.require("tensorboard", "TensorBoard", "tensorboard")
        backends.require("tensorflow", "TensorFlow", "cpu")


@contextmanager
def _made(subject: Subject, out: str) -> Iterator[RunFolder]:
    """Make a run's folder; it goes again if the run cannot begin."""
    place = Path(out) if out else Path(folder.RUNS, subject.name)
    missing = [each for each in place.absolute().parents if not each.exists()]
    with refusal.blaming(place):
        try:
            path = folder.given(place) if out else folder.numbered(subject.name)
        except FileExistsError as error:
            raise blamed(findings.folder_taken(), place) from error
    made = RunFolder(path, subject.module)
    try:
        yield made
    except BaseException:
        if not made.history.exists():
            shutil.rmtree(path, ignore_errors=True)
            _remove(missing)
        raise


def _remove(folders: Sequence[Path]) -> None:
    """Remove folders that were made for one that is gone, the innermost first."""
    for each in folders:
        with suppress(OSError):
            each.rmdir()


def _go(
    made: RunFolder,
    asked: Settings,
    loaded: Loaded | None,
    resumed: bool = False,
    longer: bool = False,
) -> int:
    """Train in a folder, alone, and say what there is in the end.

    A run that is to be `longer` goes on also where a callback had ended it.
    """
    # Keras takes seconds to import, and its backend is chosen by now.
    with backends.quiet():
        from kauxgen.training import ending, preparing, running, state
        from kauxgen.training.progress import Display
    with locking.alone([made.path]):
        found = state.State(made.checkpoint / running.STATE) if resumed else None
        prepared = preparing.prepare(made, asked, loaded)
        if found is not None:
            found.restore(prepared.model)
            found.stopped &= not longer
        _say(*ending.first_lines(prepared))
        recording.replace(made.settings, settings.as_json(prepared.settings))
        with Display(prepared.settings.epochs) as display:
            ended = running.Run(prepared, display, found).train()
        _say(*ending.leave(prepared, ended))
    report.show(report.all_of(ended.said), sys.stderr)
    if ended.broken is not None:
        raise SpecError((ended.broken,))
    return _INTERRUPTED if ended.interrupted else 0


def _say(*lines: str) -> None:
    report.show([(("", report.printable(line)),) for line in lines], sys.stdout)
    sys.stdout.flush()
