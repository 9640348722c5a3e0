"""A process of one backend: proves what it is asked for, and tells how far it is.

Started as `python -m kauxgen.proving.worker`, with KERAS_BACKEND set. What modules
print goes to the standard error: the standard output is for lines of JSON.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from kauxgen import compiler
from kauxgen.compiler import Loaded
from kauxgen.proving import across, keyed, proof, rows, saving, weighing
from kauxgen.proving import request as requests
from kauxgen.proving.backends import BACKENDS
from kauxgen.proving.modules import Modules
from kauxgen.proving.outcome import Proof, as_json
from kauxgen.proving.request import Request, Target
from kauxgen.proving.subject import Subject
from kauxgen.styles import STYLES

_NAMELESS = "no file can name a loss of the spec's own that has no name"
_HELD = "a layer holds what another one calls, which only a file keeps shared"


def main() -> None:
    """Read a request, prove its targets one by one, write each proof."""
    said = _own_output()
    request = requests.read(sys.stdin.readline())
    sys.path.extend(request.folders)
    for index, target in enumerate(request.targets):
        found = _Work(request, target, index, said).proof()
        _write(said, {"proof": as_json(found)})
        gc.collect()


def _own_output() -> TextIO:
    """Keep the standard output for this module alone."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return said


def _write(said: TextIO, value: Any) -> None:
    said.write(json.dumps(value) + "\n")
    said.flush()


class _Work:
    """The proof of a target."""

    def __init__(
        self, request: Request, target: Target, index: int, said: TextIO
    ) -> None:
        self.request, self.target, self.said = request, target, said
        self.left = Path(request.folder, f"{index}.npz")
        self.left_out: dict[str, str] = {}

    def proof(self) -> Proof:
        """Make all checks of all styles that this backend can run."""
        began = time.monotonic()
        backend = self.request.backend
        loaded = self.target.loaded(backend)
        refused = {
            style: f"{found[0].code} {found[0].message}"
            for style in STYLES
            if (found := compiler.refusals(loaded, style))
        }
        styles = tuple(style for style in STYLES if style not in refused)
        outcomes = tuple(self._outcomes(loaded, styles)) if styles else ()
        seconds = time.monotonic() - began
        path = self.target.path
        return Proof(path, backend, styles, outcomes, refused, self.left_out, seconds)

    def _outcomes(self, loaded: Loaded, styles: tuple[str, ...]) -> Any:
        subject = self._subject(loaded, styles)
        for style in styles:
            yield from proof.outcomes(subject, style, self._hear)
            self._note(subject, style)
            if style != styles[0]:
                subject.forget(style)
        yield from self._across(subject)

    def _subject(self, loaded: Loaded, styles: tuple[str, ...]) -> Subject:
        keyed.BLOCKS_OF_ONE.clear()
        keyed.BACKBONES.clear()
        made = Modules(loaded)
        drawn = rows.of(self.target.resized(self.request.backend))
        given = None if self.request.is_first else across.start(self.left)
        params = self.target.params
        subject = Subject(loaded, styles, made, params, given, rows=drawn, as_run=True)
        return replace(subject, altered=weighing.altered(subject.raw))

    def _hear(self, style: str, check: str) -> None:
        heard = [self.target.path, self.request.backend, style, check]
        _write(self.said, {"hear": heard})

    def _note(self, subject: Subject, style: str) -> None:
        """Say what could not be checked."""
        if saving.compiles_a_closure(subject.raw, style):
            self.left_out[f"{style}: resume"] = _NAMELESS
        if saving.shares_a_held_network(subject.raw, style):
            self.left_out[f"{style}: configuration"] = _HELD

    def _across(self, subject: Subject) -> Any:
        """Leave numbers for other backends, or hold this one against the first."""
        try:
            if not self.left.exists():
                across.leave(subject, self.left)
                return
            name = str(across.origin(self.left))
            yield from across.outcomes(subject, self.left, BACKENDS[name])
            if subject.draws(subject.styles[0]):
                self.left_out[f"training beside {BACKENDS[name]}"] = across.DRAWN
        except Exception:
            yield across.failed(subject, traceback.format_exc())


if __name__ == "__main__":
    main()
