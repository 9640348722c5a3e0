"""The finding about libraries that a command needs and that are not installed."""

from __future__ import annotations

from kauxgen.finding import Finding

WATCH = "watchfiles"
"""What `kauxgen watch` waits with: the extra `kauxgen[watch]`."""


def no_library(library: str, extra: str) -> Finding:
    """KX780: a command that needs a library which is not installed.

    Compiling needs few libraries. What a single command needs beside them is an extra:
    pip installs it if you ask for it.

    Wrong:
        pip install kauxgen && kauxgen watch

    Right:
        pip install "kauxgen[watch]" && kauxgen watch
    """
    help = f'pip install "kauxgen[{extra}]"'
    return Finding("", "KX780", f"needs {library}, which is not installed", help)


RULES = (no_library,)
"""The rules of this module, by code."""
