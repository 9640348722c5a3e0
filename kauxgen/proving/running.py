"""Proofs by processes, one a backend: started, heard, and ended with this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kauxgen.proving import backends, outcome
from kauxgen.proving.outcome import Proof
from kauxgen.proving.request import Request, Target

Hear = Callable[[str, str, str, str], None]
"""Called with the path, backend, style and check that is about to be made."""

_LAST = 2000
"""How many characters of what a process said last are kept."""


class EndedError(Exception):
    """A process ended before it was done: its backend, and what it said last."""

    def __init__(self, backend: str, status: int, said: str) -> None:
        """Keep what is known of the end."""
        super().__init__(f"{backend} ended with {status}")
        self.backend, self.status, self.said = backend, status, said


def proofs(
    targets: Sequence[Target], names: Sequence[str], folders: Sequence[str], hear: Hear
) -> Iterator[Proof]:
    """Prove specs on backends, one process after the other; yield each proof at once.

    Raises:
        EndedError: A process was killed, or could not begin.
    """
    with tempfile.TemporaryDirectory(prefix="kauxgen_verify_") as folder:
        for backend in names:
            first = backend == names[0]
            request = Request(tuple(targets), folder, tuple(folders), backend, first)
            yield from _proofs(request, hear)


def _proofs(request: Request, hear: Hear) -> Iterator[Proof]:
    with tempfile.TemporaryFile("w+", dir=request.folder, encoding="utf-8") as errors:
        process = _started(request, errors.fileno())
        try:
            yield from _heard(process, hear)
            if status := process.wait():
                errors.seek(0)
                raise EndedError(request.backend, status, errors.read()[-_LAST:])
        finally:
            process.kill()
            process.wait()


def _started(request: Request, errors: int) -> subprocess.Popen[str]:
    """Start a process; it imports from where this one does, and works in no folder."""
    environment = backends.environment(request.backend)
    package = str(Path(__file__).parents[2])
    known = [package, *filter(None, [environment.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "kauxgen.proving.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        encoding="utf-8",
        cwd=request.folder,
        env={**environment, "PYTHONPATH": os.pathsep.join(known)},
    )
    assert process.stdin is not None
    process.stdin.write(request.text() + "\n")
    process.stdin.close()
    return process


def _heard(process: subprocess.Popen[str], hear: Hear) -> Iterator[Proof]:
    assert process.stdout is not None
    for line in process.stdout:
        said = json.loads(line)
        if "hear" in said:
            hear(*said["hear"])
        else:
            yield outcome.from_json(said["proof"])
