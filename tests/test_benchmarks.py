"""Benchmarks measure what they say, and `docs/benchmarks.md` says what they found."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import kauxgen
from kauxgen.styles import STYLES

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"
TRAINING = BENCHMARKS / "training"
RESULTS = sorted((BENCHMARKS / "results").glob("*.json"))
MEASURED = re.compile(
    r"(?<!every )\b\d[\d.,]* ?(?:ms|s|milliseconds|seconds|minutes|[KMG]i?B)\b"
)
"""A time or a size; 'every 30 seconds' is a setting."""


def test_the_many_specs_are_sound_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of each public spec and some of its variants, the same every time."""
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    many = importlib.import_module("many_specs").many_specs
    specs = dict(many(60))
    assert len(specs) == 60
    assert specs == dict(many(60))
    assert len({text.partition('"params"')[2] for text in specs.values()}) > 40
    for name, text in list(specs.items())[::5]:
        assert kauxgen.validate(text) == [], name


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let scripts of `benchmarks/` be imported as they import each other."""
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), str(TRAINING), *sys.path])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in (
            "page",
            "telling",
            "recording",
            "real_data",
            "comparing",
        ):
            del sys.modules[name]


@pytest.mark.usefixtures("told")
def test_the_page_and_its_pictures_are_what_the_files_give() -> None:
    """Nothing is missing, nothing is left over, and every file is told."""
    pages: dict[Path, str] = importlib.import_module("page").pages()
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, "run `make docs`"
    drawn = {path for path in pages if path.suffix == ".svg"}
    assert drawn == set((ROOT / "docs" / "pictures").glob("bench_*.svg"))
    (page,) = pages.keys() - drawn
    docs = [path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.md")]
    for path in RESULTS:
        assert any(f"benchmarks/results/{path.name}" in text for text in docs)
    for path in drawn:
        assert f"(pictures/{path.name})" in pages[page]
        root = ElementTree.fromstring(pages[path])
        style = root.findtext("{*}style") or ""
        assert "prefers-color-scheme:dark" in style
        assert root.findtext("{*}title")
        assert root.findtext("{*}desc")


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_file_says_what_it_was_measured_with(path: Path) -> None:
    """The versions and the class of the machine, and nothing that names the machine."""
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["what"]
    date.fromisoformat(data["measured"])
    assert re.fullmatch(r"\d+ cores, \d+ GB, [\w-]+", data["machine"]["class"])
    assert "python" in data["versions"]
    assert data["rows"]
    assert not re.search(r'"/|\\\\|@|localhost', path.read_text(encoding="utf-8"))


def test_the_published_losses_are_reached_in_every_style() -> None:
    data = json.loads((BENCHMARKS / "results" / "published_vae.json").read_text())
    assert {row["form"] for row in data["rows"]} == set(STYLES)
    for row in data["rows"]:
        found = [*row["losses"], sum(row["losses"]) / 3]
        wanted = pytest.approx([0.0746, 0.0676, 0.0675, 0.0700], rel=0.01)
        assert found == wanted, row["form"]


def test_only_pages_out_of_files_state_what_was_measured() -> None:
    """A time or a size in prose is one that somebody measured once, and none checks."""
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        text = path.read_text(encoding="utf-8")
        if "benchmarks/results/" in text:
            continue
        prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.DOTALL | re.M)
        assert not MEASURED.findall(prose), path.name


@pytest.mark.usefixtures("told")
def test_seeds_are_told_with_what_they_leave_open() -> None:
    """Means and intervals as in a book: Student's own ten hours of sleep, 1908."""
    tables: Any = importlib.import_module("telling.tables")
    slept = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    found = tables.interval(slept)
    assert [found.mean, found.low, found.high] == pytest.approx(
        [1.58, 0.7001, 2.4599], abs=1e-4
    )
    assert found.decided
    assert not tables.interval([one - 1.0 for one in slept]).decided
    shown = [tables.number(one) for one in (0, 1234.5, 99.96, 31.62, 0.00123, -2.5)]
    assert shown == ["0", "1,230", "100", "31.6", "0.00123", "-2.50"]


@pytest.mark.usefixtures("told")
def test_a_stopped_measurement_goes_on_and_others_start_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recording: Any = importlib.import_module("recording")
    for name in ("ROOT", "RESULTS", "STARTED"):
        monkeypatch.setattr(recording, name, tmp_path)

    def started(libraries: tuple[str, ...] = ()) -> Any:
        return recording.Recording("rows", "Some rows.", 2, libraries)

    started().add({"seed": 0}, "first")
    assert started(("black",)).rows == []
    going = started()
    assert going.has(seed=0)
    assert not going.has(seed=1)
    going.add({"seed": 1}, "second")
    going.finish(data="none")
    data = json.loads((tmp_path / "rows.json").read_text())
    assert data["rows"] == [{"seed": 0}, {"seed": 1}]
    assert data["data"] == "none"
    assert started().rows == []


@pytest.mark.usefixtures("told")
def test_features_of_houses_are_those_of_the_common_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first row of scikit-learn's table; a row with a blank is left out."""
    rows = [
        "longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,"
        "households,median_income,median_house_value,ocean_proximity",
        "-122.23,37.88,41.0,880.0,129.0,322.0,126.0,8.3252,452600.0,NEAR BAY",
        "-122.23,37.88,41.0,880.0,,322.0,126.0,8.3252,452600.0,NEAR BAY",
    ]
    (tmp_path / "housing.csv").write_text("\n".join(rows) + "\n")
    real_data: Any = importlib.import_module("real_data")
    monkeypatch.setattr(real_data, "FOLDER", tmp_path)
    x, y, source = real_data.housing()
    known = [8.3252, 41.0, 6.98412698, 1.02380952, 322.0, 2.55555556, 37.88, -122.23]
    assert x.tolist() == [pytest.approx(known)]
    assert y.tolist() == [pytest.approx([4.526])]
    assert source == "shared/data"


@pytest.mark.usefixtures("told")
def test_speeds_are_told_with_the_bars_that_hold_and_those_that_do_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Texts stay texts in a picture, whatever a form is called."""
    speed: Any = importlib.import_module("telling.speed")
    results: Any = importlib.import_module("telling.results")
    for module in (speed, results):
        monkeypatch.setattr(module, "FOLDER", tmp_path)

    def spread(median: float) -> dict[str, float]:
        return {"median": median, "least": median, "most": median}

    rows = [
        {
            "model": "vae",
            "form": form,
            "origin": origin,
            "scheme": "fit",
            "batch_size": 64,
            "turns": 15,
            "steps_per_second": spread(median),
        }
        for form, origin, median in (
            ("subclass", "kauxgen", 95.0),
            ("<b>", "by hand", 100.0),
            ("products alone", "machine", 900.0),
        )
    ]
    bars = [
        {
            "bar": bar,
            "model": "vae",
            "form": form,
            "other": other,
            "ratio": {**spread(ratio), "low": ratio - 0.01, "high": ratio + 0.01},
            "least": least,
            "verdict": verdict,
        }
        for bar, form, other, ratio, least, verdict in (
            ("to the best by hand", "subclass", "plain", 0.95, 0.97, "missed"),
            ("to our fastest style", "subclass", "loop", 0.86, 0.87, "open"),
            (
                "to our fastest style",
                "loop, 8 a call",
                "train_step",
                0.9,
                0.87,
                "holds",
            ),
            (
                "fastest to the eager loop",
                "subclass",
                "eager loop",
                30.0,
                15.0,
                "holds",
            ),
        )
    ]
    about = {"measured": "2026-11-21", "machine": {"class": "2 cores"}, "versions": {}}
    whole = {**about, "rows": rows, "bars": bars}
    (tmp_path / "training.json").write_text(json.dumps(whole))
    (section,) = speed.sections()
    text = "\n".join(section.blocks)
    ratio = "0.95 (0.95 to 0.95)"
    assert f"| subclass | kauxgen | fit | 95.0 (95.0 to 95.0) | {ratio} |" in text
    bounds = "0.950 (0.940 to 0.960)"
    assert f"at least 0.970: missed by subclass, {bounds} of plain." in text
    near = "too near to tell for subclass, 0.860 (0.850 to 0.870) of loop."
    assert f"at least 0.870: {near}" in text
    assert "With 8 a call, no style is below 0.900 of the fastest." in text
    assert "eager loop, at least 15.0: holds, 30.0 at the lowest." in text
    root = ElementTree.fromstring(section.pictures["bench_speed_vae.svg"])
    assert "<b>" in [one.text for one in root.iterfind(".//{*}text")]


@pytest.mark.parametrize(
    ("count", "bounds"), [(5, (0, 4)), (7, (0, 6)), (15, (3, 11)), (41, (13, 27))]
)
@pytest.mark.usefixtures("told")
def test_a_median_lies_between_its_bounds(count: int, bounds: tuple[int, int]) -> None:
    """As tables of the sign test have it; five values bound it less surely."""
    comparing: Any = importlib.import_module("comparing")
    assert comparing.interval(range(count)) == bounds
    row = {"median": 0.9, "least": 0.8, "most": 1.1, "low": 0.85, "high": 0.95}
    verdicts = [comparing.verdict(row, bar) for bar in (0.9, 0.92, 0.97)]
    assert verdicts == ["holds", "open", "missed"]


@pytest.mark.usefixtures("told")
def test_a_bar_too_near_to_tell_is_judged_by_turns_of_its_forms_alone() -> None:
    """Better or worse: those turns count, not the first ones."""
    comparing: Any = importlib.import_module("comparing")
    about = {"model": "m", "scheme": "loop, a step a call"}
    ours = {**about, "origin": "kauxgen", "form": "loop", "rates": [95.0, 99.0, 95.0]}
    hand = {**about, "origin": "by hand", "form": "compiled", "rates": [100.0] * 3}
    (first,) = comparing.bars([ours, hand])
    assert (first["verdict"], "again" in first) == ("open", False)
    for rate, verdict in ((98.0, "holds"), (96.0, "missed")):
        rates = [[rate] * 5, [100.0] * 5]
        pair = {"form": "loop", "other": "compiled", "rates": rates}
        (found,) = comparing.bars([ours, hand], [pair])
        assert (found["verdict"], found["again"]) == (verdict, 5)
        assert found["ratio"]["median"] == rate / 100


@pytest.mark.usefixtures("told")
def test_health_is_told_epoch_by_epoch_with_what_was_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    health: Any = importlib.import_module("telling.health")
    monkeypatch.setattr(importlib.import_module("telling.results"), "FOLDER", tmp_path)
    assert list(health.sections()) == []
    terms = {
        "kl": {"share": 0.00012, "gradient_share": 0.5},
        "fit": {"share": 0.99988, "gradient_share": None},
    }
    epoch = {"epoch": 1, "logs": {"loss": 0.07, "kl": 5e-7, "fit": 0.07}}
    finding = {"epoch": 3, "code": "KX830", "message": "kl fell to nothing"}
    row = {
        "model": "vae",
        "params": {"w": 0.01},
        "epochs": [{**epoch, "health": terms}],
    }
    about = {"measured": "2026-11-21", "machine": {"class": "2 cores"}, "versions": {}}
    whole = {**about, "rows": [{**row, "findings": [finding]}]}
    (tmp_path / "health.json").write_text(json.dumps(whole))
    (section,) = health.sections()
    text = "\n".join(section.blocks)
    assert "| 1 | 0.0700 | 5.0e-07 | 0.0% | 50.0% | 0.070 | 100.0% |  |" in text
    assert "`vae` with `w` 0.01:" in text
    assert "- KX830 at epoch 3: kl fell to nothing" in text
