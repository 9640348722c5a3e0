"""A compiler from JSON specs of models to readable Keras code.

The same as the commands, as functions on values:

    >>> import kauxgen
    >>> code = kauxgen.compile_spec(text, style="subclass")
    >>> for diagnostic in kauxgen.validate(text):
    ...     print(diagnostic.line, diagnostic.code, diagnostic.message)

Importing it is light: what compiling needs is imported when it is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kauxgen.finding import Diagnostic, SpecError

__all__ = ["Diagnostic", "SpecError", "__version__", "compile_spec", "validate"]

__version__ = "0.1.0"

Source = str | bytes | Mapping[str, Any]
"""A spec: its JSON text, or the value of it."""


def compile_spec(
    spec: Source, *, style: str | None = None, path: str = "<spec>"
) -> str:
    """Compile a spec to the text of a Python module.

    Args:
        spec: The JSON text of a spec, or its value.
        style: "functional", "subclass", "train_step" or "loop"; by default the spec's
            own, and "functional" where it names none.
        path: What the generated header and the diagnostics call the spec.

    Returns:
        The module's text, the same for the same spec, style and path.

    Raises:
        SpecError: The spec has findings, or the style cannot express it.
    """
    from kauxgen import compiler

    return compiler.compile_text(spec, path, style)


def validate(spec: Source, *, path: str = "<spec>") -> list[Diagnostic]:
    """Check a spec, and return what is wrong or doubtful about it.

    Args:
        spec: The JSON text of a spec, or its value.
        path: What the diagnostics call the spec.

    Returns:
        A diagnostic for each independent mistake, by place; none for a sound spec. Its
        `severity` is "error", or "warning" for what compiles and is mostly not meant.
    """
    from kauxgen import compiler

    return list(compiler.findings(spec, path))
