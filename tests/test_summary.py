"""`kauxgen summary`: its three formats, and that any text of a spec stays text.

The goldens are read in review; that their numbers are Keras's is held by
`tests/keras/test_counts.py`.
"""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from kauxgen import compiler, report, resources
from kauxgen.overview import overview
from kauxgen.summaries.data import data
from kauxgen.summaries.markdown import code, escaped, markdown
from kauxgen.summaries.table import table

GOLDENS = Path(__file__).parent / "goldens" / "summary"
FORMATS = {
    "table.txt": ("ddim_small", "resnet", "vae", "wgan_gp", "xor_regularized"),
    "md": ("cyclegan_small", "siamese_contrastive", "vq_vae"),
    "json": ("xor_regularized",),
}
HOSTILE = (
    "# h\na|b`c`\\|<img src=x onerror=1>[x](javascript:1) [bold]@all[/bold]"
    "\x1b[2J\u202e"
)


def written(spec: bytes, form: str, width: int | None = None) -> str:
    """Write a summary in a format."""
    loaded = compiler.load(spec)
    model = overview(loaded.checked)
    if form == "json":
        return json.dumps(data(model, loaded.document), indent=2) + "\n"
    if form == "md":
        return "\n".join(markdown(model)) + "\n"
    stream = StringIO()
    report.show(table(model, width), stream)
    return stream.getvalue()


def example(name: str) -> bytes:
    """Read an example."""
    return (resources.EXAMPLES / f"{name}.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "form"), [(name, form) for form in FORMATS for name in FORMATS[form]]
)
def test_text_is_as_committed(
    name: str, form: str, request: pytest.FixtureRequest
) -> None:
    """What changes here is read in review."""
    text = written(example(name), form.removeprefix("table."))
    golden = GOLDENS / f"{name}.{form}"
    if request.config.getoption("--update-goldens"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def hostile() -> bytes:
    """Give a spec whose texts would be markup, wherever a summary shows them."""
    spec: dict[str, Any] = json.loads(example("vq_vae"))
    spec["description"] = HOSTILE
    spec["networks"]["encoder"]["description"] = HOSTILE
    spec["layers"][1]["description"] = HOSTILE
    spec["losses"][0]["description"] = HOSTILE
    return json.dumps(spec).encode()


def test_hostile_text_stays_text() -> None:
    """No control reaches a terminal, and no markup a page."""
    shown = written(hostile(), "txt")
    assert all(line.isprintable() for line in shown.splitlines())
    assert "[bold]@all[/bold]" in shown
    page = written(hostile(), "md")
    assert "<img" not in page
    assert "](" not in page
    assert "@all" not in page.replace("@<!-- -->", "")
    widths = [line.count("|") for line in page.splitlines() if line.startswith("|")]
    assert set(widths) <= {5, 6, 7, 8}
    assert json.loads(written(hostile(), "json"))["description"] == HOSTILE


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("# h", "&#35; h"),
        ("1. x", "&#49;. x"),
        ("see #12 of @all", "see #<!-- -->12 of @<!-- -->all"),
        ("http://x.y", "http&#58;//x.y"),
        ("a\n\nb", "a b"),
        ("&#64;", "&#38;#<!-- -->64;"),
    ],
)
def test_marks_of_markdown_lose_their_meaning(text: str, safe: str) -> None:
    assert escaped(text) == safe


def test_pipes_in_code_do_not_part_cells() -> None:
    assert code("KL(p || q)") == "<code>KL&#40;p &#124;&#124; q&#41;</code>"
    assert code("a * b") == "`a * b`"


def letters(text: str) -> list[str]:
    """Sort what is written, without what only lays it out."""
    return sorted("".join(text.split()).replace("-", ""))


@pytest.mark.parametrize("width", [80, 100, 140])
def test_a_terminal_is_not_overrun(width: int) -> None:
    """Words of wide cells go on below; nothing is left out."""
    wide = written(example("conv_vae"), "txt")
    narrow = written(example("conv_vae"), "txt", width)
    assert max(map(len, narrow.splitlines())) <= width
    if width > 100:
        assert letters(wide) == letters(narrow)
    assert "kl_loss" in narrow


def test_json_says_where_everything_stands() -> None:
    """Pointers and lines are those of the text."""
    text = example("xor_regularized")
    lines = text.decode().splitlines()
    model = json.loads(written(text, "json"))["model"]
    for node in model["nodes"]:
        assert f'"name": "{node["name"]}"' in lines[node["line"] - 1]
