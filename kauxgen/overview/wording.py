"""Terms in the words of a spec: weights, formulas and arguments as a person reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from kauxgen.formula import Formula
from kauxgen.spec import NetworkName, Operand, Term, Weights
from kauxgen.values import Expr, Kind

_WORD = re.compile(r"[A-Za-z_]\w*")
_LONG = 60


def said(operand: Operand) -> str:
    """Write an operand of a term."""
    if isinstance(operand, Weights):
        return operand.pattern
    if isinstance(operand, NetworkName):
        return ast.unparse(operand.tree)
    return " ".join(operand.text.split())


def expression_words(term: Term) -> str:
    """Write a term that is an expression, with its steps."""
    assert term.expr is not None
    text = " ".join(term.expr.text.split())
    whole = f"{term.reduce}({text})" if term.reduce else text
    steps = [f"{name} = {' '.join(step.text.split())}" for name, step in term.let]
    return f"{whole} with {', '.join(steps)}" if steps else whole


def library_words(found: Formula) -> str:
    """Write a penalty's formula with its operands and arguments put in."""
    put: dict[str, str] = {n: words(value) for n, value in found.arguments.items()}
    behind = []
    for name, operand in found.operands:
        text = said(operand)
        if isinstance(operand, Weights):
            behind.append(f"{name} in {text}" if "*" in text else f"{name} = {text}")
        elif len(text) > _LONG:
            behind.append(f"{name} = {text}")
        else:
            put[name] = text
    text = _WORD.sub(lambda word: put.get(word[0], word[0]), found.text)
    return f"{text} with {', '.join(behind)}" if behind else text


def words(value: Any) -> str:
    """Write a value as a person would: `=depth` as `depth`, lists in brackets."""
    if isinstance(value, Expr):
        return value.text.strip()
    if isinstance(value, Kind):
        return f"{value.name}({arguments(value.args)})"
    if isinstance(value, tuple):
        return f"[{', '.join(map(words, value))}]"
    return str(value) if not isinstance(value, str) else f'"{value}"'


def arguments(args: Mapping[str, Any]) -> str:
    """Write arguments by name."""
    return ", ".join(f"{name}={words(value)}" for name, value in args.items())
