"""The commands of `kauxgen`, one a module, each imported when it is first asked for."""

from __future__ import annotations

import importlib

import click

import kauxgen
from kauxgen.reporting import TEXT
from kauxgen.suggest import help_for

VERBS = (
    "render",
    "check",
    "watch",
    "validate",
    "fmt",
    "summary",
    "graph",
    "traceback",
    "verify",
    "diff",
    "breaking",
    "train",
    "textconv",
    "explain",
    "schema",
    "templates",
    "new",
    "completion",
    "lsp",
)
"""The commands by name, in the order of the help: a module each."""

EXIT_FINDINGS = 1
"""The exit status for a spec, or a file, that has findings."""

EXIT_USAGE = 2
"""The exit status for what cannot run: wrong usage, or a project that is no good."""


NO_PROJECT = "no pyproject.toml here or above has [tool.kauxgen]"
"""Why a command that takes a whole project cannot run."""


strict_option = click.option("--strict", is_flag=True, help="Take warnings for errors.")
"""The option of every command that checks specs."""


jobs_option = click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(1),
    help="Compile in so many processes; by default as many as there are cores.",
)
"""The option of commands that compile many specs; see `verbs.progress`."""


FORMATS = (TEXT, "json", "github", "gitlab", "sarif", "junit")
"""How findings can be written; `formats.WRITERS` has all but the first."""


format_option = click.option(
    "--format",
    type=click.Choice(FORMATS),
    default=TEXT,
    show_default=True,
    help="How findings are written; but for text, to the standard output.",
)
"""The option of every command that has findings; see `reporting.reporting`."""


class Commands(click.Group):
    """A group that imports a command's module no sooner than it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command; it holds the command under the same name."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"kauxgen.verbs.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for, or say which one was perhaps meant."""
        if args and args[0] not in VERBS:
            help = help_for(args[0], VERBS)
            ctx.fail(f"no such command {args[0]!r}: {help}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kauxgen.__version__, message="%(prog)s %(version)s")
def program() -> None:
    """Compile JSON specs of models to readable Keras code."""
