"""Names the marker that keeps the tests of one spec in one worker."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# Machines are shared: how long an example takes says nothing. The same examples each
# time: a change fails for what it did, not by chance. `make hunt` looks for new ones.
settings.register_profile(
    "shared",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "hunt", settings.get_profile("shared"), derandomize=False, max_examples=2000
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
