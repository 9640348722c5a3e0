"""Names the marker that keeps the tests of one spec in one worker."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# Machines are shared: how long an example takes says nothing.
settings.register_profile(
    "shared", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the goldens be written anew, to be read in review."""
    parser.addoption("--update-goldens", action="store_true", help="write the goldens")


def pytest_configure(config: pytest.Config) -> None:
    """Register pytest-xdist's marker, so that the suite also runs without it."""
    config.addinivalue_line(
        "markers", "xdist_group(name): tests that share renders, run in one worker"
    )
