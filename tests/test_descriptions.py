"""Descriptions: what a spec says of any part of it stands in the code, once."""

from __future__ import annotations

import ast
import io
import itertools
import json
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import black
import pytest

from accepted import ACCEPTED
from accepted_steps import STEPS
from described import described
from kauxgen import compiler, rules
from kauxgen.styles import STYLES
from small_spec import Json, small
from small_step import step
from test_goldens import CASES, GOLDENS, SPECS, expressible

WORD = re.compile(r"\bq\d+z\b")
LONG = "What is said of {}, so that nobody who reads this code need look into its spec."
SHOWN = ("reconstruction_regressor", "dqn_update")
HOSTILE = (
    "one\ntwo\r\n\timport os\f\x1b[31m\u202e",
    '"""\nimport os\n"""',
    "fmt: off",
    "ruff: noqa",
    "type: ignore # fmt:skip",
    "x" * 200 + " \\",
    "'''\\N{BULLET} # \u2028 <script> \U0001f642",
    " \n ",
)


def marked(spec: Json) -> tuple[Json, list[str]]:
    """Give a spec a description of one odd word everywhere, and list the words."""
    words: list[str] = []

    def word(at: str) -> str:
        words.append(f"q{len(words)}z")
        return words[-1]

    return described(spec, word), words


def said(text: str) -> list[str]:
    return sorted(WORD.findall(text.lower()))


def bare(text: str) -> str:
    """Dump the syntax tree of a module without its docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        if documented and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_everything_is_said_once_and_the_code_is_the_same(path: Path) -> None:
    spec, words = marked(json.loads(path.read_text(encoding="utf-8")))
    loaded = compiler.load(spec)
    styles = expressible(path)
    # By turns: a style that writes a graph and one that writes classes.
    for style in styles[SPECS.index(path) % 2 :: 2] if len(styles) > 2 else styles:
        text = compiler.render(loaded, style)
        golden = GOLDENS / f"{path.stem}_{style}.py"
        assert said(text) == sorted(words), style
        assert bare(text) == bare(golden.read_text(encoding="utf-8"))


CORNERS = {
    **{name: small(**changes) for name, changes in ACCEPTED.items()},
    **{name: step(**changes) for name, changes in STEPS.items()},
}


def test_everything_is_said_once_in_every_corner_of_the_language() -> None:
    for number, (name, spec) in enumerate(CORNERS.items()):
        full, words = marked(spec)
        loaded = compiler.load(full)
        turn = number % len(STYLES)
        possible = [
            style
            for style in (*STYLES[turn:], *STYLES[:turn])
            if not rules.portability(loaded.checked, style)
        ]
        text = compiler.render(loaded, possible[0])
        assert said(text) == sorted(words), f"{name} ({possible[0]})"


@pytest.mark.parametrize(
    ("spec", "style"),
    [case for case in CASES if case[0].stem in SHOWN],
    ids=lambda case: getattr(case, "stem", case),
)
def test_comments_are_as_committed(
    spec: Path, style: str, request: pytest.FixtureRequest
) -> None:
    value = described(json.loads(spec.read_text(encoding="utf-8")), LONG.format)
    text = compiler.compile_text(value, f"specs/{spec.name}", style)
    golden = GOLDENS / "described" / f"{spec.stem}_{style}.py"
    if request.config.getoption("--update-goldens"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    assert black.format_str(text, mode=black.Mode()) == text
    assert max(map(len, text.splitlines())) <= 88


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [one.string for one in tokens if one.type == tokenize.COMMENT]


def test_no_text_gets_out_of_a_comment_or_turns_a_tool_off(tmp_path: Path) -> None:
    for path, first in itertools.product(SPECS, (0, 3)):
        if path.stem not in SHOWN:
            continue
        texts = itertools.islice(itertools.cycle(HOSTILE), first, None)
        value = json.loads(path.read_text(encoding="utf-8"))
        loaded = compiler.load(described(value, lambda at, texts=texts: next(texts)))
        for style in expressible(path)[-2:]:
            text = compiler.render(loaded, style)
            golden = GOLDENS / f"{path.stem}_{style}.py"
            assert bare(text) == bare(golden.read_text(encoding="utf-8"))
            assert black.format_str(text, mode=black.Mode()) == text
            assert all(one.isprintable() for one in comments(text))
            broken = tmp_path / f"{path.stem}_{style}_{first}.py"
            broken.write_text(f"{text}import os\n", encoding="utf-8")
    command = (sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F401")
    found = subprocess.run(
        [*command, "--output-format", "concise", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.count("`os` imported but unused") == 8


def test_an_input_called_x_is_named_once() -> None:
    path = Path("tests/keras/nasty/fixed_slopes.json")
    text = compiler.compile_text(json.loads(path.read_bytes()), str(path), "subclass")
    assert '"""Fit to x (n, 4) and y; `options` go to `fit`."""' in text


def test_a_comment_has_room_however_deep_it_stands() -> None:
    node: Json = {"name": "dense", "layer": "Dense", "args": {"units": 8}}
    for depth in range(12):
        node = {"name": f"r{depth}", "repeat": {"count": 1}, "body": [node]}
    last = {"name": "prediction", "layer": "Dense", "args": {"units": 1}}
    spec = described(small(layers=[node, last]), LONG.format)
    text = compiler.render(compiler.load(spec), "functional", line_length=40)
    assert text.count("# What is said of") == 14
    said = [one for one in text.split("\n") if one.strip() == "# What is said of"]
    assert max(len(one) - len(one.lstrip()) for one in said) > 40
