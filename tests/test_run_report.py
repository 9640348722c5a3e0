"""What a run shows of itself: its axes, its pictures, and the text of its page."""

from __future__ import annotations

import math
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

import a_run
from kauxgen.training import recording, report
from kauxgen.training.history import Epoch, History, Names
from kauxgen.training.report import numbers, panels, plots, scales
from kauxgen.training.report.html import html


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((2.0, 1.0), scales.LINEAR),
        ((2.0, 1e-5, math.nan), scales.LOG),
        ((5.0, 1.0, 1e-7, 0.0), scales.SIGNED),
        ((-5.0, 1e-4, 30.0), scales.SIGNED),
        ((-5.0, 30.0), scales.LINEAR),
        ((0.3, 0.3), scales.LINEAR),
        ((0.0,), scales.LINEAR),
        ((1e-300, 1e300), scales.LOG),
        ((-1e-12, 1e-12), scales.LINEAR),
        ((1e9, 1e9 + 1), scales.LINEAR),
    ],
)
def test_an_axis_shows_its_values_and_names_some(
    values: tuple[float, ...], kind: str
) -> None:
    scale = scales.of(values)
    assert scale.kind == kind
    finite = [one for one in values if math.isfinite(one)]
    assert all(0 <= scale.place(one) <= 1 for one in finite)
    ticks = scale.ticks()
    places = [scale.place(one) for one, _ in ticks]
    assert 2 <= len(ticks) <= 9
    assert places == sorted(set(places))
    assert len({said for _, said in ticks}) == len(ticks)


def test_an_axis_of_no_value_names_none() -> None:
    scale = scales.of((math.inf, math.nan))
    assert scale.ticks() == []
    assert math.isnan(scale.place(math.inf))


@pytest.mark.parametrize("last", [1, 2, 7, 40, 500, 12345])
def test_epochs_are_named_by_a_few(last: int) -> None:
    named = scales.epochs(1, last)
    assert named[0] == 1
    assert named == sorted(set(named))
    assert len(named) <= 7
    assert named[-1] > 0.6 * last


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.06751234, "0.06751"),
        (-15.25, "−15.25"),
        (5.4e-7, "5.4e-7"),
        (123456.7, "123457"),
        (1234567.0, "1.235e6"),
        (0.0, "0"),
        (100.0, "100"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
        (None, ""),
    ],
)
def test_a_number_is_short(value: float | None, said: str) -> None:
    assert numbers.number(value) == said


def test_a_share_that_is_not_nothing_does_not_look_like_it() -> None:
    shares = [numbers.share(one) for one in (0.0, 1.0, 0.12345, 2.3e-6, math.nan)]
    assert shares == ["0.0%", "100.0%", "12.3%", "0.0002%", "NaN"]


def test_pictures_are_the_same_bytes_and_any_text_is_a_text(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        plots.write(folder, a_run.history(3, a_run.HOSTILE, lost=3))
        found.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert found[0] == found[1]
    assert set(found[0]) == {"terms.png", "terms.svg"}
    svg = ElementTree.fromstring(found[0]["terms.svg"])
    assert not [one for one in svg.iter() if one.tag.endswith(("date", "script"))]
    assert found[0]["terms.png"].startswith(b"\x89PNG")
    assert b"tEXt" not in found[0]["terms.png"]


def test_places_of_panels_have_no_bits_that_memory_decides() -> None:
    figure = plots.draw(a_run.history(3, ("error", "a"), lost=3))
    figure.draw_without_rendering()
    places = [one for axes in figure.axes for one in axes.get_position().extents]
    assert places == [round(one, 6) for one in places]


def test_a_figure_has_a_panel_a_term_and_two_stacks() -> None:
    whole = a_run.history(2, tuple(f"term{number}" for number in range(12)))
    figure = plots.draw(whole)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[:3] == ["loss", "term0", "term1"]
    assert titles[12:] == ["term11", "share in the total", "share in the gradient"]
    for stack in panels.stacks(whole):
        assert len(stack.layers) == panels.MOST
        assert math.isclose(sum(layer.values[0] for layer in stack.layers), 1)
    assert not plots.draw(History(Names(""))).axes


class Page(HTMLParser):
    """Collects the elements of a page, and its texts but those of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.texts: list[str] = []
        self.open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append(tag)
        self.open = tag

    def handle_data(self, data: str) -> None:
        if self.open not in ("style", "script"):
            self.texts.append(data)


def test_a_page_has_every_fact_and_no_text_becomes_an_element() -> None:
    plain = Page(html(a_run.run(), a_run.history(3, ("error", "a", "b"))))
    hostile = Page(html(a_run.run(a_run.SCRIPT), a_run.history(3, a_run.HOSTILE)))
    assert hostile.elements == plain.elements
    assert a_run.SCRIPT in hostile.texts
    said = " ".join(plain.texts)
    for fact in (
        "kauxgen train vae",
        "123,456 trainable, 7 not",
        "3 of 40",
        "KX830",
    ):
        assert fact in said
    for fact in ("error + a + b", "error.json:3:4", "w_a = 0.1", "0.04979", "33.3%"):
        assert fact in said


def test_a_page_of_any_run_can_be_written(tmp_path: Path) -> None:
    only = Epoch(1, {"loss": math.nan, "accuracy": 0.5})
    alone = History(Names("loss", (), ("accuracy",)), (only,))
    report.write(tmp_path, a_run.run(), alone)
    text = (tmp_path / report.PAGE).read_text("utf-8")
    assert text.count("<figure") == 2
    assert "<dt>last loss</dt><dd>NaN</dd>" in text
    assert "no epoch" not in html(a_run.run(), History(Names("")))
    many = a_run.history(2500)
    text = html(a_run.run(), many)
    assert "834 of 2500 epochs are shown" in text
    assert '<th scope="row">2500</th>' in text


def test_the_run_of_the_docs_is_what_they_say(tmp_path: Path) -> None:
    """`docs/report.md`: the KL term falls below a millionth in two epochs."""
    kept = Path(__file__).parents[1] / "benchmarks" / "runs" / "vae.json"
    (tmp_path / recording.JSON).write_bytes(kept.read_bytes())
    whole = recording.read(tmp_path)
    assert whole.values("kl")[1] < 1e-6 < whole.values("kl")[0]
    assert whole.values("loss")[1] < whole.values("loss")[0]
    assert len(whole.epochs) == 12


def test_a_term_without_a_log_is_named() -> None:
    whole = a_run.history(1)
    logs = {"loss": 1.0, "error": 1.0}
    page = Page(html(a_run.run(), History(whole.names, (Epoch(1, logs),))))
    assert " is not logged: " in " ".join(page.texts)
