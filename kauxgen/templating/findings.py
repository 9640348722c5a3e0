"""The findings about a project's own templates (KX760 to KX769)."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def unknown_template(name: str, known: Collection[str]) -> Finding:
    """KX760: a template that replaces none, and that none includes.

    A file in the folder of `templates` replaces the built-in template of its name, or
    is a part that one of your templates includes. One that is neither would be read by
    nobody. `kauxgen templates list` names them all.

    Wrong:
        my_templates/_functions.jinja

    Right:
        my_templates/_function.jinja
    """
    message = f"no template is called {quote(name)}, and none includes it"
    return Finding("", "KX760", message, help_for(name, known))


def bad_syntax(reason: str) -> Finding:
    """KX761: a template that is not written as Jinja templates are.

    A block that is not closed, a tag that Jinja does not know, a stray bracket.

    Wrong:
        {% for layer in page.layers %} class {{ layer.name }}:

    Right:
        {% for layer in page.layers %} class {{ layer.name }}: {% endfor %}
    """
    return Finding("", "KX761", f"no template of Jinja: {reason}")


def unknown_field(what: str, known: Collection[str], name: str) -> Finding:
    """KX762: a name or field that templates are not given.

    docs/template_fields.md lists which template is given what. The check knows it
    before anything is rendered, for every field on every line.

    Wrong:
        def {{ function.nam }}({{ function.signature }}):

    Right:
        def {{ function.name }}({{ function.signature }}):
    """
    return Finding("", "KX762", what, help_for(name, known))


def beyond_layout(what: str, help: str = "") -> Finding:
    """KX763: a template that does more than lay out.

    Templates say where things stand; what is said is decided before. They may write and
    test names and fields, loop over fields that are lists, name things with `with`, and
    include parts: nothing that computes, calls or runs for long.

    Wrong:
        {% for number in range(1000) %}{{ page.name * number }}{% endfor %}

    Right:
        {% for layer in page.layers %}{{ layer.name }}{% endfor %}
    """
    return Finding("", "KX763", what, help)


def dropped_field(fields: Collection[str]) -> Finding:
    """KX764: a template that leaves out what the built-in one writes.

    What stands in these fields is a part of the model: a module without its penalties
    or its configuration would run, and be another model. Only docstrings may go.

    Wrong:
        {% for penalty in page.penalties %} class {{ penalty.name }}: ... {% endfor %}

    Right:
        {{ penalty.setup }} ... self.add_loss({{ penalty.weighted }})
    """
    names = ", ".join(fields)
    message = f"does not use {names}, which the built-in template does"
    return Finding("", "KX764", message, "kauxgen templates diff shows what differs")


def wrong_context(found: str, ours: int) -> Finding:
    """KX765: a template that was written for other fields.

    The first line of a template says for which version of the fields it was written;
    `kauxgen templates copy` writes that line. Where fields went or changed their
    meaning, the version is another one, and old templates must be looked at.

    Wrong:
        def {{ function.name }}({{ function.signature }}):

    Right:
        {# kauxgen template: context 2 #}
        def {{ function.name }}({{ function.signature }}):
    """
    help = f"compare with the built-in one, then begin with {{# {MARK} {ours} #}}"
    said = f"is for context {found}" if found else "does not say for which context"
    return Finding("", "KX765", f"{said}, kauxgen has context {ours}", help)


def bad_include(name: str, why: str, known: Collection[str] = ()) -> Finding:
    """KX766: an include that leads nowhere, in a circle, or too far.

    Parts are files of the folder of `templates`, or built in; no path leads elsewhere.

    Wrong:
        {% include "../secrets.jinja" %}

    Right:
        {% include "_function.jinja" %}
    """
    return Finding("", "KX766", f"include {quote(name)}: {why}", help_for(name, known))


def not_python(reason: str) -> Finding:
    """KX767: a template whose module is no Python.

    Everything that a template lays out is put into the module as it is. Nothing is
    written until the whole module can be parsed.

    Wrong:
        deff {{ function.name }}({{ function.signature }}):

    Right:
        def {{ function.name }}({{ function.signature }}):
    """
    return Finding("", "KX767", f"the module is no Python: {reason}")


def failed(reason: str) -> Finding:
    """KX768: a template that fails while it is rendered.

    It reads a field of something that this model does not have, such as `page.model` in
    a functional model without a class, or it writes without end.

    Wrong:
        {{ page.model.name }}

    Right:
        {% if page.model %}{{ page.model.name }}{% endif %}
    """
    return Finding("", "KX768", f"cannot be rendered: {reason}")


def unreadable(reason: str) -> Finding:
    """KX769: a template that cannot be read.

    Templates are UTF-8, of a sensible size, and lie in the folder: a link that leads
    out of it is not followed.

    Wrong:
        ln -s /etc/passwd my_templates/_function.jinja

    Right:
        kauxgen templates copy _function.jinja
    """
    return Finding("", "KX769", f"cannot be read: {reason}")


MARK = "kauxgen template: context"
"""What the first line of a template says before the version of its fields."""

RULES = (
    unknown_template,
    bad_syntax,
    unknown_field,
    beyond_layout,
    dropped_field,
    wrong_context,
    bad_include,
    not_python,
    failed,
    unreadable,
)
