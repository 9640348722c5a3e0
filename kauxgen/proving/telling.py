"""What a proof found, as findings at their places in the spec."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kauxgen import source
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, Finding
from kauxgen.proving import findings
from kauxgen.proving.backends import BACKENDS
from kauxgen.proving.outcome import Outcome, Proof
from kauxgen.rules.logs import log_name
from kauxgen.styles import wording
from kauxgen.suggest import quote
from kauxgen.tracing import frames, reasons, source_map

_LONGEST = 300
"""The characters of a reason: some hold a whole graph."""


def diagnostics(loaded: Loaded, proof: Proof) -> Iterator[Diagnostic]:
    """Give a diagnostic for each difference, and for each reason to fail."""
    failures: dict[str, list[Outcome]] = {}
    for one in proof.failed:
        if one.error:
            failures.setdefault(_reason(one.error), []).append(one)
        else:
            yield source.locate(loaded.document, _differs(loaded, proof, one))
    for reason, alike in failures.items():
        yield source.locate(loaded.document, _failed(loaded, proof, reason, alike))


def unproven(loaded: Loaded, proofs: Sequence[Proof]) -> Iterator[Diagnostic]:
    """Say of a spec that nothing was run, if nothing was."""
    if any(proof.outcomes for proof in proofs):
        return
    backends = dict.fromkeys(proof.backend for proof in proofs)
    reasons = dict.fromkeys(one for proof in proofs for one in proof.refused.values())
    names = wording.listed([BACKENDS[one] for one in backends])
    said = "; ".join(reasons)
    found = findings.nowhere(names, said, "tensorflow" not in backends)
    yield source.locate(loaded.document, found)


def _failed(
    loaded: Loaded, proof: Proof, reason: str, alike: Sequence[Outcome]
) -> Finding:
    """Tell a reason once, however many checks end by it."""
    first, styles = alike[0], dict.fromkeys(one.style for one in alike)
    check = first.check
    if len(alike) > 1:
        check += f", and {len(alike) - 1} more checks of {wording.listed(styles)}"
    subject = f"{first.style} on {BACKENDS[proof.backend]}"
    at = _made_by(loaded, first)
    return replace(findings.failed(subject, check, reason), pointer=at)


def _made_by(loaded: Loaded, one: Outcome) -> str:
    """Point at what made the innermost statement of the module in a traceback."""
    module = re.escape(f"{loaded.spec.name}_{one.style}.py")
    lines = re.findall(rf'File ".*{module}", line (\d+)', one.error)
    if not lines:
        return ""
    return source_map.of(loaded, one.style).origin(int(lines[-1])) or ""


def _differs(loaded: Loaded, proof: Proof, one: Outcome) -> Finding:
    subject = f"{one.style} on {BACKENDS[proof.backend]}"
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
    """Give what a traceback says in the end, or all of it to who looks for bugs."""
    text = error.strip()
    if os.environ.get("KAUXGEN_DEBUG") == "1":
        return text
    return reasons.of(frames.plain(text))[:_LONGEST]
