"""The findings about kinds and their arguments (KX102, KX121 to KX125)."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def unknown_argument(
    pointer: str, word: str, owner: str, legal: Collection[str]
) -> Finding:
    """KX102: unknown argument of a kind.

    Arguments bear Keras's own names, so the Keras documentation is the documentation.
    Keras would raise `TypeError: Unrecognized keyword arguments` when the module runs;
    kauxgen says so before. Arguments of a block, of a definition and of a library
    penalty are checked in the same way.

    Wrong:
        {"name": "conv", "layer": "Conv2D", "args": {"filtres": 8, "kernel_size": 4}}

    Right:
        {"name": "conv", "layer": "Conv2D", "args": {"filters": 8, "kernel_size": 4}}
    """
    message = f"unknown argument {quote(word)} of {owner}"
    if not legal:
        return Finding(
            pointer, "KX102", message, f"{owner} takes no arguments", at_key=True
        )
    return Finding(pointer, "KX102", message, help_for(word, legal), at_key=True)


def unknown_kind(
    pointer: str, word: str, family: str, legal: Collection[str], proper: str = ""
) -> Finding:
    """KX121: unknown kind.

    A layer, loss, metric, optimizer, schedule, regularizer, initializer, constraint,
    callback or penalty that kauxgen does not know; or a plain string, such as "relu",
    that Keras does not know. Kinds bear Keras's class names, strings Keras's own short
    names. Own losses, regularizers and initializers stand under `define`. Where Keras
    has several names for a class, the language has one: that of the class.

    Wrong:
        {"name": "hidden", "layer": "Dence", "args": {"units": 8,
         "activation": "rellu"}}

    Right:
        {"name": "hidden", "layer": "Dense", "args": {"units": 8, "activation": "relu"}}
    """
    message = f"unknown {family} {quote(word)}"
    help = f"its name is {quote(proper)}" if proper else help_for(word, legal)
    return Finding(pointer, "KX121", message, help)


def missing_argument(pointer: str, word: str, owner: str, doc: str) -> Finding:
    """KX122: a required argument of a kind is missing.

    Keras has no default for it, so the generated module could not make the object.

    Wrong:
        {"name": "hidden", "layer": "Dense"}

    Right:
        {"name": "hidden", "layer": "Dense", "args": {"units": 8}}
    """
    message = f"{owner} needs its argument {quote(word)}"
    return Finding(pointer, "KX122", message, f"{word}: {doc}" if doc else "")


def wrong_argument(
    pointer: str, word: str, owner: str, reason: str, help: str = ""
) -> Finding:
    """KX123: an argument has a value that its kind does not take.

    The value has the wrong type, is out of range, or is none of the words that the
    argument knows. Where it is computed, the value is the one it has with the defaults
    of the params (in a block, with the arguments of a use).

    Wrong:
        {"name": "drop", "layer": "Dropout", "args": {"rate": 1.5}}

    Right:
        {"name": "drop", "layer": "Dropout", "args": {"rate": 0.5}}
    """
    message = f"argument {quote(word)} of {owner} {reason}"
    return Finding(pointer, "KX123", message, help)


def activity_regularizer(pointer: str) -> Finding:
    """KX125: an activity regularizer.

    Keras divides it by the batch size, by a rule that differs between its generations,
    and keeps only the last call of a shared network in an explicit training step. The
    same is said exactly by a penalty on the layer's output, which is logged besides.

    Wrong:
        {"name": "code", "layer": "Dense", "args": {"units": 4,
         "activity_regularizer": "l2"}}

    Right:
        {"name": "code", "layer": "Dense", "args": {"units": 4}}
        ... "penalties": [{"penalty": "l2_activity", "on": "code", "weight": 0.01}]
    """
    message = "activity regularizers are not part of the language"
    help = 'write a penalty: {"penalty": "l2_activity", "on": ..., "weight": ...}'
    return Finding(pointer, "KX125", message, help, at_key=True)


RULES = (
    unknown_argument,
    unknown_kind,
    missing_argument,
    wrong_argument,
    activity_regularizer,
)
