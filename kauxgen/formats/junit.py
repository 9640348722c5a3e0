"""Findings as JUnit's XML, which nearly every server for tests reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from kauxgen import report
from kauxgen.finding import Diagnostic
from kauxgen.formats.placed import Placed, placed
from kauxgen.formats.texts import as_xml

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped: its production `Char`."""


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Write a suite a file and a test a finding: errors fail, warnings pass.

    Without findings there is one test that passes, since readers take a report without
    tests for a broken one.
    """
    errors = sum(each.is_error for each in diagnostics)
    suites = Element("testsuites", name="kauxgen")
    _count(suites, max(1, len(diagnostics)), errors)
    files: dict[str, list[Placed]] = {}
    for one in placed(diagnostics):
        files.setdefault(one.path, []).append(one)
    for path, found in files.items():
        _suite(suites, path, found)
    if not diagnostics:
        suite = SubElement(suites, "testsuite", name="kauxgen")
        _count(suite, 1, 0)
        SubElement(suite, "testcase", name="no findings", classname="kauxgen")
    text = ElementTree.tostring(suites, encoding="unicode")
    return as_xml(text)


def _suite(suites: Element, path: str, found: Sequence[Placed]) -> None:
    suite = SubElement(suites, "testsuite", name=_legal(path))
    _count(suite, len(found), sum(one.diagnostic.is_error for one in found))
    for one in found:
        _case(suite, one)


def _case(suite: Element, one: Placed) -> None:
    """Write a finding; its name holds no line, so that it is the same in every run."""
    found = one.diagnostic
    again = f" ({one.number})" if one.number > 1 else ""
    name = _legal(f"{found.code} {found.message}{again}")
    case = SubElement(suite, "testcase", name=name, classname=_legal(one.path))
    case.set("file", _legal(one.path))
    if found.line:
        case.set("line", str(found.line))
    shown = _text(found)
    if found.is_error:
        failure = SubElement(case, "failure", message=_legal(found.message))
        failure.set("type", found.code)
        failure.text = shown
    else:
        SubElement(case, "system-out").text = shown


def _count(element: Element, tests: int, failures: int) -> None:
    element.set("tests", str(tests))
    element.set("failures", str(failures))
    element.set("errors", "0")


def _text(found: Diagnostic) -> str:
    """Give a finding as a terminal shows it."""
    lines: Iterable[report.Line] = report.findings([found])
    return "".join("".join(piece for _, piece in line) + "\n" for line in lines)


def _legal(text: str) -> str:
    """Show what XML cannot hold as the escapes that a terminal shows."""
    return _FORBIDDEN.sub(lambda found: report.printable(found.group()), text)
