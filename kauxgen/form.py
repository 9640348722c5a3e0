"""The findings of form: keys, types and words that a spec cannot have at a place."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def unknown_key(pointer: str, key: str, place: str, legal: Collection[str]) -> Finding:
    """KX101: a key that the language does not have at this place.

    Every object of a spec is closed: a misspelled key would otherwise be ignored, and
    the model would silently be another one.

    Wrong:
        {"name": "hidden", "layer": "Dense", "arguments": {"units": 64}}

    Right:
        {"name": "hidden", "layer": "Dense", "args": {"units": 64}}
    """
    message = f"unknown key {quote(key)} in {place}"
    return Finding(pointer, "KX101", message, help_for(key, legal), at_key=True)


def missing_key(pointer: str, key: str, place: str, beside: str = "") -> Finding:
    """KX103: a key that must be there.

    Some keys have no default that could be right: the name of a node, the shape of an
    input, what a loss is computed on.

    Wrong:
        {"layer": "Dense", "args": {"units": 64}}

    Right:
        {"name": "hidden", "layer": "Dense", "args": {"units": 64}}
    """
    reason = f", which {quote(beside)} needs" if beside else ""
    return Finding(pointer, "KX103", f"{place} lacks {quote(key)}{reason}")


def wrong_type(pointer: str, place: str, expected: str, got: str) -> Finding:
    """KX104: a value of the wrong type.

    A list where a list is expected, text where text is: kauxgen converts nothing, since
    "64" and 64 mean different things in the generated code.

    Wrong:
        {"image": {"shape": "28, 28, 1"}}

    Right:
        {"image": {"shape": [28, 28, 1]}}
    """
    return Finding(pointer, "KX104", f"{place} expects {expected}, got {got}")


def wrong_word(
    pointer: str, place: str, word: str, shown: str, legal: Collection[str]
) -> Finding:
    """KX105: a value that is not one of the allowed ones.

    Wrong:
        {"style": "sequential"}

    Right:
        {"style": "functional"}
    """
    message = f"{place} cannot be {shown}"
    return Finding(pointer, "KX105", message, help_for(word, legal))


def out_of_range(
    pointer: str, place: str, complaint: str, at_key: bool = False
) -> Finding:
    """KX106: a number out of range, an empty text or list, a name too long.

    Wrong:
        {"epochs": 0, "callbacks": [], "batch_size": -32}

    Right:
        {"epochs": 5, "callbacks": [], "batch_size": 32}
    """
    return Finding(pointer, "KX106", f"{place} {complaint}", at_key=at_key)


def node_form(pointer: str, forms: Sequence[str], present: Sequence[str]) -> Finding:
    """KX107: a node that does nothing, or several things.

    One key says what a node is: a layer, an expression, a call of a network, a use of a
    block, a repeat, or one more call of an earlier layer.

    Wrong:
        {"name": "hidden", "layer": "Dense", "expr": "relu(x)"}

    Right:
        {"name": "hidden", "layer": "Dense", "args": {"units": 64}},
        {"name": "bent", "expr": "relu(hidden)"}
    """
    return _form(pointer, "KX107", "a node", forms, present)


def term_form(pointer: str, forms: Sequence[str], present: Sequence[str]) -> Finding:
    """KX108: a loss, penalty or metric that measures nothing, or several things.

    A term is a kind of loss, a penalty of the library or an expression; a metric is a
    kind of metric or an expression.

    Wrong:
        {"name": "energy", "on": "features", "weight": 0.1}

    Right:
        {"name": "energy", "penalty": "l2_activity", "on": "features", "weight": 0.1}
    """
    return _form(pointer, "KX108", "a term", forms, present)


def misplaced_key(pointer: str, key: str, kind: str) -> Finding:
    """KX109: a key that does not go with what the object is.

    An expression names its tensors itself, so it takes no "inputs"; only layers and
    blocks have "args", only a repeat has a "body".

    Wrong:
        {"name": "total", "expr": "left + right", "inputs": ["left", "right"]}

    Right:
        {"name": "total", "expr": "left + right"}
    """
    message = f"{quote(key)} does not go with {quote(kind)}"
    return Finding(pointer, "KX109", message, at_key=True)


def not_computed(pointer: str, place: str, text: str) -> Finding:
    """KX111: text where only a number or a computed value can stand.

    Computed values are strings that begin with "=". Without it, a string is text, and
    no text can be a size, a count or a weight.

    Wrong:
        {"name": "kl", "penalty": "kl_standard_normal", "weight": "kl_weight"}

    Right:
        {"name": "kl", "penalty": "kl_standard_normal", "weight": "=kl_weight"}
    """
    help = "" if text.startswith("=") else f"write {quote('=' + text.strip())}"
    message = f"{place} cannot be the text {quote(text)}"
    return Finding(pointer, "KX111", message, help)


def computed_param(pointer: str, place: str, text: str) -> Finding:
    """KX112: a parameter that is computed.

    Parameters become keyword arguments with their values as defaults, so they are
    constants. What follows from them is computed where it is used.

    Wrong:
        {"params": {"width": 8, "pixels": "=width * width"}}

    Right:
        {"params": {"width": 8}, "inputs": {"image": {"shape": ["=width * width"]}}}
    """
    message = f"{place} is a parameter and cannot be computed: {quote(text)}"
    help = "compute it where it is used; a text that begins with = is written =="
    return Finding(pointer, "KX112", message, help)


def weight_form(pointer: str, forms: Sequence[str], present: Sequence[str]) -> Finding:
    """KX113: a weight that moves in no way, or in several.

    A weight given as an object is a schedule, an expression or a variable.

    Wrong:
        {"weight": {"args": {"start": 0, "end": 1, "steps": 200}}}

    Right:
        {"weight": {"schedule": "linear", "args": {"start": 0, "end": 1, "steps": 200}}}
    """
    return _form(pointer, "KX113", "a weight", forms, present)


def repeat_form(pointer: str, forms: Sequence[str], present: Sequence[str]) -> Finding:
    """KX114: a repeat without rounds, or with two ways to count them.

    Wrong:
        {"name": "hidden", "repeat": {"count": 2, "over": [32, 64], "as": "width"}}

    Right:
        {"name": "hidden", "repeat": {"over": [32, 64], "as": "width"}}
    """
    return _form(pointer, "KX114", "a repeat", forms, present)


def model_form(pointer: str, forms: Sequence[str], present: Sequence[str]) -> Finding:
    """KX115: a model without layers and without a step, or with both.

    A model either has layers, outputs and losses of its own, or a step whose phases
    call its networks.

    Wrong:
        {"layers": [{"name": "score", "layer": "Dense", "args": {"units": 1}}],
         "step": {"batch": "image", "phases": ["..."]}}

    Right:
        {"networks": {"critic": {"layers": [{"name": "score", "layer": "Dense",
         "args": {"units": 1}}], "...": "..."}},
         "step": {"batch": "image", "phases": ["..."]}}
    """
    return _form(pointer, "KX115", "a model", forms, present)


RULES = (
    unknown_key,
    missing_key,
    wrong_type,
    wrong_word,
    out_of_range,
    node_form,
    term_form,
    misplaced_key,
    not_computed,
    computed_param,
    weight_form,
    repeat_form,
    model_form,
)


def _form(
    pointer: str, code: str, what: str, forms: Sequence[str], present: Sequence[str]
) -> Finding:
    """Say that none of the forms is there, or that several are."""
    if present:
        words = " and ".join(map(quote, present))
        message = f"{what} is only one of them: {words} stand together"
        return Finding(pointer, code, message, at_key=True)
    *first, last = map(quote, forms)
    message = f"{what} needs one of {', '.join(first)} or {last}"
    return Finding(pointer, code, message)
