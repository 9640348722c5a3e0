"""The findings about names that are given (KX203 to KX207, KX214, KX216)."""

from __future__ import annotations

import re

from kauxgen.finding import Finding
from kauxgen.suggest import quote


def duplicate_name(pointer: str, name: str, other: str, at_key: bool) -> Finding:
    """KX203: a name that is given twice.

    Params, inputs, nodes, networks and functions of the model share one namespace: in
    the generated code they become variables of one function or attributes of one
    object. A network, a block and a definition each have a namespace of their own.

    Wrong:
        [{"name": "hidden", "layer": "Dense", "args": {"units": 8}},
         {"name": "hidden", "layer": "Dense", "args": {"units": 4}}]

    Right:
        [{"name": "hidden", "layer": "Dense", "args": {"units": 8}},
         {"name": "code", "layer": "Dense", "args": {"units": 4}}]
    """
    message = f"the name {quote(name)} is taken by {other}"
    return Finding(pointer, "KX203", message, "choose another name", at_key=at_key)


def reserved_name(pointer: str, name: str, reason: str, at_key: bool) -> Finding:
    """KX204: a name that would break the generated code.

    Names become variables, attributes and layer names unchanged. An attribute called
    `losses`, `metrics` or `output` breaks a `keras.Model`, a variable called `layers`
    or `ops` hides the module that the next line needs, and `y` and `step` mean the data
    and the training step in terms.

    Wrong:
        {"name": "output", "layer": "Dense", "args": {"units": 1}}

    Right:
        {"name": "prediction", "layer": "Dense", "args": {"units": 1}}
    """
    message = f"the name {quote(name)} is reserved: {reason}"
    return Finding(pointer, "KX204", message, "choose another name", at_key=at_key)


def malformed_name(pointer: str, name: str, reason: str, at_key: bool) -> Finding:
    """KX205: a name that is no snake_case identifier.

    Names become Python names unchanged, so they are made of lower-case ASCII letters,
    digits and underscores, begin with a letter, and are no Python keywords.

    Wrong:
        {"name": "Hidden-1", "layer": "Dense", "args": {"units": 8}}

    Right:
        {"name": "hidden_1", "layer": "Dense", "args": {"units": 8}}
    """
    better = snake_case(name)
    help = f"write {quote(better)}" if better else "lower-case letters, digits and _"
    message = f"{quote(name)} is no name: {reason}"
    return Finding(pointer, "KX205", message, help, at_key=at_key)


def shadowing_name(pointer: str, name: str, other: str, at_key: bool) -> Finding:
    """KX206: a name that hides an outer one.

    The body of a repeat sees the names around it, a network the spec's params, a `let`
    what its term sees. A second meaning for one word would make the generated code
    misleading, so no inner name equals an outer one.

    Wrong:
        {"params": {"width": 8}, "layers": [
          {"name": "stage", "repeat": {"over": [16, 32], "as": "width"}, "body": []}]}

    Right:
        {"params": {"width": 8}, "layers": [
          {"name": "stage", "repeat": {"over": [16, 32], "as": "wide"}, "body": []}]}
    """
    message = f"the name {quote(name)} hides {other} of the same name"
    return Finding(pointer, "KX206", message, "choose another name", at_key=at_key)


def operation_name(pointer: str, name: str, what: str) -> Finding:
    """KX207: a function or network that bears an operation's name.

    Expressions call operations, functions and networks in the same way, so their names
    must differ. A tensor may bear an operation's name.

    Wrong:
        {"define": {"functions": {"square": {"args": ["x"], "expr": "x * x"}}}}

    Right:
        {"define": {"functions": {"squared": {"args": ["x"], "expr": "x * x"}}}}
    """
    message = f"the {what} {quote(name)} bears the name of an operation"
    return Finding(pointer, "KX207", message, "choose another name", at_key=True)


def penalty_name(pointer: str, name: str, other: str) -> Finding:
    """KX214: a penalty that bears the name of a node or network beside it.

    In the functional style a penalty becomes a layer of this name, and Keras refuses
    two layers of one name in a model. Losses and metrics may bear a node's name.

    Wrong:
        {"name": "code", "penalty": "mean_square", "on": "code"}

    Right:
        {"name": "small_code", "penalty": "mean_square", "on": "code"}
    """
    message = f"the penalty {quote(name)} bears the name of {other}"
    return Finding(pointer, "KX214", message, "choose another name")


def derived_name(
    pointer: str, name: str, first: str, second: str, at_key: bool = False
) -> Finding:
    """KX216: two things whose names in the generated code would be equal.

    Names that the spec does not give are derived: the path of names joined by
    underscores, `<term>_loss` and `<term>_tracker`. Two equal ones would overwrite each
    other as attributes, or stand for two layers of one name.

    Wrong:
        {"name": "error", "loss": "MeanSquaredError", "on": "error_loss"}

    Right:
        {"name": "error", "loss": "MeanSquaredError", "on": "prediction"}
    """
    message = f"{first} would be called {quote(name)} in the code, like {second}"
    return Finding(pointer, "KX216", message, "rename one of them", at_key)


RULES = (
    duplicate_name,
    reserved_name,
    malformed_name,
    shadowing_name,
    operation_name,
    penalty_name,
    derived_name,
)


def snake_case(word: str) -> str:
    """Write a word as a name, as well as possible; "" if nothing is left."""
    if len(word) > 64:
        return ""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", word)
    plain = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
    return plain if re.fullmatch(r"[a-z][a-z0-9_]*", plain) and plain != word else ""
