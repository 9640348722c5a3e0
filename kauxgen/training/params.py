"""Params that are set for one run, `--set kl_weight=0.1`: read, checked, handed on."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from kauxgen import compiler, expression
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, Finding, SpecError
from kauxgen.frozen import frozen
from kauxgen.training import findings
from kauxgen.values import Expr

COMMAND = "--set"
"""What findings about params are placed on."""

_TYPES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
_BUILD = "build_model"
_COMPILE = "compile_model"
_OWN = ("model", "seed")
"""Arguments that are no params: what is compiled, and what `--seed` sets."""


@frozen
class Arguments:
    """The arguments of a module's functions that a run gives."""

    build: Mapping[str, Any]
    compile: Mapping[str, Any]


def read(texts: Sequence[str]) -> dict[str, Any]:
    """Read `name=value` pairs; a value that is no JSON is a text.

    Raises:
        ValueError: A text has no "=".
    """
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise ValueError(text)
        found[name.strip()] = _value(value)
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return text


def _refused(word: str) -> None:
    raise ValueError(word)


def changed(loaded: Loaded, given: Mapping[str, Any]) -> Loaded:
    """Return the spec as if its params had other defaults, checked again.

    Raises:
        SpecError: There is no such param, its type is another, or the spec does not
            hold with its new value.
    """
    if not given:
        return loaded
    known = loaded.document.value.get("params", {})
    found = [each for name in given for each in _wrong(name, given[name], known)]
    if found:
        raise blame(found)
    text = loaded.document.text
    spans = loaded.document.spans
    places = [(spans[_pointer(name)], name) for name in given]
    # From the end on, so that what stands before stays where it is.
    for span, name in sorted(places, key=lambda one: one[0].start, reverse=True):
        text = text[: span.start] + json.dumps(given[name]) + text[span.end :]
    return compiler.load(text, loaded.document.path, target=loaded.spec.keras)


def _pointer(name: str) -> str:
    return f"/params/{name.replace('~', '~0').replace('/', '~1')}"


def _wrong(name: str, value: Any, known: Mapping[str, Any]) -> list[Finding]:
    if name not in known:
        return [findings.unknown_param(name, list(known))]
    wanted = type(known[name])
    # Whether a number must be whole the checks of the spec tell, better than its type.
    if known[name] is None or (_is_number(value) and _is_number(known[name])):
        return []
    if type(value) is wanted:
        return []
    given = value if isinstance(value, str) else json.dumps(value)
    return [findings.unfit_value(name, given, _TYPES.get(wanted, "something else"))]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def arguments(
    module: ModuleType, given: Mapping[str, Any], seed: int, loaded: Loaded | None
) -> Arguments:
    """Say which function of a module takes which param.

    Raises:
        SpecError: No function has such an argument (KX800); of a param that the spec
            has, the module holds a number itself (KX802).
    """
    build, rest = _takes(module, _BUILD), _takes(module, _COMPILE)
    known = [name for name in (*build, *rest) if name not in _OWN]
    beside = _numbers(loaded) if loaded else set()
    wrong = [name for name in given if name not in known and name not in beside]
    if wrong and loaded:
        raise blame([findings.fixed_param(name) for name in wrong])
    if wrong:
        raise blame([findings.unknown_param(name, known) for name in wrong])
    own = {name: value for name, value in given.items() if name in build}
    if "seed" in build:
        own["seed"] = seed
    return Arguments(own, {n: v for n, v in given.items() if n in rest})


def _numbers(loaded: Loaded) -> set[str]:
    """Return the params that give the epochs and the batch size."""
    training = loaded.spec.training
    given = (training.epochs, training.batch_size)
    trees = [one.tree for one in given if isinstance(one, Expr)]
    return {name.id for tree in trees for name in expression.names(tree)}


def number(loaded: Loaded | None, module: ModuleType, name: str, other: int) -> int:
    """Give the epochs or the batch size: the spec's, or the default of `train`."""
    if loaded is None:
        return default(module, name, other)
    value = getattr(loaded.spec.training, name)
    found = loaded.checked.values[value.at] if isinstance(value, Expr) else value
    return int(found)


def default(module: ModuleType, name: str, other: int) -> int:
    """Give the default of an argument of `train`, such as the epochs."""
    found = inspect.signature(module.train).parameters.get(name)
    value = found.default if found else other
    return value if isinstance(value, int) else other


def takes(module: ModuleType, function: str, name: str) -> bool:
    """Tell whether a function of a module has an argument."""
    return name in _takes(module, function)


def _takes(module: ModuleType, function: str) -> list[str]:
    return list(inspect.signature(getattr(module, function)).parameters)


def blame(found: Sequence[Finding]) -> SpecError:
    """Make the error of findings about the command line."""
    return SpecError(
        [Diagnostic(COMMAND, 0, 0, one.code, one.message, one.help) for one in found]
    )
