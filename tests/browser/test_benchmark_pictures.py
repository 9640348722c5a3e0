"""The pictures of `docs/benchmarks.md` in a browser, in light and dark."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

PICTURES = sorted(Path(__file__).parents[2].glob("docs/pictures/bench_*.svg"))
WRONG = """
() => {
  const wrong = [], svg = document.querySelector("svg");
  const rect = (one) => one.getBoundingClientRect(), page = rect(svg);
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(svg.querySelector(".page")).fill);
  const contrast = (colour) => {
    const [one, other] = [light(colour), paper].sort((a, b) => b - a);
    return (one + 0.05) / (other + 0.05);
  };
  const texts = [...svg.querySelectorAll("text")];
  for (const text of texts) {
    const at = rect(text), style = getComputedStyle(text);
    if (at.left < 0 || at.top < 0 || at.right > page.right || at.bottom > page.bottom)
      wrong.push(["off the page", text.textContent]);
    if (contrast(style.fill) < 4.5) wrong.push(["too faint", text.textContent]);
    for (const other of texts) {
      const there = rect(other);
      if (text === other) break;
      if (Math.min(at.right, there.right) - Math.max(at.left, there.left) > 0.5 &&
          Math.min(at.bottom, there.bottom) - Math.max(at.top, there.top) > 2)
        wrong.push(["over another", text.textContent, other.textContent]);
    }
  }
  for (const mark of svg.querySelectorAll(".mark, .line")) {
    const style = getComputedStyle(mark);
    const colour = mark.matches(".mark") ? style.fill : style.stroke;
    if (contrast(colour) < 3) wrong.push(["too faint", mark.outerHTML]);
  }
  return { wrong, paper, texts: texts.length };
}
"""


def test_charts_are_readable_in_light_and_dark(browser: Browser) -> None:
    """Texts on the page, none over another, with the contrast that WCAG asks for."""
    assert PICTURES
    papers = {}
    for scheme in ("light", "dark"):
        page = browser.new_context(color_scheme=scheme).new_page()
        for picture in PICTURES:
            page.goto(picture.as_uri())
            found = page.evaluate(WRONG)
            assert found["wrong"] == [], (scheme, picture.name)
            assert found["texts"] > 4
            papers[scheme] = found["paper"]
        page.context.close()
    assert papers["light"] > 0.9
    assert papers["dark"] < 0.1
