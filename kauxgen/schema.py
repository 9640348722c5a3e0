"""The form of a spec: `schemas/form.json`, checked, with findings in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from kauxgen import resources, soundness
from kauxgen.breach import Breach, findings_of
from kauxgen.echoes import without_echoes
from kauxgen.finding import Finding
from kauxgen.source import Document

_MOST_FINDINGS = 200


def check(document: Document) -> list[Finding]:
    """Find what is wrong with the form of a spec, in the order of its text.

    Each mistake gives one finding; a hopeless document is not searched to its end.
    """
    form = resources.schema("form")
    if soundness.holds(form, document.value, form):
        return []
    found = (each for breach in _breaches(document) for each in findings_of(breach))
    findings = set(islice(found, _MOST_FINDINGS))
    return sorted(without_echoes(findings), key=lambda each: _place(document, each))


@cache
def validator() -> Any:
    """Build the validator once; to it 3.0 is no integer, since code would show it."""
    # To import it takes half as long as all of a sound spec's check.
    import jsonschema

    draft, extend = jsonschema.Draft202012Validator, jsonschema.validators.extend
    types = draft.TYPE_CHECKER.redefine("integer", _is_integer)
    strict: Any = extend(draft, type_checker=types)  # type: ignore[no-untyped-call]
    return strict(resources.schema("form"))


def _is_integer(_: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _breaches(document: Document) -> Iterator[Breach]:
    for error in validator().iter_errors(document.value):
        yield Breach(
            keyword=error.validator,
            rule=error.validator_value,
            schema=error.schema,
            schema_path=tuple(error.absolute_schema_path),
            value=error.instance,
            path=tuple(error.absolute_path),
        )


def _place(document: Document, finding: Finding) -> tuple[int, str, str]:
    span, _ = document.spans.nearest(finding.pointer)
    start = span.key_start if finding.at_key else span.start
    return start, finding.code, finding.message
