"""Random nodes: layers, expressions, blocks and calls, each added to a growing list."""

from __future__ import annotations

from typing import Any

from random_defines import WIDTH, Json
from random_lists import Growing
from random_rounds import gather, plain, rounds, zipped

EXPRESSIONS = [
    "tanh({a}) + {b}",
    "{a} * sigmoid({b}) + share",
    "{a} + 0.1 * normal_like({b})",
    "where({a} > 0, {a}, 0.2 * {b})",
    "bend({a}, slope=0.3) - {b} / batch_size({b})",
    "turned({a}, 0.5 * {b})",
    "stop_gradient({a}) * {b}[:, :1]",
    "concatenate([{a}, {b}], axis=-1) @ ones((8, width))",
    "{b} - 0.1 * grad(tanh({a}) * {b}, {a})",
    "grad({a} ** 3 * tanh(grad(sin({a}) + {a} * {b}, {a})), {a}) + {b}",
]
CALLING = [
    "tanh({net}({a})) - {b}",
    "grad({net}({a}) * {b}, {a})",
    "grad(bend({net}({a})) - {b}, [{a}])[0]",
]
REGULARIZERS: list[Any] = [
    "l2",
    {"regularizer": "scaled"},
    {"regularizer": "kept", "args": {"rate": 0.01}},
]
SMALL = {"initializer": "small", "args": {"to": 0.2}}
NOISES: list[tuple[str, Json]] = [
    ("Dropout", {"rate": 0.2}),
    ("BatchNormalization", {}),
    ("GaussianNoise", {"stddev": 0.1}),
]
WRAPPERS: list[tuple[str, Json, str]] = [
    (
        "TimeDistributed",
        {"layer": {"layer": "Dense", "args": {"units": WIDTH}}},
        "[:, 0]",
    ),
    ("Bidirectional", {"layer": {"layer": "GRU", "args": {"units": WIDTH // 2}}}, ""),
]


def grow(to: Growing) -> None:
    """Add one node, or few, of a random kind."""
    kinds = [dense, noise, expression, expression, merge, slopes, wrapped, states]
    kinds += [block, joint, own, fork, rounds, rounds]
    kinds += [reuse] * bool(to.layers)
    kinds += [gather, zipped] * bool(to.lists)
    kinds += [call, call, in_expression] * bool(to.nets)
    to.pick(kinds)(to)


def grow_quietly(to: Growing) -> None:
    """Add a node of a kind that has no penalties, so that `grad` may call the list."""
    to.pick([dense, noise, expression, expression, merge, block, plain])(to)


def _mode(to: Growing, chance: float) -> Json:
    return to.maybe(chance, {"training": to.pick([True, False])})


def dense(to: Growing) -> None:
    """Add a layer with weights."""
    args = {
        "units": to.pick(["=width", "=dims[0]", WIDTH, "=stages[1][0]"]),
        **to.maybe(0.3, {"kernel_regularizer": to.pick(REGULARIZERS)}),
        **to.maybe(0.2, {"bias_initializer": SMALL}),
        **to.maybe(0.2, {"kernel_constraint": "unit_norm"}),
        **to.maybe(0.2, {"activation": "tanh"}),
    }
    frozen = to.maybe(0.15 * bool(to.layers), {"trainable": False})
    node = {"layer": "Dense", "args": args, "inputs": to.take(), **frozen}
    made = to.add(node)
    to.layers += [made] * (not frozen)


def reuse(to: Growing) -> None:
    """Call an earlier layer once more."""
    to.add({"reuse": to.pick(to.layers), "inputs": to.take()})


def noise(to: Growing) -> None:
    """Add a layer with modes."""
    kind, args = to.pick(NOISES)
    to.add({"layer": kind, "args": args, "inputs": to.take(), **_mode(to, 0.3)})


def expression(to: Growing) -> None:
    """Add an operation on tensors."""
    to.add({"expr": to.pick(EXPRESSIONS).format(a=to.take(), b=to.take())})


def merge(to: Growing) -> None:
    """Add a layer on several tensors."""
    kind = to.pick(["Add", "Average", "Multiply", "Maximum"])
    to.add({"layer": kind, "inputs": [to.take(), to.take()]})


def slopes(to: Growing) -> None:
    """Add two gradients of one expression."""
    a, b = to.take(), to.take()
    if a == b:
        to.add({"expr": f"grad(sin({a}), {a}) + {a}"})
        return
    text = f"grad(tanh({a}) * {b} + {a}, [{a}, {b}])"
    to.add({"expr": text, "as": to.fresh(2)})


def wrapped(to: Growing) -> None:
    """Add a layer in a wrapper, on a sequence of one."""
    kind, args, cut = to.pick(WRAPPERS)
    row = to.add({"expr": f"expand_dims({to.take()}, 1)"}, read=True)
    made = to.add({"layer": kind, "args": args, "inputs": row}, read=True)
    to.add({"expr": f"{made}{cut} + 0.1"})


def states(to: Growing) -> None:
    """Add a layer of several outputs."""
    row = to.add({"expr": f"expand_dims({to.take()}, 1)"}, read=True)
    args = {"units": WIDTH, "return_state": True}
    to.add({"layer": "LSTM", "args": args, "inputs": row, "as": to.fresh(3)})


def block(to: Growing) -> None:
    """Add a use of a block of one output."""
    args = to.pick([{}, {"units": "=width"}])
    used = to.add({"block": "unit", "args": args, "inputs": to.take()})
    to.inner.append(f"{used}.d")


def joint(to: Growing) -> None:
    """Add a use of a block of two outputs, which draws and repeats."""
    args = to.pick([{}, {"rate": "=share", "rounds": "=depth"}])
    node = {"block": "joint", "args": args, "inputs": [to.take(), to.take()]}
    if to.pick([True, False]):
        to.add({**node, "as": to.fresh(2)})
        return
    used = to.add(node, read=True)
    to.add({"expr": f"{used}.u - {used}.r"})
    to.inner.append(f"{used}.j")
    to.lists.append(f"{used}.r.s")


def own(to: Growing) -> None:
    """Add an own layer, whose penalties differ in weight."""
    args = to.pick([{}, {"pull": "=share"}, {"pull": 0.1, "noise": 0}])
    node = {"layer": "Spread", "args": args, "inputs": to.take()}
    to.add({**node, **_mode(to, 0.2), **to.maybe(0.1, {"trainable": False})})


def fork(to: Growing) -> None:
    """Add an own layer that holds another, of two inputs and outputs."""
    inputs = [to.take(), to.take()]
    to.add({"layer": "Fork", "inputs": inputs, "as": to.fresh(2)})


def call(to: Growing) -> None:
    """Add a call of a network; `pair` has two outputs, `row` is a list."""
    net = to.pick([*to.nets])
    if net == "pair":
        pair(to)
        return
    index = to.pick(["[0]", "[-1]"]) if net == "row" else ""
    node = {"network": f"{net}{index}", "inputs": to.take()}
    made = to.add({**node, **_mode(to, 0.1)})
    to.inner.append(f"{made}.n0")


def pair(to: Growing) -> None:
    """Add a call of the network of two outputs: under new names, or by path."""
    node = {"network": "pair", "inputs": [to.take(), to.take()]}
    if to.pick([True, False]):
        to.add({**node, "as": to.fresh(2)})
        return
    made = to.add(node, read=True)
    to.add({"expr": f"{made}.one - {made}.two"})
    to.inner += [f"{made}.one", f"{made}.n0"]


def in_expression(to: Growing) -> None:
    """Add an expression that calls a network of one output."""
    nets = {"plain": "plain", "twin": "twin", "row": "row[1]"}
    net = to.pick([nets[one] for one in to.nets if one in nets] or ["tanh"])
    text = to.pick(CALLING)
    to.add({"expr": text.format(net=net, a=to.take(), b=to.take())})


def every_call(to: Growing) -> None:
    """Call each network at least once, and each of a list in rounds."""
    for net in to.nets:
        if net == "pair":
            pair(to)
        elif net == "row":
            indexed(to)
        else:
            to.add({"network": net, "inputs": to.take()})


def indexed(to: Growing) -> None:
    """Add rounds that call one network of a list each."""
    over = to.pick(["=range(depth)", "=reversed(range(depth))"])
    body = to.pick(
        [
            [{"name": "moved", "network": "row[i]"}],
            [{"name": "moved", "expr": "row[i](x) - 0.5 * x"}],
        ]
    )
    node: Json = {"repeat": {"over": over, "as": "i"}, "body": body}
    start = {"carry": {"x": to.take()}} if "expr" in body[0] else {"inputs": to.take()}
    made = to.add({**node, **start})
    to.lists.append(f"{made}.moved")
