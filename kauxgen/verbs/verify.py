"""`kauxgen verify`: the proof that a spec is one model in all of its styles."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kauxgen import extras, loading, report, reporting
from kauxgen.compiler import Loaded
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.project import ProjectError
from kauxgen.proving import backends, findings, running, table, telling
from kauxgen.proving.outcome import Proof
from kauxgen.proving.request import Target
from kauxgen.refusal import blamed
from kauxgen.training import params
from kauxgen.verbs import format_option, strict_option

_COMMAND = "kauxgen verify"
_INTERRUPTED = 130


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--backend",
    "names",
    multiple=True,
    type=click.Choice(tuple(backends.BACKENDS)),
    help="Run on this backend, and on no other one; may be given several times.",
)
@click.option(
    "--set",
    "changes",
    metavar="PARAM=VALUE",
    multiple=True,
    help="Give a param another value, as JSON: smaller ones take less time.",
)
@strict_option
@format_option
def verify(
    specs: tuple[str, ...],
    names: tuple[str, ...],
    changes: tuple[str, ...],
    strict: bool,
    format: str,
) -> None:
    """Prove that a spec is the same model in every style.

    Runs each spec in all styles that can express it, on all installed backends that can
    run it, from equal weights on equal made-up data: a few steps, an evaluation, saving
    and loading. Shows the largest difference of each check and where it is. Exits with
    1 if one is above the tolerance, 1e-5 of the largest value.

    Modules that the spec imports are imported from the working directory.
    """
    with reporting.reporting(format) as said:
        chosen, given = _chosen(names), _given(changes)
        loaded = loading.load(specs, strict)
        said += loading.warnings(loaded)
        stream = reporting.messages(format)
        found: list[Diagnostic] = []
        targets = [_target(path, one, given) for path, one in loaded.items()]
        proofs: dict[str, list[Proof]] = {path: [] for path in loaded}
        for proof in _proofs(targets, chosen):
            proofs[proof.path].append(proof)
            report.show(table.lines(proof), stream)
            stream.flush()
            found += telling.diagnostics(loaded[proof.path], proof)
        for path, made in proofs.items():
            found += telling.unproven(loaded[path], made)
        report.show(_absent(chosen, names), stream)
        if found:
            raise SpecError([*found])


def _chosen(names: Sequence[str]) -> tuple[str, ...]:
    """Choose the backends: those that are asked for, or all that are installed."""
    installed = backends.installed()
    missing = [one for one in names if one not in installed]
    if missing or not installed:
        wanted = missing[0] if missing else "tensorflow"
        library = backends.BACKENDS[wanted] if missing else "Keras and a backend"
        extra = "cpu" if wanted == "tensorflow" else wanted
        error = blamed(extras.no_library(library, extra), _COMMAND)
        raise ProjectError(error.diagnostics)
    return tuple(one for one in installed if not names or one in names)


def _given(changes: Sequence[str]) -> dict[str, Any]:
    """Read the params that are set."""
    try:
        return params.read(changes)
    except ValueError as error:
        raise click.UsageError(f"--set takes PARAM=VALUE, not {error}") from None


def _proofs(targets: Sequence[Target], names: Sequence[str]) -> Iterator[Proof]:
    """Prove specs, and show on a terminal what is being done."""
    with _status() as hear:
        try:
            yield from running.proofs(targets, names, [str(Path.cwd())], hear)
        except running.EndedError as error:
            name = backends.BACKENDS[error.backend]
            found = findings.ended(name, error.status, error.said)
            raise blamed(found, _COMMAND) from None
        except KeyboardInterrupt:
            sys.exit(_INTERRUPTED)


def _target(path: str, loaded: Loaded, given: Mapping[str, Any]) -> Target:
    sized = params.changed(loaded, given).document.text
    return Target(path, loaded.document.text, sized, given, loaded.spec.keras)


@contextmanager
def _status() -> Iterator[running.Hear]:
    """Keep one line of a terminal for the check that is being made."""
    shown = sys.stderr.isatty()

    def clear() -> None:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def hear(path: str, backend: str, style: str, check: str) -> None:
        if shown:
            clear()
            text = f"{path} on {backends.BACKENDS[backend]}: {style}: {check}"
            sys.stderr.write(report.printable(text)[:79])
            sys.stderr.flush()

    try:
        yield hear
    finally:
        clear()


def _absent(chosen: Sequence[str], names: Sequence[str]) -> Iterator[report.Line]:
    """Say which backends are not installed, unless others were asked for."""
    for one, name in backends.BACKENDS.items():
        if one not in chosen and not names:
            extra = "cpu" if one == "tensorflow" else one
            text = f'{name} is not installed: pip install "kauxgen[{extra}]"'
            yield (("yellow", text),)
