"""What a term computes: library penalties and own expressions in one form."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache

from kauxgen import catalog, expression
from kauxgen.frozen import frozen
from kauxgen.spec import Definition, Operand, Spec, Term
from kauxgen.values import Expr, Value

Steps = tuple[tuple[str, ast.expr], ...]


@frozen
class Formula:
    """A term as named operands, steps and a result over them.

    `function` is the library's function of a penalty that takes more than one line; the
    result then is a call of it. `network` names the operand that is a network, for the
    two penalties that differentiate one; `kind` is theirs. `arguments` holds the values
    of a library penalty's arguments, defaults included. `text` is the mathematics for a
    docstring.
    """

    operands: tuple[tuple[str, Operand], ...]
    steps: Steps
    result: ast.expr | None
    arguments: Mapping[str, Value]
    function: Definition | None = None
    regularizer: Definition | None = None
    differentiates: bool = False
    kind: str = ""
    text: str = ""


def formula(term: Term, spec: Spec) -> Formula | None:
    """Return what a penalty or expression term computes; None for losses and metrics.

    A kind that neither the library nor the spec knows gives None too.
    """
    if term.expr is not None:
        steps = tuple((name, step.tree) for name, step in term.let)
        return Formula((), steps, term.expr.tree, {}, text=term.expr.text)
    if term.kind is None or term.kind.family != "penalty":
        return None
    own = spec.definition("regularizer", term.kind.name)
    if own is not None:
        operands = tuple(("w", operand) for _, operand in term.operands)
        return Formula(
            operands, (), None, term.kind.args, regularizer=own, text=own.expr.text
        )
    return _library(term)


def named_operands(term: Term) -> tuple[tuple[str, Operand], ...]:
    """Pair what a penalty's `on` says with the library's names of its operands."""
    assert term.kind is not None
    words = catalog.penalties()[term.kind.name].operands
    if any(name for name, _ in term.operands):
        known = {name: place for place, name in enumerate(words)}
        last = len(known)
        return tuple(sorted(term.operands, key=lambda each: known.get(each[0], last)))
    return tuple(zip(words, (operand for _, operand in term.operands), strict=False))


def _library(term: Term) -> Formula | None:
    assert term.kind is not None
    entry = catalog.penalties().get(term.kind.name)
    if entry is None:
        return None
    arguments: dict[str, Value] = {
        **{name: argument.default for name, argument in entry.args.items()},
        **term.kind.args,
    }
    operands = named_operands(term)
    if entry.differentiates:
        return Formula(
            operands,
            (),
            None,
            arguments,
            differentiates=True,
            kind=term.kind.name,
            text=entry.formula,
        )
    if entry.let:
        function = library_function(term.kind.name)
        call = ast.Call(
            ast.Name(function.name),
            [ast.Name(name) for name in entry.operands],
            [ast.keyword(name, ast.Name(name)) for name in entry.args],
        )
        return Formula(operands, (), call, arguments, function, text=entry.formula)
    result = expression.parse(_choice(entry.expr, arguments))
    return Formula(operands, (), result, arguments, text=entry.formula)


def _choice(expr: object, arguments: Mapping[str, Value]) -> str:
    """Pick the form of a formula that an argument selects, such as `reduce`."""
    if isinstance(expr, Mapping):
        (name, forms), *_ = expr.items()
        chosen = forms.get(arguments[name], next(iter(forms.values())))
        return str(chosen)
    return str(expr)


@cache
def library_function(kind: str) -> Definition:
    """Return the module-level function of a penalty that takes several steps."""
    entry = catalog.penalties()[kind]
    at = f"/library/{kind}"
    return Definition(
        family="function",
        name=kind,
        at=at,
        description=f"Return {entry.formula}. Source: {entry.source}.",
        arguments=tuple(entry.operands),
        params={name: argument.default for name, argument in entry.args.items()},
        let=tuple(
            (name, Expr(text, expression.parse(text), at))
            for name, text in entry.let.items()
        ),
        expr=Expr(str(entry.expr), expression.parse(str(entry.expr)), at),
    )
