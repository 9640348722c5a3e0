"""What a name, a key or a word means: the text that an editor shows beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from kauxgen import catalog
from kauxgen.catalog import Argument
from kauxgen.frozen import frozen
from kauxgen.language import cursor, forms, places, words
from kauxgen.language.cursor import Cursor
from kauxgen.language.meaning import Meaning
from kauxgen.language.names import Symbol
from kauxgen.language.roles import EXPRESSIONS
from kauxgen.language.sound import Known, Sound

SIZES: Mapping[str, str] = {
    "dim": "The size of an axis of a tensor.",
    "min": "The smallest of some numbers.",
    "max": "The largest of some numbers.",
    "range": "The numbers from 0 on, so many of them.",
    "reversed": "A list from its end to its start.",
}
"""What a computed value may call."""
BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "loss_definition": {
        "y_true": "The target that the loss compares with.",
        "y_pred": "What the model predicts.",
    },
    "regularizer_definition": {"w": "The weight that is regularized."},
    "initializer_definition": {"shape": "The shape of the weight, a list of sizes."},
    "function_definition": {"upstream": "In a gradient: the gradient that arrives."},
    "term": {"y": "The targets of the data; y.key where they come by key."},
    "metric": {"y": "The targets of the data; y.key where they come by key."},
    "weight": {"step": "How many training batches are finished, from 0."},
}
"""Words that the language gives to expressions, by the object they stand in."""
_FORMS = {
    "param": "param",
    "input": "input",
    "node": "node",
    "output": "output of a node",
    "network": "network",
    "function": "function",
    "loss": "loss",
    "regularizer": "regularizer",
    "initializer": "initializer",
    "layer": "layer of `define`",
    "block": "block",
    "import": "import",
    "variable": "item of a round",
    "carried": "carried from round to round",
    "zipped": "item of a list, one a round",
    "step": "step",
    "argument": "argument",
    "state": "state",
    "weight": "weight",
}
_TICKS = re.compile("`+")
_KINDS = ("layer", "application", "network", "block", "reuse", "expr")


@frozen
class Explanation:
    """A text in Markdown about a range of a spec."""

    text: str
    start: int
    end: int


def explain(meaning: Meaning, offset: int, sound: Sound) -> Explanation | None:
    """Explain what stands at an offset, if there is something to say."""
    use = meaning.at(offset)
    if use is not None:
        text = described(meaning, use.symbol, sound)
        return Explanation(text, use.start, use.end)
    place = cursor.find(meaning.root, meaning.text, offset)
    if place.item is None:
        return None
    return _in_expression(meaning, place, offset) or _of_schema(meaning, place)


def described(meaning: Meaning, symbol: Symbol, sound: Sound) -> str:
    """Describe a name: what it is, its shape or value, and what the spec says of it."""
    what = _FORMS.get(symbol.form, symbol.form) + _kind(symbol)
    head = f"**{escaped(symbol.name)}**: {what}"
    lines = [head, about(symbol)]
    typed = sound.typed(meaning.root, symbol)
    known = sound.about(meaning.root, symbol)
    lines.insert(1, coded(typed))
    lines += list(_held(known)) if known and symbol.form != "output" else []
    return "\n\n".join(filter(None, lines))


def _held(known: Known) -> Iterator[str]:
    """Say how many parameters something has, and in which terms it stands."""
    count = known.count
    if count.total:
        frozen = f", {count.non_trainable:,} not trained" if count.non_trainable else ""
        uses = f" in {known.uses} uses" if known.uses > 1 else ""
        least = "" if count.known else "at least "
        yield f"Parameters: {least}{count.total:,}{uses}{frozen}"
    for mark in known.marks:
        weight = f", weight {coded(mark.weight)}" if mark.weight else ""
        what = f"{mark.role.capitalize()} {escaped(mark.title)}{weight}"
        yield f"{what}: {coded(mark.formula)}"


def about(symbol: Symbol) -> str:
    """Say what the spec itself says of a name: its description, value or formula."""
    item = symbol.item
    said = item.word("description")
    if symbol.form in ("param", "import") and item.kind in ("word", "string"):
        text = json.dumps(item.text) if item.kind == "string" else item.text
        return coded(text)
    formula = item.word("expr") if item.kind == "object" else ""
    if symbol.form in ("step", "carried", "zipped") and item.kind == "string":
        formula = item.text
    return "\n\n".join(filter(None, [escaped(said), coded(formula)]))


def escaped(text: str) -> str:
    """Write a text of the spec so that Markdown shows it as it is, on one line."""
    text = " ".join(text.split())
    return "".join(
        f"\\{each}" if each in r"\`*_{}[]()<>#+-!|&" else each for each in text
    )


def coded(text: str) -> str:
    """Write a text of the spec as code in Markdown; "" stays empty."""
    if not text:
        return ""
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"


def signature(name: str) -> str:
    """Write how an operation is called."""
    known = catalog.operations().get(name)
    pairs = known.parameters if known else ()
    words = [key if value is None else f"{key}={value}" for key, value in pairs]
    return f"{name}({', '.join(words)})" if known else f"{name}(...)"


def _kind(symbol: Symbol) -> str:
    """Say of what kind a node is: `, layer Dense`."""
    if symbol.form not in ("node", "output"):
        return ""
    key = next((key for key in _KINDS if symbol.item.word(key)), "")
    if key in ("", "expr"):
        return ""
    return f", {key} {coded(symbol.item.word(key))}"


def _in_expression(meaning: Meaning, place: Cursor, offset: int) -> Explanation | None:
    """Explain an operation, or a word of the language, inside an expression."""
    spot = places.along(meaning.root, place.path)
    item = place.item
    inside = spot.place in EXPRESSIONS or spot.computed
    if item is None or place.at_key or not place.quoted or not inside:
        return None
    for word in words.words(item.text):
        start, end = meaning.range(item, word.start, word.end)
        if start <= offset <= end:
            text = _operation(word.text) if word.called else ""
            text = text or BUILT_IN.get(spot.place[0], {}).get(word.text, "")
            return Explanation(text, start, end) if text else None
    return None


def _operation(name: str) -> str:
    known = catalog.operations().get(name)
    doc = known.doc if known else SIZES.get(name, "")
    link = ""
    if known is not None and known.keras == name:
        link = "\n\n[Keras](https://keras.io/api/ops/)"
    return f"```python\n{signature(name)}\n```\n\n{doc}{link}" if doc else ""


def _of_schema(meaning: Meaning, place: Cursor) -> Explanation | None:
    """Explain a key, or a value that is one of some words."""
    item = place.item
    if item is None:
        return None
    said = forms.of(meaning.root, place.path)
    lines = [forms.doc(said)]
    argument = forms.argument(places.along(meaning.root, place.path))
    if argument is not None and place.at_key:
        lines = [argument.doc, _takes(argument)]
    start, end = place.start, place.end
    if not place.at_key:
        word = forms.words(said).get(item.text, "")
        lines = [f"**{item.text}**: {word}"] if word else lines
        start, end = item.start, item.end
    text = "\n\n".join(filter(None, lines))
    return Explanation(text, start, end) if text else None


def _takes(argument: Argument) -> str:
    default = (
        f"; default `{json.dumps(argument.default)}`" if argument.has_default else ""
    )
    need = "; required" if argument.required else ""
    return f"Takes {catalog.expectation(argument)}{default}{need}."
