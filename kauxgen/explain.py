"""What `kauxgen explain` says about a code, kind, penalty, operation or style."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kauxgen import (
    canonical,
    catalog,
    extras,
    faults,
    report,
    rules,
    settings,
    writing,
)
from kauxgen.catalog import Argument, Kind, Operation, PenaltyKind
from kauxgen.proving import findings as proving
from kauxgen.report import Line
from kauxgen.review import findings as review
from kauxgen.suggest import help_for, quote
from kauxgen.templating import findings as templates
from kauxgen.tracing import findings as tracing
from kauxgen.training import findings as training
from kauxgen.training import recording
from kauxgen.training.data import unfit, unread
from kauxgen.upkeep import findings

_WIDTH = 88

STYLES: Mapping[str, str] = MappingProxyType(
    {
        "functional": """
            A graph: `build_model` calls layers on symbolic tensors and returns a model
            made of its inputs and outputs. Networks are builder functions that return
            models of their own; a repeat is a loop in the builder. Each penalty is a
            small layer in the path of the outputs, which adds its weighted value to the
            model's losses and passes the outputs through. Training is Keras's own
            `compile` and `fit`. Choose it for models that will be inspected, cut or
            exported: Keras can draw it, and every inner tensor can be reached. It
            imports no backend, unless a penalty differentiates, so it runs on any.
        """,
        "subclass": """
            A class: the model is a `keras.Model` with its layers made in `__init__`, or
            in `build` where a size is that of the data, and used in `call`, which reads
            like the computation it is. Networks and blocks are classes too. Penalties
            are `self.add_loss` calls beside the tensors that they are about;
            `get_config` makes the model one that Keras can save and load. Training is
            Keras's own `compile` and `fit`. Choose it for models that people will
            change by hand. It imports no backend, unless a penalty differentiates, so
            it runs on any.
        """,
        "train_step": """
            A step of one's own inside `fit`: a thin model holds the networks, and its
            `objective` computes every loss and penalty by name from one forward pass.
            `train_step` and `test_step` take the gradients, update and log; callbacks,
            validation, progress bars and distribution stay those of `fit`. It can do
            what no compiled loss can, such as changing gradients before they are
            applied. Choose it where the step itself is what you work on. It is written
            for TensorFlow.
        """,
        "loop": """
            Everything in the open: the model has the same `objective`, and the module
            has functions for one training and one evaluation step, and an epoch loop
            that compiles and runs them. The loop drives Keras's callbacks and progress
            bar and returns its `History`, so that it can stand in for `fit`. Choose it
            to see, or to change, what happens in an epoch. It is written for
            TensorFlow.
        """,
    }
)
"""What each style generates, and when to choose it."""


def diagnostics() -> dict[str, str]:
    """Give the explanation of every diagnostic by its code, in order.

    It is the docstring of the function that makes the finding.
    """
    made = (
        *rules.RULES,
        *writing.RULES,
        *settings.RULES,
        *canonical.RULES,
        *templates.RULES,
        *faults.RULES,
        *findings.RULES,
        *extras.RULES,
        *unread.RULES,
        *unfit.RULES,
        *recording.RULES,
        *tracing.RULES,
        *review.RULES,
        *training.RULES,
        *proving.RULES,
        *report.RULES,
    )
    texts = [inspect.getdoc(rule) or "" for rule in made]
    return {text.partition(":")[0]: text for text in sorted(texts)}


def explain(word: str) -> list[Line]:
    """Explain a word; it may be several things, such as an operation and a loss.

    The result is empty if kauxgen does not know the word.
    """
    parts = [list(part) for part in _explanations(word)]
    return [line for part in parts for line in (*part, _text())][:-1]


def unknown(word: str) -> str:
    """Say that a word is unknown, and which one was perhaps meant."""
    help = help_for(word, words())
    return f"nothing is known of {quote(word)}" + (f": {help}" if help else "")


def words() -> list[str]:
    """List everything that can be explained."""
    kinds = [name for family in catalog.FAMILIES for name in catalog.kinds(family)]
    others = (*STYLES, *catalog.penalties(), *catalog.operations())
    return list(dict.fromkeys([*diagnostics(), *kinds, *others]))


def _explanations(word: str) -> Iterator[Iterator[Line]]:
    text = diagnostics().get(word.upper())
    if text is not None:
        yield _diagnostic(text)
    if word in STYLES:
        yield _style(word)
    for family in catalog.FAMILIES:
        for kind in catalog.kinds(family).values():
            if word == kind.name or word in kind.strings:
                yield _kind(kind)
    if word in catalog.penalties():
        yield _penalty(catalog.penalties()[word])
    if word in catalog.operations():
        yield _operation(catalog.operations()[word])


def _diagnostic(text: str) -> Iterator[Line]:
    first, _, rest = text.partition("\n")
    code, _, summary = first.partition(": ")
    yield ("bold red", code), ("bold", f" {summary}")
    for line in rest.splitlines():
        yield _text(line, "bold" if line in ("Wrong:", "Right:") else "")


def _style(name: str) -> Iterator[Line]:
    yield _title(name, "style")
    yield _text()
    yield from _wrapped(STYLES[name])


def _kind(kind: Kind) -> Iterator[Line]:
    yield _title(kind.name, kind.family)
    yield _text()
    yield from _wrapped(kind.doc)
    if kind.strings:
        yield from _wrapped(f"As a string: {', '.join(map(quote, kind.strings))}.")
    yield from _takes(kind)
    if kind.since:
        yield from _wrapped(f"Since Keras {kind.since}.")
    yield from _arguments(kind.args)


def _takes(kind: Kind) -> Iterator[Line]:
    """Say what tensors a layer is called on."""
    if kind.call == ("*",):
        yield from _wrapped("Inputs: a list of tensors.")
    elif len(kind.call) > 1:
        names = [f"{n[:-1]} (optional)" if n.endswith("?") else n for n in kind.call]
        yield from _wrapped(f"Inputs: {', '.join(names)}.")


def _penalty(penalty: PenaltyKind) -> Iterator[Line]:
    yield _title(penalty.name, "penalty")
    yield _text()
    yield from _wrapped(penalty.doc)
    yield _text()
    yield _text(f"  {penalty.name}({', '.join(penalty.operands)}) = {penalty.formula}")
    yield _text()
    yield from _wrapped(f"Source: {penalty.source}.")
    yield from _arguments(penalty.args)


def _operation(operation: Operation) -> Iterator[Line]:
    yield _title(operation.name, "operation")
    yield _text()
    given = [
        name if default is None else f"{name}={default}"
        for name, default in operation.parameters
    ]
    yield _text(f"  {operation.name}({', '.join(given)})")
    yield _text()
    yield from _wrapped(operation.doc)


def _arguments(arguments: Mapping[str, Argument]) -> Iterator[Line]:
    if arguments:
        yield _text()
        yield _text("Arguments:", "bold")
    for argument in arguments.values():
        yield from _argument(argument)


def _argument(argument: Argument) -> Iterator[Line]:
    name = argument.name
    takes = f"{name}: {catalog.expectation(argument)}{_given(argument)}"
    first, *more = _broken(takes, "  ", "      ")
    yield ("", "  "), ("bold cyan", name), ("", first.removeprefix(f"  {name}"))
    yield from map(_text, more)
    since = f" Since Keras {argument.since}." if argument.since else ""
    yield from map(_text, _broken(argument.doc + since, "      ", "      "))


def _given(argument: Argument) -> str:
    if argument.required:
        return "; required"
    return f"; default {_json(argument.default)}" if argument.has_default else ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _title(name: str, what: str) -> Line:
    return ("bold", name), ("dim", f" ({what})")


def _text(text: str = "", style: str = "") -> Line:
    return ((style, text),)


def _wrapped(text: str) -> Iterator[Line]:
    """Break a text into lines; what its own lines were does not count."""
    return map(_text, _broken(" ".join(text.split())))


def _broken(text: str, first: str = "", others: str = "") -> list[str]:
    """Break a text into lines behind indents."""
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=others)
