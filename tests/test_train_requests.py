"""What `kauxgen train` refuses before it imports Keras; then nothing is on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import runs
from kauxgen import cli
from kauxgen.training import params, settings, starting, subject
from kauxgen.training.settings import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    runs.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command that fails, and see that nothing was changed."""
    before = sorted(Path().rglob("*"))
    with pytest.raises(SystemExit) as exit:
        cli.main(["train", *arguments])
    assert sorted(Path().rglob("*")) == before
    code = exit.value.code
    assert isinstance(code, int)
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("widht=3", 'KX800 no param "widht" to be set\n  help: did you mean "width"?'),
        ("width=high", 'KX801 param "width" cannot be "high": it is a whole number'),
        ("width=true", 'KX801 param "width" cannot be "true": it is a whole number'),
        ("width=-3", "noisy.json:23:14: KX123 argument"),
        ("width=\x1b[2J", r'KX801 param "width" cannot be "\x1b[2J"'),
    ],
)
def test_params_that_do_not_fit(
    given: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """KX800, KX801, and the spec's own findings with the new value."""
    status, errors = refused("noisy.json", "--set", given, capsys=capsys)
    assert (status, said in errors) == (1, True), errors


def test_a_folder_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """KX804: nothing is overwritten."""
    status, errors = refused("noisy.json", "--out", ".", capsys=capsys)
    assert (status, "KX804 this folder is not empty" in errors) == (1, True)


ASKED = Settings(
    name="noisy",
    module="noisy.py",
    source="noisy.json",
    spec="noisy.json",
    spec_hash="",
    style="functional",
    backend="tensorflow",
    params={},
    seed=0,
    data="synthetic",
    maps=(),
    epochs=3,
    batch_size=8,
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("module", "../noisy.py"),
        ("module", "os.py/../x.py"),
        ("module", 3),
        ("maps", [1]),
        ("params", []),
        ("batch_size", 0),
        ("steps", True),
        ("version", 2),
    ],
)
def test_a_folder_that_is_no_run(
    key: str, value: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """KX805: what another one wrote names no other file, and has the right types."""
    kept = json.loads(settings.as_json(ASKED))
    Path("run").mkdir()
    Path("run", "run.json").write_text(json.dumps({**kept, key: value}))
    status, errors = refused("--resume", "run", capsys=capsys)
    assert (status, "run: KX805 no run to go on with" in errors) == (1, True), errors


def test_settings_come_back_as_they_were() -> None:
    Path("run").mkdir()
    Path("run", "run.json").write_text(settings.as_json(ASKED))
    found, read = settings.read(Path("run"))
    assert (read, found.code) == (ASKED, Path("run", "noisy.py"))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("noisy.json", "--epochs", "2", "--steps", "3"),
        ("noisy.json", "--resume", "run"),
        ("--resume", "run", "--seed", "3"),
        ("noisy.json", "--set", "width"),
        ("noisy.py", "--style", "loop"),
    ],
)
def test_wrong_usage(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(*arguments, capsys=capsys)[0] == 2


def test_values_are_json_or_texts() -> None:
    given = ["a=0.5", "b=[1, 2]", "c=relu", 'd="relu"', "e=x=y", "f=NaN"]
    assert params.read(given) == {
        "a": 0.5,
        "b": [1, 2],
        "c": "relu",
        "d": "relu",
        "e": "x=y",
        "f": "NaN",
    }


def test_a_backend_that_trains_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    status, errors = refused("noisy.json", "--style", "functional", capsys=capsys)
    assert (status, 'KX808 KERAS_BACKEND is "numpy"' in errors) == (2, True), errors


@pytest.mark.parametrize(
    ("name", "file"), [("queue", "queue_model.py"), ("noisy", "noisy.py")]
)
def test_a_module_hides_none_of_python(name: str, file: str) -> None:
    """A run's folder comes first where its README's code looks for modules."""
    spec = json.loads(Path("noisy.json").read_text()) | {"name": name}
    Path("spec.json").write_text(json.dumps(spec))
    assert subject.of_spec("spec.json", None).module == file


@pytest.mark.parametrize(
    ("backend", "style", "found"),
    [
        ("jax", "functional", "jax"),
        ("any", "subclass", ""),
        ("any", "loop", "tensorflow"),
    ],
)
def test_the_backend_is_what_the_spec_or_its_module_is_written_for(
    backend: str, style: str, found: str
) -> None:
    spec = json.loads(Path("noisy.json").read_text()) | {"backend": backend}
    Path("spec.json").write_text(json.dumps(spec))
    assert starting.backend_of(subject.of_spec("spec.json", style)) == found
