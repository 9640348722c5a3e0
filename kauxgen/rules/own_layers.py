"""The rules about layers of `define` (KX223, KX224, KX424 to KX427)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kauxgen import callees, catalog, expression
from kauxgen.finding import Finding
from kauxgen.modes import kinds
from kauxgen.nodes import LayerNode, walk
from kauxgen.spec import Scope, Spec, Term, Weight, Weights
from kauxgen.suggest import quote
from kauxgen.values import Computed, Expr, Kind, computed

_CAMEL = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)
_MADE = ("After", "ClosureLoss", "FixedMode", "Keep", "Categorical", "Shuffle")
_ENDINGS = ("Like", "Penalty")


def wrong_class_name(pointer: str, name: str, reason: str) -> Finding:
    """KX223: a name that the class of a layer cannot have.

    A layer of `define` becomes a class of this name, and nodes use it like a class of
    Keras: it is written in CamelCase, and no layer of Keras is called so.

    Wrong:
        {"define": {"layers": {"vector_quantizer": {"inputs": ["x"], "...": "..."}}}}

    Right:
        {"define": {"layers": {"VectorQuantizer": {"inputs": ["x"], "...": "..."}}}}
    """
    message = f"a layer cannot be called {quote(name)}: {reason}"
    return Finding(pointer, "KX223", message, "choose another name", at_key=True)


def no_output(pointer: str, name: str) -> Finding:
    """KX224: a layer of `define` that gives nothing.

    A layer gives its `outputs`, or by default the last step of its `let`, else of its
    `body`.

    Wrong:
        {"define": {"layers": {"Shift": {"weights": {"by": {"shape": [8]}},
         "inputs": ["x"]}}}}

    Right:
        {"define": {"layers": {"Shift": {"weights": {"by": {"shape": [8]}},
         "inputs": ["x"], "outputs": "x + by"}}}}
    """
    message = f"the layer {quote(name)} gives nothing"
    return Finding(pointer, "KX224", message, 'add "outputs"', at_key=True)


def penalty_in_wrapper(pointer: str, wrapper: str, name: str, term: str) -> Finding:
    """KX424: a layer with penalties inside a wrapper.

    A layer hands its penalties out beside its output. A wrapper passes the output on
    and nothing else, so the penalties would be lost.

    Wrong:
        {"name": "steps", "layer": "TimeDistributed",
         "args": {"layer": {"layer": "VectorQuantizer"}}}

    Right:
        {"name": "steps", "layer": "VectorQuantizer"}
    """
    message = f"no value of the penalty {quote(term)} of {name} comes out of {wrapper}"
    help = "let the layer work on all steps at once, or make it a penalty of the model"
    return Finding(pointer, "KX424", message, help)


def weight_in_layer(pointer: str, owner: str, text: str) -> Finding:
    """KX425: a weight of an inner penalty that reads what one use alone knows.

    A weight is worked out beside the model's other weights. It may be a computed value
    of the params of the layer or block, of which every use has its own; an expression
    may read `step`, and schedules and variables are given in numbers.

    Wrong:
        {"penalties": [{"name": "spread", "expr": "mean(square(x))",
         "weight": {"expr": "mean(abs(x))"}}]}

    Right:
        {"params": {"rate": 0.1},
         "penalties": [{"name": "spread", "expr": "mean(square(x))",
         "weight": "=rate"}]}
    """
    message = f"the weight of a penalty inside a {owner} reads {quote(text)}"
    help = "let it be a number, a computed value of params, or read step alone"
    return Finding(pointer, "KX425", message, help)


def operand_in_layer(pointer: str, owner: str, what: str) -> Finding:
    """KX426: a choice of weights, or a network, in a penalty of a layer or block.

    Inside of a layer its own weights are tensors like others, by their names. Patterns
    choose among the weights of the whole model, and networks stand beside the model's
    layers, so both belong to penalties of the model.

    Wrong:
        {"penalties": [{"penalty": "orthogonality", "on": {"weights": "codebook"}}]}

    Right:
        {"penalties": [{"penalty": "orthogonality", "on": "codebook"}]}
    """
    message = f"a penalty inside a {owner} is on {what}"
    return Finding(pointer, "KX426", message, f"name the {owner}'s own tensors")


def uncounted(pointer: str, penalty: str, owner: Scope) -> Finding:
    """KX427: a penalty of a layer or block that no round uses.

    It counts at every use, and here these all stand in repeats of no rounds. What is
    always zero is no term.

    Wrong:
        {"params": {"depth": 0}, "layers": [{"name": "chain",
         "repeat": {"count": "=depth"}, "body": [{"name": "part", "block": "unit"}]}]}

    Right:
        {"params": {"depth": 2}, "layers": [{"name": "chain",
         "repeat": {"count": "=depth"}, "body": [{"name": "part", "block": "unit"}]}]}
    """
    message = (
        f"{penalty} of the {owner.kind} {owner.name} counts nowhere: no round uses it"
    )
    return Finding(pointer, "KX427", message, "let there be a round, or delete it")


def used(scope: Scope, spec: Spec) -> bool:
    """Say whether the model or a network uses a layer or block, in rounds or not."""
    roots = (spec.main, *spec.built.values())
    return any(scope in callees.within(root, spec) for root in roots)


RULES = (
    wrong_class_name,
    no_output,
    penalty_in_wrapper,
    weight_in_layer,
    operand_in_layer,
    uncounted,
)


def check(spec: Spec) -> Iterator[Finding]:
    """Yield what is wrong with layers and their uses, before any shape is known."""
    for layer in spec.layers.values():
        reason = _misnamed(layer.name)
        if reason:
            yield wrong_class_name(layer.at, layer.name, reason)
        if not layer.nodes and layer.outputs[0].at == layer.at:
            yield no_output(layer.at, layer.name)
    for owner in (*spec.layers.values(), *spec.blocks.values()):
        for term in owner.penalties:
            yield from _penalty(term, owner.kind)
    for scope in spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, LayerNode):
                yield from _wrapped(node.layer, spec)


def named(layer: Scope) -> Mapping[str, str]:
    """Return what the names of a layer mean, beside its nodes."""
    names = {name: f"the param {quote(name)}" for name in layer.params}
    names |= {one.name: f"the input {quote(one.name)}" for one in layer.inputs}
    return names | {one.name: f"the weight {quote(one.name)}" for one in layer.weights}


def _misnamed(name: str) -> str:
    if not _CAMEL.fullmatch(name) or name in ("True", "False", "None"):
        return "classes are written in CamelCase"
    if catalog.find("layer", name) is not None:
        return "Keras has a layer of this name"
    if name in _MADE or name.endswith(_ENDINGS):
        return "the generated module may have a class of this name"
    return ""


def _penalty(term: Term, owner: str) -> Iterator[Finding]:
    for _, operand in term.operands:
        if not isinstance(operand, Expr):
            chosen = isinstance(operand, Weights)
            what = "a choice of weights" if chosen else "a network"
            yield operand_in_layer(operand.at, owner, what)
    yield from _weight(term.weight, owner)


def _weight(weight: Weight, owner: str) -> Iterator[Finding]:
    """Yield what a weight reads that only one use knows."""
    if isinstance(weight, Computed):
        return
    for value in computed(weight):
        for name in expression.names(value.tree):
            if isinstance(value, Computed) or name.id not in ("step", "pi"):
                yield weight_in_layer(value.at, owner, name.id)
                return


def _wrapped(kind: Kind, spec: Spec) -> Iterator[Finding]:
    for inner in kinds(kind):
        if inner is kind or inner.name not in spec.layers:
            continue
        scopes = callees.within(spec.layers[inner.name], spec)
        lost = [term for scope in scopes for term in scope.penalties]
        for term in lost[:1]:
            name = term.name or term.role
            yield penalty_in_wrapper(f"{inner.at}/layer", kind.name, inner.name, name)
