"""Frozen dataclasses that are made fast: starting a command is making classes.

`dataclass(frozen=True)` compiles six methods for each class, one by one: 0.43 ms a
class under CPython 3.11, for the two hundred classes that a command reads before it
begins. Here only the constructor is compiled; the other five are shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_Class]) -> type[_Class]:
    """Make a class a dataclass that is frozen, and compared and hashed by its fields.

    It is what `dataclass(frozen=True)` makes, for `replace`, `fields` and `match` too.
    Of the options of `field` it knows `default`, `default_factory` and `compare`.
    """
    made: Any = dataclass(init=False, repr=False, eq=False)(cls)
    names = [each.name for each in fields(made) if each.compare]
    made.__init__ = _constructor(made)
    made.__eq__, made.__hash__ = _comparison(names)
    made.__repr__ = _shown
    made.__setattr__ = made.__delattr__ = _refused
    return made  # type: ignore[no-any-return]


def _constructor(cls: Any) -> Callable[..., None]:
    """Compile `__init__`, with a parameter for each field, in their order."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": MISSING}
    parameters, body = ["self"], ["set = _set"]
    for each in fields(cls):
        name = each.name
        parameters.append(_parameter(each, known))
        made = each.default_factory is not MISSING
        value = f"_{name}() if {name} is _MISSING else {name}" if made else name
        body.append(f"set(self, {name!r}, {value})")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body), known)
    known["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    return known["__init__"]  # type: ignore[no-any-return]


def _parameter(each: Field[Any], known: dict[str, Any]) -> str:
    """Write a field as a parameter; what its default is becomes known."""
    if each.default_factory is not MISSING:
        known[f"_{each.name}"] = each.default_factory
        return f"{each.name}=_MISSING"
    if each.default is not MISSING:
        known[f"_{each.name}"] = each.default
        return f"{each.name}=_{each.name}"
    return each.name


def _comparison(names: list[str]) -> tuple[Callable[..., Any], Callable[..., int]]:
    """Make `__eq__` and `__hash__` of the fields of these names."""
    values: Callable[[Any], Any] = attrgetter(*names) if names else lambda self: ()

    def equals(self: Any, other: Any) -> Any:
        same = other.__class__ is self.__class__
        return values(self) == values(other) if same else NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return equals, hashed


def _shown(self: Any) -> str:
    parts = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self))
    return f"{type(self).__qualname__}({', '.join(parts)})"


def _refused(self: Any, name: str, *value: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot change {name!r}")
