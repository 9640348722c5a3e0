"""The pages are true: specs compile, commands print what is shown, links lead on."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kauxgen import catalog, compiler, resources
from kauxgen.finding import SpecError
from kauxgen.rules import RULES
from kauxgen.styles import STYLES

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
}
INDEX = "docs/constructs/README.md"
CONSTRUCTS = [
    page for page in PAGES if page.startswith("docs/constructs/") and page != INDEX
]
GENERATED: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "generate.py"))[
    "pages"
]()
CONSOLES: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "consoles.py"))
FOLDERS = "benchmarks|ci|docs|examples|kauxgen|schemas|specs|templates|tests"


def blocks(page: str, language: str) -> list[str]:
    """Give the fenced blocks of a page in a language."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return fence.findall(PAGES[page])


def whole(page: str) -> list[str]:
    """Give the blocks of a page that are whole specs."""
    return [text for text in blocks(page, "json") if "kauxgen" in json.loads(text)]


def specs() -> list[Any]:
    """Parametrize over the whole specs of all pages."""
    return [
        pytest.param(text, id=f"{page}-{json.loads(text)['name']}")
        for page in PAGES
        for text in whole(page)
    ]


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.stem)
def test_a_generated_page_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == GENERATED[path], "run `make docs`"


@pytest.mark.parametrize("text", specs())
def test_a_spec_compiles_in_every_style(text: str) -> None:
    """A style drops out only with a finding of the portability family."""
    loaded = compiler.load(text)
    refused: dict[str, set[str]] = {}
    for style in STYLES:
        try:
            compile(compiler.render(loaded, style), style, "exec")
        except SpecError as error:
            refused[style] = {one.code[:3] for one in error.diagnostics}
    assert loaded.style not in refused
    assert set().union(*refused.values()) <= {"KX6"}


@pytest.mark.parametrize("page", CONSTRUCTS)
def test_a_construct_has_one_example(page: str) -> None:
    """One whole spec, which is not one of `specs/` under its name."""
    (text,) = whole(page)
    taken = {path.stem for path in ROOT.glob("specs/*.json")}
    assert json.loads(text)["name"] not in taken


@pytest.mark.parametrize("page", CONSTRUCTS)
def test_a_construct_shows_what_is_generated(page: str) -> None:
    """Every excerpt names its style, and is a part of that module to the letter."""
    (text,) = whole(page)
    shown = re.findall(
        r"^In the style `(\w+)`:\n\n```python\n(.*?)^```$",
        PAGES[page],
        re.MULTILINE | re.DOTALL,
    )
    assert shown
    assert [excerpt for _, excerpt in shown] == blocks(page, "python")
    for style, excerpt in shown:
        assert f"\n{excerpt}" in compiler.compile_text(text, style=style)


def test_the_index_lists_every_construct() -> None:
    listed = re.findall(r"\]\(([\w-]+\.md)\)", PAGES[INDEX])
    assert sorted(set(listed)) == sorted(Path(page).name for page in CONSTRUCTS)


@pytest.mark.parametrize("page", CONSTRUCTS)
def test_a_construct_names_codes_that_are_there(page: str) -> None:
    known = {rule.__doc__[:5] for rule in RULES if rule.__doc__}
    assert set(re.findall(r"KX\d{3}", PAGES[page])) <= known


def test_every_part_of_the_language_has_an_example() -> None:
    """Every section has a spec, and every key of the language is in one."""
    sections = PAGES["docs/spec.md"].split("\n## ")[1:]
    without = [text.splitlines()[0] for text in sections if "```json" not in text]
    assert without == ["Ground rules", "Departures from the design"]
    written = [json.loads(text) for page in PAGES for text in whole(page)]
    objects = [one for one in parts(written) if isinstance(one, dict)]
    assert keys() - {key for one in objects for key in one} == set()


def keys() -> set[str]:
    """Give the keys of the language, without names that a spec chooses."""
    schema = resources.schema("form")
    parts = [schema, *schema["$defs"].values()]
    return {key for part in parts for key in part.get("properties", {})}


def test_what_stands_beside_keras_is_a_part_of_a_spec() -> None:
    """Every fragment of the tables is in a whole spec; "..." stands for anything."""
    texts = [text for page in PAGES for text in whole(page)]
    texts += [path.read_text(encoding="utf-8") for path in ROOT.glob("specs/*.json")]
    known = [one for text in texts for one in parts(json.loads(text))]
    rows = re.findall(r"^\| .* \| (.*) \|$", PAGES["docs/from-keras.md"], re.MULTILINE)
    fragments = re.findall(r"`([{\"][^`]*)`", "\n".join(rows))
    assert len(fragments) > 50
    for fragment in fragments:
        wanted = json.loads(fragment if fragment[0] == "{" else f"{{{fragment}}}")
        assert any(fits(wanted, one) for one in known), fragment


def parts(value: Any) -> Iterator[Any]:
    """Give a value of JSON and all values in it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value
    for one in inner if isinstance(value, dict | list) else ():
        yield from parts(one)


def fits(wanted: Any, found: Any) -> bool:
    """Say whether a value has the keys and values that are wanted, or more keys."""
    if wanted == "...":
        return True
    if type(wanted) is not type(found):
        return False
    if isinstance(wanted, dict):
        return all(
            key in found and fits(one, found[key]) for key, one in wanted.items()
        )
    if isinstance(wanted, list):
        same = len(wanted) == len(found)
        return same and all(map(fits, wanted, found))
    return bool(wanted == found)


def test_the_readme_shows_an_example_and_its_code() -> None:
    """The spec is the one in `specs/`, the code a part of its module, to the letter."""
    (text,) = blocks("README.md", "json")
    name = json.loads(text)["name"]
    path = ROOT / "specs" / f"{name}.json"
    assert text == path.read_text(encoding="utf-8")
    shown = blocks("README.md", "python")[0]
    assert f"\n{shown}\n" in compiler.compile_text(text, f"specs/{name}.json")


def test_the_readme_counts_what_is_known() -> None:
    kinds, operations = catalog.kinds("layer"), catalog.operations()
    counted = f"{len(kinds)} layer kinds and {len(operations)} operations"
    assert counted in PAGES["README.md"]


@pytest.mark.parametrize("path", CONSOLES["pages"](), ids=lambda path: path.stem)
def test_commands_print_what_is_shown(path: Path, tmp_path: Path) -> None:
    """The commands of a page run one after the other, as in a clone."""
    text = path.read_text(encoding="utf-8")
    assert CONSOLES["replayed"](text, tmp_path) == text, "run `make docs`"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Links go to files and headings that are there."""
    text = re.sub(
        r"^```.*?^```$|^ {4}[^\n]*|`[^`]*`",
        "",
        PAGES[page],
        flags=re.DOTALL | re.MULTILINE,
    )
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not link.startswith("https://"):
            assert target.exists(), link
            assert not heading or heading in headings(target), link


def headings(path: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", text.lower()) for text in found)
    return {text.replace(" ", "-") for text in kept}


@pytest.mark.parametrize("page", PAGES)
def test_named_files_are_there(page: str) -> None:
    """A path of the project between backticks is that of a file or folder."""
    named = re.findall(rf"`((?:{FOLDERS})/[\w./]*)`", PAGES[page])
    assert [path for path in named if not (ROOT / path).exists()] == []
