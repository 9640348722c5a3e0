"""Specs are untrusted: whatever they say, no text of theirs becomes code.

Hostile texts bear the word `smuggled`. It may come out in docstrings and in strings
that the spec's own strings became, and nowhere else.
"""

from __future__ import annotations

import ast
import builtins
import copy
import io
import json
import keyword
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kauxgen
from kauxgen import catalog, resources, source
from kauxgen.styles import STYLES

BASE: dict[str, Any] = {
    "kauxgen": 1,
    "name": "guarded",
    "description": "A model.",
    "params": {"units": 4, "ratio": 0.25},
    "define": {
        "losses": {
            "blend": {
                "description": "A closure.",
                "params": {"share": 0.8},
                "let": {"gap": "y_true - y_pred"},
                "expr": "share * mean(square(gap)) + (1 - share) * mean(abs(gap))",
            }
        },
        "regularizers": {"shrink": {"description": "A rule.", "expr": "sum(w ** 2)"}},
        "functions": {
            "bend": {
                "description": "A function.",
                "args": ["x"],
                "expr": "x * 2",
                "gradient": {"x": "upstream * 2"},
            }
        },
    },
    "networks": {
        "encoder": {
            "description": "A network.",
            "inputs": {"image": {"shape": [8], "description": "An image."}},
            "layers": [
                {
                    "name": "hidden",
                    "description": "A layer.",
                    "layer": "Dense",
                    "args": {
                        "units": "=units",
                        "activation": "relu",
                        "kernel_regularizer": {"regularizer": "shrink"},
                    },
                },
                {"name": "noise", "expr": "normal_like(hidden)"},
                {"name": "code", "expr": "bend(hidden) + 0.1 * noise"},
            ],
        }
    },
    "inputs": {"image": {"shape": [8], "description": "An image."}},
    "layers": [
        {"name": "code", "network": "encoder"},
        {
            "name": "stack",
            "repeat": {"count": 2},
            "body": [{"name": "dense", "layer": "Dense", "args": {"units": 3}}],
        },
        {"name": "answer", "layer": "Dense", "args": {"units": 1}},
    ],
    "losses": [
        {"name": "error", "description": "A loss.", "loss": "blend", "on": "answer"}
    ],
    "penalties": [
        {
            "name": "energy",
            "description": "A penalty.",
            "penalty": "l2_activity",
            "on": "code.hidden",
            "weight": {
                "schedule": "linear",
                "args": {"start": 0, "end": "=ratio", "steps": 10},
            },
        },
        {"name": "size", "expr": "mean(square(answer - image[:, :1]))", "weight": 0.1},
    ],
    "metrics": [{"name": "gap", "metric": "MeanAbsoluteError", "on": "answer"}],
    "training": {
        "optimizer": {"optimizer": "Adam", "args": {"learning_rate": 0.001}},
        "epochs": 2,
        "batch_size": 4,
        "callbacks": [
            {"callback": "EarlyStopping", "args": {"monitor": "val_gap"}},
            {
                "callback": "ModelCheckpoint",
                "args": {"filepath": "best.keras", "monitor": "val_loss"},
            },
        ],
    },
}

CANARY = "smuggled"
FRAGMENTS = (
    '"""',
    "'''",
    '"',
    "'",
    "\\",
    "\\N{DIGIT ONE}",
    "\n",
    "\r",
    "\t",
    "\f",
    "\v",
    "\0",
    "\x1b[31m",
    "\u2028",
    "\u202e",
    "\ufeff",
    "é日\U0001f600",
    "{{ 7 * 7 }}",
    "{% include 'smuggled' %}",
    "{smuggled}",
    "%(smuggled)s",
    "#",
    ")",
    "]",
    "    ",
    "`",
    "__0__",
    "__import__('smuggled')",
    "\nimport smuggled\n",
    '"""\nsmuggled()\n"""',
    "smuggled",
    "a long and harmless sentence " * 8,
)
TEXTS = st.lists(
    st.sampled_from(FRAGMENTS) | st.text(max_size=4), min_size=1, max_size=6
).map("".join)
HOSTILE_TEXTS = TEXTS.map(lambda text: f"{text}{CANARY}")

NAMES = st.sampled_from(
    (
        "smuggled",
        "smuggled_",
        "smuggled.system",
        "smuggled()",
        "smuggled\n",
        "smuggled import",
        "smugglé",
        "\uff53muggled",
        "_smuggled",
        "__smuggled__",
        "Smuggled",
        "__class__",
        "__import__",
        "eval",
        "exec",
        "open",
        "print",
        "self",
        "keras",
        "ops",
        "layers",
        "tf",
        "super",
        "None",
        "True",
        "lambda",
        "match",
        "build_model",
        "x",
        "y",
        "inputs",
        "value",
        "outputs",
        "index",
        "step",
        "loss",
        "weight",
        "batch",
        "penalty",
        "",
        "a" * 5000,
        "a" * 60,
    )
)
NUMBERS = st.sampled_from(
    (0, -1, 1, True, False, 10**15, 10**18, 10**400, -0.0, 1e-320, 1e308, 2.5)
) | st.floats(allow_nan=True, allow_infinity=True)
EXPRESSIONS = st.lists(
    st.sampled_from(
        (
            "answer",
            "image",
            "code.hidden",
            "mean",
            "square",
            "smuggled",
            "__import__('smuggled')",
            "().__class__.__base__",
            "answer.__class__",
            "lambda: smuggled",
            "[smuggled for smuggled in image]",
            "(smuggled := 1)",
            "f'{smuggled}'",
            "'smuggled'",
            "open('smuggled')",
            "eval",
            "exec('smuggled')",
            "getattr(image, 'smuggled')",
            "(",
            ")",
            "[",
            "]",
            ",",
            ".",
            "=",
            " + ",
            " @ ",
            " ** ",
            "*",
            ":",
            ";",
            "\n",
            "#",
            "\\",
            "0",
            "9" * 400,
            "1e999",
            "1j",
            "...",
            "await x",
            "yield",
            "x if x else y",
        )
    ),
    min_size=1,
    max_size=6,
).map("".join)
CALLS = st.builds(
    "{}({})".format,
    st.sampled_from(("mean", "sum", "bend", "encoder", "eval", "smuggled", "stack")),
    EXPRESSIONS,
)
STYLE = st.sampled_from(STYLES)
SETTINGS = settings(max_examples=40)

BUILTINS = {"enumerate", "float", "int", "isinstance", "len", "list", "range", "super"}
BUILTINS |= {"dict", "property", "reversed", "set", "str", "sum", "tuple", "zip"}
IMPORTS = {
    "import functools",
    "import keras",
    "import math",
    "import tensorflow as tf",
    "from keras import layers",
    "from keras import ops",
    "from keras import layers, ops",
}


def pointers(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value of a document, the whole left out."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*at, key)
        if isinstance(item, dict | list):
            yield from pointers(item, (*at, key))


def holder(document: Any, path: tuple[Any, ...]) -> Any:
    """Find the object or list that holds what a path leads to."""
    for key in path[:-1]:
        document = document[key]
    return document


def changed(path: tuple[Any, ...], value: Any, spec: Any = BASE) -> dict[str, Any]:
    """Give a spec with another value at a path."""
    document: dict[str, Any] = copy.deepcopy(spec)
    holder(document, path)[path[-1]] = value
    return document


def without(path: tuple[Any, ...], spec: Any) -> dict[str, Any]:
    """Give a spec without what stands at a path."""
    document: dict[str, Any] = copy.deepcopy(spec)
    del holder(document, path)[path[-1]]
    return document


def renamed(path: tuple[Any, ...], name: str, spec: Any = BASE) -> dict[str, Any]:
    """Give a spec with another key in the last place of a path."""
    document: dict[str, Any] = copy.deepcopy(spec)
    members = holder(document, path)
    items = [(name if key == path[-1] else key, item) for key, item in members.items()]
    members.clear()
    members.update(items)
    return document


PATHS = list(pointers(BASE))
DESCRIPTIONS = [path for path in PATHS if path[-1] == "description"]
FREE_TEXTS = [path for path in PATHS if path[-1] in ("filepath", "monitor")]
NAME_PATHS = [path for path in PATHS if path[-1] == "name"]
KEYS = [path for path in PATHS if isinstance(path[-1], str)]
EXPRESSION_PATHS = [
    path
    for path in PATHS
    if path[-1] in ("expr", "on", "gap") or (path[-1] == "x" and "gradient" in path)
]


def compiled(spec: Any, style: str, path: str = "guarded.json") -> str | None:
    """Compile a spec; None if it has findings, which must have places."""
    try:
        return kauxgen.compile_spec(spec, style=style, path=path)
    except kauxgen.SpecError as error:
        diagnostics = error.diagnostics
    assert diagnostics
    for found in diagnostics:
        assert found.line >= 1
        assert found.column >= 1
        assert re.fullmatch(r"KX\d{3}", found.code)
        assert found.message.isprintable()
    return None


@cache
def clean(style: str) -> str:
    """Compile the base itself."""
    return kauxgen.compile_spec(BASE, style=style, path="guarded.json")


def without_docstrings(text: str) -> ast.Module:
    """Parse a module and take the docstrings out."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        scope = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if scope and ast.get_docstring(node, clean=False) is not None:
            node.body[0] = ast.Pass()
    return tree


def identifiers(tree: ast.AST) -> set[str]:
    """Gather every name of a tree: variables, attributes, arguments, definitions."""
    fields = ("id", "attr", "arg", "name", "asname", "module")
    return {
        value
        for node in ast.walk(tree)
        for field in fields
        if isinstance(value := getattr(node, field, None), str)
    }


def bound(tree: ast.AST) -> set[str]:
    """Gather the names that a module itself gives a meaning."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
    return names


@cache
def known_attributes() -> frozenset[str]:
    """Gather the attributes that Keras, TensorFlow and the base bring along."""
    kinds = {kind for family in catalog.FAMILIES for kind in catalog.kinds(family)}
    operations = {entry.keras for entry in catalog.operations().values()}
    parts = {part for name in operations for part in name.split(".")}
    for style in STYLES:
        kinds |= identifiers(ast.parse(clean(style)))
    return frozenset(kinds | parts | {"image", "randint", "uniform", "categorical"})


def root(node: ast.expr) -> ast.expr:
    """Find what a chain of attributes, calls and indices begins with."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def stored(tree: ast.AST) -> set[str]:
    """Gather the attributes that a module itself sets."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if isinstance(node.ctx, ast.Store)}


def check_safe(text: str, own: str = "") -> None:
    """Hold a module to known calls and names, and one that the spec may give."""
    tree = without_docstrings(text)
    names, attributes = bound(tree), stored(tree) | known_attributes()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert ast.unparse(node) in IMPORTS
        elif isinstance(node, ast.Name):
            assert node.id in names | BUILTINS
            assert node.id == own or node.id not in set(dir(builtins)) - BUILTINS
        elif isinstance(node, ast.Call):
            assert isinstance(root(node.func), ast.Name)
        elif isinstance(node, ast.Attribute):
            assert node.attr == "__init__" or not node.attr.startswith("_")
            assert node.attr in attributes
        assert not isinstance(node, ast.Lambda | ast.Global | ast.Await)
    for name in map(plain, identifiers(tree)):
        assert CANARY not in name or (own and plain(own) in name)
    check_layout(text)


def plain(name: str) -> str:
    """Give what the names of a variable and of a class have in common."""
    return name.replace("_", "").lower()


def check_layout(text: str, described: bool = False) -> None:
    """Hold the text to plain lines; a comment of the spec's words is a whole line."""
    assert text.endswith("\n")
    assert all(line.isprintable() for line in text.removesuffix("\n").split("\n"))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and CANARY in token.string:
            assert described
            assert token.line.strip() == token.string


@SETTINGS
@given(st.sampled_from(DESCRIPTIONS), HOSTILE_TEXTS, STYLE)
def test_a_description_stays_text(path: Any, text: str, style: str) -> None:
    module = compiled(changed(path, text), style)
    if module is not None:
        check_layout(module, described=True)
        ours, theirs = without_docstrings(module), without_docstrings(clean(style))
        assert ast.dump(ours) == ast.dump(theirs)


@SETTINGS
@given(HOSTILE_TEXTS, STYLE)
def test_a_path_stays_text(path: str, style: str) -> None:
    module = compiled(BASE, style, path)
    assert module is not None
    check_layout(module)
    ours, theirs = without_docstrings(module), without_docstrings(clean(style))
    assert ast.dump(ours) == ast.dump(theirs)


@SETTINGS
@given(st.sampled_from(FREE_TEXTS), HOSTILE_TEXTS, STYLE)
def test_a_string_of_the_spec_becomes_that_string(
    path: Any, text: str, style: str
) -> None:
    spec = changed(path, text.replace("=", ""))
    if (module := compiled(spec, style)) is None:
        return
    ours = without_docstrings(module)
    for node in ast.walk(ours):
        if isinstance(node, ast.Constant) and node.value == text.replace("=", ""):
            node.value = holder(BASE, path)[path[-1]]
    assert ast.dump(ours) == ast.dump(without_docstrings(clean(style)))
    check_layout(module)


@SETTINGS
@given(st.sampled_from(NAME_PATHS), NAMES | HOSTILE_TEXTS, STYLE)
def test_a_name_is_a_plain_name_or_refused(path: Any, name: str, style: str) -> None:
    module = compiled(changed(path, name), style)
    if module is not None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert not keyword.iskeyword(name)
        check_safe(module, name)


@SETTINGS
@given(st.sampled_from(KEYS), NAMES | HOSTILE_TEXTS, STYLE)
def test_a_key_is_a_plain_name_or_refused(path: Any, name: str, style: str) -> None:
    module = compiled(renamed(path, name), style)
    if module is not None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        check_safe(module, name)


@SETTINGS
@given(st.sampled_from(EXPRESSION_PATHS), EXPRESSIONS | CALLS, STYLE)
def test_an_expression_calls_operations_or_is_refused(
    path: Any, text: str, style: str
) -> None:
    module = compiled(changed(path, text), style)
    if module is not None:
        check_safe(module)


@SETTINGS
@given(st.sampled_from(PATHS), NUMBERS, STYLE)
def test_a_number_is_a_number_or_refused(path: Any, value: Any, style: str) -> None:
    module = compiled(changed(path, value), style)
    if module is not None:
        check_safe(module)


@SETTINGS
@given(st.sampled_from(PATHS), EXPRESSIONS.map("={}".format), STYLE)
def test_a_computed_value_is_arithmetic_or_refused(
    path: Any, text: str, style: str
) -> None:
    module = compiled(changed(path, text), style)
    if module is not None and "description" not in path:
        check_safe(module)


EXAMPLES = sorted(resources.EXAMPLES.glob("*.json"))
SPECS = st.sampled_from([BASE, *(json.loads(path.read_text()) for path in EXAMPLES)])
WORDS = sorted({path[-1] for path in KEYS})
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | NAMES | HOSTILE_TEXTS | EXPRESSIONS,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(WORDS) | NAMES, inner, max_size=3),
    max_leaves=6,
)


@settings(SETTINGS, max_examples=150)
@given(SPECS, st.data(), JSON, STYLE)
def test_whatever_stands_anywhere_gives_findings_or_code(
    spec: Any, data: st.DataObject, value: Any, style: str
) -> None:
    path = data.draw(st.sampled_from(list(pointers(spec))))
    module = compiled(changed(path, value, spec), style)
    if module is not None:
        ast.parse(module)
        check_layout(module)


@settings(SETTINGS, max_examples=150)
@given(SPECS, st.data(), STYLE)
def test_whatever_is_missing_gives_findings_or_code(
    spec: Any, data: st.DataObject, style: str
) -> None:
    path = data.draw(st.sampled_from(list(pointers(spec))))
    module = compiled(without(path, spec), style)
    if module is not None:
        ast.parse(module)
        check_layout(module)


@settings(SETTINGS, max_examples=100)
@given(SPECS, st.data(), STYLE)
def test_parts_that_change_places_give_findings_or_code(
    spec: Any, data: st.DataObject, style: str
) -> None:
    """Words of the language, where it does not expect them, reach further."""
    paths = st.sampled_from(list(pointers(spec)))
    first, second = data.draw(paths), data.draw(paths)
    module = compiled(changed(first, holder(spec, second)[second[-1]], spec), style)
    if module is not None:
        ast.parse(module)
        check_layout(module)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "KX006"),
        ('{"a":' * 100_000, "KX006"),
        (json.dumps({**BASE, "description": "x" * 50_000_000}), "KX007"),
        ('{"name": "\\ud800"}', "KX005"),
        ('{"name": NaN}', "KX004"),
        ("", "KX008"),
        ("{" + '"a": 1, ' * 100, "KX002"),
    ],
    ids=["brackets", "objects", "50 MB", "surrogate", "NaN", "empty", "duplicates"],
)
def test_what_would_break_a_reader_is_a_finding(text: str, code: str) -> None:
    found = kauxgen.validate(text)
    assert code in {each.code for each in found}
    assert len(found) <= 100


@pytest.mark.parametrize("style", STYLES)
def test_the_checks_hold_for_the_base(style: str) -> None:
    check_safe(clean(style))


@pytest.mark.parametrize(
    "code",
    [
        "import os\n",
        "eval('1')\n",
        "x = open\n",
        "import keras\nkeras.__class__\n",
        "import keras\nkeras.smuggled()\n",
        "x = lambda: 1\n",
        "x = 1  # smuggled\n",
        "def f(smuggled):\n    return smuggled\n",
    ],
)
def test_the_checks_find_what_is_smuggled(code: str) -> None:
    with pytest.raises(AssertionError):
        check_safe(code)


def test_pointers_are_those_of_the_scanner() -> None:
    spans = source.from_value(BASE, "guarded.json").spans
    assert {source.pointer(path) for path in PATHS} | {""} == set(spans)
