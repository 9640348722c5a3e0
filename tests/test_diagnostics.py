"""Every diagnostic has an example folder: a spec, and all that is said of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kauxgen import read, rules, schema, source
from kauxgen.finding import Diagnostic

FOLDERS = sorted((Path(__file__).parent / "diagnostics").iterdir())
TESTED_ELSEWHERE = {
    "KX007": "its example is a file of a megabyte: tests/test_source.py",
    "KX009": "its example is a file that is not there: tests of files",
    **dict.fromkeys(
        ("KX830", "KX831", "KX832", "KX833", "KX834"),
        "a training shows it: test_health_findings.py, keras/test_first_bad_node.py",
    ),
}


def diagnostics(data: bytes) -> tuple[Diagnostic, ...]:
    """Take a spec through the stages, to the first that finds something."""
    try:
        document = source.scan(data, "spec.json")
    except source.ScanError as error:
        return error.diagnostics
    findings = schema.check(document)
    if not findings:
        spec, findings = read.read(document)
        if spec is not None:
            checked, findings = rules.check(spec)
            if checked is not None and spec.style is not None:
                findings = [*findings, *rules.portability(checked, spec.style)]
    return tuple(source.locate(document, finding) for finding in findings)


def report(found: tuple[Diagnostic, ...]) -> str:
    """Write diagnostics as the plain text report does, without the source lines."""
    lines = []
    for one in found:
        code = one.code if one.is_error else f"{one.severity} {one.code}"
        lines.append(f"{one.path}:{one.line}:{one.column}: {code} {one.message}")
        lines += [f"  help: {one.help}"] if one.help else []
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_one_mistake_gives_one_finding_in_these_words(folder: Path) -> None:
    expected = (folder / "expected.txt").read_text(encoding="utf-8")
    found = diagnostics((folder / "spec.json").read_bytes())
    assert report(found) == expected
    assert [one.code for one in found] == [folder.name.partition("_")[0]]


def documented() -> list[str]:
    """Return the code that each rule documents."""
    return [str(rule.__doc__).partition(":")[0] for rule in rules.RULES]


def test_codes_are_unique() -> None:
    assert sorted(documented()) == sorted(set(documented()))


def test_every_code_has_a_folder() -> None:
    shown = {folder.name.partition("_")[0] for folder in FOLDERS}
    assert shown | set(TESTED_ELSEWHERE) == set(documented())


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_documentation_says_what_is_wrong_and_right(rule: object) -> None:
    text = str(rule.__doc__)
    assert re.match(r"KX\d{3}: .+\.\n\n", text)
    assert re.search(r"^ *Wrong:\n +\S", text, re.MULTILINE)
    assert re.search(r"^ *Right:\n +\S", text, re.MULTILINE)
