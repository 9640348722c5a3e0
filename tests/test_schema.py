"""The form of specs: the examples hold it, and each mistake gives its one finding."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kauxgen import form, resources
from kauxgen.finding import Finding
from kauxgen.schema import check
from kauxgen.source import from_value, locate, pointer, scan

SPECS = sorted(resources.EXAMPLES.glob("*.json"))
ABSENT = object()
BASE: dict[str, Any] = {
    "kauxgen": 1,
    "name": "model",
    "style": "functional",
    "params": {"width": 8, "rates": [0.1, [0.2]]},
    "define": {
        "losses": {"own": {"params": {"rate": 1.0}, "expr": "mean(y_pred)"}},
        "functions": {"bar": {"args": ["x"], "expr": "x", "gradient": {"x": "1"}}},
        "blocks": {"unit": {"inputs": ["x"], "body": [{"name": "b", "expr": "x"}]}},
    },
    "networks": {
        "coder": {
            "inputs": {"x": {"shape": [4]}},
            "layers": [{"name": "y", "expr": "x"}],
        }
    },
    "inputs": {"image": {"shape": [28, None, "=width"], "dtype": "float32"}},
    "layers": [
        {"name": "dense", "layer": "Dense", "args": {"units": "=width"}},
        {"name": "twice", "expr": "dense * 2"},
        {"name": "coded", "network": "coder", "inputs": {"x": "twice"}},
        {"name": "used", "block": "unit", "inputs": ["coded"], "as": ["a", "b"]},
        {
            "name": "rounds",
            "repeat": {"over": [1, 2], "as": "size"},
            "body": [{"name": "in", "layer": "Dense"}],
        },
        {"name": "again", "reuse": "dense", "inputs": "rounds", "training": False},
    ],
    "outputs": "again",
    "losses": [{"name": "error", "loss": "MeanSquaredError", "on": "again"}],
    "penalties": [
        {"name": "kl", "penalty": "kl", "on": ["a", {"weights": "**"}], "weight": "=w"},
        {"name": "own", "expr": "mean(a)", "weight": {"variable": 0.1}},
    ],
    "metrics": [{"metric": "BinaryAccuracy", "on": "again", "target": None}],
    "training": {
        "optimizer": {"optimizer": "Adam", "args": {"learning_rate": 0.001}},
        "epochs": 3,
        "jit_compile": "auto",
        "callbacks": [{"callback": "EarlyStopping"}],
        "gradients": {"sam": {"rho": 0.05}},
    },
}
SCHEDULE = {"schedule": "linear", "args": {"start": 0, "end": 1, "steps": "=n"}}


def changed(at: str, value: Any) -> dict[str, Any]:
    """Give the base spec with one value set, added or, with ABSENT, deleted."""
    spec = copy.deepcopy(BASE)
    *above, last = at.split("/")[1:]
    inner: Any = spec
    for key in above:
        inner = inner[int(key)] if isinstance(inner, list) else inner[key]
    if value is ABSENT:
        del inner[last]
    else:
        inner[int(last) if isinstance(inner, list) else last] = value
    return spec


def found(spec: dict[str, Any]) -> list[Finding]:
    return check(from_value(spec, "spec.json"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_examples_have_good_form(path: Path) -> None:
    assert check(scan(path.read_bytes(), path.name)) == []


def test_the_base_has_good_form() -> None:
    assert len(SPECS) >= 13
    assert found(BASE) == []


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("/penalties/1/weight", SCHEDULE),
        ("/penalties/1/weight", {"expr": "minimum(step / 2000, 1)"}),
        ("/penalties/1/weight", {"variable": "=width"}),
        ("/penalties/1/reduce", "sum"),
        ("/penalties/1/let", {"a": "mean(b)"}),
        ("/penalties/0/on", {"weights": "coder/*/kernel"}),
        ("/penalties/0/on", {"network": "coder", "x": "a"}),
        ("/losses/0/target", None),
        ("/losses/0/when", "training"),
        ("/metrics/0", {"name": "spread", "expr": "max(a)"}),
        ("/layers/4/repeat", {"count": "=depth"}),
        ("/layers/4/repeat", {"over": "=range(n)", "as": ["a", "b"]}),
        ("/layers/4/repeat", {"over": [[1, "relu"], [2, "selu"]], "as": ["a", "b"]}),
        ("/layers/0/trainable", False),
        ("/params/flag", True),
        ("/params/activation", "relu"),
        ("/params/text", "==no expression"),
        ("/inputs/image/shape", []),
        ("/outputs", ["again", "coded.y"]),
        ("/training/epochs", "=width"),
        ("/training/gradients", {"centralize": True}),
        ("/define/losses/own/emit", "class"),
        ("/define/initializers", {"eye3": {"params": {"n": 3}, "expr": "eye(n)"}}),
        ("/define/regularizers", {"l2": {"expr": "sum(w ** 2)", "emit": "class"}}),
    ],
)
def test_other_good_forms(at: str, value: Any) -> None:
    assert found(changed(at, value)) == []


MISTAKES = [
    ("/lossess", [], "KX101", "/lossess", 'unknown key "lossess" in the spec', ""),
    ("/zebra", {}, "KX101", "/zebra", 'unknown key "zebra"', ""),
    ("/inputs/image/zebra", 1, "KX101", "/inputs/image/zebra", '"zebra"', "one of"),
    ("/ema", [], "KX109", "/ema", '"ema" does not go with "layers"', ""),
    ("/state", {}, "KX109", "/state", '"state" does not go with "layers"', ""),
    ("/layers/0/arg", {}, "KX101", "/layers/0/arg", 'in an item of "layers"', ""),
    ("/layers/0/a\n", 1, "KX101", "/layers/0/a\n", r'unknown key "a\n"', ""),
    ("/inputs/image/shpe", [], "KX101", "/inputs/image/shpe", '"shpe" in "image"', ""),
    ("/inputs/image/rol", "target", "KX101", "/inputs/image/rol", '"rol"', ""),
    ("/inputs/image/role", "label", "KX105", "/inputs/image/role", "", ""),
    ("/inference", {}, "KX106", "/inference", "", ""),
    ("/training/optimiser", {}, "KX101", "/training/optimiser", "", ""),
    ("/define/layer", {}, "KX101", "/define/layer", "", '"layers"?'),
    ("/networks/coder/alike", "x", "KX101", "/networks/coder/alike", "", '"like"?'),
    (
        "/layers/1",
        {"name": "a", "exprr": "b"},
        "KX101",
        "/layers/1/exprr",
        "",
        '"expr"?',
    ),
    ("/layers/1", {"name": "a", "tabs": "b"}, "KX101", "/layers/1/tabs", "", ""),
    ("/layers/1", {"naem": "a", "expr": "b"}, "KX101", "/layers/1/naem", "", '"name"?'),
    ("/penalties/0/on/1", {"weight": "*"}, "KX101", "/penalties/0/on/1/weight", "", ""),
    (
        "/losses/0",
        {"lose": "Huber", "on": "again"},
        "KX101",
        "/losses/0/lose",
        "",
        'did you mean "loss"?',
    ),
    (
        "/penalties/0/weight",
        {**SCHEDULE, "args": {"start": 0, "end": 1, "step": 9}},
        "KX101",
        "/penalties/0/weight/args/step",
        'unknown key "step" in "args"',
        'did you mean "steps"?',
    ),
    ("/name", ABSENT, "KX103", "", 'the spec lacks "name"', ""),
    ("/training", {}, "KX103", "/training", '"training" lacks "optimizer"', ""),
    ("/inputs/image", {}, "KX103", "/inputs/image", '"image" lacks "shape"', ""),
    ("/layers/0/name", ABSENT, "KX103", "/layers/0", "an item of", ""),
    ("/layers/4/body", ABSENT, "KX103", "/layers/4", '"body", which "repeat"', ""),
    ("/losses/0/on", ABSENT, "KX103", "/losses/0", '"on", which "loss" needs', ""),
    ("/metrics/0", {"expr": "a"}, "KX103", "/metrics/0", '"name", which "expr"', ""),
    ("/define/functions/bar/args", ABSENT, "KX103", "/define/functions/bar", "", ""),
    (
        "/penalties/0/weight",
        {"schedule": "cosine"},
        "KX103",
        "/penalties/0/weight",
        "",
        "",
    ),
    (
        "/layers/4/repeat/as",
        ABSENT,
        "KX103",
        "/layers/4/repeat",
        '"as", which "over"',
        "",
    ),
    ("/layers", {}, "KX104", "/layers", "expects a list, got an object", ""),
    ("/layers/0", "Dense", "KX104", "/layers/0", "expects an object, got a text", ""),
    ("/layers/0/args", 8, "KX104", "/layers/0/args", "expects an object, got 8", ""),
    ("/inputs/image/shape", "28", "KX104", "/inputs/image/shape", "a list, got", ""),
    ("/inputs/image/shape/0", 2.5, "KX104", "/inputs/image/shape/0", "got 2.5", ""),
    ("/inputs/image/shape/0", 28.0, "KX104", "/inputs/image/shape/0", "got 28.0", ""),
    ("/inputs/image/shape/0", True, "KX104", "/inputs/image/shape/0", "got true", ""),
    ("/params/width", None, "KX104", "/params/width", "got null", ""),
    ("/params/rates", [["a"]], "KX104", "/params/rates/0/0", "got a text", ""),
    ("/outputs", 3, "KX104", "/outputs", "expects a name or a list of names", ""),
    ("/losses/0/on", {"a": 3}, "KX104", "/losses/0/on", "a text, got an object", ""),
    ("/losses/0/on", 3, "KX104", "/losses/0/on", "got 3", ""),
    ("/penalties/0/weight", [], "KX104", "/penalties/0/weight", "got a list", ""),
    ("/layers/0/trainable", "no", "KX104", "/layers/0/trainable", "true or false", ""),
    ("/layers/0/inputs", 3, "KX104", "/layers/0/inputs", "got 3", ""),
    ("/training/optimizer", "adam", "KX104", "/training/optimizer", "got a text", ""),
    ("/training/seed", 1.0, "KX104", "/training/seed", "an integer, got 1.0", ""),
    ("/style", "functionl", "KX105", "/style", 'be "functionl"', '"functional"?'),
    ("/style", 3, "KX105", "/style", "cannot be 3", "one of "),
    ("/backend", "numpy", "KX105", "/backend", "", 'one of "any", "tensorflow"'),
    ("/kauxgen", 2, "KX105", "/kauxgen", "cannot be 2", 'only "1" fits here'),
    ("/kauxgen", True, "KX105", "/kauxgen", "cannot be true", 'only "1" fits here'),
    ("/inputs/image/dtype", "float", "KX105", "/inputs/image/dtype", "", '"float'),
    ("/penalties/1/reduce", "max", "KX105", "/penalties/1/reduce", "", 'one of "mean"'),
    ("/losses/0/when", "always", "KX105", "/losses/0/when", "", 'only "training"'),
    ("/training/jit_compile", 1, "KX105", "/training/jit_compile", "cannot be 1", ""),
    ("/training/epochs", 0, "KX106", "/training/epochs", "must be at least 1", ""),
    ("/training/seed", -1, "KX106", "/training/seed", "must be at least 0", ""),
    ("/training/gradients/sam/rho", 0, "KX106", "/training/gradients/sam/rho", "0", ""),
    ("/training/gradients", {}, "KX106", "/training/gradients", "not be empty", ""),
    ("/inputs/image/shape/0", 0, "KX106", "/inputs/image/shape/0", "at least 1", ""),
    ("/inputs", {}, "KX106", "/inputs", '"inputs" must not be empty', ""),
    ("/layers", [], "KX106", "/layers", '"layers" must not be empty', ""),
    ("/layers/1/expr", "", "KX106", "/layers/1/expr", "must not be empty", ""),
    ("/layers/0/name", "", "KX106", "/layers/0/name", "must not be empty", ""),
    ("/name", "x" * 65, "KX106", "/name", "longer than 64", ""),
    ("/params/" + "x" * 65, 1, "KX106", "/params/" + "x" * 65, "a name must", ""),
    ("/networks/", BASE["networks"]["coder"], "KX106", "/networks/", "a name must", ""),
    ("/layers/4/repeat/over", [], "KX106", "/layers/4/repeat/over", "not be empty", ""),
    ("/layers/0", {"name": "a"}, "KX107", "/layers/0", 'one of "layer", "expr"', ""),
    ("/layers/0/expr", "x", "KX107", "/layers/0/expr", '"layer" and "expr" stand', ""),
    ("/layers/1/repeat", {"count": 2}, "KX107", "/layers/1/repeat", "", ""),
    ("/layers/0/reuse", "dense", "KX107", "/layers/0/reuse", "", ""),
    ("/losses/0", {"on": "a"}, "KX108", "/losses/0", 'one of "loss", "penalty" or', ""),
    ("/losses/0/penalty", "center", "KX108", "/losses/0/penalty", "together", ""),
    ("/penalties/1/loss", "Huber", "KX108", "/penalties/1/loss", "together", ""),
    ("/metrics/0", {"name": "a"}, "KX108", "/metrics/0", '"metric" or "expr"', ""),
    ("/layers/1/args", 3, "KX109", "/layers/1/args", '"args" does not go with', ""),
    ("/layers/1/inputs", "dense", "KX109", "/layers/1/inputs", 'with "expr"', ""),
    ("/layers/0/body", [], "KX109", "/layers/0/body", 'with "layer"', ""),
    ("/layers/2/args", {}, "KX109", "/layers/2/args", 'with "network"', ""),
    ("/layers/3/trainable", False, "KX109", "/layers/3/trainable", 'with "block"', ""),
    ("/layers/4/as", ["a"], "KX109", "/layers/4/as", 'with "repeat"', ""),
    ("/layers/5/args", {}, "KX109", "/layers/5/args", 'with "reuse"', ""),
    ("/losses/0/let", {}, "KX109", "/losses/0/let", 'with "loss"', ""),
    ("/penalties/0/target", "y", "KX109", "/penalties/0/target", 'with "penalty"', ""),
    ("/penalties/1/on", "a", "KX109", "/penalties/1/on", 'with "expr"', ""),
    ("/metrics/0/reduce", "sum", "KX109", "/metrics/0/reduce", 'with "metric"', ""),
    (
        "/layers/4/repeat",
        {"count": 2, "as": "n"},
        "KX109",
        "/layers/4/repeat/as",
        '"as" does not go with "count"',
        "",
    ),
    ("/penalties/0/weight", "w", "KX111", "/penalties/0/weight", 'text "w"', '"=w"'),
    ("/penalties/0/weight", "==w", "KX111", "/penalties/0/weight", 'text "==w"', ""),
    ("/inputs/image/shape/0", "n", "KX111", "/inputs/image/shape/0", "", 'write "=n"'),
    ("/training/batch_size", "n", "KX111", "/training/batch_size", "", 'write "=n"'),
    ("/params/width", "=2 * n", "KX112", "/params/width", "cannot be computed", "=="),
    (
        "/penalties/0/weight",
        {},
        "KX113",
        "/penalties/0/weight",
        '"schedule", "expr"',
        "",
    ),
    (
        "/penalties/1/weight/expr",
        "step",
        "KX113",
        "/penalties/1/weight/expr",
        '"variable" and "expr" stand together',
        "",
    ),
    ("/layers/4/repeat", {}, "KX114", "/layers/4/repeat", '"count" or "over"', ""),
    ("/layers/4/repeat/count", 2, "KX114", "/layers/4/repeat/count", "together", ""),
    ("/layers", ABSENT, "KX115", "", 'one of "layers" or "step"', ""),
]


@pytest.mark.parametrize(("at", "value", "code", "place", "message", "help"), MISTAKES)
def test_one_mistake_gives_one_finding(
    at: str, value: Any, code: str, place: str, message: str, help: str
) -> None:
    (finding,) = found(changed(at, value))
    assert (finding.code, finding.pointer) == (code, place)
    assert message in finding.message
    assert help in finding.help


def test_every_code_of_the_family_is_shown_above() -> None:
    documented = {str(rule.__doc__)[:5] for rule in form.RULES}
    assert {row[2] for row in MISTAKES} == documented
    assert len(documented) == len(form.RULES)


@pytest.mark.parametrize("rule", form.RULES)
def test_rules_are_documented(rule: Any) -> None:
    assert re.match(r"KX1\d\d: .*\.\n(.|\n)+Wrong:\n(.|\n)+Right:\n", rule.__doc__)


def test_findings_come_in_the_order_of_the_text() -> None:
    text = '{"kauxgen": 1, "nam": 3, "layers": [{"expr": 1}], "inputs": [], "z": 2}'
    places = [(each.code, each.pointer) for each in check(scan(text, ""))]
    assert places == [
        ("KX103", ""),
        ("KX101", "/nam"),
        ("KX103", "/layers/0"),
        ("KX104", "/layers/0/expr"),
        ("KX104", "/inputs"),
        ("KX101", "/z"),
    ]


def test_keys_are_marked_for_what_is_wrong_with_keys() -> None:
    document = scan('{"kauxgen": 1, "stile": "loop"}', "spec.json")
    (finding,) = [each for each in check(document) if each.code == "KX101"]
    diagnostic = locate(document, finding)
    assert (diagnostic.column, diagnostic.end_column) == (16, 23)
    assert diagnostic.help == 'did you mean "style"?'


def test_a_hopeless_document_gives_a_bounded_number_of_findings() -> None:
    assert len(found({f"key{index}": 1 for index in range(20_000)})) == 200


@pytest.mark.parametrize(("inner", "codes"), [([], []), (1, []), ("a", ["KX104"])])
def test_the_deepest_documents_are_checked(inner: Any, codes: list[str]) -> None:
    for _ in range(60):
        inner = [inner]
    assert [each.code for each in found(changed("/params/deep", inner))] == codes


def test_the_deepest_repeats_are_checked() -> None:
    nodes: list[Any] = [{"name": "a", "layr": "Dense"}]
    for _ in range(29):
        nodes = [{"name": "a", "repeat": {"count": 2}, "body": nodes}]
    (finding,) = found(changed("/layers", nodes))
    assert finding.pointer == "/layers/0" + "/body/0" * 29 + "/layr"


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and those in it, but for refinements by kind."""
    if isinstance(schema, dict):
        yield schema
        for key, inner in schema.items():
            if key != "dependentSchemas":
                yield from subschemas(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from subschemas(inner)


def objects() -> list[dict[str, Any]]:
    schema = resources.schema("form")
    return [
        each for each in subschemas(schema) if isinstance(each.get("properties"), dict)
    ]


def test_every_key_is_described() -> None:
    keys = [item for each in objects() for item in each["properties"].items()]
    assert len(keys) > 100
    for key, schema in keys:
        assert re.match(r"[A-Z].*\.$", schema.get("description", "")), key


def test_every_object_is_closed() -> None:
    assert [each for each in objects() if each.get("additionalProperties")] == []
    assert all("additionalProperties" in each for each in objects())


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(resources.schema("form"))


def places(value: Any, above: str = "") -> Iterator[str]:
    members: Any = value.items() if isinstance(value, dict) else ()
    members = enumerate(value) if isinstance(value, list) else members
    for key, inner in members:
        yield above + pointer([key])
        yield from places(inner, above + pointer([key]))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-9, 9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(places(BASE))), JUNK | st.just(ABSENT))
def test_any_change_is_accepted_or_found(at: str, value: Any) -> None:
    if value is ABSENT and at.rpartition("/")[2].isdigit():
        value = None
    document = from_value(changed(at, value), "spec.json")
    for finding in check(document):
        assert re.fullmatch(r"KX1(0[1-9]|1[1-5])", finding.code)
        assert locate(document, finding).message == finding.message


@given(st.dictionaries(st.text(), JUNK))
def test_any_object_lacks_what_it_lacks(spec: dict[str, Any]) -> None:
    codes = [each.code for each in found(spec)]
    assert sum(map(codes.count, ("KX101", "KX103", "KX115"))) >= 5
