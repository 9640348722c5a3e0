"""A project's own templates: what they may do, and what is said of them otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import kauxgen
from kauxgen import compiler, resources
from kauxgen.finding import SpecError
from kauxgen.styles import STYLES
from kauxgen.templating import checking, context, findings, folder
from kauxgen.templating.walking import Walk
from test_cli import Run, run

__all__ = ["run"]

GOLDENS = Path(__file__).parent / "goldens"
FIELDS = {1: "68a0caee", 2: "2fcdf4dd"}
"""The fields of each context: where one goes or means something else, it is another."""

FUNCTION = "_function.jinja"
MARK = "{# kauxgen template: context 2 #}\n"


def rendered(spec: str, style: str, templates: Path | str = "") -> str:
    path = resources.EXAMPLES / f"{spec}.json"
    loaded = compiler.load(path.read_bytes())
    name = f"specs/{spec}.json"
    return compiler.render(loaded, style, name, templates=str(templates))


def copied(target: Path, *names: str) -> Path:
    for name in names or tuple(folder.built_in()):
        (target / name).write_text(folder.copied(name, "0.0.1"))
    return target


def said(target: Path) -> list[str]:
    """List what is said of the templates of a folder."""
    try:
        checking.templates(str(target))
    except SpecError as error:
        return [
            f"{Path(one.path).name}:{one.line}:{one.column}: {one.code} {one.message}"
            for one in error.diagnostics
        ]
    return []


def test_a_copy_of_every_template_gives_the_same_modules(tmp_path: Path) -> None:
    copied(tmp_path)
    assert len(list(tmp_path.iterdir())) == 18
    for style in STYLES:
        golden = (GOLDENS / f"fine_tune_{style}.py").read_text()
        assert rendered("fine_tune", style, tmp_path) == golden
    golden = (GOLDENS / "switch_router_subclass.py").read_text()
    assert rendered("switch_router", "subclass", tmp_path) == golden
    golden = (GOLDENS / "ddim_small_loop.py").read_text()
    assert rendered("ddim_small", "loop", tmp_path) == golden


def test_a_template_of_ones_own_changes_the_module(tmp_path: Path) -> None:
    copied(tmp_path, FUNCTION)
    path = tmp_path / FUNCTION
    path.write_text(path.read_text() + '{% include "_mine.jinja" %}\n')
    (tmp_path / "_mine.jinja").write_text("    # {{ function.name | upper }}\n")
    (tmp_path / "README.md").write_text("{{ no template }}")
    text = rendered("twin", "functional", tmp_path)
    assert "# BUILD_MODEL\n" in text
    path.write_text(folder.copied(FUNCTION, "0.0.1"))
    (tmp_path / "_mine.jinja").unlink()
    golden = (GOLDENS / "twin_functional.py").read_text()
    assert rendered("twin", "functional", tmp_path) == golden


def test_the_fields_of_a_context_stay() -> None:
    every = {
        kind.__name__: {
            name: one.shown for name, one in context.fields_of(kind).items()
        }
        for kind in context.records()
    }
    digest = hashlib.sha256(json.dumps(every, sort_keys=True).encode()).hexdigest()
    assert (
        digest[:8] == FIELDS[context.CONTEXT]
    ), "raise context.CONTEXT if a field went or means something else, then note it"


def test_the_built_in_templates_need_no_more_than_they_are_given() -> None:
    assert checking.scopes().keys() == folder.built_in().keys()
    assert set(checking.scopes()["_config.jinja"]) == {"page", "config"}
    for name, scope in checking.scopes().items():
        walk = Walk(folder.built_in())
        walk.template(name, scope)
        assert walk.found == set()


CASES: dict[str, tuple[str, Callable[[str], str], str]] = {
    "unknown name": (
        FUNCTION,
        lambda text: text.replace("function.name", "functoin.name"),
        '_function.jinja:4:8: KX762 "functoin" is not given to this template',
    ),
    "field of a text": (
        FUNCTION,
        lambda text: text.replace("function.name", "function.name.upper"),
        '_function.jinja:4:22: KX762 a text has no field "upper"',
    ),
    "inside Python": (
        FUNCTION,
        lambda text: text.replace("function.name", "function.__class__"),
        '_function.jinja:4:17: KX762 a Function has no field "__class__"',
    ),
    "a call": (
        FUNCTION,
        lambda text: text.replace("function.name", "function.name.upper()"),
        "_function.jinja:4:1: KX763 a template has no call",
    ),
    "arithmetic": (
        FUNCTION,
        lambda text: text.replace("function.name", "function.name * 1000000000"),
        "_function.jinja:4:1: KX763 a template has no mul",
    ),
    "a filter of sizes": (
        FUNCTION,
        lambda text: text.replace("function.name", "function.name | center(999999)"),
        "_function.jinja:4:1: KX763 a template has no filter",
    ),
    "set": (
        FUNCTION,
        lambda text: text + "{% set x = function.name %}\n",
        "_function.jinja:7:1: KX763 a template has no assign",
    ),
    "macro": (
        FUNCTION,
        lambda text: text + "{% macro x() %}{% endmacro %}\n",
        "_function.jinja:7:1: KX763 a template has no macro",
    ),
    "range": (
        FUNCTION,
        lambda text: text + "{% for x in range(999999999) %}{% endfor %}\n",
        "_function.jinja:7:1: KX763 a template has no call",
    ),
    "a loop over a text": (
        FUNCTION,
        lambda text: text + "{% for x in function.body %}{% endfor %}\n",
        "_function.jinja:7:1: KX763 a loop over a text, which is no list",
    ),
    "loops in loops": (
        FUNCTION,
        lambda text: text
        + "{% for a in page.builders %}{% for b in page.builders %}\n"
        + "{% for c in page.builders %}{% endfor %}{% endfor %}{% endfor %}\n",
        "_function.jinja:8:1: KX763 more than 2 loops in one another",
    ),
    "a record as text": (
        FUNCTION,
        lambda text: text + "{{ function }}\n",
        "_function.jinja:7:1: KX763 a Function is no text: write its fields",
    ),
    "no syntax": (
        FUNCTION,
        lambda text: text + "{% if function.name %}\n",
        "_function.jinja:7:1: KX761 no template of Jinja: Unexpected end of template. "
        "Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The "
        "innermost block that needs to be closed is 'if'",
    ),
    "dropped": (
        "functional.jinja",
        lambda text: text.replace('{% include "_penalties.jinja" %}\n', ""),
        "functional.jinja:1:1: KX764 does not use Page.penalties, PenaltyLayer."
        "call_signature, PenaltyLayer.config, PenaltyLayer.counts, PenaltyLayer.name, "
        "PenaltyLayer.setup, PenaltyLayer.signature, PenaltyLayer.weighted, which the "
        "built-in template does",
    ),
    "another context": (
        FUNCTION,
        lambda text: text.replace("context 2", "context 7"),
        "_function.jinja:1:1: KX765 is for context 7, kauxgen has context 2",
    ),
    "no context": (
        FUNCTION,
        lambda text: text.partition("\n")[2],
        "_function.jinja:1:1: KX765 does not say for which context, "
        "kauxgen has context 2",
    ),
    "a part out of the folder": (
        FUNCTION,
        lambda text: text + '{% include "../secret.jinja" %}\n',
        '_function.jinja:7:13: KX766 include "../secret.jinja": there is no such part',
    ),
    "a circle": (
        FUNCTION,
        lambda text: text + '{% include "_function.jinja" %}\n',
        '_function.jinja:7:13: KX766 include "_function.jinja": it includes itself',
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_template_is_checked_before_it_is_rendered(
    case: tuple[str, Callable[[str], str], str], tmp_path: Path
) -> None:
    name, change, expected = case
    text = folder.copied(name, "0.0.1")
    assert change(text) != text
    (tmp_path / name).write_text(change(text))
    assert said(tmp_path) == [expected]


def test_what_no_template_is_called_is_said(tmp_path: Path) -> None:
    copied(tmp_path, FUNCTION)
    (tmp_path / "_functions.jinja").write_text(MARK)
    (tmp_path / "_log.jinja").write_bytes(b"\xff")
    (tmp_path.parent / "secret").write_text("secret")
    (tmp_path / "_model.jinja").symlink_to(tmp_path.parent / "secret")
    (tmp_path / "_ending.jinja").write_text("x" * 300_000)
    found = said(tmp_path)
    assert [one.partition(":")[0] for one in found] == [
        "_ending.jinja",
        "_functions.jinja",
        "_log.jinja",
        "_model.jinja",
    ]
    assert "KX769 cannot be read: a template has at most" in found[0]
    assert 'KX760 no template is called "_functions.jinja"' in found[1]
    assert found[3].endswith("KX769 cannot be read: a link out of the folder")


def test_parts_that_multiply_are_refused_at_once(tmp_path: Path) -> None:
    text = folder.copied(FUNCTION, "0.0.1")
    (tmp_path / FUNCTION).write_text(text + '{% include "_0.jinja" %}\n')
    for number in range(40):
        twice = f'{{% include "_{number + 1}.jinja" %}}' * 2
        (tmp_path / f"_{number}.jinja").write_text(twice)
    (tmp_path / "_40.jinja").write_text("")
    assert "KX766" in said(tmp_path)[0]


def failing(target: Path, spec: str, style: str) -> str:
    with pytest.raises(SpecError) as error:
        rendered(spec, style, target)
    (one,) = error.value.diagnostics
    return f"{Path(one.path).name}:{one.line}: {one.code} {one.message}"


def test_what_a_model_lacks_fails_at_its_line(tmp_path: Path) -> None:
    copied(tmp_path, FUNCTION)
    path = tmp_path / FUNCTION
    path.write_text(path.read_text() + "{{ page.loop.train }}\n")
    assert said(tmp_path) == []
    assert failing(tmp_path, "twin", "functional") == (
        "_function.jinja:7: KX768 cannot be rendered: 'None' has no attribute 'train'"
    )


def test_a_module_that_is_no_python_is_the_template_s(tmp_path: Path) -> None:
    copied(tmp_path, "functional.jinja", FUNCTION, "_ending.jinja")
    path = tmp_path / FUNCTION
    path.write_text(path.read_text().replace("\ndef ", "\ndeff "))
    assert failing(tmp_path, "vae", "functional") == (
        "_function.jinja:4: KX767 the module is no Python: invalid syntax, "
        "'deff build_encoder(original_dim, intermediate_dim, latent_di'"
    )
    path.write_text(path.read_text().replace("\ndeff ", "\nreturn 1\n\n\ndef "))
    assert "'return' outside function" in failing(tmp_path, "vae", "functional")


def test_a_project_renders_with_its_templates(run: Run) -> None:
    Path("pyproject.toml").write_text(
        '[tool.kauxgen]\nspecs = ["specs/*.json"]\ntemplates = "mine"\n'
    )
    Path("mine").mkdir()
    assert run("templates", "copy", "_function").out == "wrote mine/_function.jinja\n"
    assert run("templates", "copy", FUNCTION).status == 1
    assert run("templates", "copy", "_functoin").status == 2
    assert "mine/_function.jinja\n" in run("templates", "list").out
    same = run("templates", "diff").out
    assert same == "mine/_function.jinja: as the built-in one\n"
    assert run("render").status == 0
    module = Path("models/model.py").read_text()
    assert run("render", "specs/model.json", "-o", "-").out == module
    path = Path("mine") / FUNCTION
    path.write_text(
        path.read_text().replace(
            "    {{ function.body", "    # ours\n    {{ function.body"
        )
    )
    assert "KX722 stale" in run("check").out
    assert "+    # ours\n" in run("templates", "diff").out
    assert run("render").status == 0
    assert "    # ours\n" in Path("models/model.py").read_text()
    assert "    # ours\n" in run("render", "specs/model.json", "-o", "-").out
    before = Path("models/model.py").read_text()
    path.write_text(path.read_text().replace("function.body", "function.bdy"))
    done = run("render")
    assert (done.status, Path("models/model.py").read_text()) == (1, before)
    assert "mine/_function.jinja:7:17: KX762 a Function has no field" in done.err
    assert done.err.count("KX762 a") == 1


def test_a_copy_knows_when_the_built_in_one_has_moved_on(run: Run) -> None:
    assert run("templates", "copy", "_log", "--to", "mine").status == 0
    assert run("templates", "diff").status == 2
    Path("pyproject.toml").write_text(
        '[tool.kauxgen]\nspecs = ["specs/*.json"]\ntemplates = "mine"\n'
    )
    path = Path("mine/_log.jinja")
    path.write_text(path.read_text().replace(folder.digest("_log.jinja"), "0" * 12))
    said = f"the built-in template has moved on since kauxgen {kauxgen.__version__}"
    assert f"mine/_log.jinja: {said}\n" in run("templates", "diff").out


def test_every_finding_about_templates_is_shown_here() -> None:
    text = Path(__file__).read_text()
    for rule in findings.RULES:
        code = str(rule.__doc__).partition(":")[0]
        assert f"{code} " in text or code == "KX766"
