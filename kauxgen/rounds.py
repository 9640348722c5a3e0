"""Headers of loops over the rounds of a repeat."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

from kauxgen import code
from kauxgen.nodes import RepeatNode
from kauxgen.values import Value


def round_header(
    node: RepeatNode,
    index: str,
    value: Callable[[Value], ast.expr],
    used: Collection[str],
) -> tuple[ast.expr, ast.expr]:
    """Return target and iterator of a loop; names that nothing reads are `_`."""
    number = code.name(index if index in used else "_")
    if node.count is not None:
        return number, code.call("range", value(node.count))
    over = value(node.over)
    names = [code.name(name if name in used else "_") for name in node.variables]
    if not set(node.variables) & set(used):
        return number, code.call("range", code.length(over))
    item = names[0] if len(names) == 1 else ast.Tuple(names)
    if index not in used:
        return item, over
    return ast.Tuple([number, item]), code.call("enumerate", over)


def zipped_header(
    node: RepeatNode,
    index: str,
    value: Callable[[Value], ast.expr],
    used: Collection[str],
    lists: list[ast.expr],
) -> tuple[ast.expr, ast.expr]:
    """Return target and iterator of a loop over rounds and lists, in step."""
    zipped = [code.name(name) for name, _ in node.zipped]
    if not set(node.variables) & set(used):
        target, counted = round_header(node, index, value, used)
        return ast.Tuple([target, *zipped]), code.in_step([counted, *lists])
    items, over = round_header(node, index, value, set(used) - {index})
    target, iterator = ast.Tuple([items, *zipped]), code.in_step([over, *lists])
    if index not in used:
        return target, iterator
    return ast.Tuple([code.name(index), target]), code.call("enumerate", iterator)
