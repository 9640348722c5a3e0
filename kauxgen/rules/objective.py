"""Resolves the names that losses, penalties and metrics read, and their operands."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import replace

from kauxgen import catalog, expression
from kauxgen.expression import Part, Path
from kauxgen.finding import Finding
from kauxgen.rules import batches, choices, derivatives, references, terms
from kauxgen.rules.outline import Form, Member
from kauxgen.rules.resolution import Resolver, View, references_in
from kauxgen.rules.scopes import PASSES, view_of
from kauxgen.rules.uses import scoped_terms
from kauxgen.source import pointer
from kauxgen.spec import NetworkName, Spec, Term, Weights
from kauxgen.values import Expr, computed

Y = "y"
STEP = "step"


def expressions(term: Term) -> Iterator[Expr]:
    """Yield the expressions that a term reads, without its weight."""
    for _, operand in term.operands:
        if isinstance(operand, Expr):
            yield operand
    if term.target is not None:
        yield term.target
    yield from (step for _, step in term.let)
    if term.expr is not None:
        yield term.expr


def reads_y(term: Term) -> bool:
    """Say whether a term compares with the data."""
    if term.role == "penalty":
        return False
    implied = _implies_y(term)
    read = (name.id for expr in expressions(term) for name in _names(expr))
    return implied or Y in set(read)


def _implies_y(term: Term) -> bool:
    """Say whether a term compares with y because it names nothing else."""
    return term.role != "penalty" and term.expr is None and not term.has_target


def _names(expr: Expr) -> list[ast.Name]:
    return expression.names(expr.tree)


def resolve_terms(resolver: Resolver) -> None:
    """Resolve the names of every term."""
    views: dict[str, View] = {}
    for scope, term in scoped_terms(resolver.spec):
        if scope.at not in views:
            views[scope.at] = view_of(resolver.spec, scope)
        seen = views[scope.at]
        if resolver.spec.step is None or scope.kind not in PASSES:
            _resolve(resolver, term, _view(seen, term))
        elif _implies_y(term):
            what = term.kind.name if term.kind else "the term"
            message = f"{what} needs a target: a step has no y"
            resolver.findings.append(batches.data_in_step(term.at, message))
        else:
            _resolve(resolver, term, seen)


def _view(view: View, term: Term) -> View:
    if term.role != "penalty":
        return view.plus(Member(Y, "", Form.ANYTHING))
    return replace(view, miss=_miss_in_penalty)


def _miss_in_penalty(
    at: str, name: str, legal: Collection[str], part: Part | None
) -> Finding:
    if name == Y:
        return terms.penalty_reads_y(at, part)
    return references.unknown_tensor(at, name, legal, part)


def _resolve(resolver: Resolver, term: Term, view: View) -> None:
    wrong = _operand_finding(term, resolver.spec)
    if wrong is not None:
        resolver.findings.append(wrong)
        return
    if term.kind is not None:
        for value in computed(term.kind):
            resolver.value(value, view)
    _resolve_operands(resolver, term, view)
    for name, step in term.let:
        resolver.expression(step, view)
        view = view.plus(Member(name, step.at, Form.TENSOR))
    for expr in (term.target, term.expr):
        if expr is not None:
            resolver.expression(expr, view)
    _resolve_weight(resolver, term, view)


def _resolve_operands(resolver: Resolver, term: Term, view: View) -> None:
    networks = resolver.spec.networks
    for _, operand in term.operands:
        if isinstance(operand, Expr):
            resolver.expression(operand, view)
        elif isinstance(operand, NetworkName) and operand.name in networks:
            resolver.read.add(networks[operand.name].at)
            resolver.item(operand.name, operand.index, operand.at, view)
        elif isinstance(operand, NetworkName) and resolver.first(
            View({}), f"network {operand.name}"
        ):
            legal = tuple(networks)
            found = references.unknown_target(
                operand.at, operand.name, "network", legal
            )
            resolver.findings.append(found)


def _resolve_weight(resolver: Resolver, term: Term, view: View) -> None:
    if type(term.weight) is Expr:
        resolver.expression(term.weight, view.plus(Member(STEP, "", Form.NUMBER)))
        resolver.findings += derivatives.check_names(term.weight, {}, "a weight")
        return
    for value in computed(term.weight):
        resolver.value(value, view)


def _operand_finding(term: Term, spec: Spec) -> Finding | None:
    """Return what is wrong with the operands of a term, before they are resolved."""
    if term.kind is None or term.role != "penalty":
        return _target_finding(term, spec)
    place = f"{term.at}/on"
    kind = term.kind.name
    chosen = [operand for _, operand in term.operands if isinstance(operand, Weights)]
    if spec.definition("regularizer", kind) is not None:
        fits = len(term.operands) == 1 and bool(chosen)
        return None if fits else choices.regularizer_operand(place, kind)
    words = catalog.penalties()[kind].operands if kind in catalog.penalties() else None
    if words is None:
        return None
    wrong = [name for name, _ in term.operands if name and name not in words]
    if wrong and set(wrong) != {"network"}:
        at = f"{place}{pointer(wrong[:1])}"
        return choices.wrong_operands(at, kind, words, wrong[0])
    if not _operands_fit(term, words):
        return choices.wrong_operands(place, kind, words)
    if chosen and len(words) > 1:
        return choices.misused_list(chosen[0].at, "a choice of weights", kind)
    return None


def _operands_fit(term: Term, words: Collection[str]) -> bool:
    named = [name for name, _ in term.operands]
    networks = [isinstance(operand, NetworkName) for _, operand in term.operands]
    if any(named):
        return set(named) == set(words)
    return len(named) == len(words) and ("network" in words) == any(networks)


def _target_finding(term: Term, spec: Spec) -> Finding | None:
    if term.kind is None or not term.has_target or term.target is not None:
        return None
    own = spec.definition("loss", term.kind.name) if term.role == "loss" else None
    if own is not None:
        trees = [own.expr.tree, *(step.tree for _, step in own.let)]
        if not any(n.id == "y_true" for tree in trees for n in expression.names(tree)):
            return None
    stepped = spec.step is not None
    return choices.ignored_target(f"{term.at}/target", term.kind.name, stepped)


def inner_tensors(spec: Spec) -> Iterator[Finding]:
    """Yield the terms that set y, or a metric, against an inner tensor."""
    outer = {(entry.name,) for entry in spec.main.inputs}
    outputs = {expression.path_of(output.tree) for output in spec.main.outputs}
    allowed: set[Path | None] = {*outer, *outputs}
    for term in (*spec.losses, *spec.metrics):
        if term.role == "loss" and not reads_y(term):
            continue
        local = {Y, *spec.params, *(name for name, _ in term.let)}
        for expr in expressions(term):
            for path, part in references_in(expr):
                plain = path[: _names_until(path)]
                if str(path[0]) not in local and not {path, plain} & allowed:
                    yield choices.inner_tensor(expr.at, _said(path), part)


def _names_until(path: Path) -> int:
    return next((i for i, step in enumerate(path) if isinstance(step, int)), len(path))


def _said(path: Path) -> str:
    words = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(words).removeprefix(".")


def mixed_targets(spec: Spec) -> Iterator[Finding]:
    """Yield the terms that read all of y where others read it by key."""
    keys = [path[1] for _, path in _y_paths(spec) if len(path) > 1]
    if not keys:
        return
    for term, path in _y_paths(spec):
        if len(path) == 1:
            place = term.expr.at if term.expr else f"{term.at}/on"
            yield terms.mixed_targets(place, str(keys[0]))


def _y_paths(spec: Spec) -> Iterator[tuple[Term, Path]]:
    for term in (*spec.losses, *spec.metrics):
        if term.expr is None and not term.has_target:
            yield term, (Y,)
        for expr in expressions(term):
            for path, _ in references_in(expr):
                if path[0] == Y:
                    yield term, path[:2] if isinstance(path[-1], str) else path[:1]
