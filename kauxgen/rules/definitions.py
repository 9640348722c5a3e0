"""Resolves the names in definitions, which see their own and the functions."""

from __future__ import annotations

from functools import partial

from kauxgen.finding import Finding
from kauxgen.rules import calling
from kauxgen.rules.outline import Form, Member
from kauxgen.rules.resolution import Resolver, View, raise_to
from kauxgen.source import pointer
from kauxgen.spec import Definition
from kauxgen.suggest import help_for


def resolve_definition(resolver: Resolver, definition: Definition) -> None:
    """Resolve the names of a definition: it sees its own, and the functions."""
    view, before = _definition_view(definition), len(resolver.findings)
    for name, step in definition.let:
        resolver.expression(step, view)
        view = view.plus(Member(name, step.at, Form.TENSOR))
    resolver.expression(definition.expr, view)
    upstream = view.plus(Member("upstream", "", Form.TENSOR))
    for _, expr in definition.gradient:
        resolver.expression(expr, upstream)
    if definition.gradient and len(resolver.findings) == before:
        raise_to(resolver.findings, _match_gradient(definition))


def _definition_view(definition: Definition) -> View:
    own = [Member(name, "", Form.TENSOR) for name in definition.arguments]
    at = f"{definition.at}/params"
    own += [Member(n, f"{at}{pointer([n])}", Form.NUMBER) for n in definition.params]
    known = {member.name: member for member in own}
    later = frozenset(name for name, _ in definition.let)
    owner = f"the {definition.family} {definition.name}"
    miss = partial(_miss, definition, owner)
    return View(known, later, miss, owner, networks=False, home=definition.at)


def _miss(
    definition: Definition,
    owner: str,
    at: str,
    name: str,
    legal: tuple[str, ...],
    part: tuple[int, int] | None,
) -> Finding:
    if definition.family == "loss":
        return calling.closure_argument(at, name, definition.name, legal, part)
    return calling.foreign_name(at, name, owner, legal, part)


def _match_gradient(definition: Definition) -> Finding | None:
    given = {name: expr.at for name, expr in definition.gradient}
    for name, at in given.items():
        if name not in definition.arguments:
            help = help_for(name, definition.arguments)
            return calling.gradient_arguments(at, definition.name, help, at_key=True)
    missing = [name for name in definition.arguments if name not in given]
    help, place = f"add one for {' and '.join(missing)}", f"{definition.at}/gradient"
    return calling.gradient_arguments(place, definition.name, help) if missing else None
