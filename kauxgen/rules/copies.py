"""The rules about lists and copies of networks (KX244, KX245, KX322 to KX324)."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any

from kauxgen.finding import Finding
from kauxgen.rules import references
from kauxgen.rules.outline import Place
from kauxgen.spec import Scope, Spec
from kauxgen.suggest import quote


def misused_index(pointer: str, name: str, place: Place, listed: bool) -> Finding:
    """KX244: a list of networks without an index, or an index behind a single one.

    A network with a `count` is a list of equal networks: a call says which one, by a
    number or a computed value, such as the variable of a repeat. A network without is
    one, and is called by its name alone.

    Wrong:
        {"networks": {"coupling": {"count": 4, "...": "..."}},
         "layers": [{"name": "moved", "network": "coupling"}]}

    Right:
        {"networks": {"coupling": {"count": 4, "...": "..."}},
         "layers": [{"name": "moved", "network": "coupling[0]"}]}
    """
    if listed:
        message = f"{quote(name)} is a list of networks"
        help = f"say which one: {quote(f'{name}[0]')}"
    else:
        message = f"{quote(name)} is no list of networks"
        help = f"write {quote(name)} without an index"
    return Finding(pointer, "KX244", message, help, part=place.part)


def no_such_item(pointer: str, reason: str) -> Finding:
    """KX322: a network that a list does not have.

    Networks of a list count from 0, so the last of four is 3. An index is a whole
    number.

    Wrong:
        {"networks": {"coupling": {"count": 4, "...": "..."}},
         "layers": [{"name": "moved", "network": "coupling[4]"}]}

    Right:
        {"networks": {"coupling": {"count": 4, "...": "..."}},
         "layers": [{"name": "moved", "network": "coupling[3]"}]}
    """
    return Finding(pointer, "KX322", reason)


def no_single_network(pointer: str, name: str) -> Finding:
    """KX324: a list of networks where a single one is needed.

    What predicts is one network, and an average follows one. A list is updated as a
    whole.

    Wrong:
        {"networks": {"coupling": {"count": 4, "...": "..."}}, "inference": "coupling"}

    Right:
        {"networks": {"coupling": {"count": 4, "...": "..."}, "flow": {"layers": [
          {"name": "moved", "network": "coupling[0]"}], "...": "..."}},
         "inference": "flow"}
    """
    message = f"{quote(name)} is a list of networks, and one is needed here"
    return Finding(pointer, "KX324", message)


def uncalled_item(pointer: str, name: str, numbers: str) -> Finding:
    """KX323: a network of a list that nothing calls.

    Its weights would be made and never trained.

    Wrong:
        {"networks": {"coupling": {"count": 4, "...": "..."}},
         "layers": [{"name": "moved", "repeat": {"over": "=range(3)", "as": "i"},
          "body": [{"name": "step", "network": "coupling[i]"}]}]}

    Right:
        {"networks": {"coupling": {"count": 3, "...": "..."}},
         "layers": [{"name": "moved", "repeat": {"over": "=range(3)", "as": "i"},
          "body": [{"name": "step", "network": "coupling[i]"}]}]}
    """
    message = f"nothing calls {numbers} of the list {quote(name)}"
    return Finding(pointer, "KX323", message)


def no_layers(pointer: str, name: str) -> Finding:
    """KX245: a network without layers.

    A network has `layers`, or is `like` another: then it has the same layers, with
    weights of its own. Copies of copies lead to a network with layers, not in a circle.

    Wrong:
        {"networks": {"held": {"trainable": false}}}

    Right:
        {"networks": {"held": {"like": "online", "trainable": false}}}
    """
    message = f"the network {quote(name)} has no layers, and none of another network"
    help = 'add "layers", or "like": ...'
    return Finding(pointer, "KX245", message, help, at_key=True)


RULES = (
    no_layers,
    misused_index,
    no_such_item,
    no_single_network,
    uncalled_item,
)


def uncalled(
    network: Scope, count: int | None, called: Collection[int]
) -> Iterator[Finding]:
    """Yield a finding for the networks of a list that nothing calls."""
    numbers = [number for number in range(count or 0) if number not in called]
    if numbers and called:
        words = f"number{'s' if numbers[1:] else ''} {', '.join(map(str, numbers))}"
        yield uncalled_item(f"{network.at}/count", network.name, words)


def misused(network: Scope, index: ast.expr | None, place: Place) -> Finding | None:
    """Return what is wrong with how a network is named: as a list, or as one."""
    listed = network.count is not None
    if listed is (index is not None):
        return None
    return misused_index(place.at, network.name, place, listed)


def missing(name: str, index: Any, count: int | None) -> str:
    """Say why a list of networks has no such item; "" if it has."""
    if count is None:
        return ""
    if not isinstance(index, int) or isinstance(index, bool):
        return f"an index of {name} is a whole number"
    return "" if -count <= index < count else _missing(name, str(index), count)


def _missing(name: str, index: str, count: int) -> str:
    return f"there is no {name}[{index}] in a list of {count}"


def unlike(spec: Spec) -> Iterator[Finding]:
    """Yield the networks that are like one which has no layers itself."""
    copies = [one for one in spec.networks.values() if one.like]
    unknown = [one for one in copies if one.like not in spec.networks]
    circles = [one for one in copies if one.like == one.name]
    for network in unknown:
        legal = (*spec.built,)
        place = f"{network.at}/like"
        yield references.unknown_target(place, network.like, "network", legal)
    for network in circles[:1]:
        yield no_layers(network.at, network.name)


def built(spec: Spec, network: Scope) -> bool:
    """Say whether a network has layers, its own or those of the one it is like."""
    return not network.like or network.like in spec.built
