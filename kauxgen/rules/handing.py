"""The rules about what the rounds of a repeat are handed (KX241 to KX243)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import expression
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.nodes import RepeatNode
from kauxgen.read_texts import token
from kauxgen.rules.outline import Form, Member
from kauxgen.suggest import closest, help_for, quote


@frozen
class Above:
    """What a node without `inputs` takes: a member, or none for a reason."""

    member: Member | None
    reason: str = ""


def unlike_names(pointer: str, name: str, reason: str, help: str = "") -> Finding:
    """KX241: a carried tensor without a value for the next round, or the reverse.

    `carry` gives the first values by name, `next` those that each round hands on. Both
    name the same tensors; only a single one may be left to the last node of the body.

    Wrong:
        {"name": "flow", "repeat": {"count": 3},
         "carry": {"x": "image", "total": "start"}, "next": {"x": "moved"}, "body": []}

    Right:
        {"name": "flow", "repeat": {"count": 3},
         "carry": {"x": "image", "total": "start"},
         "next": {"x": "moved", "total": "more"}, "body": []}
    """
    return Finding(pointer, "KX241", f"{quote(name)} {reason}", help, at_key=True)


def computed_list(pointer: str, text: str) -> Finding:
    """KX242: a computed list where rounds are handed the items of one.

    `zip` takes lists as they are: paths to what the rounds of an earlier repeat gave, a
    list that a round was handed, `reversed(...)` of these, or several tensors in
    brackets. What is to be computed stands in a node above.

    Wrong:
        {"repeat": {"count": 2, "zip": {"part": "split(image, 2, axis=-1)"}}}

    Right:
        [{"name": "parts", "expr": "split(image, 2, axis=-1)", "as": ["left", "right"]},
         {"name": "read", "repeat": {"count": 2, "zip": {"part": "[left, right]"}}}]
    """
    message = f"{quote(text)} is computed, and zip takes lists as they are"
    return Finding(pointer, "KX242", message, 'such as "reversed(down.skip)"')


def unread_item(pointer: str, name: str, owner: str) -> Finding:
    """KX243: what a repeat hands to its rounds under a name, and none reads.

    A name of `zip` is read by a node of the body, a name of `carry` there, or from
    outside as `<repeat>.<name>`.

    Wrong:
        {"name": "up", "repeat": {"count": 2, "zip": {"skip": "down.skip"}}, "body": [
          {"name": "dense", "layer": "Dense", "args": {"units": 8}}]}

    Right:
        {"name": "up", "repeat": {"count": 2}, "body": [
          {"name": "dense", "layer": "Dense", "args": {"units": 8}}]}
    """
    message = f"nothing reads {quote(name)}, which {quote(owner)} hands to its rounds"
    return Finding(pointer, "KX243", message, "read it or delete it", at_key=True)


RULES = (unlike_names, computed_list, unread_item)


def check(node: RepeatNode) -> Iterator[Finding]:
    """Yield what is wrong with the names and lists that rounds are handed."""
    for _, expr in node.zipped:
        if not _is_list(expr.tree):
            yield computed_list(expr.at, expr.text)
    later = [name for name, _ in node.following]
    missing = [name for name in node.carried if name not in later]
    for name in later:
        if name not in node.carried:
            reason = "has a next value and no first one"
            at = f"{node.at}/next/{token(name)}"
            yield unlike_names(at, name, reason, help_for(name, missing))
    misspelled = {closest(name, missing) for name in later if name not in node.carried}
    for name in missing:
        if name not in misspelled:
            at = f"{node.at}/carry/{token(name)}"
            help = f'add {quote(name)} to "next"'
            yield unlike_names(at, name, "has a first value and no next one", help)


def _is_list(tree: ast.expr) -> bool:
    """Say whether a tree names a list, turns one, or holds tensors in brackets."""
    if isinstance(tree, ast.Call):
        known = expression.call_name(tree) == "reversed" and len(tree.args) == 1
        return known and _is_list(tree.args[0])
    if isinstance(tree, ast.List):
        return all(map(_is_list, tree.elts))
    return expression.is_reference(tree)


def members(node: RepeatNode) -> tuple[Member, ...]:
    """Return what the names mean that a round is given."""
    at = f"{node.at}/repeat/as"
    variables = [Member(name, at, Form.NUMBER) for name in node.variables]
    return (*variables, *(Member(n, at, Form.TENSOR) for n, at in handed(node)))


def handed(node: RepeatNode) -> Iterator[tuple[str, str]]:
    """Yield the tensors and lists that a round is handed, with their pointers."""
    for name in node.carried:
        yield name, f"{node.at}/carry/{token(name)}"
    for name, _ in node.zipped:
        yield name, f"{node.at}/repeat/zip/{token(name)}"


def entering(node: RepeatNode) -> Above:
    """Return what the first node of a round takes: the only tensor carried."""
    if len(node.carry) == 1:
        return Above(members(node)[len(node.variables)])
    words = " and ".join(map(quote, node.carried))
    return Above(None, f"the rounds carry several: {words}")
