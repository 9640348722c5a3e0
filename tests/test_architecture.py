"""`ARCHITECTURE.md` is true: its list of modules, of libraries and of late imports.

The page is the law and the code is held to it; where they disagree, one of the two is
wrong. Modules are read, not imported.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kauxgen"
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
FRAMEWORKS = {"tensorflow", "keras", "jax", "torch"}
NUMERIC = FRAMEWORKS | {"numpy", "matplotlib", "sklearn"}
RUNNING = ("training/", "proving/")
"""Folders of modules that run what others write, and so import frameworks."""


@dataclass(frozen=True)
class Import:
    """What an import statement names: a module of the package, or a library.

    `inside` is the function that it stands in, "" at the top of its module.
    """

    name: str
    inside: str


def section(title: str, page: str = PAGE) -> str:
    """Give the text of a section of the page."""
    _, found, rest = page.partition(f"\n## {title}\n")
    assert found, f"ARCHITECTURE.md has no section {title!r}"
    return rest.partition("\n## ")[0]


def listed(page: str = PAGE) -> dict[str, str]:
    """Give the modules of the page in their order, each with what is said of it."""
    lines = re.findall(r"^- `(\S+\.py)`: (.+)$", section("Modules", page), re.MULTILINE)
    names = [name for name, _ in lines]
    assert len(names) == len(set(names)), "a module stands in the list twice"
    return dict(lines)


def table(title: str) -> list[list[str]]:
    """Give the rows of the table in a section, without its head."""
    rows = [row for row in section(title).splitlines() if row.startswith("|")]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows[2:]]


def words(cell: str) -> list[str]:
    """Give what stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


@cache
def modules() -> dict[str, ast.Module]:
    """Parse every module of the package, by its path in it."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def imports(tree: ast.Module) -> tuple[Import, ...]:
    """List what a module imports, and where."""
    return tuple(_imports(tree))


def _imports(tree: ast.Module) -> Iterator[Import]:
    places = {
        inner: function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(known(alias.name), places.get(node, ""))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            for alias in node.names:
                whole = known(f"{node.module}.{alias.name}")
                name = whole if whole in modules() else known(str(node.module))
                yield Import(name, places.get(node, ""))


def known(name: str) -> str:
    """Turn the name of a module of the package into its path; a library stays one."""
    if name.partition(".")[0] != PACKAGE.name:
        return name.partition(".")[0]
    path = name.replace(".", "/").removeprefix("kauxgen").removeprefix("/")
    package = f"{path}/__init__.py".removeprefix("/")
    return package if package in modules() else f"{path}.py"


def misplaced(order: list[str]) -> list[str]:
    """List the imports of what does not stand before."""
    place = {name: index for index, name in enumerate(order)}
    return [
        f"{name} imports {one.name}"
        for name, tree in modules().items()
        for one in imports(tree)
        if one.name in place and place[one.name] >= place[name]
    ]


def libraries() -> dict[str, set[str]]:
    """Give the modules that import a library, by library."""
    found: dict[str, set[str]] = {}
    for name, tree in modules().items():
        for one in imports(tree):
            outside = one.name not in modules() and one.name not in NUMERIC
            if outside and one.name not in sys.stdlib_module_names:
                found.setdefault(one.name, set()).add(name)
    return found


def test_every_module_is_listed() -> None:
    assert sorted(listed()) == sorted(modules())


def test_a_module_imports_only_what_stands_before_it() -> None:
    """So there is no cycle either; `kauxgen` itself is `__init__.py`."""
    assert misplaced(list(listed())) == []


def test_a_wrong_order_is_seen() -> None:
    """The last module imports something, and so cannot stand first."""
    order = list(listed())
    assert misplaced([order[-1], *order[:-1]])


def test_a_line_is_what_the_module_says_of_itself() -> None:
    """The line in the page is the first line of the module's docstring."""
    texts = {name: ast.get_docstring(tree) or "" for name, tree in modules().items()}
    assert listed() == {name: text.partition("\n")[0] for name, text in texts.items()}


def test_each_library_is_imported_where_the_page_says() -> None:
    rows = table("Libraries")
    said = {words(library)[0]: set(words(where)) for library, where, _ in rows}
    patterns = {
        library: {name for name in modules() for one in where if fnmatchcase(name, one)}
        for library, where in said.items()
    }
    assert libraries() == patterns


def test_each_library_but_those_for_people_has_one_module() -> None:
    """A library is replaced, or loaded late, in one place."""
    several = {name for name, where in libraries().items() if len(where) > 1}
    assert several == {"click", "rich"}


def test_frameworks_are_imported_only_where_modules_are_run() -> None:
    found = {
        name
        for name, tree in modules().items()
        for one in imports(tree)
        if one.name in NUMERIC
    }
    assert {name for name in found if not name.startswith(RUNNING)} == set()


def test_what_runs_modules_is_imported_late() -> None:
    """What imports a module that imports a framework stands in those folders, too."""
    heavy = {
        name
        for name, tree in modules().items()
        if any(one.name in NUMERIC and not one.inside for one in imports(tree))
    }
    while (
        more := {
            name
            for name, tree in modules().items()
            if any(one.name in heavy and not one.inside for one in imports(tree))
        }
        - heavy
    ):
        heavy |= more
    assert {name for name in heavy if not name.startswith(RUNNING)} == set()


def test_imports_inside_functions_are_those_of_the_page() -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for name, tree in modules().items():
        for one in imports(tree):
            if one.inside:
                found.setdefault((name, one.inside), set()).add(one.name)
    said = {
        (words(where)[0], words(where)[1]): set(words(what))
        for where, what, _ in table("Late imports")
        if "importlib" not in what
    }
    assert found == said


def test_only_the_commands_are_imported_by_name() -> None:
    """`importlib` hides an import from this file, so it is named in the page."""
    found = [
        name
        for name, tree in modules().items()
        for one in imports(tree)
        if one.name == "importlib"
    ]
    rows = [where for where, what, _ in table("Late imports") if "importlib" in what]
    assert set(found) == {words(where)[0] for where in rows}
    assert not [name for name in modules() if "__import__" in ast.dump(modules()[name])]


def test_nothing_is_imported_for_types_alone() -> None:
    """A cycle of types is a cycle."""
    found = [name for name, tree in modules().items() if "TYPE_CHECKING" in names(tree)]
    assert found == []


def test_no_two_test_modules_have_one_name() -> None:
    """Folders of tests are no packages: pytest would refuse the second one."""
    found = [path.name for path in ROOT.glob("tests/**/test_*.py")]
    assert sorted(found) == sorted(set(found))


def names(tree: ast.Module) -> set[str]:
    """Give all names and attributes of a module."""
    nodes = list(ast.walk(tree))
    plain = {node.id for node in nodes if isinstance(node, ast.Name)}
    return plain | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
