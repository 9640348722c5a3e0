"""A picture as Mermaid's flowchart, which GitHub and many editors draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kauxgen.picture.model import Box, Edge, Node, Part, Picture
from kauxgen.picture.style import LIGHT

_SHAPES: Mapping[str, tuple[str, str]] = {
    "input": ("([", "])"),
    "output": ("([", "])"),
    "target": ("([", "])"),
    "state": ("[(", ")]"),
    "call": ("[[", "]]"),
    "use": ("[[", "]]"),
}
_LINES: Mapping[str, str] = {"target": "-.->", "weights": "-.->", "metric": "-.->"}
_CLASSES = (
    ("penalty", "penalty-fill", "penalty-rule", "penalty", ""),
    ("penalized", "card", "penalty-rule", "ink", ",stroke-width:2px"),
    ("loss", "loss-fill", "loss-rule", "loss", ""),
    ("plain", "card", "edge", "ink", ""),
    ("muted", "card", "edge", "ink", ",stroke-dasharray:5 4"),
)


def as_mermaid(picture: Picture) -> str:
    """Write a picture as Mermaid."""
    numbers = {node.id: f"n{place}" for place, node in enumerate(picture.nodes())}
    lines = ["---", f"title: {_title(picture.name)}", "---", "flowchart TB"]
    for number, box in enumerate(picture.boxes):
        lines += _box(box, numbers, f"b{number}", "  ")
    lines += [_edge(edge, numbers) for edge in picture.edges]
    lines += _classes(picture, numbers)
    lines += _frames(lines)
    return "".join(f"{line}\n" for line in lines)


def _title(text: str) -> str:
    """Quote a title for the YAML of Mermaid's front matter."""
    return '"' + re.sub(r'[\\"]|[^ -~]', "_", text) + '"'


def _box(box: Box, numbers: Mapping[str, str], id: str, indent: str) -> Iterator[str]:
    """Yield a subgraph; a pile of terms has none of its own."""
    if box.role == "terms":
        for part in box.parts:
            yield from _part(part, numbers, id, indent)
        return
    words = (box.name, box.word, *(badge.text for badge in box.badges))
    yield f'{indent}subgraph {id}["{_text(" · ".join(filter(None, words)))}"]'
    yield f"{indent}  direction TB"
    for number, part in enumerate(box.parts):
        yield from _part(part, numbers, f"{id}_{number}", f"{indent}  ")
    if not box.parts:
        yield f'{indent}  {id}_empty[" "]'
    yield f"{indent}end"


def _part(
    part: Part, numbers: Mapping[str, str], id: str, indent: str
) -> Iterator[str]:
    if isinstance(part, Box):
        yield from _box(part, numbers, id, indent)
        return
    opening, closing = _SHAPES.get(part.role, ("[", "]"))
    lines = (f"<b>{_text(part.name)}</b>", _text(part.kind), _text(part.shape))
    one_line = part.role in ("input", "output", "target", "state")
    shown = lines[::2] if one_line else lines
    text = "<br/>".join(filter(None, (*shown, *map(_text, part.notes))))
    yield f'{indent}{numbers[part.id]}{opening}"{text}"{closing}'


def _edge(edge: Edge, numbers: Mapping[str, str]) -> str:
    line = _LINES.get(edge.role, "-->")
    label = f'|"{_text(edge.label)}"|' if edge.label else ""
    return f"  {numbers[edge.source]} {line}{label} {numbers[edge.target]}"


def _classes(picture: Picture, numbers: Mapping[str, str]) -> Iterator[str]:
    """Yield the colours: those of the light scheme, which read in the dark as well."""
    members: dict[str, list[str]] = {name: [] for name, *_ in _CLASSES}
    for node in picture.nodes():
        members[_class(node)].append(numbers[node.id])
    for name, fill, stroke, color, more in _CLASSES:
        if members[name]:
            colors = f"fill:{LIGHT[fill]},stroke:{LIGHT[stroke]},color:{LIGHT[color]}"
            yield f"  classDef {name} {colors}{more}"
            yield f"  class {','.join(members[name])} {name}"


def _frames(lines: Iterable[str]) -> Iterator[str]:
    """Yield the colours of subgraphs: an outline that reads on any background."""
    heads = (line.split() for line in lines)
    ids = [words[1].partition("[")[0] for words in heads if words[0] == "subgraph"]
    yield f"  classDef frame fill:none,stroke:{LIGHT['edge']}"
    yield f"  class {','.join(ids)} frame"


def _class(node: Node) -> str:
    if node.role in ("penalty", "loss"):
        return node.role
    if node.role == "target":
        return "loss"
    if node.penalized:
        return "penalized"
    return "muted" if node.muted else "plain"


def _text(text: str) -> str:
    """Escape a text for a quoted label: nothing in it is Mermaid, Markdown or HTML."""
    plain = " ".join(text.split())
    return re.sub(r"[^\w .,:=()+/·×→²³√π…-]", lambda one: f"#{ord(one[0])};", plain)
