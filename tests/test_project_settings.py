"""[tool.kauxgen] is a closed world: what is wrong has a code, a place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from kauxgen import checking_settings, project, resources, settings, styles
from kauxgen.finding import SpecError
from kauxgen.project import Project

GOOD = '[tool.kauxgen]\nspecs = ["specs/*.json"]\n'

WRONG = {
    "[tool.kauxgen\nspecs = []\n": [(1, 14, "KX710", "")],
    '[tool.kauxgen]\nspecs = ["a"\n': [(3, 1, "KX710", "")],
    "[tool.kauxgen]\nspecs = []\nspecs = []\n": [(3, 11, "KX710", "")],
    "a = " + "[" * 5000 + "# kauxgen": [(1, 5014, "KX710", "")],
    "[tool]\nkauxgen = 3\n": [(1, 1, "KX712", "")],
    "[tool.kauxgen]\noutput = 'models'\n": [
        (1, 1, "KX714", 'add specs = ["specs/*.json"]')
    ],
    GOOD + "outptu = 1\n": [(3, 1, "KX711", 'did you mean "output"?')],
    "[x]\n'a b' = 1\n"
    + GOOD
    + "\"a b\" = 1\n[y]\n'a b' = 1\n": [(5, 1, "KX711", 'one of "specs"')],
    '[tool.kauxgen]\nspecs = "specs/*.json"\n': [
        (2, 1, "KX712", 'for example ["specs/*.json"]')
    ],
    "[tool.kauxgen]\nspecs = []\n": [(2, 1, "KX712", "for example")],
    '[tool.kauxgen]\nspecs = [\n "a",\n "../b",\n "/c", "C:\\\\d", "a"\n]\n': [
        (3, 2, "KX712", ""),
        (4, 2, "KX712", ""),
        (5, 2, "KX712", ""),
        (5, 8, "KX712", ""),
    ],
    GOOD
    + "output = '/srv'\ntemplates = 'none'\n": [
        (3, 10, "KX712", ""),
        (4, 13, "KX712", ""),
    ],
    GOOD
    + 'style = "lop"\nkeras = "3.7"\n': [
        (3, 9, "KX712", 'did you mean "loop"?'),
        (4, 9, "KX712", ""),
    ],
    GOOD
    + "line-length = 20\nstrict = 1\n": [
        (3, 1, "KX712", ""),
        (4, 1, "KX712", ""),
    ],
    GOOD
    + "style = []\nkeras = 3.9\nline-length = []\nname = 2\n": [
        (3, 1, "KX712", ""),
        (4, 1, "KX712", ""),
        (5, 1, "KX712", ""),
        (6, 1, "KX712", ""),
    ],
    GOOD + 'name = "{nam}"\n': [(3, 8, "KX713", 'did you mean "name"?')],
    GOOD + 'name = "{name}.py"\n': [(3, 8, "KX713", 'write "{name}"')],
    GOOD + 'name = "{style}"\n': [(3, 8, "KX713", 'write "{name}"')],
    GOOD + 'name = "../{name}"\n': [(3, 8, "KX713", "letters, digits")],
    GOOD + 'style = "all"\nname = "{name}"\n': [(4, 8, "KX713", "{name}_{style}")],
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_wrong_settings_are_found_at_their_place(text: str, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    with pytest.raises(SpecError) as raised:
        project.read(path)
    found = raised.value.diagnostics
    places = [(one.line, one.column, one.code) for one in found]
    assert places == [expected[:3] for expected in WRONG[text]]
    for one, expected in zip(found, WRONG[text], strict=True):
        assert expected[3] in one.help
        assert one.path == path.as_posix()


def test_every_finding_of_settings_is_shown_here() -> None:
    shown = {one[2] for expected in WRONG.values() for one in expected}
    of_specs = {"KX715", "KX716", "KX719"}  # tests/test_upkeep.py has these
    assert shown | of_specs == {
        str(rule.__doc__).partition(":")[0] for rule in settings.RULES
    }


def test_a_project_says_all_or_little(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(GOOD)
    assert project.read(path) == Project(root=tmp_path, specs=("specs/*.json",))
    (tmp_path / "mine").mkdir()
    path.write_text(
        'tool.kauxgen = {specs = ["a", "b/**/*.json"], output = "src/m/", '
        'name = "{style}/{name}", style = "all", line-length = 100, keras = "3.11", '
        'templates = "mine", strict = true}\n'
    )
    found = project.read(path)
    assert found == Project(
        root=tmp_path,
        specs=("a", "b/**/*.json"),
        output="src/m",
        name="{style}/{name}",
        style="all",
        line_length=100,
        target="3.11",
        templates="mine",
        strict=True,
    )
    assert found.module("vae", "loop") == "src/m/loop/vae.py"


def test_all_styles_need_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(GOOD + 'style = "all"\n')
    found = project.read(path)
    assert found is not None
    assert found.module("vae", "loop") == "models/vae_loop.py"


def test_the_nearest_project_is_found(tmp_path: Path) -> None:
    """A pyproject.toml that does not name kauxgen is passed by, even a broken one."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project.find(inner) is None
    (tmp_path / "pyproject.toml").write_text(GOOD)
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.\n")
    (inner / "pyproject.toml").write_text('[project]\nname = "kauxgen-models"\n')
    found = project.find(inner)
    assert found is not None
    assert found.root == tmp_path


def test_words_of_the_language_are_the_same_here() -> None:
    """Reading settings imports no style and no schema, so it has its own lists."""
    assert checking_settings.STYLES == styles.STYLES
    versions = resources.schema("form")["properties"]["keras"]["enum"]
    assert list(checking_settings.VERSIONS) == versions
