"""Names the marker that keeps the tests of one spec in one worker."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the goldens be written anew, to be read in review."""
    parser.addoption("--update-goldens", action="store_true", help="write the goldens")


def pytest_configure(config: pytest.Config) -> None:
    """Register pytest-xdist's marker, so that the suite also runs without it."""
    config.addinivalue_line(
        "markers", "xdist_group(name): tests that share renders, run in one worker"
    )
