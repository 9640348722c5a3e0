"""Reviews of two specs: each format, its goldens, and texts that try to escape."""

from __future__ import annotations

import html.parser
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kauxgen import report, resources
from kauxgen.changes.change import Change, Comparison, Effect, Level, Verdict
from kauxgen.review import findings, lines
from kauxgen.review.breaking import breaks
from kauxgen.review.data import data
from kauxgen.review.html import html as page
from kauxgen.review.markdown import MARK, markdown
from kauxgen.review.pairs import Pair, Side
from kauxgen.review.reviewing import Review, review
from kauxgen.review.terminal import terminal

ROOT = Path(__file__).parents[1]
GOLDENS = Path(__file__).parent / "goldens" / "diff"
SCHEMA = jsonschema.Draft202012Validator(resources.schema("diff"))
HOSTILE = (
    "</script><script>alert(1)</script>|`x`|\n::error::y\x1b[2J\u202e&amp;[a](b)@me #1"
)


def edited(name: str, change: Callable[[dict[str, Any]], object]) -> Review:
    """Compare an example with itself, changed."""
    old = (ROOT / "specs" / f"{name}.json").read_bytes()
    value = json.loads(old)
    change(value)
    path = f"specs/{name}.json"
    new = json.dumps(value, indent=1).encode()
    return review(Pair(Side(path, f"main:{path}", old), Side(path, path, new)))


def between(old: str, new: str) -> Review:
    """Compare two examples."""
    sides = []
    for name in (old, new):
        path = f"specs/{name}.json"
        sides.append(Side(path, path, (ROOT / path).read_bytes()))
    return review(Pair(*sides))


def widened(value: dict[str, Any]) -> None:
    value["params"]["intermediate_dim"] = 128


def renamed(value: dict[str, Any]) -> None:
    encoder = value["networks"]["encoder"]["layers"]
    encoder[0]["name"] = "features"
    encoder[2]["inputs"] = "features"


def penalized(value: dict[str, Any]) -> None:
    value["penalties"].append(
        {"name": "energy", "penalty": "mean_square", "on": "code.z", "weight": 0.01}
    )


def dropped(value: dict[str, Any]) -> None:
    """Take away one of the blocks that the critic is made of."""
    critic = value["networks"]["critic"]["layers"]
    critic[:] = [each for each in critic if each["name"] not in ("down4", "dropout3")]


@cache
def pairs() -> dict[str, Review]:
    return {
        "annealed": between("vae", "vae_annealed"),
        "widened": edited("vae", widened),
        "renamed": edited("vae", renamed),
        "penalized": edited("vae", penalized),
        "dropped": edited("wgan_gp", dropped),
    }


def text(reviews: list[Review]) -> str:
    rows = ("".join(piece for _, piece in line) for line in terminal(reviews))
    return "".join(f"{row}\n" for row in rows)


FORMATS: dict[str, Callable[[list[Review]], str]] = {
    "txt": text,
    "md": lambda reviews: "".join(f"{line}\n" for line in markdown(reviews)),
    "json": lambda reviews: json.dumps(data(reviews, None), indent=1) + "\n",
}


@pytest.mark.parametrize("name", list(pairs()))
def test_reports_are_the_goldens(name: str, request: pytest.FixtureRequest) -> None:
    found = pairs()[name]
    for ending, write in FORMATS.items():
        if ending == "json" and name != "penalized":
            continue  # One is enough to be read; all hold to the schema.
        golden = GOLDENS / f"{name}.{ending}"
        said = write([found])
        if request.config.getoption("--update-goldens"):
            golden.write_text(said, encoding="utf-8")
        assert said == golden.read_text(encoding="utf-8")


def test_json_holds_to_its_schema() -> None:
    side = Side("specs/a.json", "main:specs/a.json", b"{}")
    sound = pairs()["renamed"].pair.new
    several = [*pairs().values(), review(Pair(side, None)), review(Pair(None, side))]
    several += [review(Pair(None, sound)), review(Pair(sound, sound))]
    written = json.loads(json.dumps(data(several, None)))
    SCHEMA.validate(written)
    assert {each["state"] for each in written["specs"]} == {
        "changed",
        "unchanged",
        "added",
        "deleted",
        "unsound",
    }


def test_what_uses_a_changed_part_is_named_once() -> None:
    def bent(value: dict[str, Any]) -> None:
        value["networks"]["encoder"]["layers"][0]["args"]["activation"] = "gelu"

    assert "        `code`: uses `encoder`\n" in text([edited("vae", bent)])


def test_a_review_shows_only_the_levels_asked_for() -> None:
    pair = pairs()["annealed"].pair
    found = review(pair, least=Level.LOSS)
    assert {change.level for change in found.shown} <= set(Level)
    assert all(change.level >= Level.LOSS for change in found.shown)
    assert len(found.shown) < len(pairs()["annealed"].shown)
    assert "below the level" in text([found])


def hostile(found: Review) -> Review:
    """Put a hostile text wherever a comparison holds one."""
    assert found.comparison is not None
    effect = Effect(HOSTILE, "shape", HOSTILE, HOSTILE, "/layers/0", "/layers/0")
    shown = tuple(
        replace(each, sentence=f"x `{HOSTILE}` {HOSTILE}", effects=(effect,))
        for each in found.shown
    )
    verdict = Verdict("none", (HOSTILE,))
    after = replace(found.comparison.consequences, weights=verdict)
    compared: Comparison = replace(
        found.comparison, changes=shown, effects=(effect,), consequences=after
    )
    side = Side(HOSTILE, HOSTILE, b"")
    return replace(found, pair=Pair(side, side), comparison=compared, shown=shown)


class Texts(html.parser.HTMLParser):
    """Gathers the elements of a page, and the texts in them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_no_text_of_a_spec_escapes() -> None:
    bad = hostile(pairs()["penalized"])
    plain = text([bad])
    assert "\x1b" not in plain
    assert "\u202e" not in plain
    assert "\n::error" not in plain
    table = [line for line in FORMATS["md"]([bad]).splitlines() if "|" in line]
    assert {line.count(" | ") for line in table} == {2, 4}
    assert "<script" not in "".join(table)
    assert not re.search(r"(?<!<!-- -->)@me|\[a\]\(b\)", FORMATS["md"]([bad]))
    read = Texts()
    read.feed(page([bad], None))
    assert read.tags.count("script") == 2, "the page's own"
    assert any("<script>alert(1)" in each for each in read.texts)


def test_markdown_begins_with_its_mark_and_fits_into_a_comment() -> None:
    many = [hostile(pairs()["penalized"])] * 400
    said = FORMATS["md"](many)
    assert said.startswith(f"{MARK}\n")
    assert len(said) < 65_536
    assert "Details of 3" in said
    assert "\nand 3" in said
    few = FORMATS["md"]([pairs()["penalized"]])
    assert few == FORMATS["md"]([pairs()["penalized"]])
    assert "Details of" not in few


def test_a_page_marks_what_changed_in_both_pictures() -> None:
    said = page([pairs()["dropped"], pairs()["penalized"]], None)
    assert re.search(r'id="s0-old-network-critic\.down4"[^>]* removed"', said)
    assert 'id="s0-new-network-critic.down4"' not in said
    assert "<b>load partly, with <code>skip_mismatch=True</code></b>" in said
    assert re.search(r'id="s1-new-model\.penalty\.energy"[^>]* added"', said)
    linked = json.loads(re.search(r'id="data">(.*?)</script>', said)[1])  # type: ignore[index]
    ids = {
        id for one in linked for side in one.values() for item in side for id in item
    }
    assert ids
    assert all(f'id="{id}"' in said for id in ids)


def test_a_spec_as_lines(request: pytest.FixtureRequest) -> None:
    golden = GOLDENS / "vae_lines.txt"
    given = (ROOT / "specs" / "vae.json").read_bytes()
    said = lines.canonical(given, "vae.json")
    if request.config.getoption("--update-goldens"):
        golden.write_text(str(said), encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")
    compact = json.dumps(json.loads(given), separators=(",", ":")).encode()
    assert lines.canonical(compact, "vae.json") == said
    assert lines.canonical(b"{", "vae.json") is None


def changes_of_every_level() -> Iterator[Change]:
    for level in Level:
        yield Change(
            level, "removed", "layer", "x", f"of {level.word}", old="/layers/0"
        )


def test_breaks_are_placed_where_the_change_is() -> None:
    found = replace(pairs()["penalized"], shown=tuple(changes_of_every_level()))
    made = list(breaks(found))
    assert [each.code for each in made] == [f"KX{code}" for code in range(745, 750)]
    assert {each.pointer for each in made} == {"/layers"}
    added = next(breaks(pairs()["penalized"]))
    assert added.source.strip() == "{"
    assert added.pointer == "/penalties/1"
    assert all(each.help for each in made)
    shown = "".join(text for line in report.all_of(made) for _, text in line)
    assert "KX748 changes weights: of weights" in shown


def test_codes_of_reviews_are_documented() -> None:
    for rule in findings.RULES:
        assert re.match(r"KX74\d: .+\.\n\n", str(rule.__doc__))
        assert re.search(r"^ *Wrong:\n +\S", str(rule.__doc__), re.MULTILINE)
        assert re.search(r"^ *Right:\n +\S", str(rule.__doc__), re.MULTILINE)
