"""How findings look: places, marks, widths, and what a terminal gets."""

from __future__ import annotations

import io
import os
import pty
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kauxgen import report
from kauxgen.finding import Diagnostic
from kauxgen.source import ScanError, scan

LONGEST = len("  1 | ") + len("...") + 96 + len("...")


def lines(*diagnostics: Diagnostic) -> list[str]:
    stream = io.StringIO()
    report.show(report.findings(diagnostics), stream)
    return stream.getvalue().removesuffix("\n").split("\n")


def diagnostic(source: str, column: int, end: int, **changes: object) -> Diagnostic:
    given = {"path": "specs/bad.json", "line": 5, "code": "KX102", "message": "wrong"}
    place = {"column": column, "end_column": end, "source": source}
    return Diagnostic(**{**given, **place, **changes})  # type: ignore[arg-type]


def test_a_finding_is_place_message_line_mark_and_help() -> None:
    source = '  {"name": "conv", "args": {"filtres": 8}},'
    found = diagnostic(source, 29, 38, help='did you mean "filters"?')
    assert lines(found) == [
        "specs/bad.json:5:29: KX102 wrong",
        '  5 |   {"name": "conv", "args": {"filtres": 8}},',
        "    |                             ^^^^^^^^^",
        '  help: did you mean "filters"?   more: kauxgen explain KX102',
    ]


def test_without_help_there_is_still_the_explanation() -> None:
    assert lines(diagnostic("{}", 1, 3))[-1] == "  more: kauxgen explain KX102"


def test_a_warning_says_so() -> None:
    found = diagnostic("{}", 1, 3, severity="warning")
    assert lines(found)[0] == "specs/bad.json:5:1: warning KX102 wrong"


def test_a_whole_file_has_no_line() -> None:
    found = diagnostic("", 0, 0, line=0)
    assert lines(found) == [
        "specs/bad.json: KX102 wrong",
        "  more: kauxgen explain KX102",
    ]


def test_the_gutter_is_as_wide_as_the_number() -> None:
    shown = lines(diagnostic("abc", 2, 3, line=1234))
    assert shown[1:3] == ["  1234 | abc", "       |  ^"]


def test_the_mark_of_an_end_of_line_stands_behind_it() -> None:
    assert lines(diagnostic("{", 2, 3))[1:3] == ["  5 | {", "    |  ^"]


@pytest.mark.parametrize(
    ("source", "mark"),
    [
        ("\tab", "    |   ^"),
        ("日本b", "    |     ^"),
        ("e\u0301ab", "    |   ^"),
        ("\x1bxb", "    |      ^"),
        ("\u202exb", "    |        ^"),
    ],
)
def test_marks_stand_below_what_a_terminal_shows(source: str, mark: str) -> None:
    column = source.index("b") + 1
    assert lines(diagnostic(source, column, column + 1))[2] == mark


def test_a_long_line_is_cut_around_its_mark() -> None:
    source = "a" * 500 + "BAD" + "c" * 500
    _, shown, mark, _ = lines(diagnostic(source, 501, 504))
    assert shown.startswith("  5 | ...aaa")
    assert shown.endswith("ccc...")
    assert len(shown) == LONGEST
    assert [shown[i] for i, sign in enumerate(mark) if sign == "^"] == list("BAD")


def test_a_long_mark_ends_where_the_line_is_cut() -> None:
    _, shown, mark, _ = lines(diagnostic("x" * 5000, 1, 5001))
    assert len(mark) == len(shown) - len("...")


@given(st.text(max_size=300), st.data())
def test_whatever_the_line_holds_the_report_is_short_and_printable(
    text: str, data: st.DataObject
) -> None:
    source = text.replace("\n", "").replace("\r", "")
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start + 1, len(source) + 1))
    found = diagnostic(source, start + 1, end + 1, message=text, help=text, path=text)
    shown = lines(found)
    assert len(shown) == (4 if source else 2)
    assert all(line.isprintable() for line in shown)
    if source:
        assert len(shown[1]) <= LONGEST
        assert len(shown[2]) <= LONGEST + 1
        assert "^" in shown[2]


def test_the_mark_covers_the_key_that_the_scanner_found() -> None:
    text = '{"a": 1,\n "bb": {"cc": 1,  "cc": 2}}'
    with pytest.raises(ScanError) as raised:
        scan(text, "spec.json")
    _, shown, mark, _ = lines(*raised.value.diagnostics)
    assert shown == '  2 |  "bb": {"cc": 1,  "cc": 2}}'
    assert mark.index("^") == shown.rindex('"cc"')
    assert mark.count("^") == len('"cc"')


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([diagnostic("{}", 1, 2)], "1 error in 1 spec"),
        ([diagnostic("{}", 1, 2)] * 3, "3 errors in 1 spec"),
        ([diagnostic("{}", 1, 2, severity="warning")], "1 warning in 1 spec"),
        (
            [
                diagnostic("{}", 1, 2, severity="warning"),
                diagnostic("{}", 1, 2),
                diagnostic("{}", 2, 3, severity="warning"),
            ],
            "1 error, 2 warnings in 1 spec",
        ),
        (
            [diagnostic("{}", 1, 2), diagnostic("{}", 1, 2, path="b")],
            "2 errors in 2 specs",
        ),
        ([diagnostic("", 0, 0, line=0)], "1 error in 1 file"),
    ],
)
def test_the_summary_counts_findings_and_specs(
    found: list[Diagnostic], text: str
) -> None:
    assert "".join(piece for _, piece in report.summary(found)) == text


def test_what_a_stream_cannot_encode_is_escaped() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    report.show([(("bold", "naïve"),)], stream)
    stream.flush()
    assert stream.buffer.getvalue() == b"na\\xefve\n"  # type: ignore[attr-defined]


END = "end of report"


def on_terminal(severity: str = "error") -> str:
    """Show one finding on a pseudo-terminal, and read what arrives there."""
    found = diagnostic("[bold]{}[/]", 7, 9, severity=severity)
    reader, writer = pty.openpty()
    with closing(os.fdopen(writer, "w")) as stream:
        report.show(report.findings([found]), stream)
        stream.write(END)
        stream.flush()
        shown = ""
        while not shown.endswith(END):
            shown += os.read(reader, 4096).decode()
    os.close(reader)
    return shown.removesuffix(END).replace("\r\n", "\n")


def test_a_terminal_gets_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = on_terminal()
    assert "\x1b[1;31mKX102\x1b[0m" in shown
    assert "[bold]{}[/]" in shown, "text of a spec is no markup"


def test_a_warning_has_its_own_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = on_terminal("warning")
    assert "\x1b[1;33mwarning KX102\x1b[0m" in shown
    assert "\x1b[1;31m" not in shown


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_that_wants_none_gets_no_color(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv(name, value)
    shown = on_terminal()
    assert "\x1b" not in shown
    assert shown.startswith("specs/bad.json:5:7: KX102 wrong\n")
