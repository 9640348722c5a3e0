"""The scanner agrees with `json.loads`, knows every place and survives hostile text."""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kauxgen.finding import Diagnostic, Finding
from kauxgen.reading import RULES, unreadable_file
from kauxgen.source import Document, ScanError, from_value, locate, place, pointer, scan

NUMBERS = st.integers(-(10**300), 10**300) | st.floats(
    allow_nan=False, allow_infinity=False
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(), VALUES)
LAYOUTS = st.fixed_dictionaries(
    {"indent": st.sampled_from([None, 0, 2, "\t"]), "ensure_ascii": st.booleans()}
)


def read(data: bytes | str) -> Document | tuple[Diagnostic, ...]:
    try:
        return scan(data, "spec.json")
    except ScanError as error:
        return error.diagnostics


def faults(data: bytes | str) -> list[Diagnostic]:
    with pytest.raises(ScanError) as caught:
        scan(data, "spec.json")
    return list(caught.value.diagnostics)


def at(value: Any, tokens: list[str]) -> Any:
    for token in tokens:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def parts(pointer: str) -> list[str]:
    tokens = pointer.split("/")[1:]
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]


def marked(diagnostic: Diagnostic) -> str:
    return diagnostic.source[diagnostic.column - 1 : diagnostic.end_column - 1]


@given(OBJECTS, LAYOUTS)
def test_values_are_those_of_json(value: dict[str, Any], layout: Any) -> None:
    text = json.dumps(value, **layout)
    assert repr(scan(text, "").value) == repr(json.loads(text))
    assert repr(scan(text.encode(), "").value) == repr(json.loads(text))


@given(OBJECTS, LAYOUTS)
def test_spans_hold_the_text_of_their_values(value: Any, layout: Any) -> None:
    document = scan(json.dumps(value, **layout), "")
    for place_, span in document.spans.items():
        held = json.loads(document.text[span.start : span.end])
        assert repr(held) == repr(at(document.value, parts(place_)))


@given(OBJECTS, LAYOUTS)
def test_key_spans_hold_the_text_of_their_keys(value: Any, layout: Any) -> None:
    document = scan(json.dumps(value, **layout), "")
    for place_, span in document.spans.items():
        *above, last = parts(place_) or [""]
        if place_ and isinstance(at(document.value, above), dict):
            assert json.loads(document.text[span.key_start : span.key_end]) == last
        else:
            assert (span.key_start, span.key_end) == (-1, -1)


@given(OBJECTS)
def test_every_value_has_a_span(value: dict[str, Any]) -> None:
    def count(inner: Any) -> int:
        members = inner.values() if isinstance(inner, dict) else inner
        nested = isinstance(inner, dict | list)
        return 1 + (sum(map(count, members)) if nested else 0)

    spans = scan(json.dumps(value), "").spans
    assert len(spans) == count(value)
    assert len(set(spans)) == len(spans)


@given(OBJECTS, st.integers(0), st.text(max_size=3), st.integers(0, 3))
def test_what_is_accepted_json_reads_alike(
    value: Any, where: int, inserted: str, deleted: int
) -> None:
    text = json.dumps(value)
    where %= len(text)
    text = text[:where] + inserted + text[where + deleted :]
    document = read(text)
    if isinstance(document, Document):
        assert repr(document.value) == repr(json.loads(text.removeprefix("\ufeff")))
    else:
        assert len(document) > 0


@given(st.binary() | st.text(alphabet='{}[]",:0eE.-\\u d\n\ud83d\ufeff'))
def test_any_bytes_and_text_are_read_or_refused(data: bytes | str) -> None:
    document = read(data)
    if isinstance(document, Document):
        assert isinstance(document.value, dict)
    else:
        assert all(each.code.startswith("KX00") for each in document)
        assert all(each.line >= 1 <= each.column for each in document)


FAULTS = [
    ('{"a": 1 "b": 2}', "KX001", 1, 8, 'expected "," or "}", found "b"', ""),
    ('{\n  "a": 1\n  "b": 2\n}', "KX001", 2, 9, 'expected "," or "}"', ""),
    ('{"a" 1}', "KX001", 1, 6, 'expected ":", found "1"', ""),
    ('{"a": [1, 2}', "KX001", 1, 12, 'expected "," or "]"', 'the "[" of line 1'),
    ('{"a": {"b": 1', "KX001", 1, 14, "the end of the file", 'the "{" of line 1'),
    ('{"a": }', "KX001", 1, 7, 'expected a value, found "}"', ""),
    ('{"a": [1,,2]}', "KX001", 1, 10, 'expected a value, found ","', ""),
    ('{"a": 1;}', "KX001", 1, 8, 'expected "," or "}", found ";"', ""),
    ('{"a": 1} x', "KX001", 1, 10, "expected the end of the file", ""),
    ("{'a': 1}", "KX001", 1, 2, "expected a key", "double quotes"),
    ("{a: 1}", "KX001", 1, 2, "expected a key", "double quotes"),
    ('{"a": relu}', "KX001", 1, 7, "expected a value", "double quotes"),
    ('{"a": True}', "KX001", 1, 7, 'found "True"', "write true"),
    ('{"a": None}', "KX001", 1, 7, 'found "None"', "write null"),
    ('{"a": 1 // one\n}', "KX001", 1, 9, 'found "/"', "no comments"),
    ('{"a": "b\n}', "KX001", 1, 7, "the end of the line", "close the string"),
    ('{"a": "b', "KX001", 1, 7, "the end of the file", "close the string"),
    (r'{"a": "\q"}', "KX001", 1, 8, r"found \q", "the escapes are"),
    (r'{"a": "\u12"}', "KX001", 1, 8, r"found \u", "the escapes are"),
    ('{"a": 1,\n "a": 2}', "KX002", 2, 2, '"a" stands here twice, first in line 1', ""),
    (r'{"a": 1, "\u0061": 2}', "KX002", 1, 10, '"a" stands here twice', ""),
    ('{"a": 1,}', "KX003", 1, 8, 'before "}"', "delete the comma"),
    ('{"a": [1, ]}', "KX003", 1, 9, 'before "]"', "delete the comma"),
    ('{"a": NaN}', "KX004", 1, 7, "NaN is no JSON number", ""),
    ('{"a": -Infinity}', "KX004", 1, 7, "-Infinity is no JSON number", ""),
    ('{"a": 1e999}', "KX004", 1, 7, "1e999 is too large", ""),
    ('{"a": 1' + "0" * 5000 + "}", "KX004", 1, 7, "is too large", ""),
    ('{"a": 007}', "KX004", 1, 7, "007 is no JSON number", "write 7"),
    ('{"a": .5}', "KX004", 1, 7, ".5 is no JSON number", "write 0.5"),
    ('{"a": +1}', "KX004", 1, 7, "+1 is no JSON number", "write 1"),
    ('{"a": 0x10}', "KX004", 1, 7, "0x10 is no JSON number", "write 16"),
    ('{"a": "x\ty"}', "KX005", 1, 9, "U+0009", r"write \u0009"),
    (r'{"a": "\ud83d!"}', "KX005", 1, 7, "half of a surrogate pair", ""),
    ('{"ä": "\ud83d"}', "KX005", 1, 8, "half of a surrogate pair", ""),
    ('{"ä": "'.encode() + b'\xff"}', "KX005", 1, 8, "not UTF-8", "save the file"),
    ('{"a": 1}'.encode("utf-16"), "KX005", 1, 1, "not UTF-8", "save the file"),
    ("[" * 100_000, "KX006", 1, 65, "64 levels", ""),
    ('{"a":' * 100_000, "KX006", 1, 321, "64 levels", ""),
    (b" " * 50_000_000, "KX007", 1, 1, "50,000,000 bytes", ""),
    ("", "KX008", 1, 1, "found nothing", "begin with {"),
    (" \n\n", "KX008", 1, 1, "found nothing", "begin with {"),
    ("\n [1]", "KX008", 2, 2, "found a list", "begin with {"),
    ("3", "KX008", 1, 1, "found a single value", "begin with {"),
]


@pytest.mark.parametrize(("data", "code", "line", "column", "message", "help"), FAULTS)
def test_one_mistake_gives_one_diagnostic(
    data: bytes | str, code: str, line: int, column: int, message: str, help: str
) -> None:
    (found,) = faults(data)
    assert (found.code, found.line, found.column) == (code, line, column)
    assert message in found.message
    assert help in found.help
    assert bool(help) == bool(found.help)


def test_every_code_of_the_family_is_shown_above() -> None:
    documented = {str(rule.__doc__)[:5] for rule in RULES}
    by_others = {unreadable_file("").code}
    assert {row[1] for row in FAULTS} | by_others == documented
    assert len(documented) == len(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_rules_are_documented(rule: Any) -> None:
    assert re.match(r"KX00\d: .*\.\n\n(.|\n)+Wrong:\n(.|\n)+Right:\n", rule.__doc__)


def test_independent_mistakes_are_all_found() -> None:
    found = faults('{"a": [1, ],\n "b": .5,\n "a": NaN,\n}')
    places = [(each.line, each.column, each.code) for each in found]
    assert places == [
        (1, 9, "KX003"),
        (2, 7, "KX004"),
        (3, 2, "KX002"),
        (3, 7, "KX004"),
        (3, 10, "KX003"),
    ]


def test_hopeless_text_gives_a_bounded_number_of_diagnostics() -> None:
    assert len(faults('{"a": [' + "NaN, " * 10_000 + "0]}")) == 50


def test_diagnostics_can_be_printed() -> None:
    hostile = ['{"\ud800": 1, "\ud800": 2}', r'{"\ud800": 1, "\ud800": 2}']
    for found in map(faults, hostile):
        assert all(str(each).encode("utf-8") for each in found)


def test_a_byte_order_mark_is_no_character() -> None:
    document = scan(b'\xef\xbb\xbf{"a": 1}', "spec.json")
    assert document.value == {"a": 1}
    assert locate(document, Finding("/a", "KX000", "")).column == 7


def test_64_levels_are_read() -> None:
    text = '{"a":' + "[" * 63 + "]" * 63 + "}"
    assert repr(scan(text, "").value) == repr(json.loads(text))


DOCUMENT = scan(
    '{\r\n  "name": "vae",\r\n  "a/b~": [1, {"é": "x\\u00e9\\n\\ud83d\\ude00=z"}]\r\n}',
    "spec.json",
)


@pytest.mark.parametrize(
    ("finding", "line", "column", "text"),
    [
        (Finding("/name", "", ""), 2, 11, '"vae"'),
        (Finding("/name", "", "", at_key=True), 2, 3, '"name"'),
        (Finding("/a~1b~0/0", "", ""), 3, 12, "1"),
        (Finding("/a~1b~0/0", "", "", at_key=True), 3, 12, "1"),
        (Finding("/a~1b~0/1/é", "", "", at_key=True), 3, 16, '"é"'),
        (Finding("/a~1b~0/1/é", "", "", part=(0, 1)), 3, 22, "x"),
        (Finding("/a~1b~0/1/é", "", "", part=(1, 3)), 3, 23, "\\u00e9\\n"),
        (Finding("/a~1b~0/1/é", "", "", part=(3, 4)), 3, 31, "\\ud83d\\ude00"),
        (Finding("/a~1b~0/1/é", "", "", part=(4, 6)), 3, 43, "=z"),
        (Finding("/a~1b~0/1/é", "", "", part=(6, 6)), 3, 45, '"'),
        (Finding("/a~1b~0/1/é", "", "", part=(5, 99)), 3, 44, "z"),
        (Finding("/name", "", "", at_key=True, part=(1, 3)), 2, 5, "am"),
        (Finding("", "", ""), 1, 1, "{"),
        (Finding("", "", "", at_key=True), 1, 1, "{"),
        (Finding("/missing/0", "", ""), 1, 1, "{"),
        (Finding("/name/0", "", "", part=(0, 1)), 2, 11, '"vae"'),
        (Finding("/a~1b~0/01", "", ""), 3, 11, DOCUMENT.text[31:-3]),
        (Finding("nonsense", "", ""), 1, 1, "{"),
    ],
)
def test_findings_are_located(
    finding: Finding, line: int, column: int, text: str
) -> None:
    found = locate(DOCUMENT, finding)
    assert (found.line, found.column, marked(found)) == (line, column, text)
    assert found.source == DOCUMENT.text.split("\r\n")[line - 1]
    assert (found.path, found.pointer) == ("spec.json", finding.pointer)


@given(st.text(min_size=1), st.data(), st.booleans())
def test_a_part_is_mapped_through_escapes(text: str, data: Any, ascii: bool) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = scan(json.dumps({"expr": text}, ensure_ascii=ascii), "")
    found = locate(document, Finding("/expr", "", "", part=(start, end)))
    assert json.loads(f'"{marked(found)}"') == text[start:end]


def test_what_a_finding_says_is_kept() -> None:
    finding = Finding("/name", "KX201", "message", "help", severity="warning")
    found = locate(DOCUMENT, finding)
    assert (found.code, found.message, found.help) == ("KX201", "message", "help")
    assert found.severity == "warning"


def test_a_finding_without_a_text_stands_at_the_beginning() -> None:
    found = place(unreadable_file("it does not exist"), "spec.json")
    assert (found.path, found.line, found.column) == ("spec.json", 1, 1)
    assert found.message == "cannot be read: it does not exist"


@given(st.lists(st.text() | st.integers(0), max_size=4))
def test_pointers_lead_back(tokens: list[str | int]) -> None:
    assert parts(pointer(tokens)) == [str(token) for token in tokens]


def test_spans_of_what_is_not_there() -> None:
    assert "/name" in DOCUMENT.spans
    assert "/nme" not in DOCUMENT.spans
    with pytest.raises(KeyError):
        DOCUMENT.spans["/name/0"]


@given(OBJECTS)
def test_a_value_is_read_as_its_canonical_text(value: dict[str, Any]) -> None:
    document = from_value(MappingProxyType(value), "<spec>")
    assert document.text == json.dumps(value, indent=2, ensure_ascii=False)
    assert repr(document.value) == repr(value)


def test_tuples_and_mappings_are_lists_and_objects() -> None:
    document = from_value({"a": (1, 2), "b": MappingProxyType({"c": 3})}, "<spec>")
    assert document.value == {"a": [1, 2], "b": {"c": 3}}


def circular() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["self"] = value
    return value


@pytest.mark.parametrize(
    ("value", "code", "line", "message"),
    [
        ({"a": {1, 2}}, "KX001", 1, 'found a Python "set"'),
        ({("a", "b"): 1}, "KX001", 1, "expected a value of JSON"),
        ({"a": 1, "b": float("nan")}, "KX004", 3, "NaN is no JSON number"),
        ({"a": 10**5000}, "KX004", 1, "too large"),
        ({"a": "\ud800"}, "KX005", 2, "half of a surrogate pair"),
        (circular(), "KX006", 1, "nested too deeply"),
        ({1: "a", "1": "b"}, "KX002", 3, '"1" stands here twice'),
    ],
)
def test_values_that_json_does_not_have(
    value: dict[str, Any], code: str, line: int, message: str
) -> None:
    with pytest.raises(ScanError) as caught:
        from_value(value, "<spec>")
    (found,) = caught.value.diagnostics
    assert (found.code, found.line) == (code, line)
    assert message in found.message
