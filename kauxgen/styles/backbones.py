"""The functions that build backbones: what is frozen, and which tensors they give."""

from __future__ import annotations

import ast

from kauxgen import code, naming, printing, prose
from kauxgen.backbone_calls import backbone_function, backbone_names
from kauxgen.construct import Construct
from kauxgen.nodes import ApplicationNode
from kauxgen.page import Function
from kauxgen.program import Program
from kauxgen.spec import Scope
from kauxgen.styles.inference import model

_MODEL = "backbone"


def functions(program: Program) -> tuple[Function, ...]:
    """Write a function for every backbone of a spec."""
    return tuple(
        _function(program, scope, node)
        for scope in program.spec.scopes
        for node, _ in naming.levels_of(scope.nodes)
        if isinstance(node, ApplicationNode)
    )


def _function(program: Program, scope: Scope, node: ApplicationNode) -> Function:
    pairs: list[tuple[str, ast.expr | None]] = [
        (name, None) for name in (*backbone_names(node), "name")
    ]
    return Function(
        backbone_function(scope, node),
        printing.parameters(pairs),
        _docstring(node),
        printing.lines(code.all_traced(node.at, _body(program, node)), 1),
    )


def _docstring(node: ApplicationNode) -> str:
    """Say what is built, what of it is frozen, and what it gives."""
    words = f"Build {node.application.name}"
    if node.frozen_before:
        words += f", frozen before {node.frozen_before}"
    elif not node.trainable:
        words += ", frozen"
    if node.taps:
        words += "; its taps come behind its output"
    short = f"Build {node.application.name}"
    details = [node.description] if node.description else []
    return prose.docstring(words, details, short=short, long=f"{words}.")


def _body(program: Program, node: ApplicationNode) -> list[ast.stmt]:
    make = Construct(program.checked, lambda tree: tree)
    label = {} if node.taps else {"name": code.name("name")}
    kind = node.application
    callee = f"keras.applications.{kind.name}"
    made = code.call(callee, keywords={**make.named(kind.args), **label})
    body = [code.assign(_MODEL, made), *_frozen(node)]
    if not node.taps:
        return [*body, code.give([code.name(_MODEL)])]
    tap = code.name("tap")
    tensor = code.attribute(code.call(f"{_MODEL}.get_layer", tap), "output")
    inner = code.comprehension(tensor, tap, code.literal(node.taps))
    outputs = ast.List([code.name(f"{_MODEL}.output"), ast.Starred(code.name("taps"))])
    whole = model(code.name(f"{_MODEL}.input"), outputs, code.name("name"))
    return [*body, code.assign("taps", inner), code.give([whole])]


def _frozen(node: ApplicationNode) -> list[ast.stmt]:
    """Write what is not trained: all of it, or the layers before one."""
    off = code.literal(False)
    if not node.trainable:
        return [code.assign(f"{_MODEL}.trainable", off)]
    if not node.frozen_before:
        return []
    layers = code.name(f"{_MODEL}.layers")
    first = code.call(f"{_MODEL}.get_layer", code.literal(node.frozen_before))
    index = code.call(code.attribute(layers, "index"), first)
    before = ast.Subscript(layers, ast.Slice(None, code.name("first")))
    freeze = [code.assign("layer.trainable", off)]
    return [code.assign("first", index), code.loop(code.name("layer"), before, freeze)]
