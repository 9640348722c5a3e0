"""What Keras would raise, or build without a word, is a finding at its place."""

from __future__ import annotations

import pytest

from early_cases import CASES, Json, spec
from kauxgen import compiler


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_mistake_is_one_finding_that_names_what_differs(case: Json) -> None:
    found = compiler.findings(spec(case))
    expected = [(case["code"], case["at"])] if "code" in case else []
    assert [(each.code, each.pointer) for each in found] == expected
    for each in found:
        assert [word for word in case["says"] if word not in each.message] == []
        assert each.is_error == (not each.code.startswith("KX47"))
