"""The text of every spec in every style, committed and read in review."""

from __future__ import annotations

import json
from pathlib import Path

import black
import pytest

from kauxgen import compiler, styles

ROOT = Path(__file__).parents[1]
GOLDENS = Path(__file__).parent / "goldens"
SPECS = sorted((ROOT / "specs").glob("*.json"))
STEPS = ("train_step", "loop")


def expressible(spec: Path) -> tuple[str, ...]:
    """Name the styles of a spec: only those that write steps take one."""
    return STEPS if "step" in json.loads(spec.read_bytes()) else styles.STYLES


CASES = [(spec, style) for spec in SPECS for style in expressible(spec)]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_text_is_as_committed(spec: Path, request: pytest.FixtureRequest) -> None:
    """A changed template shows here; parity says whether the change is right."""
    loaded = compiler.load(spec.read_bytes(), f"specs/{spec.name}")
    for style in expressible(spec):
        text = compiler.render(loaded, style)
        golden = GOLDENS / f"{spec.stem}_{style}.py"
        if request.config.getoption("--update-goldens"):
            golden.write_text(text, encoding="utf-8")
        assert text == golden.read_text(encoding="utf-8"), golden.name


def test_no_golden_without_its_spec() -> None:
    expected = {f"{spec.stem}_{style}.py" for spec, style in CASES}
    assert {path.name for path in GOLDENS.glob("*.py")} == expected


@pytest.mark.parametrize("golden", sorted(GOLDENS.glob("*.py")), ids=lambda p: p.stem)
def test_black_leaves_it(golden: Path) -> None:
    text = golden.read_text(encoding="utf-8")
    assert black.format_str(text, mode=black.Mode(line_length=88)) == text
    compile(text, golden.name, "exec")


@pytest.mark.parametrize("golden", sorted(GOLDENS.glob("*.py")), ids=lambda p: p.stem)
def test_imports_are_few(golden: Path) -> None:
    """No module needs kauxgen; the fit styles need TensorFlow for derivatives only."""
    text = golden.read_text(encoding="utf-8")
    assert "import kauxgen" not in text
    differentiates = "tf.GradientTape" in text
    fits = golden.stem.endswith(("_functional", "_subclass"))
    assert ("import tensorflow" in text) == (differentiates or not fits)
