"""Tracebacks that were pasted: as Python, TensorFlow, pytest and CI logs write them.

`tests/keras/test_raised.py` raises real ones.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kauxgen import compiler
from kauxgen.cli import run
from kauxgen.finding import SpecError
from kauxgen.tracing import traceback
from kauxgen.tracing.traceback import Annotated
from kauxgen.verbs import program

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with vae.json and its module, and work in it."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "models").mkdir()
    shutil.copy(ROOT / "specs" / "vae.json", tmp_path / "specs")
    monkeypatch.chdir(tmp_path)
    text = compiler.render(
        compiler.load(Path("specs/vae.json").read_bytes(), "specs/vae.json")
    )
    Path("models/vae.py").write_text(text, encoding="utf-8")
    return tmp_path


def line_of(code: str) -> int:
    rows = Path("models/vae.py").read_text(encoding="utf-8").split("\n")
    return next(n for n, row in enumerate(rows, 1) if row.strip().startswith(code))


def pointer(made: Annotated) -> str:
    assert made.failed is not None, made
    return made.failed.pointer


def text_of(made: Annotated) -> str:
    return "\n".join("".join(text for _, text in line) for line in made.lines)


Z = "z = z_mean + ops.exp(0.5 * z_log_var) * epsilon"


def test_python_names_lines_and_marks_parts_of_them(folder: Path) -> None:
    line = line_of("return reconstruction + ")
    code = (
        "return reconstruction + super().compute_loss(x, y, y_pred, training=training)"
    )
    made = traceback.read(
        f'Traceback (most recent call last):\n  File "{folder}/models/vae.py", '
        f"line {line}, in compute_loss\n    {code}\n           ^^^^^^^^^^^^^^\n"
        "TypeError: no sum\n"
    )
    assert pointer(made) == "/losses/0"
    assert made.failed is not None
    assert made.failed.message == "TypeError: no sum"
    rows = text_of(made).split("\n")
    assert rows[4].startswith("    specs/vae.json:34:14 /losses/0")
    # All of the statement is no part's; there is nothing to say, and nothing wrong.
    made = traceback.read(f'File "models/vae.py", line {line}, in compute_loss')
    assert made.is_known
    assert not made.found


@pytest.mark.parametrize(
    "shown",
    [
        'File "/home/runner/work/lab/lab/models/vae.py", line {line}, in build_encoder',
        '2026-11-21T10:00:01Z   File "models/vae.py", line {line}, in build\n    ' + Z,
        '\x1b[31m  File "models/vae.py", line {line}\x1b[0m, in build_encoder',
        "models/vae.py:{line}: ValueError",
        "File ./models/vae.py:{line}, in build_encoder(original_dim)",
        '  |   File "models/vae.py", line {line}, in build_encoder\n  |     ' + Z,
        '10:00:01Z  File "models/vae.py", line {line}, in f\n10:00:02Z    ' + Z,
        '    File "models/vae.py", line {line}, in build_encoder  *\n        ' + Z,
    ],
)
def test_the_same_line_is_found_however_it_is_written(folder: Path, shown: str) -> None:
    made = traceback.read(shown.format(line=line_of(Z)))
    assert pointer(made) == "/networks/encoder/layers/4"


def test_the_reason_is_what_libraries_put_words_around(folder: Path) -> None:
    frame = f'  File "models/vae.py", line {line_of(Z)}, in build_encoder\n'
    for end, reason in (
        (
            "ValueError: Exception encountered when calling Dense.call().\n\n"
            "\x1b[1mInput 0 is bad\x1b[0m\n\nArguments received by Dense.call():\n"
            "  • x=tf.Tensor(shape=(4, 7))",
            "ValueError: Input 0 is bad",
        ),
        (
            "tensorflow.python.framework.errors_impl.InvalidArgumentError: Graph "
            "execution error:\n\nDetected at node a/b defined at (most recent call "
            f"last):\n{frame}\nReceived a label value of 99\n\t [[{{{{node a/b}}}}]]",
            "InvalidArgumentError: Received a label value of 99",
        ),
        ("lab.errors.OddError", "OddError"),
        ("E       KeyError: 'x'", "KeyError: 'x'"),
    ):
        made = traceback.read(f"Traceback (most recent call last):\n{frame}{end}\n")
        assert made.failed is not None
        assert made.failed.message == reason


def test_a_layer_that_an_error_names_is_where_it_failed(folder: Path) -> None:
    frame = f'  File "models/vae.py", line {line_of("return model.fit")}, in train\n'
    head = "Traceback (most recent call last):\n"
    for end, expected in (
        ("ValueError: no", "/inputs"),
        (
            "ValueError: Input 0 of layer 'decoder_hidden' is incompatible",
            "/networks/decoder/layers/0",
        ),
        (
            "InvalidArgumentError: Graph execution error:\n\nDetected at node "
            "vae_1/encoder_1/encoder_z_mean_1/MatMul defined at (most recent",
            "/networks/encoder/layers/1",
        ),
        ("ValueError: Input 0 of layer 'vae' is incompatible", "/inputs"),
    ):
        before = "warning: layer 'encoder_z_log_var' is slow\n"
        made = traceback.read(before + head + frame + end)
        assert pointer(made) == expected
        assert made.failed is not None
        did = "it was raised" if expected == "/inputs" else "the layer that it names"
        assert made.failed.help.startswith(did)


def test_an_import_that_raises_while_the_model_runs(folder: Path) -> None:
    """Keras names the class of a layer; of a callback a method is on the stack."""
    spec = {
        "kauxgen": 1,
        "name": "own",
        "imports": {"Gate": "mine:Gated", "Watch": "mine:Watch", "Open": "mine:Opened"},
        "inputs": {"x": {"shape": [4]}},
        "layers": [
            {"name": "gate", "layer": "Gate", "shape": [4]},
            {"name": "open", "layer": "Open", "shape": [4]},
            {"name": "again", "layer": "Open", "shape": [4]},
            {"name": "answer", "layer": "Dense", "args": {"units": 1}},
        ],
        "losses": [{"loss": "MeanSquaredError", "on": "answer"}],
        "training": {
            "optimizer": {"optimizer": "SGD"},
            "callbacks": [{"callback": "TerminateOnNaN"}, {"callback": "Watch"}],
        },
    }
    Path("specs/own.json").write_text(json.dumps(spec))
    loaded = compiler.load(Path("specs/own.json").read_bytes(), "specs/own.json")
    text = compiler.render(loaded, "functional")
    Path("models/own.py").write_text(text, encoding="utf-8")
    line = text.split("\n").index("    return model.fit(") + 1
    head = f'Traceback (most recent call last):\n  File "models/own.py", line {line}'
    called = "RuntimeError: Exception encountered when calling {}.call().\n\nno"
    for below, expected in (
        (called.format("Gated"), "/layers/0"),
        (f"    {called.format('Gated')}", "/layers/0"),
        (called.format("Opened"), "/inputs"),  # which of the two nobody knows
        ('  File "mine.py", line 3, in on_epoch_end\nRuntimeError: no', CALLBACK),
        ('  File "mine.py", line 3, in on_train_begin\nRuntimeError: no', CALLBACK),
        ('  File "a/keras/src/b.py", line 3, in on_epoch_end\nError: no', "/inputs"),
    ):
        made = traceback.read(f"{head}, in train\n{below}")
        assert pointer(made).startswith(expected), below
        assert made.failed is not None
        assert made.failed.message.endswith("Error: no")


CALLBACK = "/training/callbacks/1"


def test_nothing_is_said_of_modules_that_are_not_as_their_specs(folder: Path) -> None:
    frame = f'  File "models/vae.py", line {line_of(Z)}, in build_encoder\n    {Z}'
    module, spec = Path("models/vae.py"), Path("specs/vae.json")
    text, said = module.read_text(encoding="utf-8"), spec.read_text(encoding="utf-8")

    def codes() -> list[str]:
        made = traceback.read(frame)
        assert made.failed is None or made.is_known
        assert made.is_known or text_of(made) == frame
        return [each.code for each in made.found]

    assert codes() == ["KX850"]
    module.write_text(text.replace("0.5 * z_log_var", "0.5 * z_log_var "))
    assert codes() == ["KX851"]
    module.write_text(text.replace("\n\n\ndef", "\n\n\n\ndef", 1))  # lines are moved
    assert codes() == ["KX851"]
    module.write_text(text)
    spec.write_text(said.replace('"latent_dim": 32', '"latent_dim": 31'))
    assert codes() == ["KX851"]
    spec.write_text("{")
    assert codes() == ["KX851"]
    spec.unlink()
    assert codes() == ["KX852"]
    spec.write_text(said)
    assert codes() == ["KX850"]
    other = frame.replace(Z, "z = z_mean")  # the log is of another version
    for each in (
        other,
        "".join(f"11:42:0{n}Z {row}\n" for n, row in enumerate(other.split("\n"))),
    ):
        assert [one.code for one in traceback.read(each).found] == ["KX851"]


def test_a_module_of_a_project_is_known_by_its_settings(folder: Path) -> None:
    settings = '[tool.kauxgen]\nspecs = ["specs/*.json"]\nstyle = "loop"\n'
    Path("pyproject.toml").write_text(f"{settings}line-length = 100\n")
    Path("models/vae.py").unlink()
    assert run(lambda: program.main(["render"], standalone_mode=False), []) == 0
    frame = f'  File "models/vae.py", line {line_of(Z)}, in build_encoder'
    assert pointer(traceback.read(frame)) == "/networks/encoder/layers/4"


def test_logs_of_others_are_only_text(folder: Path) -> None:
    secret = folder / "secret.json"
    secret.write_text('{"password": "hunter2"}')
    shutil.copy("models/vae.py", "models/evil.py")
    text = Path("models/evil.py").read_text(encoding="utf-8")
    Path("models/evil.py").write_text(text.replace("specs/vae.json", str(secret)))
    huge = "9" * 5000
    made = traceback.read(
        'File "models/evil.py", line 85, in f\nFile "/dev/stdin.py", line 1, in x\n'
        f'File "models/vae.py", line {huge}, in f\nFile "\0.py", line 1, in f\n'
        f'File "{"a" * 9000}.py", line 3, in f\n\x1b]0;owned\x07\x1b[2J\u202e\n'
        'File "models/vae.py", line 99999, in f\nFile "models/vae.py", line 0, in f\n'
    )
    shown = text_of(made)
    assert "hunter2" not in shown + json.dumps([each.source for each in made.found])
    assert not {"\x1b", "\x07", "\u202e", "\0"} & set(shown)
    assert [each.code for each in made.found] == ["KX851"]


def test_the_command_reads_a_file_or_what_is_piped_to_it(folder: Path) -> None:
    log = f'  File "models/vae.py", line {line_of(Z)}, in build_encoder\nKeyError: 1'
    Path("log.txt").write_text(log)
    for arguments, given in ((["log.txt"], ""), (["-"], log), ([], log)):
        result = CliRunner().invoke(program, ["traceback", *arguments], input=given)
        assert result.exit_code == 0
        assert "specs/vae.json:17:9: KX850 KeyError: 1" in result.output
    arguments = ["traceback", "log.txt", "--format", "github"]
    assert (
        "file=specs/vae.json,line=17" in CliRunner().invoke(program, arguments).stdout
    )
    Path("specs/vae.json").unlink()
    assert CliRunner().invoke(program, ["traceback", "log.txt"]).exit_code == 1
    for name, code in (("gone.txt", "KX009"), ("specs", "KX009"), ("log.py", "KX853")):
        Path("log.py").write_text("ValueError: no frames")
        with pytest.raises(SpecError) as caught:
            program.main(["traceback", name], standalone_mode=False)
        assert caught.value.diagnostics[0].code == code
