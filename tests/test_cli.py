"""The commands as users run them: what they print, write, and exit with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest

import kauxgen
from kauxgen import catalog, cli, explain, formats, resources
from kauxgen.styles import STYLES
from kauxgen.verbs import VERBS, program

SPEC = resources.EXAMPLES / "reconstruction_regressor.json"
OLD = 1_000_000_000_000_000_000

Run = Callable[..., "Result"]


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Run a command in a new folder that has one spec, `specs/model.json`."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "specs" / "model.json")

    def run(*arguments: str, stdin: bytes = b"") -> Result:
        stream = io.TextIOWrapper(io.BytesIO(stdin))
        monkeypatch.setattr(sys, "stdin", stream)
        with pytest.raises(SystemExit) as exit:
            cli.main(arguments)
        out, err = capfd.readouterr()
        assert isinstance(exit.value.code, int)
        return Result(exit.value.code, out, err)

    return run


def write(path: Path, **changes: Any) -> Path:
    """Write a sound spec called "model", with some keys changed."""
    spec = {**json.loads(SPEC.read_text()), "name": "model", **changes}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(spec, indent=1))
    return path


def files() -> set[str]:
    """List what is in the working directory, but for the specs."""
    found = {path.as_posix() for path in Path().rglob("*") if path.is_file()}
    return {path for path in found if not path.startswith("specs/")}


def test_render_writes_the_module_of_a_spec(run: Run) -> None:
    assert run("render", "specs/model.json") == Result(0, "wrote models/model.py\n", "")
    text = Path("models/model.py").read_text()
    spec = Path("specs/model.json").read_text()
    assert text == kauxgen.compile_spec(spec, path="specs/model.json")
    assert "from specs/model.json (style: subclass)" in text
    assert files() == {"models/model.py"}


def test_an_unchanged_module_is_not_touched(run: Run) -> None:
    run("render", "specs/model.json")
    os.utime("models/model.py", ns=(OLD, OLD))
    result = run("render", "specs/model.json")
    assert result == Result(0, "unchanged models/model.py\n", "")
    assert Path("models/model.py").stat().st_mtime_ns == OLD


def test_all_styles_are_written_side_by_side(run: Run) -> None:
    result = run("render", "specs/model.json", "--style", "all")
    paths = [f"models/model_{style}.py" for style in STYLES]
    assert result.out.splitlines() == [f"wrote {path}" for path in paths]
    assert files() == set(paths)


def test_a_style_that_cannot_express_a_spec_is_refused(run: Run) -> None:
    training = {"optimizer": {"optimizer": "Adam"}, "gradients": {"centralize": True}}
    write(Path("specs/model.json"), training=training)
    result = run("render", "specs/model.json", "--style", "all")
    assert result.status == 0
    assert result.out.splitlines() == [
        "refused models/model_functional.py: "
        "KX601 the style functional cannot express centralized gradients",
        "refused models/model_subclass.py: "
        "KX601 the style subclass cannot express centralized gradients",
        "wrote models/model_train_step.py",
        "wrote models/model_loop.py",
    ]
    assert files() == {"models/model_train_step.py", "models/model_loop.py"}


def test_the_only_style_asked_for_fails_if_it_is_refused(run: Run) -> None:
    training = {"optimizer": {"optimizer": "Adam"}, "gradients": {"centralize": True}}
    write(Path("specs/model.json"), training=training)
    result = run("render", "specs/model.json", "--style", "functional")
    assert (result.status, result.out) == (1, "")
    assert "KX601" in result.err
    assert not files()


def test_one_spec_with_findings_keeps_all_from_being_written(run: Run) -> None:
    write(Path("specs/bad.json"), name="bad", penalties=[{"penalty": "l3", "on": "x"}])
    result = run("render", "specs/model.json", "specs/bad.json")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("specs/bad.json:")
    assert result.err.splitlines()[-1].endswith("in 1 spec")
    assert not files()


def test_the_findings_of_all_specs_are_reported_at_once(run: Run) -> None:
    write(Path("specs/a.json"), kauxgen=2)
    result = run("render", "specs/a.json", "specs/none.json")
    assert result.status == 1
    assert "specs/a.json:" in result.err
    assert "specs/none.json: KX009 cannot be read" in result.err


def test_two_specs_of_one_name_are_a_finding(run: Run) -> None:
    write(Path("specs/other.json"))
    result = run("render", "specs/model.json", "specs/other.json")
    assert result.status == 1
    assert result.err.startswith(
        "models/model.py: KX702 both specs/model.json and specs/other.json"
    )
    assert not files()


def test_a_spec_given_twice_is_rendered_once(run: Run) -> None:
    result = run("render", "specs/model.json", "specs/model.json")
    assert result == Result(0, "wrote models/model.py\n", "")


@pytest.mark.parametrize(
    ("output", "path"),
    [("out", "out/model.py"), ("out/x.py", "out/x.py"), ("../x.py", "../x.py")],
)
def test_output_is_a_folder_or_a_file(run: Run, output: str, path: str) -> None:
    assert run("render", "specs/model.json", "-o", output).out == f"wrote {path}\n"
    assert Path(path).is_file()


def test_output_to_the_standard_output_is_the_module_alone(run: Run) -> None:
    description = "Über \u2028 \U0001f600"
    write(Path("specs/model.json"), description=description)
    result = run("render", "specs/model.json", "-o", "-")
    spec = Path("specs/model.json").read_text()
    expected = kauxgen.compile_spec(spec, path="specs/model.json")
    assert result == Result(0, expected, "")
    assert not files()


def test_a_spec_is_read_from_the_standard_input(run: Run) -> None:
    data = Path("specs/model.json").read_bytes()
    result = run("render", "-", stdin=data)
    assert result.out == "wrote models/model.py\n"
    assert "from <stdin> (style: subclass)" in Path("models/model.py").read_text()


@pytest.mark.parametrize("output", ["-", "x.py"])
@pytest.mark.parametrize("more", [["specs/other.json"], ["--style", "all"]])
def test_one_file_holds_one_module(run: Run, output: str, more: list[str]) -> None:
    result = run("render", "specs/model.json", *more, "-o", output)
    assert result.status == 2
    assert f"-o {output} takes one spec in one style" in result.err


@pytest.mark.parametrize("option", [[], ["-o", "models/model.py"]])
def test_a_directory_in_place_of_the_module(run: Run, option: list[str]) -> None:
    Path("models/model.py").mkdir(parents=True)
    result = run("render", "specs/model.json", *option)
    assert result.status == 1
    assert result.err == (
        "models/model.py: KX701 cannot be written: a directory stands here\n"
        "  more: kauxgen explain KX701\n"
        "1 error in 1 file\n"
    )
    assert not files()


def test_validate_says_that_all_is_well(run: Run) -> None:
    result = run("validate", "specs/model.json", str(SPEC))
    assert result == Result(0, "no findings in 2 specs\n", "")
    assert not files()


def test_validate_says_that_the_style_of_a_spec_cannot_express_it(run: Run) -> None:
    training = {"optimizer": {"optimizer": "Adam"}, "gradients": {"centralize": True}}
    write(Path("specs/model.json"), training=training, style="subclass")
    result = run("validate", "specs/model.json")
    assert result.status == 1
    assert "KX601 the style subclass cannot express" in result.out
    write(Path("specs/model.json"), training=training, style="loop")
    assert run("validate", "specs/model.json").status == 0


def test_validate_reports_findings(run: Run) -> None:
    text = Path("specs/model.json").read_text()
    result = run("validate", "-", stdin=text.replace('"params"', '"parms"').encode())
    assert result.status == 1
    first, line, mark, help, *_, summary = result.out.splitlines()
    assert first == '<stdin>:7:2: KX101 unknown key "parms" in the spec'
    assert mark.index("^") == line.index('"parms"')
    assert help == '  help: did you mean "params"?   more: kauxgen explain KX101'
    assert summary == "1 error in 1 spec"
    assert result.err == ""


DOUBT = {
    "layers": [
        {
            "name": "prediction",
            "layer": "Dense",
            "args": {"units": 1, "activation": "softmax"},
        }
    ],
    "params": {},
    "penalties": [],
}
SILENCED = [{"code": "KX471", "reason": "It is the baseline of the comparison."}]


def test_a_warning_is_shown_and_keeps_nothing_from_being_written(run: Run) -> None:
    path = write(Path("specs/model.json"), **DOUBT).as_posix()
    result = run("validate", path)
    assert result.status == 0
    assert f"{path}:" in result.out
    assert ": warning KX471 " in result.out
    assert result.out.endswith("\n1 warning in 1 spec\n")
    rendered = run("render", path, "-o", "-")
    assert (rendered.status, rendered.err) == (0, result.out)
    assert rendered.out.startswith('"""')
    assert run("render", path).out == "wrote models/model.py\n"


def test_strict_makes_errors_of_warnings(run: Run) -> None:
    path = write(Path("specs/model.json"), **DOUBT).as_posix()
    result = run("validate", path, "--strict")
    assert (result.status, result.err) == (1, "")
    assert result.out.splitlines()[0].partition(": ")[2].startswith("KX471 ")
    assert result.out.endswith("\n1 error in 1 spec\n")
    rendered = run("render", "--strict", path)
    assert rendered == Result(1, "", result.out)
    assert not files()


def test_a_silenced_warning_is_none(run: Run) -> None:
    path = write(Path("specs/model.json"), **DOUBT, silence=SILENCED).as_posix()
    assert run("validate", "--strict", path) == Result(0, "no findings in 1 spec\n", "")


def test_warnings_stand_among_the_errors_of_other_specs(run: Run) -> None:
    doubtful = write(Path("specs/model.json"), **DOUBT).as_posix()
    wrong = write(Path("specs/wrong.json"), kauxgen=2).as_posix()
    result = run("render", doubtful, wrong)
    assert (result.status, result.out) == (1, "")
    assert "warning KX471" in result.err
    assert result.err.endswith("\n1 error, 1 warning in 2 specs\n")
    assert not files()


def test_a_style_is_refused_beside_warnings(run: Run) -> None:
    training = {"optimizer": {"optimizer": "Adam"}, "gradients": {"centralize": True}}
    path = write(Path("specs/model.json"), **DOUBT, training=training).as_posix()
    result = run("render", path, "--style", "functional")
    assert result.status == 1
    assert result.err.endswith("\n1 error, 1 warning in 1 spec\n")
    assert not files()


def test_a_spec_that_warns_compiles_as_a_value(run: Run) -> None:
    text = write(Path("specs/model.json"), **DOUBT).read_text()
    (found,) = kauxgen.validate(text)
    assert (found.code, found.severity, found.is_error) == ("KX471", "warning", False)
    assert kauxgen.compile_spec(text)


@pytest.mark.parametrize("spec", [path.stem for path in resources.EXAMPLES.iterdir()])
def test_every_example_is_sound(run: Run, spec: str) -> None:
    path = str(resources.EXAMPLES / f"{spec}.json")
    assert run("validate", path).out == "no findings in 1 spec\n"


def test_explain_knows_every_diagnostic(run: Run) -> None:
    for code in explain.diagnostics():
        result = run("explain", code)
        assert result.status == 0
        assert result.out.startswith(f"{code} ")
        for part in ("\nWrong:\n    ", "\nRight:\n    "):
            assert part in result.out


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("kx009", ["KX009 a file that cannot be read."]),
        ("Conv2D", ["Conv2D (layer)", "  filters: an integer of at least 1; required"]),
        ("MultiHeadAttention", ["Inputs: query, value, key (optional)."]),
        ("Concatenate", ["Inputs: a list of tensors."]),
        ("Adam", ["Adam (optimizer)", "  learning_rate: "]),
        ("random_normal", ["RandomNormal (initializer)"]),
        ("relu", ["relu (activation)", "relu (operation)"]),
        ("mean", ["  mean(x, axis=None, keepdims=False)"]),
        (
            "kl_standard_normal",
            [
                "kl_standard_normal (penalty)",
                "(mean, log_var) = KL(",
                "Source: Kingma and Welling",
                '  reduce: "sum" or "mean"; default "sum"',
            ],
        ),
        *((style, [f"{style} (style)"]) for style in STYLES),
    ],
)
def test_explain_a_word(run: Run, word: str, parts: list[str]) -> None:
    result = run("explain", word)
    assert (result.status, result.err) == (0, "")
    for part in parts:
        assert part in result.out


def test_every_word_has_an_explanation_of_plain_lines() -> None:
    for word in explain.words():
        lines = ["".join(text for _, text in line) for line in explain.explain(word)]
        assert len(lines) > 2
        assert all(len(line) <= 88 for line in lines), word
        assert all(line.isprintable() for line in lines), word


def test_every_style_is_explained() -> None:
    assert tuple(explain.STYLES) == STYLES


@pytest.mark.parametrize(
    ("word", "help"),
    [("Conv2", 'did you mean "Conv2D"?'), ("qqqq", "nothing is known")],
)
def test_explain_an_unknown_word(run: Run, word: str, help: str) -> None:
    result = run("explain", word)
    assert (result.status, result.out) == (2, "")
    assert help in result.err


def test_schema_is_a_schema_that_examples_meet(run: Run) -> None:
    schema = json.loads(run("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in resources.EXAMPLES.glob("*.json"):
        validator.validate(json.loads(path.read_text()))
    assert "Conv2D" in json.dumps(schema)


def test_new_starts_a_spec_that_renders(run: Run) -> None:
    assert run("new", "digits") == Result(0, "wrote specs/digits.json\n", "")
    assert json.loads(Path("specs/digits.json").read_text())["name"] == "digits"
    assert run("render", "specs/digits.json").out == "wrote models/digits.py\n"


@pytest.mark.parametrize("published", [True, False])
def test_new_keeps_the_example_as_it_is_written(run: Run, published: bool) -> None:
    if published:
        Path("schemas").mkdir()
        Path("schemas/spec.json").write_text("{}")
    run("new", "digits", "--from", "vae")
    expected = (resources.EXAMPLES / "vae.json").read_text()
    expected = expected.replace('"name": "vae"', '"name": "digits"')
    if not published:
        expected = expected.replace('"$schema": "../schemas/spec.json",\n  ', "")
    assert Path("specs/digits.json").read_text() == expected


def test_new_never_overwrites(run: Run) -> None:
    before = Path("specs/model.json").read_text()
    result = run("new", "model")
    assert result.status == 1
    assert result.err.startswith("specs/model.json: KX704 exists already\n")
    assert Path("specs/model.json").read_text() == before


@pytest.mark.parametrize("name", ["../x", "class", "Model", "a b", "", "x\n", "_x"])
def test_new_checks_the_name(run: Run, name: str) -> None:
    before = sorted(Path().rglob("*"))
    result = run("new", "--", name)
    assert result.status == 2
    assert "Error: " in result.err
    assert sorted(Path().rglob("*")) == before


def test_new_lists_the_examples(run: Run) -> None:
    result = run("new", "x", "--from", "resnt")
    assert result.status == 2
    assert 'no example "resnt": did you mean "resnet"?' in result.err
    for path in resources.EXAMPLES.glob("*.json"):
        assert path.stem in result.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_a_shell(run: Run, shell: str) -> None:
    result = run("completion", shell)
    assert result.status == 0
    assert f"_KAUXGEN_COMPLETE={shell}_complete" in result.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("kauxgen val", "validate"),
        ("kauxgen render --style tr", "train_step"),
        ("kauxgen explain Conv2DT", "Conv2DTranspose"),
        ("kauxgen new x --from res", "resnet"),
    ],
)
def test_completion_completes(
    run: Run, words: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_KAUXGEN_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert run().out == f"plain,{expected}\n"


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_the_commands(run: Run, option: str) -> None:
    result = run(option)
    assert result.status == 0
    for verb in VERBS:
        assert f"  {verb} " in result.out
        assert run(verb, option).status == 0
    assert "..." not in result.out.replace("[ARGS]...", "")


def test_version(run: Run) -> None:
    assert run("--version").out == f"kauxgen {kauxgen.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rendr"], "no such command 'rendr': did you mean \"render\"?"),
        (["render"], "Missing argument 'SPEC...'"),
        (["render", "a", "--style", "sequential"], "'sequential' is not one of"),
        (["render", "a", "--force"], "--force and --prune are for projects"),
        (["check"], "no pyproject.toml here or above has [tool.kauxgen]"),
        (["render", "a", "--forse"], "No such option"),
    ],
)
def test_wrong_usage(run: Run, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


def test_a_hostile_file_name_is_text(run: Run) -> None:
    path = write(Path("specs") / 'a"""\nprint(1)\n.json')
    assert run("render", str(path)).status == 0
    compile(Path("models/model.py").read_text(), "model.py", "exec")
    Path(path).write_text("{")
    result = run("validate", str(path))
    assert result.out.startswith('specs/a"""\\nprint(1)\\n.json:1:2: KX001')


def test_an_unexpected_error_is_a_bug_in_kauxgen(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise KeyError("hidden")

    monkeypatch.delenv("KAUXGEN_DEBUG", raising=False)
    assert cli.run(broken, ["render", "my spec.json"]) == 70
    quiet = capfd.readouterr().err
    assert "KX901 internal error: KeyError: 'hidden'" in quiet
    assert "render 'my spec.json'" in quiet
    assert "please report it" in quiet
    assert "Traceback" not in quiet
    monkeypatch.setenv("KAUXGEN_DEBUG", "1")
    cli.run(broken, [])
    assert "in broken" in capfd.readouterr().err


def test_the_program_runs_as_a_module(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "kauxgen", "validate", str(SPEC), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert "KX009 cannot be read: is a directory" in process.stdout
    assert process.stderr == ""


def test_what_users_call_is_typed_and_documented() -> None:
    for name in kauxgen.__all__:
        if callable(item := getattr(kauxgen, name)):
            assert item.__doc__
    for function in (kauxgen.compile_spec, kauxgen.validate):
        assert "return" in function.__annotations__


def test_text_bytes_and_values_are_the_same_spec() -> None:
    text = SPEC.read_text()
    modules = {
        kauxgen.compile_spec(spec) for spec in (text, text.encode(), json.loads(text))
    }
    assert len(modules) == 1
    assert kauxgen.validate(text) == kauxgen.validate(json.loads(text)) == []


def test_findings_are_values() -> None:
    [found] = kauxgen.validate('{"a": 1,}', path="here")
    assert (found.path, found.line, found.column, found.code) == ("here", 1, 8, "KX003")
    with pytest.raises(kauxgen.SpecError) as raised:
        kauxgen.compile_spec('{"a": 1,}', path="here")
    assert raised.value.diagnostics == (found,)


def test_the_catalog_has_all_that_was_promised() -> None:
    assert len(catalog.kinds("layer")) >= 45
    assert len(catalog.operations()) >= 90
    assert len(explain.diagnostics()) >= 45


@pytest.mark.parametrize(
    ("file", "beginning"),
    [
        ("model.svg", "<svg "),
        ("model.html", "<!DOCTYPE html>"),
        ("model.mmd", "---\ntitle:"),
        ("model.dot", "digraph "),
        ("model.picture", "<svg "),
    ],
)
def test_graph_writes_what_its_file_is(
    run: Run, tmp_path: Path, file: str, beginning: str
) -> None:
    result = run("graph", "specs/model.json", "-o", f"pictures/{file}")
    assert (result.status, result.out) == (0, f"wrote pictures/{file}\n")
    assert (tmp_path / "pictures" / file).read_text().startswith(beginning)
    again = run("graph", "specs/model.json", "-o", f"pictures/{file}")
    assert again.out == f"unchanged pictures/{file}\n"


def test_graph_draws_to_the_standard_output(run: Run) -> None:
    spec = Path("specs/model.json").read_bytes()
    assert run("graph", "-", stdin=spec).out.startswith("<svg ")
    asked = run("graph", "specs/model.json", "--format", "mermaid")
    assert "flowchart" in asked.out


def test_graph_writes_nothing_of_a_spec_with_findings(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "specs" / "bad.json", layers=[])
    result = run("graph", "specs/bad.json", "-o", "bad.svg")
    assert result.status == 1
    assert "specs/bad.json:" in result.err
    assert not (tmp_path / "bad.svg").exists()
    assert run("graph", "specs/model.json", "--format", "gif").status == 2


def test_graph_leaves_a_file_that_it_cannot_write(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    result = run("graph", "specs/model.json", "-o", "taken")
    assert result.status == 1
    assert "KX7" in result.err


@pytest.mark.parametrize("verb", ["validate", "render", "check", "fmt", "breaking"])
def test_what_has_findings_writes_them_in_any_format(verb: str) -> None:
    command = program.get_command(click.Context(program), verb)
    assert command is not None
    (option,) = (one for one in command.params if "--format" in one.opts)
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == ["text", *formats.WRITERS]


FORMATS = ["json", "github", "gitlab", "sarif", "junit"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("verb", ["validate", "render"])
def test_a_format_is_the_output_and_the_text_stands_beside(
    verb: str, format: str, run: Run
) -> None:
    """The exit status is the same, and the text for people too."""
    done = run(verb, "specs/model.json", "--format", format)
    assert done.status == 0
    assert done.out == formats.write([], format)
    write(Path("specs/bad.json"), styel="loop")
    plain = run(verb, "specs/bad.json", "specs/model.json")
    found = run(verb, "specs/bad.json", "specs/model.json", "--format", format)
    assert found.status == plain.status == 1
    assert found.err == plain.out + plain.err
    bad = Path("specs/bad.json")
    assert found.out == formats.write(
        kauxgen.validate(bad.read_text(), path=bad.as_posix()), format
    )
    assert files() <= {"models/model.py"}


def test_a_warning_is_in_a_format_once_whatever_else_fails(run: Run) -> None:
    doubtful = write(Path("specs/model.json"), **DOUBT).as_posix()
    options = ("render", doubtful, "--format", "json", "-o")
    done = run(*options, "models")
    assert (done.status, done.out) == (0, run("validate", *options[1:4]).out)
    assert done.err.endswith("wrote models/model.py\n")
    Path("models/model.py").unlink()
    Path("models/model.py").mkdir()
    failed = run(*options, "models")
    found = [one["code"] for one in json.loads(failed.out)["findings"]]
    assert (failed.status, found) == (1, ["KX471", "KX701"])


@pytest.mark.parametrize(
    "verb", [["validate"], ["render"], ["check"], ["fmt", "--check"]]
)
def test_settings_that_cannot_be_read_are_a_document_too(
    verb: list[str], run: Run
) -> None:
    """Whoever reads the report sees why there is none about the specs."""
    Path("pyproject.toml").write_text("[tool.kauxgen]\nspecs = 3\n")
    done = run(*verb, "--format", "json")
    found = [one["path"] for one in json.loads(done.out)["findings"]]
    assert (done.status, found) == (2, ["pyproject.toml"])


def test_two_documents_do_not_share_the_output(run: Run) -> None:
    done = run("render", "specs/model.json", "-o", "-", "--format", "json")
    assert done.status == 2
    assert "-o - and --format json write to one stream" in done.err
    assert not done.out
