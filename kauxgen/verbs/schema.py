"""`kauxgen schema`: the form of a spec, for editors."""

from __future__ import annotations

import json

import click

from kauxgen import publishing


@click.command()
def schema() -> None:
    """Print the JSON schema of specs, for editors."""
    click.echo(json.dumps(publishing.published(), indent=2, ensure_ascii=True))
