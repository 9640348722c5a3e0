"""The page of `kauxgen diff` in a browser: it leads from the list to nodes and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import test_review
from kauxgen.review.html import html

CONTRAST = """
(colours) => colours.map(([ink, paper]) => {
  const light = (name) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(${name})`;
    const parts = getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3);
    probe.remove();
    const [r, g, b] = parts.map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [one, other] = [light(ink), light(paper)].sort((a, b) => b - a);
  return (one + 0.05) / (other + 0.05);
})
"""
INKS = [
    ("--on", "--added"),
    ("--on", "--removed"),
    ("--on", "--changed"),
    ("--text", "--added-fill"),
    ("--text", "--removed-fill"),
    ("--text", "--changed-fill"),
    ("--changed", "--paper"),
    ("--removed", "--paper"),
    ("--quiet", "--code"),
]


@pytest.fixture(params=["light", "dark"])
def page(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Page]:
    """Open the page of two specs; what its console says, or it asks for, fails."""
    context = browser.new_context(
        color_scheme=request.param, viewport={"width": 1280, "height": 800}
    )
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda asked: said.append(asked.url))
    path = tmp_path / "diff.html"
    found = test_review.pairs()
    text = html([found["penalized"], found["dropped"]], None)
    path.write_text(text, encoding="utf-8")
    opened.goto(path.as_uri())
    yield opened
    context.close()
    assert [text for text in said if not text.startswith("file:")] == []


def test_the_list_leads_to_nodes_and_nodes_to_the_list(page: Page) -> None:
    assert min(page.evaluate(CONTRAST, INKS)) >= 4.5
    assert page.locator("figure:visible").count() == 2
    page.locator("#s0 .item summary").first.click()
    node = page.locator("[id='s0-new-model.penalty.energy']")
    assert "chosen" in (node.get_attribute("class") or "")
    assert page.locator("#s0 .item pre").first.inner_text().strip().startswith("{")
    shown, frame = node.bounding_box(), page.locator("#s0 .new .view").bounding_box()
    assert shown
    assert frame
    assert frame["x"] <= shown["x"] <= frame["x"] + frame["width"] - shown["width"]
    assert frame["y"] <= shown["y"] <= frame["y"] + frame["height"] - shown["height"]
    page.select_option("#choice", "s1")
    assert page.locator("#s0").is_hidden()
    page.locator("[id='s1-old-network-critic.down4'] text.name").click()
    assert page.locator("#s1 .item.chosen").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".item.chosen").count() == 0
