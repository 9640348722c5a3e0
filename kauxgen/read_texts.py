"""Reading, part one: texts, values and kinds, and the expressions in them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from kauxgen import expression
from kauxgen.finding import Finding
from kauxgen.values import FAMILIES, Computed, Expr, Import, Kind, Value

Json = Any
_NEVER_IMPORTED = ("penalty", "schedule", "application")


def malformed_expression(
    pointer: str, reason: str, part: tuple[int, int] | None
) -> Finding:
    """KX110: text that is no expression of the language.

    Expressions use Python's syntax for names, numbers, arithmetic, comparisons, tuples,
    lists, indexing and calls of known operations. Lambdas, comprehensions,
    conditionals, f-strings, other attributes and names with a leading underscore are
    not part of it: a spec is never run, so nothing that must run can be written in it.

    Wrong:
        {"name": "z", "expr": "x if flag else y"}

    Right:
        {"name": "z", "expr": "where(x > 0, x, y)"}
    """
    return Finding(pointer, "KX110", reason, part=part)


class Texts:
    """Reads values and gathers the expressions that do not parse."""

    def __init__(self) -> None:
        """Start without findings."""
        self.findings: list[Finding] = []
        self.imports: Mapping[str, Import] = {}

    def text(self, text: str, at: str, shift: int = 0) -> Expr:
        """Parse an expression at a place; keep a finding if it is none."""
        make = Computed if shift else Expr
        try:
            tree = expression.parse(text)
        except expression.ExpressionError as error:
            part = error.part and (error.part[0] + shift, error.part[1] + shift)
            self.findings.append(malformed_expression(at, str(error), part))
            tree = ast.Constant(0)
        return make(text, tree, at, shift)

    def value(self, raw: Json, at: str) -> Value:
        """Read a value of arguments: plain, computed, a kind, or a list of them."""
        if isinstance(raw, str):
            return self.string(raw, at)
        if isinstance(raw, list):
            return tuple(self.value(item, f"{at}/{i}") for i, item in enumerate(raw))
        if isinstance(raw, dict):
            family = next((key for key in FAMILIES if _names_kind(raw, key)), None)
            return self.kind(family, raw, at) if family else self.values(raw, at)
        plain: Value = raw
        return plain

    def string(self, raw: str, at: str) -> Value:
        """Read a text: a computed value if it begins with "=", "==" for a plain one."""
        if raw.startswith("=="):
            return raw[1:]
        if not raw.startswith("="):
            return raw
        found = self.text(raw[1:], at, shift=1)
        assert isinstance(found, Computed)
        return found

    def values(self, raw: Mapping[str, Json], at: str) -> dict[str, Value]:
        """Read the values of an object, by key."""
        return {
            key: self.value(item, f"{at}/{token(key)}") for key, item in raw.items()
        }

    def kind(self, family: str, raw: Json, at: str) -> Kind:
        """Read a kind with its arguments."""
        args = self.values(raw.get("args", {}), f"{at}/args")
        name = raw[family]
        imported = name in self.imports and family not in _NEVER_IMPORTED
        return Kind(family, name, args, at, imported)

    def references(self, raw: Json, at: str) -> list[Expr]:
        """Read a name or a list of names."""
        if isinstance(raw, str):
            return [self.text(raw, at)]
        return [self.text(item, f"{at}/{i}") for i, item in enumerate(raw)]

    def item(self, text: str, at: str) -> tuple[str, Computed | None]:
        """Read the name of a network, or of one of a list, `coupling[0]`."""
        if "[" not in text:
            return text, None
        tree = self.text(text, at).tree
        if isinstance(tree, ast.Subscript) and isinstance(tree.value, ast.Name):
            return tree.value.id, Computed(text, tree.slice, at)
        reason = "this is the name of no network, and of none in a list"
        self.findings.append(malformed_expression(at, reason, None))
        return text, None

    def steps(self, raw: Mapping[str, str], at: str) -> tuple[tuple[str, Expr], ...]:
        """Read the steps of a `let`, in order."""
        return tuple(
            (name, self.text(item, f"{at}/{token(name)}")) for name, item in raw.items()
        )


def _names_kind(raw: Mapping[str, Json], family: str) -> bool:
    """Say whether an object is a kind; the schema does not look inside arguments."""
    named = isinstance(raw.get(family), str) and set(raw) <= {family, "args"}
    return named and isinstance(raw.get("args", {}), dict)


def token(key: str) -> str:
    """Escape a key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
