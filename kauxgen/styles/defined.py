"""Layers of `define` as classes: one text in all styles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from kauxgen import callees, code, printing, prose
from kauxgen.construct import Construct, computed_code
from kauxgen.layered import Layered
from kauxgen.modes import kinds
from kauxgen.naming import Level
from kauxgen.nodes import ExprNode, LayerNode, walk
from kauxgen.page import DefinedLayer
from kauxgen.program import Plan, Program
from kauxgen.spec import OwnWeight, Scope, Spec
from kauxgen.styles import classes, owned, params, wording
from kauxgen.tensor import TensorType

_SHORT = 75
"""The longest summary that stands on the first line of a docstring."""


def written(program: Program) -> tuple[DefinedLayer, ...]:
    """Write every layer of `define`, callees first."""
    return tuple(_layer(program, plan) for plan in program.layers.values())


def levels(program: Program) -> list[Level]:
    """Return the lists of nodes of all layers."""
    return [plan.scope.nodes for plan in program.layers.values()]


def _layer(program: Program, plan: Plan) -> DefinedLayer:
    scope = plan.scope
    layered = Layered(program, plan, measure=classes.own_shape)
    body = code.ending(layered.body(code.name(scope.inputs[0].name)), layered.results())
    code.traced(scope.outputs[0].at, body[-1])
    measured = [one for one in layered.owned() if one.measured]
    if scope.name in _frozen(program.spec, inner=True):
        measured = [replace(one, made=_following(one.made)) for one in measured]
    build = [_weight(layered, one) for one in scope.weights] + classes.made(measured)
    held = scope.name in _held(program.spec)
    spec = _output_spec(program, scope) if held else None
    if held and layered.owned():
        build.append(
            code.perform(code.call("self.compute_output_shape", *_shapes(scope)))
        )
    seed = ("seed",) if plan.drawing else ()
    kept = (*scope.params, *seed)
    pairs: list[tuple[str, ast.expr | None]] = [
        (name, code.default(scope.at, name, value))
        for name, value in scope.params.items()
    ]
    pairs += [(name, code.literal(0)) for name in seed]
    setup = [
        *owned.keep(kept, scope.params, scope.at),
        *classes.made(classes.unmeasured(layered)),
    ]
    if scope.name in _frozen(program.spec) and len(setup) > len(kept):
        pairs.append(("trainable", code.literal(True)))
        setup.append(code.assign(code.own("trainable"), code.name("trainable")))
    names = [entry.name for entry in scope.inputs]
    modes = ["training=False"] if plan.modes else []
    return DefinedLayer(
        name=scope.name,
        docstring=_docstring(program, plan),
        signature=params.joined("self", printing.parameters(pairs), "**kwargs"),
        setup=printing.lines(code.all_traced(scope.at, setup), 2),
        build_signature=", ".join(["self", *(f"{name}_shape" for name in names)]),
        build=printing.lines(code.all_traced(scope.at, build), 2),
        output_shape="" if spec is None else printing.lines([code.give([spec])], 2),
        call_signature=params.joined("self", *names, *modes),
        call=printing.lines(code.all_traced(scope.at, body), 2),
        config=printing.config(kept),
    )


def _frozen(spec: Spec, *, inner: bool = False) -> set[str]:
    """Return the layers that are frozen at some use; `inner` with those inside them.

    Keras tells the sub-layers that a layer is frozen when `trainable` is set, so it
    must be set behind their making.
    """
    used = [
        own
        for scope in spec.scopes
        for node in walk(scope.nodes)
        if isinstance(node, LayerNode) and not node.trainable
        for own in callees.own_layers(node.layer, spec)
    ]
    found = [one for own in used for one in callees.within(own, spec)]
    return {own.name for own in (found if inner else used)}


def _following(made: ast.expr) -> ast.expr:
    """Let a sub-layer that is made in `build` be frozen if its layer is."""
    if isinstance(made, ast.ListComp):
        several = ast.ListComp(_following(made.elt), made.generators)
        return code.retraced(several, made)
    assert isinstance(made, ast.Call)
    follows = ast.keyword("trainable", code.own("trainable"))
    one = ast.Call(made.func, made.args, [*made.keywords, follows])
    return code.retraced(one, made)


def _held(spec: Spec) -> set[str]:
    """Return the layers that wrappers hold, which ask for the shape of their output."""
    return {
        kind.name
        for scope in spec.scopes
        for node in walk(scope.nodes)
        if isinstance(node, LayerNode)
        for kind in kinds(node.layer)
        if kind is not node.layer
    }


def _output_spec(program: Program, scope: Scope) -> ast.expr:
    """Write the shape of the output, as Keras finds it by a symbolic call.

    It builds the sub-layers on the way.
    """
    tensors = []
    for entry, shape in zip(scope.inputs, _shapes(scope), strict=True):
        seen = program.checked.shapes.get(entry.at)
        dtype = seen.dtype if isinstance(seen, TensorType) else "float32"
        typed = [] if dtype == "float32" else [code.literal(dtype)]
        tensors.append(code.call("keras.KerasTensor", shape, *typed))
    spec = code.call("keras.Operation.compute_output_spec", code.name("self"), *tensors)
    return code.attribute(spec, "shape")


def _shapes(scope: Scope) -> list[ast.expr]:
    return [code.name(f"{entry.name}_shape") for entry in scope.inputs]


def _weight(layered: Layered, weight: OwnWeight) -> ast.stmt:
    """Write the making of a weight, where params are read from the object."""
    made = _construct(layered)
    named = ("initializer", "regularizer", "constraint")
    given = {
        key: made.value(value)
        for key, value in zip(named, weight.kinds, strict=True)
        if value is not None
    }
    trainable = {} if weight.trainable else {"trainable": code.literal(False)}
    keywords = {"shape": made.value(weight.shape), **given, **trainable}
    keywords["name"] = code.literal(weight.name)
    added = code.call("self.add_weight", keywords=keywords)
    return code.traced(weight.at, code.assign(code.own(weight.name), added))


def _construct(layered: Layered) -> Construct:
    known = layered.plan.scope.params

    def name(word: str) -> ast.expr:
        return code.own(word) if word in known else code.name(word)

    def compute(tree: ast.expr) -> ast.expr:
        return computed_code(tree, name, layered.size)

    return Construct(layered.program.checked, compute)


def _docstring(program: Program, plan: Plan) -> str:
    """Say what a layer does: its description, else its formula; then its penalties."""
    scope = plan.scope
    entering = wording.listed(entry.name for entry in scope.inputs)
    short = f"Maps {entering} to {_formula(scope)}"
    short = short if len(short) < _SHORT else f"Maps {entering} to {_short(scope)}"
    details = [*_weights(scope), *wording.added(program, plan)]
    if scope.description:
        return prose.docstring(scope.description, details, short=short)
    whole = f"Maps {entering} to {_formula(scope)}"
    return prose.docstring(whole, details, short=short, long=f"{_long(scope)}.")


def _short(scope: Scope) -> str:
    return "its output" if scope.single else f"{len(scope.outputs)} outputs"


def _formula(scope: Scope) -> str:
    return wording.listed(" ".join(one.text.split()) for one in scope.outputs)


def _long(scope: Scope) -> str:
    steps = {
        node.name: " ".join(node.expr.text.split())
        for node in scope.nodes
        if isinstance(node, ExprNode) and node.step
    }
    where = [f"{name} = {text}" for name, text in steps.items()]
    return f"It gives {_formula(scope)}" + (f", where {', '.join(where)}" * bool(where))


def _weights(scope: Scope) -> Iterator[str]:
    """Say what weights hold, where the spec says it."""
    for weight in scope.weights:
        if weight.description:
            yield f"The weight `{weight.name}`: {weight.description}"
