"""A picture in the DOT language of Graphviz, to be laid out and changed by others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kauxgen.picture.model import Box, Edge, Node, Part, Picture
from kauxgen.picture.style import LIGHT

_LINES: Mapping[str, tuple[str, str]] = {
    "penalty": ("penalty-rule", "solid"),
    "weights": ("penalty-rule", "dotted"),
    "loss": ("loss-rule", "solid"),
    "target": ("loss-rule", "dashed"),
    "metric": ("edge", "dotted"),
}


def as_dot(picture: Picture) -> str:
    """Write a picture in DOT."""
    lines = [
        f"digraph {_quoted(picture.name)} {{",
        '  graph [fontname="Helvetica", rankdir=TB, compound=true, style=rounded];',
        '  node [fontname="Helvetica", fontsize=11, shape=box];',
        '  edge [fontname="Helvetica", fontsize=10];',
    ]
    for number, box in enumerate(picture.boxes):
        lines += _box(box, f"cluster_{number}", "  ")
    lines += map(_edge, picture.edges)
    return "".join(f"{line}\n" for line in (*lines, "}"))


def _box(box: Box, id: str, indent: str) -> Iterator[str]:
    """Yield a cluster; a pile of terms has none of its own."""
    if box.role == "terms":
        for part in box.parts:
            yield from _part(part, id, indent)
        return
    words = (box.name, box.word, *(badge.text for badge in box.badges))
    yield f"{indent}subgraph {id} {{"
    yield f"{indent}  label={_quoted(' · '.join(filter(None, words)))};"
    yield f"{indent}  color={_quoted(LIGHT['rule'])};"
    if box.muted:
        yield f'{indent}  style="rounded,dashed";'
    for number, part in enumerate(box.parts):
        yield from _part(part, f"{id}_{number}", f"{indent}  ")
    if not box.parts:
        yield f'{indent}  {_quoted(box.id)} [label="", shape=point, style=invis];'
    yield f"{indent}}}"


def _part(part: Part, id: str, indent: str) -> Iterator[str]:
    if isinstance(part, Box):
        yield from _box(part, id, indent)
        return
    one_line = part.role in ("input", "output", "target", "state")
    rows = (part.name, "" if one_line else part.kind, part.shape, *part.notes)
    label = "\n".join(filter(None, rows))
    fill, rule, ink = _colors(part)
    style = "rounded,filled,dashed" if part.muted else "rounded,filled"
    yield (
        f"{indent}{_quoted(part.id)} [label={_quoted(label)}, style={_quoted(style)}, "
        f"fillcolor={_quoted(fill)}, color={_quoted(rule)}, fontcolor={_quoted(ink)}];"
    )


def _colors(node: Node) -> tuple[str, str, str]:
    if node.role in ("penalty", "loss", "target"):
        tone = "penalty" if node.role == "penalty" else "loss"
        return LIGHT[f"{tone}-fill"], LIGHT[f"{tone}-rule"], LIGHT[tone]
    rule = LIGHT["penalty-rule" if node.penalized else "edge"]
    return LIGHT["card"], rule, LIGHT["ink"]


def _edge(edge: Edge) -> str:
    color, style = _LINES.get(edge.role, ("edge", "solid"))
    label = f", label={_quoted(edge.label)}" if edge.label else ""
    ends = f"{_quoted(edge.source)} -> {_quoted(edge.target)}"
    return f"  {ends} [color={_quoted(LIGHT[color])}, style={style}{label}];"


def _quoted(text: str) -> str:
    """Quote a text: the only characters that DOT reads in it are escaped."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return '"' + "\\n".join(lines) + '"'
