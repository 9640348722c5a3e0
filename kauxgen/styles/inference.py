"""The function `inference_model`: what predicts, with the weights of the model."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence

from kauxgen import code, naming, printing, prose
from kauxgen.layered import Layered
from kauxgen.nodes import Input, walk
from kauxgen.page import Function
from kauxgen.program import Names, Plan, Prediction, Program
from kauxgen.styles import builders, classes, params, reach, wording

MODEL = "model"


def named(program: Program) -> Plan | None:
    """Return the network that inference names."""
    inference = program.spec.inference
    if inference is None or inference.network is None:
        return None
    return program.networks[inference.network]


def of_network(program: Program, plan: Plan, *, graph: bool) -> Function:
    """Write inference by a network that is a model, found in a graph or an attribute.

    What it gives beside its declared outputs is left out.
    """
    name, count = plan.scope.name, len(plan.scope.outputs)
    network = code.name(f"{MODEL}.{name}")
    if graph:
        network = _of_model(reach.network_in_graph(program, name))
    if not plan.exports:
        return _network_function(plan, [code.give([network])])
    outputs = code.attribute(code.name(name), "output")
    declared = ast.Slice(None, code.literal(count))
    index = code.literal(0) if plan.scope.single else declared
    inputs = code.attribute(code.name(name), "input")
    cut = model(inputs, ast.Subscript(outputs, index), name)
    return _network_function(plan, [code.assign(name, network), code.give([cut])])


def of_layer(program: Program, plan: Plan) -> Function:
    """Write inference by a network that is a layer: a graph of one call."""
    scope = plan.scope
    inputs = [code.name(entry.name) for entry in scope.inputs]
    outputs: ast.expr = code.call(f"{MODEL}.{scope.name}", *inputs)
    body = [_input(program, entry) for entry in scope.inputs]
    if plan.exports:
        names = ["_".join(path) for path in naming.declared(scope)]
        body.append(code.unpack([*names, *["_"] * len(plan.exports)], outputs))
        outputs = one_or_list([code.name(name) for name in names])
    made = model(one_or_list(inputs), outputs, scope.name)
    return _network_function(plan, [*body, code.give([made])])


def of_class(program: Program, found: Prediction, *, models: bool) -> Function:
    """Write inference by a graph of the model's own layers."""
    layered = Layered(
        program,
        program.main,
        base=program.bases[""],
        cut=found.cut,
        measure=classes.measure(program),
        models=models,
        quiet=found.cut.wanted - {node.at for node in walk(found.late)},
    )
    statements = layered.body(code.name(program.spec.main.first.name))
    write = layered.writer(layered.start)
    results = [write(output.tree) for output in found.outputs]
    body = [_input(program, entry) for entry in found.inputs]
    body += [_statement_of_model(statement) for statement in statements]
    return of_cut(program, found, body, [_of_model(one) for one in results])


def of_cut(
    program: Program,
    found: Prediction,
    body: Sequence[ast.stmt],
    results: list[ast.expr],
    taken: Names = (),
) -> Function:
    """Write the function around a cut; `taken` are params that it needs itself."""
    inputs: ast.expr = code.name(found.inputs[0].name)
    if len(found.inputs) > 1:
        inputs = code.literal({one.name: code.name(one.name) for one in found.inputs})
    made = model(inputs, one_or_list(results), f"{program.spec.name}_inference")
    entering = wording.listed(entry.name for entry in found.inputs)
    leaving = wording.listed(output.text for output in found.outputs)
    words = f"Return a model of the same weights that maps {entering} to {leaving}"
    signature = params.signature(program, taken, seed=False)
    body = [*body, code.give([made])]
    body = code.all_traced(_at(program), body)
    return _function(words, params.joined(MODEL, signature), body)


def _at(program: Program) -> str:
    """Return the pointer of what asks for inference: of a target input, the root."""
    asked = program.spec.inference
    return asked.at if asked else ""


def _network_function(plan: Plan, body: list[ast.stmt]) -> Function:
    entering = wording.listed(entry.name for entry in plan.scope.inputs)
    leaving = wording.listed(output.text for output in plan.scope.outputs)
    words = f"Return the network {plan.scope.name}, which maps {entering} to {leaving}"
    return _function(words, MODEL, code.all_traced(plan.scope.at, body))


def _function(words: str, signature: str, body: list[ast.stmt]) -> Function:
    short = "Return what predicts, with the weights of `model`"
    doc = prose.docstring(words, short=short, long=f"{words}.")
    return Function("inference_model", signature, doc, printing.lines(body, 1))


def model(inputs: ast.expr, outputs: ast.expr, name: str | ast.expr) -> ast.expr:
    """Write the model between tensors of a graph."""
    label = {"name": code.literal(name)}
    return code.call("keras.Model", inputs, outputs, keywords=label)


def one_or_list(trees: list[ast.expr]) -> ast.expr:
    """Write one tensor as it is, several as a list."""
    return trees[0] if len(trees) == 1 else ast.List(trees)


def _input(program: Program, entry: Input) -> ast.stmt:
    """Write the input of a graph, its sizes read from the model."""
    read = params.of_values(program, entry.shape)
    return _OfModel(frozenset(read)).statement(builders.keras_input(entry))


def _statement_of_model(statement: ast.stmt) -> ast.stmt:
    return _OfModel().statement(statement)


def _of_model(tree: ast.expr) -> ast.expr:
    written: ast.expr = _OfModel().visit(copy.deepcopy(tree))
    return written


class _OfModel(ast.NodeTransformer):
    """Reads what a method reads from `self`, and some params, from a model.

    A graph has the mode of the step that runs it, and is handed none.
    """

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self.names = names

    def statement(self, statement: ast.stmt) -> ast.stmt:
        """Write one statement."""
        written: ast.stmt = self.visit(copy.deepcopy(statement))
        return written

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Write one name."""
        if node.id == "self":
            return code.name(MODEL)
        return code.name(f"{MODEL}.{node.id}") if node.id in self.names else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Write a call without the mode of a step."""
        self.generic_visit(node)
        node.keywords = [
            keyword
            for keyword in node.keywords
            if not (keyword.arg == "training" and isinstance(keyword.value, ast.Name))
        ]
        return node
