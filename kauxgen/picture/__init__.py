"""Pictures of specs: a graph of boxes, nodes and edges, laid out and written."""

from __future__ import annotations

from kauxgen.compiler import Loaded
from kauxgen.finding import SpecError
from kauxgen.picture.build import picture
from kauxgen.picture.dot import as_dot
from kauxgen.picture.html import as_html
from kauxgen.picture.layout import lay_out
from kauxgen.picture.mermaid import as_mermaid
from kauxgen.picture.svg import as_svg
from kauxgen.tracing import source_map
from kauxgen.tracing.source_map import SourceMap

FORMATS = ("svg", "html", "mermaid", "dot")


def draw(loaded: Loaded, form: str, path: str = "") -> str:
    """Draw a sound spec in one of `FORMATS`.

    `path` is what the generated module that a page quotes calls the spec.
    """
    found = picture(loaded.checked)
    if form == "mermaid":
        return as_mermaid(found)
    if form == "dot":
        return as_dot(found)
    sheet = lay_out(found)
    if form == "svg":
        return as_svg(sheet)
    return as_html(sheet, loaded.document, _module(loaded, path), loaded.style)


def _module(loaded: Loaded, path: str) -> SourceMap | None:
    """Map the module of a spec in its own style; None if that cannot express it."""
    try:
        return source_map.of(loaded, path=path)
    except SpecError:
        return None
