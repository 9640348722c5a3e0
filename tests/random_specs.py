"""Random valid specs of models: networks, nodes and terms grown at random."""

from __future__ import annotations

import random

import random_nodes
import random_terms
from random_defines import GRADIENTS, OPTIMIZERS, Json, closed, reads
from random_lists import Growing

NETWORKS = ("plain", "twin", "row", "pair")
SHAPE = {"shape": ["=width"]}


def spec(seed: int) -> Json:
    """Grow one valid spec; the seed decides everything."""
    draw = random.Random(seed)
    nets = tuple(net for net in NETWORKS if draw.random() < 0.7)
    inputs = ["left", "right"][: draw.randint(1, 2)]
    main = Growing(draw, inputs, nets)
    random_nodes.dense(main)
    random_nodes.every_call(main)
    for _ in range(draw.randint(2, 8)):
        random_nodes.grow(main)
    main.tie()
    outputs = _outputs(main)
    grown: Json = {
        "kauxgen": 1,
        "name": f"grown_{seed}",
        "networks": _networks(draw, nets),
        "inputs": dict.fromkeys(inputs, SHAPE),
        "layers": main.nodes,
        **_judged(main, inputs, outputs),
        **_inference(main, outputs),
        "training": _training(main),
    }
    if reads(grown["losses"], "label"):
        grown["inputs"] = {**grown["inputs"], "label": {**SHAPE, "role": "target"}}
    return closed({key: part for key, part in grown.items() if part})


def _networks(draw: random.Random, nets: tuple[str, ...]) -> Json:
    """Grow the networks; `pair` calls `plain`, and has penalties."""
    plain = _plain(draw)
    copied = {"like": "plain", **({"trainable": False} if draw.random() < 0.2 else {})}
    made = {
        "plain": plain,
        "twin": copied if "plain" in nets else plain,
        "row": {**_plain(draw), "count": "=depth"},
        "pair": _pair(draw, tuple(net for net in nets if net == "plain")),
    }
    return {net: made[net] for net in nets}


def _plain(draw: random.Random) -> Json:
    """Grow a network that may be differentiated: it has no penalties."""
    inner = Growing(draw, ["v"])
    inner.quiet = True
    random_nodes.dense(inner)
    for _ in range(draw.randint(0, 2)):
        random_nodes.grow_quietly(inner)
    inner.tie()
    return {"inputs": {"v": SHAPE}, "layers": inner.nodes}


def _pair(draw: random.Random, nets: tuple[str, ...]) -> Json:
    inner = Growing(draw, ["v", "w"], nets)
    random_nodes.dense(inner)
    for _ in range(draw.randint(1, 4)):
        random_nodes.grow(inner)
    inner.nodes.append({"name": "one", "expr": f"tanh({' + '.join(inner.loose)})"})
    two = {"layer": "Dense", "args": {"units": "=width"}, "inputs": inner.take()}
    inner.nodes.append({"name": "two", **two})
    count = draw.randint(0, 2)
    terms = [random_terms.penalty(inner, index) for index in range(count)]
    named = [{**term, "name": f"inner{index}"} for index, term in enumerate(terms)]
    network = {"inputs": {"v": SHAPE, "w": SHAPE}, "layers": inner.nodes}
    network["outputs"] = ["one", "two"]
    return {**network, **({"penalties": named} if named else {})}


def _outputs(main: Growing) -> list[str]:
    """Add one output or two."""
    layer = {"layer": "Dense", "args": {"units": "=width"}, "inputs": main.last}
    main.loose = []
    ends = [main.add(layer)]
    if main.draw.random() < 0.3:
        second = {"expr": f"sigmoid({ends[0]}) * {main.nodes[0]['name']}"}
        ends.append(main.add(second))
    return ends


def _judged(main: Growing, inputs: list[str], outputs: list[str]) -> Json:
    """Write the terms and metrics."""
    kinds = [{}, {}, {"target": "label"}, {"target": inputs[0]}, {"target": inputs[0]}]
    target = main.pick(kinds)
    targets = dict.fromkeys(outputs, target)
    if len(outputs) > 1 and not target:
        targets = {one: {"target": f"y.{one}"} for one in outputs}
    losses = [random_terms.loss(main, one, at) for one, at in targets.items()]
    energy = {"name": "energy", "loss": "energy", "on": outputs[0], "target": None}
    losses += [energy] * (main.draw.random() < 0.2)
    count = main.draw.randint(0, 4)
    return {
        "outputs": outputs if outputs[1:] else outputs[0],
        "losses": losses,
        "penalties": [random_terms.penalty(main, index) for index in range(count)],
        "metrics": random_terms.metrics(main, outputs[0], targets[outputs[0]]),
    }


def _inference(main: Growing, outputs: list[str]) -> Json:
    """Say what predicts, or not."""
    cuts = [{"outputs": outputs[0]}, {"outputs": [main.nodes[0]["name"], outputs[0]]}]
    return main.maybe(0.15, {"inference": main.pick(cuts)})


def _training(main: Growing) -> Json:
    gradients = main.maybe(0.1, {"gradients": main.pick(GRADIENTS)})
    return {"optimizer": main.pick(OPTIMIZERS), "batch_size": 4, **gradients}
