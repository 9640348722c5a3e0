"""The history of a run: written whole, read with care, named as the spec names it."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import jsonschema
import pytest

from kauxgen import compiler, resources
from kauxgen.refusal import FileError
from kauxgen.training import history_text, names, recording
from kauxgen.training.history import (
    Epoch,
    HealthFinding,
    History,
    Names,
    Term,
    TermHealth,
)

HOSTILE = 'x,"</script>\n=1+2\u202e é'
ROOT = Path(__file__).parents[1]


def of(spec: str) -> Names:
    path = ROOT / "specs" / f"{spec}.json"
    loaded = compiler.load(path.read_text("utf-8"), f"specs/{spec}.json")
    return names.of(loaded.checked, loaded.document)


def history() -> History:
    """Make a history with all that is hard to write."""
    health = TermHealth(math.nan, 0.2, -0.0, {HOSTILE: math.inf})
    term = Term(HOSTILE, "NaN", "penalty", "NaN", "", math.inf)
    logs = {"loss": math.nan, HOSTILE: 1e-300, "val_loss": -math.inf, "=x": 1.0}
    found = HealthFinding("KX830", "warning", HOSTILE, HOSTILE, 1)
    whole = History(Names("loss", (term,), ("=x",)))
    return whole.then(Epoch(1, logs, 0.5, 7, {HOSTILE: health}), (found,))


def data(whole: History) -> str:
    return history_text.as_json(whole, map(history_text.dump, whole.epochs))


def table(whole: History) -> str:
    columns = history_text.columns(whole)
    rows = (history_text.row(epoch, columns) for epoch in whole.epochs)
    return "".join((history_text.head(columns), *rows))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    whole = history()
    for one in (whole, History(Names(""))):
        recording.write(tmp_path, one)
        assert repr(recording.read(tmp_path)) == repr(one)
        value = json.loads((tmp_path / recording.JSON).read_text("utf-8"))
        jsonschema.validate(value, resources.schema("history"))
        assert {each.name for each in tmp_path.iterdir()} == {
            recording.JSON,
            recording.CSV,
        }
    assert whole.logs == ("loss", HOSTILE, "=x", "val_loss")
    assert list(whole.pairs()) == [("loss", "val_loss"), (HOSTILE, ""), ("=x", "")]


def test_a_table_has_texts_and_numbers_and_no_formula() -> None:
    head, row = csv.reader(io.StringIO(table(history())))
    assert head[:6] == ["epoch", "seconds", "steps", "loss", HOSTILE, "'=x"]
    assert head[7:] == [
        f"{HOSTILE}.{fact}" for fact in ("share", "gradient_norm", "gradient_share")
    ]
    assert row[:4] == ["1", "0.5", "7", "nan"]
    assert [float(cell) for cell in row[4:7]] == [1e-300, 1.0, -math.inf]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "{",
        "[" * 100_000,
        '{"version": 1, "names": {"total": ""}, "epochs": [], "findings": []}',
        data(history()).replace('"loss": "NaN"', '"loss": NaN'),
        data(history()).replace('"loss": "NaN"', '"loss": "1"'),
        data(history()).replace('"steps": 7', '"steps": "7"'),
        data(history()).replace('"version": 1', '"version": 2'),
    ],
)
def test_what_no_run_wrote_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / recording.JSON).write_text(text, "utf-8")
    with pytest.raises(FileError) as caught:
        recording.read(tmp_path)
    assert [one.code for one in caught.value.diagnostics] == ["KX860"]


def test_a_history_that_grows_is_written_as_one_that_is_there(tmp_path: Path) -> None:
    """A log may come late, a run may begin again, and findings may go."""
    one = history()
    two = one.then(Epoch(2, {"loss": 0.5, "late": 1.0}))
    three = one.then(Epoch(2, {"loss": 0.25, "late": 1.0})).then(Epoch(3, {}))
    recorder = recording.Recorder(tmp_path)
    for whole in (History(Names("")), one, two, three, one, History(Names("loss"))):
        recorder.write(whole)
        assert (tmp_path / recording.JSON).read_text("utf-8") == data(whole)
        assert (tmp_path / recording.CSV).read_text("utf-8") == table(whole)


def test_a_file_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    (tmp_path / recording.CSV).mkdir()
    with pytest.raises(FileError) as caught:
        recording.write(tmp_path, history())
    assert [one.code for one in caught.value.diagnostics] == ["KX703"]


def test_the_spec_says_what_names_mean() -> None:
    vae = of("vae")
    assert (vae.total, vae.metrics) == ("loss", ())
    assert [(one.name, one.kind, one.weight, one.value) for one in vae.terms] == [
        ("reconstruction", "loss", "1", 1.0),
        ("kl", "penalty", "kl_weight", 1.0),
    ]
    assert vae.terms[1].place == "specs/vae.json:36:5"
    (whole,) = vae.objectives
    assert whole.formula == "reconstruction + kl_weight * kl"
    xor = of("xor_regularized")
    assert [one.name for one in xor.terms if one.kind == "regularization"]
    annealed = of("vae_annealed")
    assert [one.value for one in annealed.terms] == [1.0, None]
    assert annealed.terms[1].weight == "linear, 0 to kl_weight in warm_up steps"


def test_a_step_of_several_phases_has_no_total() -> None:
    gan = of("wgan_gp")
    assert gan.total == ""
    assert [(one.name, one.updates) for one in gan.objectives] == [
        ("critic", ("critic",)),
        ("generator", ("generator",)),
    ]
    assert [one.objective for one in gan.terms] == ["critic", "critic", "generator"]


def test_a_param_that_is_set_is_the_weight_of_the_run() -> None:
    path = ROOT / "specs" / "vae.json"
    loaded = compiler.load(path.read_text("utf-8"))
    found = names.of(loaded.checked, loaded.document, {"kl_weight": 0.25})
    assert [one.value for one in found.terms] == [1.0, 0.25]


def test_without_a_spec_every_log_but_the_total_is_a_metric() -> None:
    found = names.of_logs({"loss": 1.0, "accuracy": 0.5, "val_loss": 2.0})
    assert found == Names("loss", (), ("accuracy",))
