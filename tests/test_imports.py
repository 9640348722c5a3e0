"""What is imported when: compiling is light, and needs no Keras."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kauxgen import resources

SPEC = str(resources.EXAMPLES / "vae.json")
FRAMEWORKS = {"tensorflow", "keras", "jax", "torch", "numpy"}
HEAVY = {"black", "jinja2", "jsonschema", "rich"}
OWN = {"compiler", "emit", "lower", "schema", "rules", "catalog", "styles"}

PROGRAM = """
import json, sys
try:
    {statement}
except SystemExit as exit:
    assert not exit.code, exit.code
print("\\n" + json.dumps(sorted(sys.modules)))
"""


def imported(statement: str, folder: Path) -> set[str]:
    """Run a statement in a process of its own, and list the modules it then has."""
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(statement=statement)],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return set(json.loads(process.stdout.splitlines()[-1]))


def command(*arguments: str) -> str:
    return f"from kauxgen.cli import main; main({list(arguments)!r})"


def test_the_package_is_light(tmp_path: Path) -> None:
    modules = imported("import kauxgen", tmp_path)
    assert not modules & (FRAMEWORKS | HEAVY | {"click"})
    assert not modules & {f"kauxgen.{name}" for name in OWN}


def test_the_version_needs_no_compiler(tmp_path: Path) -> None:
    modules = imported(command("--version"), tmp_path)
    assert not modules & (FRAMEWORKS | HEAVY)
    assert "kauxgen.compiler" not in modules


def test_graph_imports_no_framework_and_nothing_that_renders(tmp_path: Path) -> None:
    """Only a page quotes the module, and so needs what writes it."""
    modules = imported(command("graph", SPEC, "-o", "vae.svg"), tmp_path)
    assert not modules & (FRAMEWORKS | HEAVY)
    assert not modules & {"http.client", "ssl"}, "xml.sax.saxutils imports them"


@pytest.mark.parametrize("verb", ["validate", "summary", "textconv"])
def test_checking_imports_no_framework_and_nothing_that_writes(
    verb: str, tmp_path: Path
) -> None:
    modules = imported(command(verb, SPEC), tmp_path)
    assert not modules & (FRAMEWORKS | HEAVY)
    assert {"click", "kauxgen.rules"} <= modules, "the test sees what is imported"


def test_fmt_imports_nothing_that_checks_or_writes(tmp_path: Path) -> None:
    modules = imported(command("fmt", "--check", SPEC), tmp_path)
    assert not modules & (FRAMEWORKS | HEAVY | {"kauxgen.rules"})
    assert "kauxgen.canonical" in modules, "the test sees what is imported"


def test_diff_imports_no_framework_and_no_formatter(tmp_path: Path) -> None:
    """What becomes of old weights is read off the modules, which templates lay out."""
    other = SPEC.replace("vae", "conv_vae")
    modules = imported(command("diff", SPEC, other, "-o", "diff.html"), tmp_path)
    assert not modules & (FRAMEWORKS | {"black", "rich"})
    assert "kauxgen.picture.svg" in modules, "the test sees what is imported"


@pytest.mark.parametrize("style", ["functional", "subclass", "train_step", "loop"])
def test_render_imports_no_framework(tmp_path: Path, style: str) -> None:
    modules = imported(command("render", SPEC, "--style", style), tmp_path)
    assert not modules & (FRAMEWORKS | {"rich"})
    assert not modules & {"kauxgen.pool", "multiprocessing"}, "one spec needs no pool"
    assert {"black", "jinja2"} <= modules, "the test sees what is imported"


@pytest.mark.parametrize("word", ["KX001", "Conv2D", "vae"])
def test_explain_imports_no_framework(tmp_path: Path, word: str) -> None:
    verb = ("new", "x", "--from") if word == "vae" else ("explain",)
    modules = imported(command(*verb, word), tmp_path)
    assert not modules & (FRAMEWORKS | {"black", "jinja2", "rich"})


def test_the_language_server_needs_no_framework(tmp_path: Path) -> None:
    modules = imported("import kauxgen.language.server", tmp_path)
    assert not modules & (FRAMEWORKS | {"black", "jinja2", "rich"})


@pytest.mark.parametrize("verb", ["check", "render"])
def test_a_project_that_has_not_changed_needs_no_compiler(
    verb: str, tmp_path: Path
) -> None:
    """What the lock knows is neither parsed nor rendered, whatever it takes."""
    (tmp_path / "pyproject.toml").write_text('[tool.kauxgen]\nspecs = ["*.json"]\n')
    (tmp_path / "vae.json").write_text(Path(SPEC).read_text())
    assert "kauxgen.compiler" in imported(command("render"), tmp_path)
    modules = imported(command(verb), tmp_path)
    assert not modules & (FRAMEWORKS | HEAVY)
    assert not modules & {f"kauxgen.{name}" for name in OWN}
