"""One spec as lines of text, for `git diff` and `git log -p`: a textconv driver.

A node, a term or a setting has a line, whatever its layout in the file; of a node it
also says what it gives and how many parameters it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kauxgen import compiler, key_order
from kauxgen.compiler import Loaded
from kauxgen.finding import SpecError
from kauxgen.frozen import frozen
from kauxgen.key_order import Schema
from kauxgen.overview import Count, Row, overview
from kauxgen.report import printable
from kauxgen.source import pointer
from kauxgen.summaries.words import count_words, shape_words
from kauxgen.values import FAMILIES

_KINDS = (*FAMILIES, "network", "block", "application", "reuse")
_UNSAID = ("$schema", "kauxgen")
_LONG = 100
_INDENT = "  "


def canonical(data: bytes, path: str, target: str = "") -> str | None:
    """Write a spec as lines; None for what is no sound spec.

    `target` is the version of Keras for a spec that names none.
    """
    try:
        loaded = compiler.load(data, path, target=target)
    except SpecError:
        return None
    return "".join(f"{printable(line)}\n" for line in _Writer(loaded).lines())


@frozen
class _Place:
    """A value of the spec: its name on the page, its pointer and its schema."""

    label: str
    at: str
    schema: Schema
    depth: int

    def below(self, key: str | int, label: str) -> _Place:
        """Return the place of a member."""
        inner = key_order.below(self.schema, key)
        return _Place(label, self.at + pointer([key]), inner, self.depth + 1)


class _Writer:
    """Writes one spec."""

    def __init__(self, loaded: Loaded) -> None:
        self.value = loaded.document.value
        self.model = overview(loaded.checked)
        self.rows: dict[str, list[Row]] = {}
        for part in self.model.parts:
            for row in (*part.inputs, *part.walk()):
                self.rows.setdefault(row.at, []).append(row)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the spec, and last what it comes to."""
        root = _Place("", "", key_order.root(), -1)
        for key in key_order.ordered(root.schema, self.value):
            if key not in _UNSAID:
                yield from self.member(self.value[key], root.below(key, key))
        yield f"parameters: {count_words(self.model.count)}"

    def member(self, value: Any, place: _Place) -> Iterator[str]:
        """Yield the lines of a value with its name: one if it is short."""
        indent = _INDENT * place.depth
        said = _inline(value, place.schema)
        if _is_short(value, said):
            yield f"{indent}{place.label}: {said}{self.given(place.at)}"
            return
        if isinstance(value, list):
            yield f"{indent}{place.label}"
            for index, item in enumerate(value):
                yield from self.member(item, place.below(index, _title(item, index)))
            return
        head, rest = _split(value)
        yield f"{indent}{place.label}{f': {head}' * bool(head)}{self.given(place.at)}"
        for key in key_order.ordered(place.schema, rest):
            yield from self.member(value[key], place.below(key, key))

    def given(self, at: str) -> str:
        """Say what a node gives and holds, in all its uses; "" of what is no node."""
        rows = self.rows.get(at, [])
        shapes = dict.fromkeys(", ".join(shape_words(row)) for row in rows)
        said = "; ".join(filter(None, shapes))
        count = sum((row.count for row in rows), Count())
        held = f", {count_words(count)} parameters" if count.total else ""
        return f"  -> {said}{held}" if said else ""


def _title(item: Any, index: int) -> str:
    """Name an item of a list: by its name, or by its number."""
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else str(index + 1)


def _is_short(value: Any, said: str) -> bool:
    if not isinstance(value, (dict, list)):
        return True
    return len(said) <= _LONG and not _holds_nodes(value)


def _holds_nodes(value: Any) -> bool:
    """Whether a list of objects, or a thing with a kind of its own, is in a value."""
    if isinstance(value, list):
        return any(isinstance(item, dict) for item in value)
    inner = (each for key, each in value.items() if key != "args")
    return any(isinstance(each, (dict, list)) and _nested(each) for each in inner)


def _nested(value: Any) -> bool:
    return isinstance(value, dict) or any(isinstance(each, dict) for each in value)


def _split(value: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Part an object: its kind with arguments as a text, and its other members."""
    if isinstance(value.get("expr"), str):
        rest = {k: each for k, each in value.items() if k not in ("name", "expr")}
        return f"= {' '.join(value['expr'].split())}", rest
    kind = next((key for key in _KINDS if isinstance(value.get(key), str)), "")
    if not kind:
        return "", {key: each for key, each in value.items() if key != "name"}
    rest = {k: v for k, v in value.items() if k not in ("name", kind, "args")}
    family = "" if kind == "layer" else f"{kind} "
    return f"{family}{value[kind]}({_arguments(value.get('args', {}))})", rest


def _arguments(args: Any) -> str:
    if not isinstance(args, dict):
        return _inline(args, {})
    return ", ".join(f"{key}={_inline(args[key], {})}" for key in sorted(args))


def _inline(value: Any, schema: Schema) -> str:
    """Write a value on a line: kinds as calls, computed values without quotes."""
    if isinstance(value, str):
        computed = value.startswith("=")
        return value[1:].strip() if computed else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        items = (
            _inline(each, key_order.below(schema, at)) for at, each in enumerate(value)
        )
        return f"[{', '.join(items)}]"
    if isinstance(value, dict):
        head, rest = _split(value)
        shown = [head] if head else []
        for key in key_order.ordered(schema, rest):
            shown.append(f"{key}={_inline(rest[key], key_order.below(schema, key))}")
        return " ".join(shown) if head else f"{{{', '.join(shown)}}}"
    return json.dumps(value)
