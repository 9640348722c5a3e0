"""`kauxgen fmt`: one layout for every spec, which changes nothing that is meant."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kauxgen import canonical, key_order, resources, source
from test_cli import Result, Run, run, write

__all__ = ["run"]

SPECS = sorted(resources.EXAMPLES.glob("*.json"))
EXAMPLES = sorted((Path(__file__).parent / "diagnostics").glob("*/spec.json"))
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.\w]+')
LAID = '{\n  "kauxgen": 1,\n  "name": "vae"\n}\n'
LOOSE = '{"name": "vae",\n"kauxgen": 1}'


def laid(text: str) -> str:
    return canonical.layout(source.scan(text, "spec.json"))


def held(text: str) -> str:
    """Lay a text out, and hold what any layout keeps: values, tokens, and itself."""
    after = laid(text)
    assert json.loads(after) == json.loads(text)
    assert Counter(TOKEN.findall(after)) == Counter(TOKEN.findall(text))
    assert laid(after) == after
    return after


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specs_are_laid_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert held(text) == text
    assert max(map(len, re.sub(r'"description": ".*"', "", text).split("\n"))) <= 120


class Verbatim(float):
    """A number that is written as it was read."""

    def __new__(cls, text: str) -> Verbatim:
        new = super().__new__(cls, text)
        new.text = text
        return new

    text: str


def scrambled(value: Any, schema: Mapping[str, Any], chance: random.Random) -> str:
    """Write a value badly: any white space, and keys in any order if they have one."""
    gap = chance.choice(("", " ", "\n\t", " \r\n  "))
    if isinstance(value, dict):
        keys = list(value)
        if key_order.ordered(schema, dict.fromkeys(keys[::-1])) == keys:
            chance.shuffle(keys)
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}{gap}:"
            + scrambled(value[key], key_order.below(schema, key), chance)
            for key in keys
        ]
        return "{" + gap + f",{gap}".join(parts) + gap + "}"
    if isinstance(value, list):
        parts = [scrambled(x, key_order.below(schema, 0), chance) for x in value]
        return f"[{gap}" + f"{gap},".join(parts) + f"{gap}]"
    return getattr(value, "text", None) or json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_spec_written_otherwise_gets_the_same_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    value = json.loads(text, parse_float=Verbatim)
    for seed in range(3):
        loose = scrambled(value, key_order.root(), random.Random(seed))
        assert loose != text
        assert laid(loose).replace("\r\n", "\n") == text


def test_specs_with_mistakes_are_laid_out_too() -> None:
    texts = []
    for path in EXAMPLES:
        try:
            texts.append(source.scan(path.read_bytes(), "spec.json").text)
        except source.ScanError:
            continue
    assert len(texts) > 300
    for text in texts:
        held(text)


WORDS = ["name", "layer", "args", "inputs", "layers", "networks", "define", "body", "é"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=60), inner)
    ),
    max_leaves=30,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(WORDS) | st.text(), VALUES), st.booleans())
def test_a_layout_changes_no_token(value: dict[str, Any], plain: bool) -> None:
    held(json.dumps(value, ensure_ascii=plain))


def test_lines_end_as_the_first_one_and_tokens_stay() -> None:
    assert laid(LOOSE) == LAID
    assert laid(LOOSE.replace("\n", "\r\n")) == LAID.replace("\n", "\r\n")
    kept = '"a": 1E-3, "b": 2.50, "c": "\\u202e\\/\u00e9\u2028", "d": -0'
    text = f'{{\n  "params": {{{kept}}}\n}}\n'
    assert laid(text) == text


def test_what_the_schema_does_not_know_stands_behind_what_it_does() -> None:
    node = '{"unit": 2, "layer": "Dense", "name": "x"}'
    text = f'{{"zeta": 1, "layers": [{node}], "alpha": 3}}'
    assert list(json.loads(laid(text))) == ["layers", "zeta", "alpha"]
    assert '{"name": "x", "layer": "Dense", "unit": 2}' in laid(text)


def test_white_space_makes_no_spec_that_is_too_large() -> None:
    text = '{"x":' + "[" * 60 + ",".join(['{"a":1,"b":2}'] * 9_000) + "]" * 60 + "}"
    with pytest.raises(source.ScanError, match="too large"):
        laid(text)


def test_specs_are_reformatted_once(run: Run) -> None:
    Path("laid.json").write_text(LAID)
    old = Path("laid.json").stat().st_mtime_ns
    first = run("fmt", "specs/model.json", "laid.json")
    said = "reformatted specs/model.json\n1 spec reformatted, 1 spec unchanged\n"
    assert first == Result(0, said, "")
    assert Path("laid.json").stat().st_mtime_ns == old
    assert run("fmt", "specs/model.json") == Result(0, "1 spec unchanged\n", "")
    assert run("fmt", "specs/model.json", "--check").status == 0


def test_check_says_where_a_spec_is_laid_out_otherwise(run: Run) -> None:
    Path("a.json").write_text(LOOSE)
    done = run("fmt", "--check", "a.json", "specs/model.json")
    assert done.status == 1
    assert "a.json:1:1: KX750 is not in the layout of specs\n  1 | " in done.out
    assert done.out.endswith("2 errors in 2 specs\n")
    assert Path("a.json").read_text() == LOOSE
    Path("a.json").write_bytes(b"\xef\xbb\xbf" + LAID.encode())
    assert "a.json:1:1: KX750" in run("fmt", "--check", "a.json").out
    Path("a.json").write_text(LAID + "\n")
    assert "a.json:6:1: KX750" in run("fmt", "--check", "a.json").out


def test_findings_are_written_in_a_format(run: Run) -> None:
    Path("a.json").write_text(LOOSE)
    done = run("fmt", "--check", "a.json", "--format", "json")
    assert [one["code"] for one in json.loads(done.out)["findings"]] == ["KX750"]
    assert "KX750" in done.err
    assert run("fmt", "-", "--format", "json").status == 2
    assert json.loads(run("fmt", "a.json", "--format", "json").out)["findings"] == []
    assert Path("a.json").read_text() == LAID


def test_a_diff_is_shown_and_nothing_written(run: Run) -> None:
    Path("a.json").write_text(LOOSE)
    done = run("fmt", "--diff", "a.json")
    assert done.status == 0
    assert done.out.startswith("--- a.json\n+++ a.json\n@@ -1,2 +1,5 @@\n")
    assert '+  "kauxgen": 1,\n' in done.out
    assert run("fmt", "--diff", "--check", "a.json").status == 1
    assert Path("a.json").read_text() == LOOSE


def test_the_standard_input_goes_to_the_standard_output(run: Run) -> None:
    assert run("fmt", "-", stdin=LOOSE.encode()) == Result(0, LAID, "")
    assert run("fmt", "-", "--check", stdin=LAID.encode()).status == 0
    assert "<stdin>:1:1: KX750" in run("fmt", "-", "--check", stdin=LOOSE.encode()).out


def test_all_are_reformatted_or_none(run: Run) -> None:
    Path("a.json").write_text(LOOSE)
    Path("b.json").write_text('{"name": 1, "name": 2}')
    write(Path("c.json"))
    done = run("fmt", "a.json", "b.json", "c.json")
    assert (done.status, done.out) == (1, "")
    assert 'b.json:1:13: KX002 "name" stands here twice' in done.err
    assert Path("a.json").read_text() == LOOSE


def test_a_project_is_reformatted_as_a_whole(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("fmt").status == 2
    Path("pyproject.toml").write_text('[tool.kauxgen]\nspecs = ["specs/**/*.json"]\n')
    write(Path("specs/deep/b.json"))
    Path("other.json").write_text(LOOSE)
    monkeypatch.chdir("specs")
    assert run("fmt", "--check").out.endswith("2 errors in 2 specs\n")
    done = run("fmt")
    assert done.status == 0
    assert done.out.endswith("2 specs reformatted\n")
    assert run("fmt") == Result(0, "2 specs unchanged\n", "")
    assert Path("../other.json").read_text() == LOOSE
