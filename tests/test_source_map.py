"""Source maps: numbers and names of a spec are found again where it is said they are.

Two oracles that know nothing of marks. Every number of a spec is made unlike every
other, in what checking gives, and is looked for in the module: it must be mapped to the
node or term that it was written in. And what bears the name of a node is made by it.
"""

from __future__ import annotations

import ast
import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kauxgen import catalog, compiler
from kauxgen.finding import SpecError
from kauxgen.nodes import Input, Node, walk
from kauxgen.spec import Average, Definition, OwnWeight, Scope, Spec, State, Term
from kauxgen.styles import STYLES
from kauxgen.tracing import source_map
from kauxgen.tracing.source_map import SourceMap
from kauxgen.values import Expr, Kind

SPECS = sorted(Path("specs").glob("*.json"))
RICH = ("penalties_tour", "twin", "cyclegan_small")
"""What is mapped in every style; the others take turns."""

AGAIN = re.compile(r"= self\.network\(|= ops\.convert_to_tensor\(|\.get_layer\(")
"""What gives a tensor its name once more, where a whole network has made it."""

OWNERS = (Node, Term, Definition, Input, OwnWeight, State, Average)


def parts(value: object) -> Iterator[Any]:
    """Yield every part of a spec that has a pointer."""
    if dataclasses.is_dataclass(value):
        yield value
        for each in dataclasses.fields(value):
            yield from parts(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from parts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from parts(each)


class Dye:
    """Makes numbers unlike each other, and knows where each was written."""

    def __init__(self, spec: Spec) -> None:
        self.places: dict[object, str] = {}
        self.numbers = itertools.count(700_001)
        for part in parts(spec):
            if isinstance(part, Kind):
                self.kind(part)
            elif isinstance(part, Expr):
                self.tree(part)

    def number(self, old: Any, at: str) -> Any:
        if isinstance(old, tuple):
            return tuple(self.number(each, at) for each in old)
        if isinstance(old, bool) or not isinstance(old, (int, float)) or old < 0:
            return old
        new: float = next(self.numbers)
        new = new + 0.5 if isinstance(old, float) else new
        self.places[new] = at
        return new

    def kind(self, kind: Kind) -> None:
        for key, old in kind.args.items():
            self.put(kind.args, key, self.number(old, f"{kind.at}/args/{key}"))

    @staticmethod
    def put(args: Any, key: str, new: object) -> None:
        args[key] = new

    def tree(self, expr: Expr) -> None:
        """Change the numbers of a product: others may be axes, and decide things."""
        for product in ast.walk(expr.tree):
            if not isinstance(product, ast.BinOp):
                continue
            if not isinstance(product.op, ast.Mult):
                continue
            if isinstance(product.left, ast.Constant):
                product.left.value = self.number(product.left.value, expr.at)


def owners(spec: Spec) -> set[str]:
    """Return the pointers of nodes, terms and other things that make statements."""
    known = {one.at for one in parts(spec) if isinstance(one, OWNERS)}
    return known | {kind.at for kind in (*spec.optimizers, *spec.training.callbacks)}


def owner(known: set[str], at: str) -> str:
    """Return the nearest of them that a pointer leads into."""
    around = [one for one in known if f"{at}/".startswith(f"{one}/")]
    return max(around, key=len, default="")


def leads_into(at: str, outer: str) -> bool:
    return bool(outer) and f"{at}/".startswith(f"{outer}/")


def constants(text: str) -> Iterator[ast.Constant]:
    for one in ast.walk(ast.parse(text)):
        if isinstance(one, ast.Constant) and isinstance(one.value, (int, float)):
            yield one


def check_numbers(spec: Spec, dye: Dye, made: SourceMap) -> int:
    """Look for the numbers of a spec in its module; count those that are there."""
    found, known, rows = set(), owners(spec), made.text.splitlines()
    for one in constants(made.text):
        at = dye.places.get(one.value)
        if at is None:
            continue
        found.add(one.value)
        expected = owner(known, at)
        place = f"{rows[one.lineno - 1]} of {at}"
        said = made.origin(one.lineno, one.col_offset, one.end_col_offset or 0)
        assert leads_into(said, expected), (said, expected, place)
        assert leads_into(at, said) or said == expected, (said, place)
        roughly = made.origin(one.lineno)
        assert roughly == "" or leads_into(at, roughly), (roughly, place)
    return len(found)


def names_of_nodes(spec: Spec) -> dict[str, str]:
    """Return the pointers of nodes and inputs by name, of names that are one's own."""
    named: list[tuple[str, str]] = []
    for scope in spec.scopes:
        named += [(node.name, node.at) for node in walk(scope.nodes)]
        named += [(entry.name, entry.at) for entry in scope.inputs]
    terms = {one.name for one in parts(spec) if isinstance(one, Term)}
    scopes = {one.name for one in parts(spec) if isinstance(one, Scope)}
    inner = {name for one in parts(spec) for name in getattr(one, "given", ())}
    often = Counter(name for name, _ in set(named))
    steps = {name for one in parts(spec) for name, _ in getattr(one, "let", ())}
    other = {*terms, *scopes, *inner, *steps, *spec.params}
    return {name: at for name, at in named if often[name] == 1 and name not in other}


def assigned(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the statements that give one name a value, also one of `self`.

    Those of functions that penalties of the library call, and under tapes, give names
    of their own.
    """
    library = isinstance(tree, ast.FunctionDef) and tree.name in catalog.penalties()
    if library or isinstance(tree, ast.With):
        return
    for one in ast.iter_child_nodes(tree):
        yield from assigned(one)
        if isinstance(one, ast.Assign) and len(one.targets) == 1:
            target = one.targets[0]
            if isinstance(target, ast.Name):
                yield target.id, one
            elif isinstance(target, ast.Attribute):
                yield target.attr, one


def check_names(spec: Spec, made: SourceMap) -> int:
    """Hold what is assigned to the name of a node to be made by it; count these."""
    known, count = names_of_nodes(spec), 0
    for name, statement in assigned(ast.parse(made.text)):
        if name not in known or AGAIN.search(ast.unparse(statement)):
            continue
        for line in range(statement.lineno, (statement.end_lineno or 0) + 1):
            said, row = made.origin(line), made.text.splitlines()[line - 1]
            assert leads_into(said, known[name]), (said, known[name], row)
        count += 1
    return count


def turns() -> Iterator[tuple[Path, str]]:
    for index, path in enumerate(SPECS):
        styles = STYLES if path.stem in RICH else (STYLES[index % len(STYLES)],)
        for style in styles:
            yield path, style


@pytest.mark.parametrize(("path", "style"), list(turns()))
def test_what_stands_in_a_spec_is_mapped_to_where_it_stands(
    path: Path, style: str
) -> None:
    loaded = compiler.load(path.read_bytes(), str(path))
    dye = Dye(loaded.spec)
    try:
        made = source_map.of(loaded, style)
    except SpecError:  # the style cannot express it
        made = source_map.of(loaded)
    named = check_names(loaded.spec, made)
    assert named + check_numbers(loaded.spec, dye, made) > 0


@pytest.mark.parametrize("style", STYLES)
def test_what_is_imported_is_made_by_the_imports_of_the_spec(style: str) -> None:
    """Each name by its own entry; of several on a line the line is the first's."""
    path = Path("tests/keras/nasty/imports.json")
    made = source_map.of(compiler.load(path.read_bytes(), str(path)), style)
    found = {}
    for one in ast.walk(ast.parse(made.text)):
        if isinstance(one, ast.ImportFrom) and "borrowed" in str(one.module):
            first = one.names[0].asname or one.names[0].name
            assert made.origin(one.lineno) == f"/imports/{first}"
            for name in one.names:
                at = made.origin(name.lineno, name.col_offset, name.end_col_offset or 0)
                found[name.asname or name.name] = at
        elif isinstance(one, (ast.Import, ast.ImportFrom)):
            assert made.origin(one.lineno) == ""
    assert {"Gate", "Mixed", "warp"} <= found.keys()
    assert found == {name: f"/imports/{name}" for name in found}
