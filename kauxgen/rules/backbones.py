"""Checks backbones: their kind, arguments and layers, and what they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kauxgen import catalog, expression
from kauxgen.catalog import Application
from kauxgen.finding import Finding
from kauxgen.nodes import ApplicationNode, walk
from kauxgen.rules import kinds, references, targets
from kauxgen.rules.arguments import place_of
from kauxgen.rules.entries import Flow, Record
from kauxgen.spec import Spec
from kauxgen.tensor import Misfit, TensorType, describe
from kauxgen.values import Kind, computed


def check(spec: Spec) -> Iterator[Finding]:
    """Yield what is wrong with the backbones of a spec, before shapes are known."""
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, ApplicationNode):
                yield from _check(node)


def _check(node: ApplicationNode) -> Iterator[Finding]:
    kind = node.application
    known = catalog.applications().get(kind.name)
    if known is None:
        legal = tuple(catalog.applications())
        place = f"{node.at}/application"
        yield kinds.unknown_kind(place, kind.name, "application", legal)
        return
    for name, value in kind.args.items():
        if name not in known.args:
            yield _no_argument(kind, name, tuple(known.args))
        elif any(computed(value)):
            yield from _sized(kind, name)
        else:
            yield from plain(kind, name, value)
    layers = [(f"{node.at}/taps/{i}", name) for i, name in enumerate(node.taps)]
    if node.frozen_before:
        layers.append((f"{node.at}/trainable/from", node.frozen_before))
    for place, name in layers:
        if name not in known.names:
            what = f"layer of {kind.name}"
            yield references.unknown_target(place, name, what, known.names)


def _no_argument(kind: Kind, name: str, legal: tuple[str, ...]) -> Finding:
    place = place_of(kind, name)
    exclusion = catalog.excluded_argument("application", kind.name, name)
    if exclusion is not None:
        return targets.unusable_argument(place, name, kind.name, exclusion)
    return kinds.unknown_argument(place, name, kind.name, legal)


def _sized(kind: Kind, name: str) -> Iterator[Finding]:
    """Refuse sizes of tensors in arguments: a backbone is made before there are any."""
    calls = [
        expression.call_name(call)
        for value in computed(kind.args[name])
        for call in expression.calls(value.tree)
    ]
    if "dim" in calls:
        reason = "is made before there are tensors, and reads params alone"
        yield kinds.wrong_argument(place_of(kind, name), name, kind.name, reason)


def plain(kind: Kind, name: str, value: object) -> Iterator[Finding]:
    """Yield what is wrong with an argument's evaluated value."""
    argument = catalog.applications()[kind.name].args[name]
    reason = catalog.check_argument(argument, value)
    if reason:
        yield kinds.wrong_argument(place_of(kind, name), name, kind.name, reason)


def gives(
    node: ApplicationNode, args: Mapping[str, Any], image: TensorType, moved: bool
) -> Record:
    """Return what a backbone gives on images: its output, and its taps by name.

    `moved` says whether training changes what enters, or may change the backbone.
    """
    known = catalog.applications()[node.application.name]
    sizes = _sizes(known, args, image)
    order = known.names
    first = order.index(node.frozen_before) if node.frozen_before else 0

    def flow(name: str) -> Flow:
        kept = node.frozen_before and name and order.index(name) < first
        trained = moved and not kept
        return Flow(TensorType((image.shape[0], *known.maps(name, sizes))), trained)

    taps = {name: flow(name) for name in node.taps}
    whole = TensorType((image.shape[0], *_output(known, args, sizes)))
    return Record(taps, Flow(whole, moved))


def _sizes(
    known: Application, args: Mapping[str, Any], image: TensorType
) -> tuple[int | None, ...]:
    """Return height and width of the images; raise Misfit if they do not suit."""
    top = args.get("include_top", True) or known.fixed
    wanted = args.get("input_shape") or ((known.size, known.size, 3) if top else None)
    got = describe(image.shape)
    if len(image.shape) != 4 or image.shape[-1] != (wanted or (3,))[-1]:
        raise Misfit(f"{known.name} takes images of 3 channels, got {got}")
    sizes = image.shape[1:3]
    if wanted is not None and tuple(sizes) != tuple(wanted[:2]):
        shape = describe((None, *wanted))
        raise Misfit(f'{known.name} takes {shape}, got {got}: state "input_shape"')
    if any(size is not None and size < known.least for size in sizes):
        least = f"{known.least} x {known.least}"
        raise Misfit(f"{known.name} takes images of at least {least}, got {got}")
    return sizes


def _output(
    known: Application, args: Mapping[str, Any], sizes: tuple[int | None, ...]
) -> tuple[int | None, ...]:
    if args.get("include_top", True):
        return (int(args.get("classes", 1000)),)
    maps = known.maps("", sizes)
    return maps[-1:] if args.get("pooling") else maps
