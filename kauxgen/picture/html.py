"""A picture as a page: one file that needs no other, to move in and to ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kauxgen import web
from kauxgen.picture.layout import Sheet
from kauxgen.picture.model import Box, Node, Part
from kauxgen.picture.origins import Excerpt, Module, in_spec
from kauxgen.picture.svg import as_svg
from kauxgen.source import Document
from kauxgen.tracing.source_map import SourceMap

_FOLDER = Path(__file__).parent / "page"


def as_html(
    sheet: Sheet, document: Document, made: SourceMap | None, style: str
) -> str:
    """Write a picture that is laid out as a page.

    `made` is the generated module in a style; None if there is none.
    """
    parts: dict[str, Any] = {}
    code = Module(made) if made else None
    for box in sheet.picture.boxes:
        _collect(box, document, code, parts)
    data = {"parts": parts, "style": style}
    return web.page(_FOLDER, sheet.picture.name, {"picture": as_svg(sheet)}, data)


def _collect(
    part: Part, document: Document, code: Module | None, parts: dict[str, Any]
) -> None:
    """Add what the page tells of a part, and of the parts in it."""
    if isinstance(part, Box):
        parts[part.id] = _box(part, document)
        for each in part.parts:
            _collect(each, document, code, parts)
        return
    parts[part.id] = _node(part, document, code)


def _box(box: Box, document: Document) -> Mapping[str, Any]:
    return _told(
        name=box.name,
        kind=" · ".join(filter(None, (box.word, *(each.text for each in box.badges)))),
        about=box.about,
        spec=_lines(in_spec(document, box.at)),
    )


def _node(node: Node, document: Document, code: Module | None) -> Mapping[str, Any]:
    return _told(
        name=node.name,
        kind=node.kind,
        role=node.role,
        weight=node.shape if node.is_term else "",
        shape="" if node.is_term else node.full or node.shape,
        count=node.count,
        notes="\n".join(node.notes),
        about=node.about,
        spec=_lines(in_spec(document, node.at)),
        code=_lines(code.line(node.at) if code else None),
    )


def _told(**facts: Any) -> Mapping[str, Any]:
    return {name: fact for name, fact in facts.items() if fact}


def _lines(found: Excerpt | None) -> list[Any] | None:
    return [found.line, found.text] if found else None
