"""The public functions and classes of generated modules, with their parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kauxgen import lower, rules, source, styles
from kauxgen.changes.change import Answer
from kauxgen.compiler import Loaded
from kauxgen.page import Page

Signature = tuple[tuple[str, str | None], ...]
"""Parameters in order, each with the text of its default; None for none."""


def compared(old: Loaded, new: Loaded, style: str) -> tuple[Answer, bool]:
    """Say what differs in the public names of two modules, and if callers break.

    They do not where only names are new, or parameters with a default, behind the
    others. That a default has another value is told where the spec changed.
    """
    was, now = signatures(old, style or old.style), signatures(new, style or new.style)
    if was is None or now is None:
        lacking = (style or old.style) if was is None else (style or new.style)
        why = f"the {'old' if was is None else 'new'} spec has no module in {lacking}"
        return Answer(was is not now, (why,)), was is not now
    reasons, breaks = [], False
    for name in dict.fromkeys((*was, *now)):
        if name not in now:
            reasons.append(f"`{name}` is gone")
            breaks = True
        elif name not in was:
            reasons.append(f"`{name}` is new")
        else:
            reasons += _differences(name, dict(was[name]), dict(now[name]))
            breaks = breaks or not _serves(was[name], now[name])
    return Answer(bool(reasons), tuple(reasons)), breaks


def signatures(loaded: Loaded, style: str) -> Mapping[str, Signature] | None:
    """Return the public functions and classes of a module; None if there is none."""
    findings = rules.portability(loaded.checked, style)
    document = loaded.document
    if any(source.locate(document, finding).is_error for finding in findings):
        return None
    page = styles.page(lower.lower(loaded.checked), style, document.path)
    return {name: _parsed(text) for name, text in _public(page)}


def _public(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what a module offers: its functions, and what the spec defines by name."""
    for function in page.functions:
        yield function.name, function.signature
    for layer in page.defined:
        yield layer.name, layer.signature
    for gradient in page.gradients:
        yield gradient.name, gradient.signature
    for closure in page.closures:
        yield closure.name, closure.signature
    for closure in page.classes:
        yield closure.class_name, closure.class_signature
    for made in (page.build_model, page.compile_model, page.train, page.inference):
        if made is not None:
            yield made.name, made.signature


def _parsed(text: str) -> Signature:
    """Read parameters off their text."""
    tree = ast.parse(f"def f({text}): ...").body[0]
    assert isinstance(tree, ast.FunctionDef)
    each = tree.args
    names = [one.arg for one in (*each.posonlyargs, *each.args) if one.arg != "self"]
    defaults: list[str | None] = [ast.unparse(one) for one in each.defaults]
    padded = [None] * (len(names) - len(defaults)) + defaults
    found = list(zip(names, padded, strict=True))
    found += [(f"*{one.arg}", None) for one in (each.vararg,) if one]
    found += [(f"**{one.arg}", None) for one in (each.kwarg,) if one]
    return tuple(found)


def _differences(
    name: str, was: Mapping[str, str | None], now: Mapping[str, str | None]
) -> Iterator[str]:
    """Say what a caller of a function sees of its new signature."""
    for word in was:
        if word not in now:
            yield f"`{name}` takes no `{word}` any more"
    for word, value in now.items():
        if word not in was:
            needed = "needs" if value is None else "takes"
            given = "" if value is None else f", by default {value}"
            yield f"`{name}` {needed} `{word}`{given}"
        elif (was[word] is None) != (value is None):
            lost = "needs" if value is None else "has a default for"
            yield f"`{name}` {lost} `{word}`"
    if [word for word in was if word in now] != [word for word in now if word in was]:
        yield f"`{name}` takes its arguments in another order"


def _serves(old: Signature, new: Signature) -> bool:
    """Say whether every call of the old signature is one of the new: values aside."""
    was = [name for name, _ in old if not name.startswith("*")]
    now = [name for name, _ in new if not name.startswith("*")]
    needed = [name for name, value in new if value is None and not name.startswith("*")]
    return now[: len(was)] == was and set(needed) <= {n for n, v in old if v is None}
