"""The schema for editors: the form of a spec, and every kind with its arguments.

`schema.py` checks the form alone, and `rules` the kinds, in words of their own. Here
both are one JSON Schema, so that an editor completes and explains while one writes. A
kind's arguments hang on its name (`if`, `then`); they are never a choice among all.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from kauxgen import catalog, resources
from kauxgen.argument_forms import COMPUTED, Form, arguments_form, either
from kauxgen.catalog import Argument
from kauxgen.frozen import frozen

KERAS = "https://keras.io/api/"
_PAGES = {
    "layer": "layers/",
    "loss": "losses/",
    "metric": "metrics/",
    "optimizer": "optimizers/",
    "schedule": "optimizers/learning_rate_schedules/",
    "regularizer": "layers/regularizers/",
    "initializer": "layers/initializers/",
    "constraint": "layers/constraints/",
    "callback": "callbacks/",
    "activation": "layers/activations/",
    "application": "applications/",
}
FAMILIES = (*catalog.FAMILIES, "penalty", "application")
"""All families of kinds, with the library's penalties and Keras's backbones."""
_CLOSED = ("schedule", "application")
"""Families to which neither `define` nor `imports` adds."""
_HOLDERS = {
    "node": ("layer", "application"),
    "term": ("loss", "penalty"),
    "metric": ("metric",),
    "optimizer": ("optimizer",),
    "callback": ("callback",),
}
"""The parts of a spec that are of a kind, by the families that they may be of."""
_WORDS = ("activation", "initializer", "regularizer", "constraint")
_SNIPPETS: Mapping[str, tuple[tuple[str, str, Form], ...]] = {
    "node": (
        ("layer", "A layer of Keras", {"name": "$1", "layer": "$2", "args": {}}),
        ("expr", "An operation on tensors", {"name": "$1", "expr": "$2"}),
        ("network", "A call of a network", {"name": "$1", "network": "$2"}),
        ("block", "A use of a block", {"name": "$1", "block": "$2"}),
        ("repeat", "Rounds", {"name": "$1", "repeat": {"count": 2}, "body": []}),
    ),
    "term": (
        ("loss", "A comparison with a target", {"loss": "$1", "on": "$2"}),
        (
            "penalty",
            "A penalty of the library",
            {"name": "$1", "penalty": "$2", "on": "$3", "weight": 0.1},
        ),
        (
            "expr",
            "A term of your own",
            {"name": "$1", "expr": "$2", "weight": 1.0},
        ),
    ),
    "metric": (("metric", "A metric of Keras", {"metric": "$1", "on": "$2"}),),
    "model_input": (("input", "A tensor that enters", {"shape": ["^$1"]}),),
}


@frozen
class Known:
    """What an editor says of a kind, and what its `args` take."""

    name: str
    doc: str
    args: Mapping[str, Argument]
    words: tuple[str, ...] = ()

    @property
    def needs_arguments(self) -> bool:
        """Whether a spec must give arguments."""
        return any(argument.required for argument in self.args.values())


def published() -> dict[str, Any]:
    """Give the schema for editors."""
    schema: dict[str, Any] = copy.deepcopy(resources.schema("form"))
    definitions = schema["$defs"]
    definitions["computed"] = {
        "title": 'a computed value "=..."',
        "type": "string",
        "pattern": COMPUTED,
    }
    for family in FAMILIES:
        definitions |= dict(_definitions(family))
    definitions["node"]["properties"]["application"] |= {
        "$ref": "#/$defs/application_kind"
    }
    for holder, families in _HOLDERS.items():
        definitions[holder]["allOf"] = [_of_kind(family) for family in families]
    for holder, snippets in _SNIPPETS.items():
        definitions[holder]["defaultSnippets"] = list(map(_snippet, snippets))
    for family in ("initializer", "regularizer", "constraint"):
        definitions[family] = {"$ref": f"#/$defs/{family}_value"}
    _share(definitions)
    return schema


def _share(definitions: dict[str, Form]) -> None:
    """Write arguments that many kinds have once: it halves the schema."""
    kinds = [form for name, form in definitions.items() if "." in name]
    lists = [form["properties"] for form in kinds]
    texts = Counter(json.dumps(form) for args in lists for form in args.values())
    names: dict[str, str] = {}
    for args in lists:
        for name, form in args.items():
            text = json.dumps(form)
            if texts[text] > 1:
                numbered = f"argument.{name}.{len(names) + 1}"
                shared = names.setdefault(text, numbered)
                definitions[shared] = form
                args[name] = {"$ref": f"#/$defs/{shared}"}


@cache
def known(family: str) -> Mapping[str, Known]:
    """Give the kinds of a family, of the library's penalties or of the backbones."""
    if family == "penalty":
        penalties = catalog.penalties().items()
        return {name: Known(name, _penalty(one), one.args) for name, one in penalties}
    if family == "application":
        backbones = catalog.applications().items()
        return {
            name: Known(name, _keras(one, family), one.args) for name, one in backbones
        }
    kinds = catalog.kinds(family).items()
    return {
        name: Known(name, _keras(one, family), one.args, one.strings)
        for name, one in kinds
    }


def _keras(entry: Any, family: str) -> str:
    since = getattr(entry, "since", "")
    version = f" Since Keras {since}." if since else ""
    return f"{entry.doc}{version}\n\n[Keras]({KERAS}{_PAGES[family]})"


def _penalty(entry: catalog.PenaltyKind) -> str:
    operands = ", ".join(entry.operands)
    return f"{entry.doc}\n\n`{entry.name}({operands}) = {entry.formula}`"


def _definitions(family: str) -> Iterator[tuple[str, Form]]:
    """Yield the definitions of a family: its kinds, their arguments, and its values."""
    kinds = known(family)
    yield f"{family}_kind", _kinds(family, kinds)
    for kind in kinds.values():
        if kind.args:
            yield f"{family}.{kind.name}", arguments_form(kind.args)
    yield f"{family}_args", {"allOf": [_when(family, kind) for kind in kinds.values()]}
    yield f"{family}_value", either(_values(family, kinds))


def _kinds(family: str, kinds: Mapping[str, Known]) -> Form:
    named = _words({kind.name: kind.doc for kind in kinds.values()})
    return named if family in _CLOSED else either([named, {"$ref": "#/$defs/name"}])


def _words(docs: Mapping[str, str]) -> Form:
    return {"enum": list(docs), "markdownEnumDescriptions": list(docs.values())}


def _when(family: str, kind: Known) -> Form:
    """Write: if it is of this kind, then these are its arguments."""
    args = (
        {"$ref": f"#/$defs/{family}.{kind.name}"} if kind.args else {"maxProperties": 0}
    )
    then: Form = {"properties": {"args": args}}
    if kind.needs_arguments:
        then["required"] = ["args"]
    named = {"required": [family], "properties": {family: {"const": kind.name}}}
    return {"if": named, "then": then}


def _values(family: str, kinds: Mapping[str, Known]) -> Iterator[Form]:
    """Yield how a value may say the kind: as a word, or as an object with arguments."""
    if family in _WORDS:
        yield _words({word: one.doc for one in kinds.values() for word in one.words})
    if family == "activation":
        return
    yield {
        "type": "object",
        "additionalProperties": False,
        "required": [family],
        "properties": {
            family: {
                "$ref": f"#/$defs/{family}_kind",
                "description": f"The {family}'s kind, under Keras's name.",
            },
            "args": {"$ref": "#/$defs/args", "description": "Its arguments."},
        },
        **_of_kind(family),
    }


def _of_kind(family: str) -> Form:
    return {"$ref": f"#/$defs/{family}_args"}


def _snippet(parts: tuple[str, str, Form]) -> Form:
    label, description, body = parts
    return {"label": label, "description": description, "body": body}
