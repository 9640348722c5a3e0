"""Whether a value suits an argument, and what would."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kauxgen.catalog.entries import Argument
from kauxgen.catalog.library import strings
from kauxgen.frozen import frozen

Check = Callable[[Argument, Any], bool]


@frozen
class ArgumentType:
    """What a type of argument is called, and how its plain values are told.

    A `{n}` in the phrase stands for the length of the list.
    """

    phrase: str
    suits: Check


def check_argument(argument: Argument, value: object) -> str | None:
    """Say what is wrong with an evaluated value, `expects an integer, got "3"`.

    None if it suits, or if it is no plain value: kinds within kinds are checked where
    they stand.
    """
    if not _is_plain(value) or _suits(argument, value):
        return None
    return f"expects {expectation(argument)}, got {_written(value)}"


def expectation(argument: Argument) -> str:
    """Say what an argument takes, `an integer of at least 1 or null`."""
    words = [json.dumps(word) for word in argument.values]
    if argument.type != "enum":
        length = f"{argument.length} " if argument.length else ""
        phrase = TYPES[argument.type].phrase.replace("{n} ", length)
        words.insert(0, phrase + _range(argument))
    words += ["null"] if argument.nullable else []
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _range(argument: Argument) -> str:
    low, high = argument.minimum, argument.maximum
    if low is not None and high is not None:
        return f" from {low} to {high}"
    bounds = (
        ("of at least", low),
        ("of at most", high),
        ("above", argument.above),
        ("below", argument.below),
    )
    given = [f"{words} {bound}" for words, bound in bounds if bound is not None]
    return " " + " and ".join(given) if given else ""


def _suits(argument: Argument, value: Any) -> bool:
    if value is None:
        return argument.nullable
    if isinstance(value, str) and value in argument.values:
        return True
    return TYPES[argument.type].suits(argument, value)


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool | int | float | str)


def _number(argument: Argument, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and _within(argument, value)


def _within(argument: Argument, value: float) -> bool:
    return (
        (argument.minimum is None or value >= argument.minimum)
        and (argument.maximum is None or value <= argument.maximum)
        and (argument.above is None or value > argument.above)
        and (argument.below is None or value < argument.below)
    )


def _integer(argument: Argument, value: Any) -> bool:
    return isinstance(value, int) and _number(argument, value)


def _listed(item: Check) -> Check:
    """Make the check of a list: of the argument's length, if it has one."""

    def check(argument: Argument, value: Any) -> bool:
        if not isinstance(value, tuple | list):
            return False
        fits = argument.length is None or len(value) == argument.length
        return fits and all(item(argument, each) for each in value)

    return check


def _either(*checks: Check) -> Check:
    return lambda argument, value: any(check(argument, value) for check in checks)


def _pair(argument: Argument, value: Any) -> bool:
    if not isinstance(value, tuple | list) or len(value) != 2:
        return False
    return all(_integer(argument, each) for each in value)


def _numbers(argument: Argument, value: Any) -> bool:
    return _number(argument, value) or _listed(_numbers)(argument, value)


def _nothing(argument: Argument, value: Any) -> bool:
    return value is None


def _word(argument: Argument, value: Any) -> bool:
    return isinstance(value, str) and value in strings(argument.type)


def _instance(*types: type) -> Check:
    return lambda _, value: isinstance(value, types)


def _written(value: Any) -> str:
    return json.dumps(value)


_INTEGERS = _either(_integer, _listed(_integer))

TYPES: Mapping[str, ArgumentType] = MappingProxyType(
    {
        "int": ArgumentType("an integer", _integer),
        "float": ArgumentType("a number", _number),
        "bool": ArgumentType("true or false", _instance(bool)),
        "string": ArgumentType("a string", _instance(str)),
        "enum": ArgumentType("a word", _instance()),
        "ints": ArgumentType("an integer or a list of {n} integers", _INTEGERS),
        "axis": ArgumentType("an integer or a list of {n} integers", _INTEGERS),
        "indices": ArgumentType("a list of {n} integers", _listed(_integer)),
        "shape": ArgumentType(
            "a list of {n} sizes", _listed(_either(_integer, _nothing))
        ),
        "margins": ArgumentType(
            "an integer or a list of {n} integers or pairs",
            _either(_integer, _listed(_either(_integer, _pair))),
        ),
        "factor": ArgumentType(
            "a number or a list of {n} numbers", _either(_number, _listed(_number))
        ),
        "numbers": ArgumentType("a list of {n} numbers", _listed(_number)),
        "any_number": ArgumentType("a number or a list of {n} numbers", _numbers),
        "list": ArgumentType("a list", _listed(_instance(object))),
        "activation": ArgumentType("the name of an activation", _word),
        "initializer": ArgumentType("an initializer or the name of one", _word),
        "regularizer": ArgumentType("a regularizer or the name of one", _word),
        "constraint": ArgumentType("a constraint or the name of one", _word),
        "schedule_or_float": ArgumentType("a schedule or a number", _number),
        "layer": ArgumentType("a layer", _instance()),
    }
)
"""The types of arguments that `schemas/` may name."""
