"""Runs the command line: `python -m kauxgen`."""

from __future__ import annotations

from kauxgen.cli import main

main()
