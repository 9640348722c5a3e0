"""`kauxgen completion`: the completion script of a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from kauxgen.verbs import program

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print a shell's completion script.

    For bash, put this into ~/.bashrc: eval "$(kauxgen completion bash)"
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    click.echo(kind(program, {}, "kauxgen", "_KAUXGEN_COMPLETE").source())
