"""The style sheet of pictures: few colours, in light and dark, each with contrast.

Text on its background has a contrast of at least 4.5 to 1 in both schemes; a test
measures it. Orange and blue stay apart for those who do not see red or green.
"""

from __future__ import annotations

LIGHT = {
    "page": "#ffffff",
    "frame": "#f6f8fa",
    "frame2": "#eef1f4",
    "card": "#ffffff",
    "ink": "#1f2328",
    "soft": "#59636e",
    "rule": "#c8d1da",
    "edge": "#818b98",
    "penalty": "#953800",
    "penalty-rule": "#c8691c",
    "penalty-fill": "#fff1e5",
    "loss": "#0550ae",
    "loss-rule": "#3b82d6",
    "loss-fill": "#e6f2ff",
    "update": "#116329",
    "update-fill": "#dcf5e3",
    "badge": "#e4e9ee",
}
DARK = {
    "page": "#0d1117",
    "frame": "#151b23",
    "frame2": "#1c232c",
    "card": "#212830",
    "ink": "#f0f6fc",
    "soft": "#a3adb8",
    "rule": "#3d444d",
    "edge": "#7d8590",
    "penalty": "#ffb77c",
    "penalty-rule": "#bd561d",
    "penalty-fill": "#33210f",
    "loss": "#9ecbff",
    "loss-rule": "#316dca",
    "loss-fill": "#10253f",
    "update": "#7ee2a0",
    "update-fill": "#12301d",
    "badge": "#2a313a",
}

FONT = 'Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif'


def _colors(colors: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colors.items())


_RULES = f"""
.kauxgen text{{font-family:{FONT};fill:var(--ink)}}
.page{{fill:var(--page)}}
text.heading{{font-size:20px;font-weight:700}}
text.about{{font-size:13px;fill:var(--soft)}}
text.name,text.title{{font-size:13px;font-weight:700}}
text.kind{{font-size:12px;fill:var(--soft)}}
text.shape,text.label,text.note,text.word,text.mark{{font-size:11px;fill:var(--soft)}}
text.note{{fill:var(--penalty)}}
.frame{{fill:var(--frame);stroke:var(--rule)}}
.box .box>.frame{{fill:var(--frame2)}}
.box .box .box>.frame{{fill:var(--frame)}}
.sheet{{fill:var(--frame);stroke:var(--rule)}}
.box.muted>.frame{{stroke-dasharray:5 4}}
.badge{{fill:var(--badge)}}
.badge.rounds{{fill:var(--ink)}}
text.mark.rounds{{fill:var(--page);font-weight:700}}
.badge.update{{fill:var(--update-fill)}}
text.mark.update{{fill:var(--update);font-weight:700}}
.card{{fill:var(--card);stroke:var(--rule)}}
.card.input,.card.output,.card.state{{fill:var(--badge)}}
.card.label{{fill:var(--frame);stroke:none}}
.card.call,.card.use{{stroke:var(--edge);stroke-width:2.5}}
.card.use{{stroke-dasharray:2 2}}
.card.muted{{stroke-dasharray:5 4}}
.card.metric{{fill:none;stroke-dasharray:2 3;stroke:var(--edge)}}
.card.penalized{{stroke:var(--penalty-rule);stroke-width:2}}
.card.loss,.card.target{{fill:var(--loss-fill);stroke:var(--loss-rule)}}
.card.penalty{{fill:var(--penalty-fill);stroke:var(--penalty-rule)}}
.node.loss text,.node.target text{{fill:var(--loss)}}
.node.penalty text{{fill:var(--penalty)}}
.line{{fill:none;stroke:var(--edge);stroke-width:1.4}}
.tip{{fill:var(--edge)}}
.line.penalty,.line.weights{{stroke:var(--penalty-rule)}}
.tip.penalty,.tip.weights{{fill:var(--penalty-rule)}}
.line.loss,.line.target{{stroke:var(--loss-rule)}}
.tip.loss,.tip.target{{fill:var(--loss-rule)}}
.line.target{{stroke-dasharray:5 4}}
.line.weights,.line.metric{{stroke-dasharray:2 3}}
"""

STYLE = (
    f".kauxgen{{{_colors(LIGHT)}}}"
    f"@media (prefers-color-scheme:dark){{.kauxgen{{{_colors(DARK)}}}}}{_RULES}"
)
