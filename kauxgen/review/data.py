"""Reviews as JSON, for programs: `schemas/diff.json` is its schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from kauxgen.changes.change import Answer, Change, Comparison, Effect
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic
from kauxgen.review.reviewing import Review, level_of
from kauxgen.review.versions import Against
from kauxgen.source import line_of
from kauxgen.summaries.data import count

FORMAT = 1
"""The number of this format; it rises if a key goes or changes its meaning."""


def data(reviews: Sequence[Review], against: Against | None) -> dict[str, Any]:
    """Return reviews as a value of JSON; without a commit, they are of files."""
    level = level_of(reviews)
    return {
        "format": FORMAT,
        "against": asdict(against) if against else None,
        "level": level.word if level else None,
        "specs": [_review(review) for review in reviews],
    }


def _review(review: Review) -> dict[str, Any]:
    old, new, found = review.pair.old, review.pair.new, review.comparison
    return {
        "path": review.path,
        "state": review.state,
        "level": review.level.word if review.level else None,
        "old": {"path": old.path, "name": _name(review.old)} if old else None,
        "new": {"path": new.path, "name": _name(review.new)} if new else None,
        "changes": [_change(review, change) for change in review.shown],
        "effects": [_effect(review, each) for each in found.effects] if found else [],
        "parameters": _totals(found) if found else [],
        "consequences": _consequences(found) if found else None,
        "findings": [_finding(each) for each in review.findings],
    }


def _name(loaded: Loaded | None) -> str | None:
    return loaded.spec.name if loaded else None


def _change(review: Review, change: Change) -> dict[str, Any]:
    return {
        "level": change.level.word,
        "action": change.action,
        "subject": change.subject,
        "name": change.name,
        "old_name": change.old_name or None,
        "sentence": change.sentence,
        "old": _place(review.old, change.old),
        "new": _place(review.new, change.new),
        "details": [asdict(each) for each in change.details],
        "effects": [_effect(review, each) for each in change.effects],
    }


def _effect(review: Review, effect: Effect) -> dict[str, Any]:
    return {
        "name": effect.name,
        "what": effect.what,
        "before": effect.before,
        "after": effect.after,
        "old": _place(review.old, effect.old),
        "new": _place(review.new, effect.new),
    }


def _place(loaded: Loaded | None, pointer: str | None) -> dict[str, Any] | None:
    if loaded is None or pointer is None:
        return None
    return {"pointer": pointer, "line": line_of(loaded.document, pointer)}


def _totals(found: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "before": each.before and count(each.before),
            "after": each.after and count(each.after),
        }
        for each in found.totals
    ]


def _consequences(found: Comparison) -> dict[str, Any]:
    after = found.consequences
    weights = after.weights
    return {
        "weights": {
            "loads": weights.loads,
            "silent": weights.silent,
            "call": weights.call,
            "reasons": list(weights.reasons),
            "kept": list(weights.kept),
            "fresh": list(weights.fresh),
            "wrong": [{"weight": new, "gets": old} for new, old in weights.wrong],
        },
        "logs": _answer(after.logs),
        "outputs": _answer(after.outputs),
        "signature": _answer(after.signature),
        "numbers": _answer(after.numbers),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"changed": answer.changed, "reasons": list(answer.reasons)}


def _finding(each: Diagnostic) -> dict[str, Any]:
    return {
        "path": each.path,
        "line": each.line,
        "column": each.column,
        "code": each.code,
        "message": each.message,
        "help": each.help,
    }
