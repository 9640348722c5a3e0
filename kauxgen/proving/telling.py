"""What a proof found, as findings at their places in the spec."""

from __future__ import annotations

import os
from collections.abc import Iterator

from kauxgen import source
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, Finding
from kauxgen.proving import findings
from kauxgen.proving.backends import BACKENDS
from kauxgen.proving.outcome import Outcome, Proof
from kauxgen.rules.logs import log_name
from kauxgen.suggest import quote


def diagnostics(loaded: Loaded, proof: Proof) -> Iterator[Diagnostic]:
    """Give a diagnostic for each check that does not hold."""
    for one in proof.failed:
        yield source.locate(loaded.document, _finding(loaded, proof, one))


def _finding(loaded: Loaded, proof: Proof, one: Outcome) -> Finding:
    subject = f"{one.style} on {BACKENDS[proof.backend]}"
    if one.error:
        return findings.failed(subject, one.check, _reason(one.error))
    gap = one.differing[0]
    size = gap.words or f"is {gap.absolute:.1e} off, of {gap.size:.2g}"
    others = len(one.differing) - 1
    more = f", and {others} more of {one.compared}" if others else ""
    return findings.differs(
        _pointer(loaded, gap.name),
        subject,
        one.check,
        one.against,
        quote(gap.name),
        size + more,
    )


def _pointer(loaded: Loaded, name: str) -> str:
    """Find the term or metric that a number is of; others stand in no line."""
    spec, plain = loaded.spec, name.removeprefix("val_")
    terms = [one for each in spec.objectives for one in (*each.terms, *each.metrics)]
    inner = [term for scope in spec.penalized for term in scope.penalties]
    found = (one.at for one in (*terms, *inner) if log_name(one) == plain)
    return next(found, "")


def _reason(error: str) -> str:
    """Give the last line of a traceback, or all of it to who looks for bugs."""
    text = error.strip()
    if os.environ.get("KAUXGEN_DEBUG") == "1":
        return text
    return next((line for line in _said(text)), text)


def _said(text: str) -> Iterator[str]:
    """Yield the lines that name an exception, the last one first."""
    for line in reversed(text.splitlines()):
        if line[:1].strip() and not line.startswith(
            ("Traceback", "During", "The above")
        ):
            yield line[:300]
