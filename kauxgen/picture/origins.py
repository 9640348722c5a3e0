"""Where the nodes of a picture are written: in the spec, and in the module."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen.frozen import frozen
from kauxgen.picture.model import Node
from kauxgen.source import Document

_MOST_LINES = 14
_RETURN = "return"
_OWNERS = ("networks", "blocks", "layers")


@frozen
class Excerpt:
    """Some lines of a text, and the number of the first, from 1."""

    line: int
    text: str


def in_spec(document: Document, at: str) -> Excerpt | None:
    """Return the lines of a spec that a pointer means."""
    if at not in document.spans or not document.text:
        return None
    span = document.spans[at]
    first = document.text.count("\n", 0, span.start)
    last = document.text.count("\n", 0, max(span.end - 1, span.start))
    lines = document.text.split("\n")[first : last + 1]
    shown = lines[:_MOST_LINES] + ["…"] * (len(lines) > _MOST_LINES)
    return Excerpt(first + 1, _dedented(shown))


def _dedented(lines: list[str]) -> str:
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip() != "…"]
    least = min(indents, default=0)
    return "\n".join(line[least:] if line != "…" else line for line in lines)


@frozen
class _Assignment:
    """A statement that gives a name a value, and the words of what it stands in."""

    name: str
    owners: tuple[str, ...]
    statement: ast.stmt


class Module:
    """A generated module, in which the statements of nodes are found."""

    def __init__(self, text: str) -> None:
        """Read a module's text."""
        self._lines = text.split("\n")
        self._known: dict[str, list[_Assignment]] = {}
        for one in _assignments(ast.parse(text), ()):
            self._known.setdefault(one.name, []).append(one)

    def line(self, node: Node) -> Excerpt | None:
        """Return the statement that makes what a node gives; None if there is none.

        It is an assignment to the node's name, or to an attribute of that name, in the
        function or class of the network, block or phase that the node is of. The last
        node of a repeat may bear the repeat's name, that of a block may be returned.
        """
        owner, around = _plain(_owner(node)), node.id.split(".")[-2:-1]
        kind = node.kind.partition(" ")[0]
        for name in (node.name, f"{node.name}_loss", *around, _RETURN):
            fitting = [
                one
                for one in self._known.get(name, [])
                if (not owner or owner in _words(one))
                and (name in (node.name, f"{node.name}_loss") or self._made(one, kind))
            ]
            if fitting:
                found = min(fitting, key=lambda one: _strange(one, owner))
                return self._excerpt(found.statement)
        return None

    def _made(self, one: _Assignment, kind: str) -> bool:
        """Say whether a layer of a kind is made or an expression stands in a statement.

        Of what is returned only an expression is sure: a block returns its last node.
        """
        text = self._excerpt(one.statement).text
        if kind[:1].isupper():
            return f"{kind}(" in text
        return one.name == _RETURN and bool(one.owners) and "return " in text

    def _excerpt(self, statement: ast.stmt) -> Excerpt:
        start, end = statement.lineno, statement.end_lineno or statement.lineno
        return Excerpt(start, _dedented(self._lines[start - 1 : end]))


def _owner(node: Node) -> str:
    """Return the network, block, layer or phase that a node is of; "" for the model."""
    parts = node.at.split("/")
    if len(parts) > 2 and parts[1] == "networks":
        return parts[2]
    if len(parts) > 3 and parts[1] == "define" and parts[2] in _OWNERS:
        return parts[3]
    if parts[1:3] == ["step", "phases"]:
        return node.id.split(".")[1].removeprefix("phase-")
    return ""


def _plain(word: str) -> str:
    return word.replace("_", "").lower()


def _words(one: _Assignment) -> str:
    return " ".join(map(_plain, one.owners))


def _strange(one: _Assignment, owner: str) -> int:
    """Say how little an assignment fits: best stands in a function of its owner."""
    words = _words(one).split()
    if owner:
        return 0 if owner in words else 1
    model = any(
        word in ("buildmodel", "call", "forward", "objective") for word in words
    )
    return 0 if model else 1


def _assignments(tree: ast.AST, owners: tuple[str, ...]) -> Iterator[_Assignment]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
            yield from _assignments(child, (*owners, child.name))
            continue
        if isinstance(child, ast.Return) and child.value is not None:
            yield _Assignment(_RETURN, owners, child)
        if isinstance(child, ast.Assign):
            for target in child.targets:
                for name in _names(target):
                    yield _Assignment(name, owners, child)
        yield from _assignments(child, owners)


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Attribute):
        yield target.attr
    elif isinstance(target, (ast.Tuple, ast.List)):
        for each in target.elts:
            yield from _names(each)
