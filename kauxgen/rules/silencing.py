"""The rules about warnings that a spec wants not said (KX126 to KX129)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from kauxgen import form
from kauxgen.finding import WARNING, Finding
from kauxgen.nodes import Node, RepeatNode
from kauxgen.rules.uses import scoped_terms
from kauxgen.spec import Scope, Spec
from kauxgen.suggest import closest, help_for, quote

_NAMED = ("network", "block", "layer", "phase", "evaluation")


def unknown_code(pointer: str, code: str, legal: Collection[str]) -> Finding:
    """KX126: a code in `silence` that no warning has.

    `silence` names warnings by their codes, as the report and `kauxgen explain` write
    them: KX and three digits.

    Wrong:
        {"silence": [{"code": "softmax", "reason": "It is meant."}]}

    Right:
        {"silence": [{"code": "KX471", "reason": "It is meant."}]}
    """
    message = f"no warning has the code {quote(code)}"
    near = closest(code, legal) if code[:2].upper() == "KX" else None
    help = "take it from the report, where it stands behind the word warning"
    return Finding(
        pointer, "KX126", message, f"did you mean {quote(near)}?" if near else help
    )


def silenced_error(pointer: str, code: str) -> Finding:
    """KX127: an error in `silence`.

    Only warnings can be silenced. What an error is about cannot be built, or would not
    be what the spec says, whatever the reason.

    Wrong:
        {"silence": [{"code": "KX301", "reason": "The shapes are fine."}]}

    Right:
        {"silence": [{"code": "KX471", "reason": "One unit is what is measured."}]}
    """
    message = f"{code} is an error, and only warnings can be silenced"
    return Finding(pointer, "KX127", message, f"mend what {code} is about")


def unknown_place(pointer: str, place: str, legal: Collection[str]) -> Finding:
    """KX128: a place in `silence` that the spec does not have.

    `at` names a network, a definition, a phase, a node or a term; what stands inside
    of one is reached by dots, as in expressions: `decoder.probability`.

    Wrong:
        {"silence": [{"code": "KX471", "at": "decoder/probability", "reason": "..."}]}

    Right:
        {"silence": [{"code": "KX471", "at": "decoder.probability", "reason": "..."}]}
    """
    message = f"no network, node or term is {quote(place)}"
    return Finding(pointer, "KX128", message, help_for(place, legal))


def idle_silence(pointer: str, code: str, place: str | None) -> Finding:
    """KX129: an entry of `silence` that silences nothing (warning).

    The spec has no such warning, there or anywhere; it was mended, or moved. An entry
    that stays would hide the next one of its code. Only the entry itself can go: this
    warning cannot be silenced.

    Wrong:
        {"layers": [{"name": "p", "layer": "Dense", "args": {"units": 10,
          "activation": "softmax"}}],
         "silence": [{"code": "KX471", "reason": "One unit is enough."}]}

    Right:
        {"layers": [{"name": "p", "layer": "Dense", "args": {"units": 10,
          "activation": "softmax"}}]}
    """
    where = "in this spec" if place is None else f"in {quote(place)}"
    message = f"there is no {code} {where} to silence"
    return Finding(pointer, "KX129", message, "delete the entry", severity=WARNING)


RULES = (unknown_code, silenced_error, unknown_place, idle_silence)


def check(
    spec: Spec, codes: Collection[str], warnings: Collection[str]
) -> Iterator[Finding]:
    """Yield what is wrong with `silence`; `codes` are all there are."""
    named = dict(_places(spec)) if spec.silences else {}
    for silence in spec.silences:
        if silence.code not in warnings:
            at = f"{silence.at}/code"
            known = silence.code in codes
            yield (
                silenced_error(at, silence.code)
                if known
                else unknown_code(at, silence.code, warnings)
            )
        if silence.place is not None and silence.place not in named:
            yield unknown_place(f"{silence.at}/at", silence.place, named)
        if not silence.reason.strip():
            at = f"{silence.at}/reason"
            yield form.out_of_range(at, quote("reason"), "must not be empty")


def heard(
    spec: Spec, warnings: Sequence[Finding], later: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield the warnings that are not silenced, and the silences of no warning.

    `later` are codes of warnings that are not known yet, which silence nothing so far.
    """
    if not spec.silences:
        yield from warnings
        return
    names: dict[str, list[str]] = {}
    for name, at in _places(spec):
        names.setdefault(at, []).append(name)
    wanted = {(silence.code, silence.place) for silence in spec.silences}
    met: set[tuple[str, str | None]] = set()
    for warning in warnings:
        silencing = wanted.intersection(_marks(warning, names))
        met |= silencing
        if not silencing:
            yield warning
    for silence in spec.silences:
        idle = (silence.code, silence.place) not in met
        if idle and silence.code not in later:
            yield idle_silence(silence.at, silence.code, silence.place)


def _marks(
    warning: Finding, names: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str | None]]:
    """Yield what may silence a warning: its code, with no place or one around it."""
    yield warning.code, None
    pointer = warning.pointer
    while pointer:
        yield from ((warning.code, name) for name in names.get(pointer, ()))
        pointer = pointer.rpartition("/")[0]


def _places(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield the dotted paths of networks, nodes and terms with their pointers."""
    for scope in (*spec.scopes, *spec.networks.values()):
        if scope.kind in _NAMED:
            yield _path(scope), scope.at
        for node in scope.nodes:
            yield from _within(_path(scope), node)
    for scope, term in scoped_terms(spec):
        if term.name:
            yield f"{_path(scope)}.{term.name}".lstrip("."), term.at


def _within(above: str, node: Node) -> Iterator[tuple[str, str]]:
    path = f"{above}.{node.name}".lstrip(".")
    yield path, node.at
    for inner in node.body if isinstance(node, RepeatNode) else ():
        yield from _within(path, inner)


def _path(scope: Scope) -> str:
    """Return the path of a list of nodes; that of the model is empty."""
    if scope.kind == "evaluation":
        return "evaluation"
    return scope.name if scope.kind in _NAMED else ""
