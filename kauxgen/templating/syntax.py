"""Jinja, as far as templates are Jinja: their syntax trees, and what renders them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from kauxgen import resources

__all__ = ["FILE", "FILTERS", "Broken", "Environment", "Failed"]
__all__ += ["nodes", "ours", "parse", "sandbox"]

Environment = jinja2.Environment
Broken = jinja2.TemplateSyntaxError
Failed = jinja2.TemplateError

FILTERS = ("upper", "lower", "capitalize", "title", "trim")
"""The filters that templates may use: of texts, and none makes one longer."""

FILE = "template:"
"""What the names of sandboxed templates begin with in tracebacks."""

_OPTIONS: Any = {
    "undefined": jinja2.StrictUndefined,
    "autoescape": False,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
_SYNTAX = Environment(**_OPTIONS)


def parse(text: str) -> nodes.Template:
    """Parse a template; Broken if it is none."""
    return _SYNTAX.parse(text)


def ours() -> Environment:
    """Make the environment of the built-in templates."""
    return Environment(loader=jinja2.FileSystemLoader(resources.TEMPLATES), **_OPTIONS)


def sandbox(texts: Mapping[str, str]) -> Environment:
    """Make an environment that knows some texts, few filters and nothing else."""

    def load(name: str) -> tuple[str, str, None] | None:
        return (texts[name], f"{FILE}{name}", None) if name in texts else None

    made = SandboxedEnvironment(loader=jinja2.FunctionLoader(load), **_OPTIONS)
    made.globals.clear()
    made.tests.clear()
    made.filters = {each: made.filters[each] for each in FILTERS}
    return made
