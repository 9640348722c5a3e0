"""Random repeats: two rounds each, so that any list of rounds fits any zip."""

from __future__ import annotations

from typing import Any

from random_defines import Json
from random_lists import Growing

GATHERING = [
    "mean(stack({list}, axis=1), axis=1)",
    "{list}[0] - {list}[-1]",
    "sum(stack(reversed({list}), axis=1), axis=1) * 0.5",
    "concatenate(reversed({list}), axis=-1) @ ones((8, width)) / 8",
]
COUNTS: list[tuple[Json, Any]] = [
    ({"count": "=depth"}, "=width"),
    ({"over": "=dims", "as": "size"}, "=size"),
    ({"over": "=reversed(dims)", "as": "size"}, "=size"),
    ({"over": "=stages", "as": ["size", "rate"]}, "=size"),
]
FOLLOWERS: list[list[Json]] = [
    [],
    [{"name": "c", "expr": "relu(b) + 0.01 * normal_like(b)"}],
    [{"name": "c", "block": "unit"}],
    [{"name": "c", "layer": "Dropout", "args": {"rate": 0.1}, "training": True}],
    [{"name": "c", "expr": "b - 0.1 * grad(b ** 3, b)"}],
    [{"name": "c", "reuse": "b"}],
]
PENALIZED: list[list[Json]] = [
    [{"name": "c", "layer": "Spread"}],
    [{"name": "c", "layer": "Spread", "args": {"pull": "=share / 2"}}],
]


def rounds(to: Growing) -> None:
    """Add rounds of a random kind."""
    to.pick([plain, carried, flow, nested])(to)


def _begun(to: Growing) -> tuple[Json, list[Json]]:
    """Begin rounds: what they go over, and a body of one layer or more."""
    over, units = to.pick(COUNTS)
    body: list[Json] = [{"name": "b", "layer": "Dense", "args": {"units": units}}]
    if "rate" in over.get("as", ()):
        thinned = {"name": "a", "layer": "Dropout", "args": {"rate": "=rate"}}
        body.insert(0, thinned)
    return {"repeat": over}, body


def plain(to: Growing) -> None:
    """Add rounds of one layer, or of several nodes."""
    node, body = _begun(to)
    body += to.pick([*FOLLOWERS, *([] if to.quiet else PENALIZED)])
    name = to.add({**node, "body": body, "inputs": to.take()})
    to.lists.append(f"{name}.b")


def carried(to: Growing) -> None:
    """Add rounds that are handed one tensor by name, and see others."""
    node, body = _begun(to)
    other = to.take()
    handed = to.maybe(0.5, {"next": {"x": f"0.5 * x + b * sigmoid({other})"}})
    if not handed:
        body.append({"name": "c", "expr": f"0.5 * x + tanh({other} - b)"})
    start = {"carry": {"x": f"0.5 * {to.take()}"}}
    name = to.add({**node, **start, **handed, "body": body})
    to.lists.append(f"{name}.b")


def flow(to: Growing) -> None:
    """Add rounds that hand on two tensors, worked out from the old ones."""
    node, body = _begun(to)
    body[0]["inputs"] = "x"
    start = to.take()
    first = {"x": start, "s": f"zeros((batch_size({start}),))"}
    then = {"x": "x - 0.1 * b * s[:, None]", "s": "s + sum(x * b, axis=-1) / 4"}
    made = {**node, "carry": first, "next": then, "body": body}
    name = to.add(made, read=True)
    to.add({"expr": f"{name}.x + 0.1 * expand_dims({name}.s, -1)"})
    to.lists.append(f"{name}.b")


def nested(to: Growing) -> None:
    """Add rounds in rounds, and gather what the inner ones give."""
    outer, body = _begun(to)
    inner: Json = {"name": "r", "repeat": {"count": "=depth"}}
    held = [{"name": "q", "layer": "Dense", "args": {"units": "=width"}}]
    body.append({**inner, "body": held})
    name = to.add({**outer, "body": body, "inputs": to.take()})
    to.lists.append(f"{name}.b")
    if to.pick([True, False]):
        to.lists.append(f"{name}.r.q[1]")
        return
    items = to.pick(["{}.r.q", "reversed({}.r.q)"]).format(name)
    summed = [{"name": "m", "layer": "Add", "inputs": "items"}]
    summed.append({"name": "o", "expr": "tanh(0.5 * m) + held"})
    again = {"count": "=depth", "zip": {"items": items}}
    to.add({"repeat": again, "carry": {"held": to.take()}, "body": summed})


def zipped(to: Growing) -> None:
    """Add rounds that are handed one item of a list each."""
    node, body = _begun(to)
    text = to.pick(["{list}", "reversed({list})"]).format(list=to.pick(to.lists))
    if to.pick([True, False, False]):
        text = f"[{to.take()}, {to.take()}]"
    node["repeat"] = {**node["repeat"], "zip": {"item": text}}
    body[0]["inputs"] = "both"
    body = [{"name": "both", "layer": "Add", "inputs": ["held", "item"]}, *body]
    name = to.add({**node, "carry": {"held": to.take()}, "body": body})
    to.lists.append(f"{name}.b")


def gather(to: Growing) -> None:
    """Add a node that reads a whole list."""
    name = to.pick(to.lists)
    if to.pick([True, False]):
        to.add({"layer": "Average", "inputs": name})
        return
    to.add({"expr": to.pick(GATHERING).format(list=name)})
