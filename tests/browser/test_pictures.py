"""Pictures as a browser draws them: texts in their boxes, and a page that answers.

`make test-browser` runs them; they need Chromium.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import random_specs as plain
import random_steps as stepped
from kauxgen import compiler, picture
from small_spec import dense, small

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").glob("*.json"))

FONTS = ("Liberation Sans", "DejaVu Sans")
"""What Helvetica is on most machines without it, and the widest that is common."""

MEASURE = """
font => {
  const rules = document.createElement("style");
  rules.textContent = `.kauxgen text { font-family: "${font}" }`;
  document.querySelector("svg").append(rules);
  const wrong = [];
  const rect = (shape) => shape.getBoundingClientRect();
  const inside = (one, other) =>
    one.left >= other.left - 0.5 && one.right <= other.right + 0.5 &&
    one.top >= other.top - 0.5 && one.bottom <= other.bottom + 0.5;
  const meet = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 0.5 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 0.5;
  const page = rect(document.querySelector(".page"));
  for (const text of document.querySelectorAll("svg text"))
    if (!inside(rect(text), page)) wrong.push(["off the page", text.textContent]);
  for (const node of document.querySelectorAll(".node")) {
    const texts = [...node.querySelectorAll("text")].map(rect);
    const card = rect(node.querySelector(".card"));
    for (const text of node.querySelectorAll("text"))
      if (!inside(rect(text), card)) wrong.push(["out of its card", text.textContent]);
    for (let i = 0; i < texts.length; i += 1)
      for (let j = 0; j < i; j += 1)
        if (meet(texts[i], texts[j])) wrong.push(["over another", node.id]);
  }
  const cards = [...document.querySelectorAll(".node > .card")].map(rect);
  for (let i = 0; i < cards.length; i += 1)
    for (let j = 0; j < i; j += 1)
      if (meet(cards[i], cards[j])) wrong.push(["over another card", i, j]);
  for (const box of document.querySelectorAll(".box")) {
    const frame = rect(box.querySelector(":scope > .frame"));
    const own = [...box.querySelectorAll(":scope > text, :scope > .badge")];
    for (const head of own)
      if (!inside(rect(head), frame)) wrong.push(["out of its box", head.textContent]);
    for (const text of box.querySelectorAll(":scope > text"))
      for (const card of cards)
        if (meet(rect(text), card)) wrong.push(["under a card", text.textContent]);
    for (const line of box.querySelectorAll(":scope > path.line")) {
      const length = line.getTotalLength();
      for (let at = 0; at <= length; at += 3) {
        const point = line.getPointAtLength(at).matrixTransform(line.getScreenCTM());
        const { x, y } = point;
        const spot = { left: x, right: x + 1, top: y, bottom: y + 1 };
        for (const text of own.filter((each) => each.tagName === "text"))
          if (meet(rect(text), spot)) wrong.push(["through a head", text.textContent]);
        for (const card of cards)
          if (spot.left > card.left + 2 && spot.left < card.right - 2 &&
              spot.top > card.top + 2 && spot.top < card.bottom - 2)
            wrong.push(["through a card", line.getAttribute("d")]);
      }
    }
  }
  return [...new Set(wrong.map((each) => each.join(": ")))];
}
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a window; what its console says, and what it asks the network for, fails."""
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: said.append(request.url))
    yield opened
    opened.close()
    assert [text for text in said if not text.startswith(("file:", "about:"))] == []


def shown(page: Page, folder: Path, name: str) -> dict[str, Any]:
    """Open the page of a spec; return what it knows of its parts."""
    spec = ROOT / "specs" / f"{name}.json"
    text = picture.draw(compiler.load(spec.read_bytes()), "html", f"specs/{spec.name}")
    path = folder / f"{name}.html"
    path.write_text(text, encoding="utf-8")
    page.goto(path.as_uri())
    data: dict[str, Any] = json.loads(page.locator("#data").text_content() or "")
    return data


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_texts_are_in_their_boxes_and_nothing_is_covered(
    page: Page, spec: Path
) -> None:
    text = picture.draw(compiler.load(spec.read_bytes()), "svg")
    page.set_content(f"<body>{text}")
    assert page.locator(".node").count() > 3
    for font in FONTS:
        assert page.evaluate(MEASURE, font) == []


def test_random_and_long_models_are_drawn_as_well(page: Page) -> None:
    """A hundred and fifty layers are more than fits below each other."""
    layers = [dense(f"layer{number}") for number in range(149)]
    passing = " + ".join(f"layer{number}" for number in range(3, 149, 29))
    layers.append({"name": "total", "expr": passing + " + layer148"})
    specs = [small(layers=[*layers, dense("prediction", 1)])]
    wide = ["w" * 60 + end for end in "ab"]
    specs.append(
        small(
            name="m" * 60,
            description="\u6f22" * 200 + " " + "W" * 200,
            layers=[
                *map(dense, wide),
                {"name": "total", "expr": " + ".join([*wide, *wide])},
                dense("prediction", 1),
            ],
        )
    )
    specs += [make(seed) for seed in range(4) for make in (plain.spec, stepped.spec)]
    for spec in specs:
        page.set_content(f"<body>{picture.draw(compiler.load(spec), 'svg')}")
        assert page.evaluate(MEASURE, FONTS[1]) == []


def test_a_text_that_is_too_long_is_seen(page: Page) -> None:
    """The measure finds what it looks for."""
    spec = ROOT / "specs" / "vae.json"
    text = picture.draw(compiler.load(spec.read_bytes()), "svg")
    page.set_content(f"<body>{text.replace('>Dense 64, relu<', '>' + 'm' * 40 + '<')}")
    found = page.evaluate(MEASURE, FONTS[0])
    assert any(each.startswith("out of its card") for each in found)


def color(page: Page, selector: str, what: str) -> str:
    script = "([s, what]) => getComputedStyle(document.querySelector(s))[what]"
    found: str = page.evaluate(script, [selector, what])
    return found


def test_the_colours_follow_the_scheme(page: Page) -> None:
    text = picture.draw(compiler.load((ROOT / "specs/vae.json").read_bytes()), "svg")
    page.set_content(f"<body>{text}")
    seen = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        seen[scheme] = color(page, ".page", "fill"), color(page, "text.name", "fill")
    assert seen["light"] == ("rgb(255, 255, 255)", "rgb(31, 35, 40)")
    assert seen["dark"] == ("rgb(13, 17, 23)", "rgb(240, 246, 252)")


def test_an_svg_is_an_image(page: Page, tmp_path: Path) -> None:
    """As on GitHub, where it stands in an `img`."""
    text = picture.draw(compiler.load((ROOT / "specs/vae.json").read_bytes()), "svg")
    (tmp_path / "vae.svg").write_text(text, encoding="utf-8")
    (tmp_path / "page.html").write_text('<img src="vae.svg">', encoding="utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    size = page.evaluate("document.images[0].naturalWidth")
    assert size > 300


def test_a_click_shows_where_a_node_comes_from(page: Page, tmp_path: Path) -> None:
    parts = shown(page, tmp_path, "vae")["parts"]
    assert page.locator("#panel").is_hidden()
    page.locator('[id="model.code.z"]').click()
    assert page.locator("#panel h2").text_content() == "z"
    assert "(batch, latent_dim)" in (page.locator("#facts").text_content() or "")
    assert page.locator("#spec").text_content() == parts["model.code.z"]["spec"][1]
    code = "z = z_mean + ops.exp(0.5 * z_log_var) * epsilon"
    assert page.locator("#code").text_content() == code
    assert "line 85" in (page.locator("#texts").text_content() or "")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()


def test_keys_reach_every_node(page: Page, tmp_path: Path) -> None:
    shown(page, tmp_path, "vae")
    page.locator('[id="model.penalty.kl"]').focus()
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").text_content() == "kl"
    assert "× kl_weight = 1" in (page.locator("#facts").text_content() or "")
    assert page.locator('.node[tabindex="0"]').count() == page.locator(".node").count()


def view(page: Page) -> list[float]:
    box = page.locator("#view svg").get_attribute("viewBox") or ""
    return [float(number) for number in box.split()]


def test_the_wheel_zooms_where_it_is_and_dragging_moves(
    page: Page, tmp_path: Path
) -> None:
    shown(page, tmp_path, "wgan_gp")
    whole = view(page)
    page.mouse.move(300, 200)
    before = page.locator('[id="step.phase-critic"]').bounding_box()
    page.mouse.wheel(0, -300)
    near = view(page)
    assert near[2] < whole[2]
    spot = [v[0] + 300 * v[2] / 1280 for v in (whole, near)]
    assert spot[0] == pytest.approx(spot[1], abs=1)
    page.mouse.down()
    page.mouse.move(420, 260)
    page.mouse.up()
    moved = view(page)
    scale = moved[2] / 1280
    assert moved[0] == pytest.approx(near[0] - 120 * scale, abs=1)
    assert moved[1] == pytest.approx(near[1] - 60 * scale, abs=1)
    assert page.locator("#panel").is_hidden()
    page.keyboard.press("0")
    assert view(page) == whole
    assert page.locator('[id="step.phase-critic"]').bounding_box() == before


def test_a_hostile_page_runs_nothing(page: Page, tmp_path: Path) -> None:
    spec = json.loads((ROOT / "specs" / "vae.json").read_bytes())
    smuggled = "</script><script>document.title='smuggled'</script><img src=x>"
    spec["description"] = spec["inputs"]["image"]["description"] = smuggled
    text = picture.draw(compiler.load(spec), "html")
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    page.locator('[id="model.image"]').click()
    assert smuggled in (page.locator("#facts").text_content() or "")
    assert page.title() == "vae"
    assert page.locator("img").count() == 0
