"""`kauxgen lsp`: a language server, which editors start."""

from __future__ import annotations

import sys

import click


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over stdin and stdout: the default.")
def lsp(stdio: bool) -> None:
    """Serve an editor: findings, completion, hover, names, shapes.

    Editors start it and speak the Language Server Protocol to it; docs/editors.md says
    how VS Code and Neovim are set up. It needs the extra: pip install "kauxgen[lsp]".
    """
    try:
        from kauxgen.language import server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        message = f'the language server needs {error.name}: pip install "kauxgen[lsp]"'
        raise click.ClickException(message) from None
    if sys.stdin.isatty():
        click.echo("Editors start this command; docs/editors.md says how.", err=True)
    server.run()


_EXTRA = ("pygls", "lsprotocol")
"""What the extra `kauxgen[lsp]` installs."""
