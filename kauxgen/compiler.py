"""The pipeline, top to bottom: text, document, spec, checked, program, page, text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kauxgen import read, rules, schema, source
from kauxgen.checked import Checked
from kauxgen.finding import Diagnostic, Finding, SpecError
from kauxgen.frozen import frozen
from kauxgen.source import Document
from kauxgen.spec import Spec

DEFAULT_STYLE = "functional"

Source = str | bytes | Mapping[str, Any]


@frozen
class Loaded:
    """A sound spec with the text it came from, and what is doubtful about it."""

    document: Document
    checked: Checked
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.checked.spec

    @property
    def style(self) -> str:
        """The spec's own style."""
        return self.spec.style or DEFAULT_STYLE


def load(
    spec: Source, path: str = "<spec>", strict: bool = False, target: str = ""
) -> Loaded:
    """Read and check a spec; SpecError carries the findings of the first bad stage.

    Warnings do not stop it, but if it is `strict`, which makes errors of them. `target`
    is the oldest Keras of a spec that names none.
    """
    document = _document(spec, path)
    _stop(document, schema.check(document))
    typed, findings = read.read(document)
    _stop(document, findings)
    assert typed is not None
    typed = replace(typed, keras=typed.keras or target)
    checked, findings = rules.check(typed)
    warnings = _stop(document, findings, strict)
    assert checked is not None
    return Loaded(document, checked, warnings)


def findings(spec: Source, path: str = "<spec>") -> tuple[Diagnostic, ...]:
    """Give all that is said of a spec, errors and warnings, by place."""
    try:
        return load(spec, path).warnings
    except SpecError as error:
        return error.diagnostics


def _document(spec: Source, path: str) -> Document:
    try:
        if isinstance(spec, Mapping):
            return source.from_value(spec, path)
        return source.scan(spec, path)
    except source.ScanError as error:
        raise SpecError(error.diagnostics) from None


def _stop(
    document: Document, findings: Sequence[Finding], strict: bool = False
) -> tuple[Diagnostic, ...]:
    """Give the located findings if all are warnings; else raise SpecError."""
    found = sorted(source.locate(document, finding) for finding in findings)
    if strict:
        found = [each.as_error for each in found]
    if any(each.is_error for each in found):
        raise SpecError(found)
    return tuple(found)


def refusals(loaded: Loaded, style: str) -> tuple[Diagnostic, ...]:
    """Say what a style cannot express of a sound spec."""
    found = rules.portability(loaded.checked, style)
    return tuple(sorted(source.locate(loaded.document, one) for one in found))


def render(
    loaded: Loaded,
    style: str | None = None,
    path: str = "",
    line_length: int = 88,
    templates: str = "",
) -> str:
    """Render a sound spec in a style, its own by default; raise SpecError if it cannot.

    `path` is what the module's header calls the spec, `templates` a folder with
    templates in place of ours.
    """
    # Templates and black are heavy, and checking does without them.
    from kauxgen import emit, lower, printing, styles

    chosen = style or loaded.style
    _stop(loaded.document, rules.portability(loaded.checked, chosen))
    program = lower.lower(loaded.checked)
    with printing.line_of(line_length):
        page = styles.page(program, chosen, path or loaded.document.path)
        return emit.emit(page, chosen, templates)


def compile_text(spec: Source, path: str = "<spec>", style: str | None = None) -> str:
    """Go the whole way from a spec to a module's text."""
    return render(load(spec, path), style, path)
