"""Layer classes for expressions that a graph of Keras cannot hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from kauxgen.frozen import frozen
from kauxgen.program import Names, Steps
from kauxgen.values import Value


@frozen
class Formula:
    """An expression with its steps, and its text for a docstring."""

    steps: Steps
    value: ast.expr
    text: str


@frozen
class FormulaLayer:
    """A layer class for an expression that a graph cannot hold.

    `tensors` are the call's arguments, `params` with their defaults and `networks` the
    constructor's; `seeds` names the generators of its drawing calls. `at` is the
    pointer of the first expression that needs it.
    """

    name: str
    text: str
    tensors: tuple[str, ...]
    params: Mapping[str, Value]
    networks: Names
    seeds: Mapping[int, str]
    steps: Steps
    value: ast.expr
    modes: bool
    paths: Mapping[Names, str]
    at: str = field(default="", compare=False)


@dataclass
class Made:
    """What the graphs of a module turn out to need beside themselves."""

    noises: set[str] = field(default_factory=set)
    formulas: list[FormulaLayer] = field(default_factory=list)
    fixed_modes: bool = False
    ordered: bool = False
