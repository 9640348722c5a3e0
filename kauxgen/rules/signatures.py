"""Checks that calls hand over what is taken: how many arguments, and which keywords."""

from __future__ import annotations

import ast
from collections.abc import Collection

from kauxgen import catalog, expression, operations
from kauxgen.finding import Finding
from kauxgen.rules import calling
from kauxgen.rules.outline import Place
from kauxgen.spec import Definition, Scope
from kauxgen.suggest import help_for, quote

COMPUTING = {"dim": 2, "min": 0, "max": 0, "len": 1, "range": 1, "reversed": 1}
"""What a computed value calls, with the number of arguments; 0 for one or more."""


def function_call(node: ast.Call, function: Definition, place: Place) -> Finding | None:
    """Check a call of a function: its arguments by position, its params by keyword."""
    count, wanted = len(node.args), len(function.arguments)
    if count != wanted:
        message = f"{function.name} takes {_counted(wanted)}, got {count}"
        help = f"{function.name}({', '.join(function.arguments)})"
        return calling.wrong_call(place.at, message, help, place.part)
    return _keywords(node, function.name, tuple(function.params), place)


def network_call(node: ast.Call, network: Scope, place: Place) -> Finding | None:
    """Check a call of a network: its inputs by position, a single output."""
    wanted = len(network.inputs)
    if len(node.args) != wanted:
        message = f"{network.name} takes {_counted(wanted)}, got {len(node.args)}"
        help = f"{network.name}({', '.join(each.name for each in network.inputs)})"
        return calling.wrong_call(place.at, message, help, place.part)
    if not network.single:
        message = f"{network.name} has several outputs, so no expression can call it"
        help = "call it in a network node, and read its outputs by paths"
        return calling.wrong_call(place.at, message, help, place.part)
    return _keywords(node, network.name, (), place)


def operation_call(
    node: ast.Call, name: str, owner: str, place: Place
) -> Finding | None:
    """Check a call of an operation; one that draws has no place in a definition."""
    if owner and catalog.operations()[name].draws:
        return calling.draw_in_definition(place.at, name, owner, place.part)
    known = operations.signature(name)
    variadic = any(each.variadic for each in known)
    if len(node.args) > len(known) and not variadic:
        message = f"{name} takes at most {_counted(len(known))}, got {len(node.args)}"
        return calling.wrong_call(place.at, message, "", place.part)
    given = {each.name for each in known[: len(node.args)]}
    given |= {str(keyword.arg) for keyword in node.keywords}
    missing = [each.name for each in known if each.required and each.name not in given]
    wrong = _keywords(node, name, [each.name for each in known], place)
    if wrong is None and missing:
        message = f"{name} needs its argument {missing[0]}"
        return calling.wrong_call(place.at, message, "", place.part)
    return wrong


def _keywords(
    node: ast.Call, owner: str, legal: Collection[str], place: Place
) -> Finding | None:
    for keyword in node.keywords:
        if keyword.arg not in legal:
            word = str(keyword.arg)
            message = f"{owner} has no argument {quote(word)}"
            help = help_for(word, legal)
            return calling.wrong_call(place.at, message, help, place.part)
    return None


def computing_call(node: ast.Call, place: Place) -> Finding | None:
    """Check a call in a computed value."""
    name, count = str(expression.call_name(node)), len(node.args)
    if name not in COMPUTING:
        return calling.unknown_operation(place.at, name, tuple(COMPUTING), place.part)
    wanted = COMPUTING[name]
    if node.keywords or not count or (wanted and count != wanted):
        message = f"{name} takes {_counted(wanted) if wanted else 'numbers'}"
        return calling.wrong_call(place.at, message, "", place.part)
    return None


def _counted(count: int) -> str:
    return f"{count} argument{'' if count == 1 else 's'}"
