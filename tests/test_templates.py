"""Templates only lay out: whatever is decided is decided before they see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from kauxgen import resources
from kauxgen.styles import STYLES

TEMPLATES = sorted(resources.TEMPLATES.iterdir())
SYNTAX = jinja2.Environment()
ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.With,
    nodes.Include,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
)


def offences(source: str) -> Iterator[str]:
    """Yield what a template does beyond laying out, with its line."""
    for node in walk(SYNTAX.parse(source)):
        found = offence(node)
        if found:
            yield f"{node.lineno}: {found}"


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a node and all below it."""
    yield node
    for child in node.iter_child_nodes():
        yield from walk(child)


def offence(node: nodes.Node) -> str:
    """Say what is wrong with one node, if anything is."""
    if not isinstance(node, ALLOWED):
        return type(node).__name__
    if isinstance(node, nodes.Output):
        written = [one for one in node.nodes if not isinstance(one, nodes.TemplateData)]
        return "" if all(map(is_path, written)) else "an output that is no path"
    if isinstance(node, nodes.If):
        return "" if is_path(node.test) else "a test that is no path"
    if isinstance(node, nodes.For):
        plain = isinstance(node.target, nodes.Name) and is_path(node.iter)
        return "a loop over no path" if not plain or node.test or node.else_ else ""
    if isinstance(node, nodes.With):
        return "" if all(map(is_path, node.values)) else "a value that is no path"
    if isinstance(node, nodes.Include):
        fixed = isinstance(node.template, nodes.Const)
        return "" if fixed else "an include whose name is computed"
    return ""


def is_path(node: nodes.Node) -> bool:
    """Say whether an expression is a name, or an attribute path behind one."""
    while isinstance(node, nodes.Getattr):
        node = node.node
    return isinstance(node, nodes.Name)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_only_lays_out(path: Path) -> None:
    """No filter, macro, call, comparison, assignment or constant."""
    assert list(offences(path.read_text(encoding="utf-8"))) == []


def test_every_style_has_a_template_and_every_part_is_included() -> None:
    """A style's template bears its name, a shared part a leading underscore."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES}
    shared = {name for name in texts if name.startswith("_")}
    assert texts.keys() - shared == {f"{style}.jinja" for style in STYLES}
    included = {
        node.template.value
        for text in texts.values()
        for node in walk(SYNTAX.parse(text))
        if isinstance(node, nodes.Include) and isinstance(node.template, nodes.Const)
    }
    assert included == shared


@pytest.mark.parametrize(
    "source",
    [
        "{{ name | upper }}",
        "{{ name.upper() }}",
        "{{ 'text' }}",
        "{{ names[0] }}",
        "{{ name ~ other }}",
        "{% if name == other %}{% endif %}",
        "{% if not name %}{% endif %}",
        "{% if name is defined %}{% endif %}",
        "{% if name and other %}{% endif %}",
        "{% for name in names if name %}{% endfor %}",
        "{% for name in range(3) %}{% endfor %}",
        "{% for key, value in names %}{% endfor %}",
        "{% set name = other %}",
        "{% macro name() %}{% endmacro %}",
        "{% include name %}",
        "{% with name = 1 %}{% endwith %}",
        "{% extends 'page.jinja' %}",
        "{{ first if name else other }}",
    ],
)
def test_the_walk_finds_what_does_more(source: str) -> None:
    assert list(offences(source))


@pytest.mark.parametrize(
    "source",
    [
        "text {{ name }} {{ page.model.name }}",
        "{% if page.model %}text{% else %}other{% endif %}",
        "{% for one in page.names %}{{ one }}{% endfor %}",
        '{% with name = page.name %}{% include "_part.jinja" %}{% endwith %}',
    ],
)
def test_the_walk_lets_layout_pass(source: str) -> None:
    assert not list(offences(source))
