"""The report of a run in a browser: values under the pointer, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from test_review_page import CONTRAST

import a_run
from kauxgen.training.report.html import html

INKS = [
    ("--train", "--paper"),
    ("--val", "--paper"),
    ("--good", "--paper"),
    ("--quiet", "--paper"),
    ("--text", "--warn-fill"),
    ("--quiet", "--warn-fill"),
    ("--text", "--bad-fill"),
    ("--quiet", "--bad-fill"),
    ("--bad", "--bad-fill"),
]


@pytest.fixture(params=["light", "dark"])
def page(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Page]:
    """Open the page of a run; what its console says, or it asks for, fails."""
    context = browser.new_context(
        color_scheme=request.param, viewport={"width": 1280, "height": 800}
    )
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda asked: said.append(asked.url))
    path = tmp_path / "report.html"
    whole = a_run.history(30, a_run.HOSTILE, lost=30)
    path.write_text(html(a_run.run(a_run.SCRIPT), whole), encoding="utf-8")
    opened.goto(path.as_uri())
    yield opened
    context.close()
    assert [text for text in said if not text.startswith("file:")] == []


def test_a_page_tells_values_and_fits_any_screen(page: Page) -> None:
    assert min(page.evaluate(CONTRAST, INKS)) >= 4.5
    assert page.title() != "taken"
    chart = page.locator(".chart").nth(2)
    last = chart.locator("output").inner_text()
    assert last == "last NaN NaN"
    chart.locator("svg").hover(position={"x": 56, "y": 60})
    heads = page.locator(".chart .at").all_inner_texts()
    assert set(heads) == {"epoch 1"}
    assert chart.locator("output .train").inner_text() == "0.3679"
    assert chart.locator("output .val").inner_text() == "0.5518"
    assert page.locator(".cross").count() == len(heads)
    page.mouse.move(2, 2)
    assert chart.locator("output").inner_text() == last
    chart.locator("svg").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert chart.locator(".at").inner_text() == "epoch 2"
    assert page.locator("tr.chosen th").inner_text() == "2"
    whole = "document.documentElement.scrollWidth <= innerWidth"
    for wide, media in ((1280, "screen"), (360, "screen"), (700, "print")):
        page.set_viewport_size({"width": wide, "height": 800})
        page.emulate_media(media=media)
        assert page.evaluate(whole)
        if media == "print":
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
                "rgb(255, 255, 255)"
            )
