"""The rules about what a graph of Keras cannot hold (KX605 to KX607)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import catalog, expression, ordering
from kauxgen.checked import Checked
from kauxgen.finding import Finding
from kauxgen.rules.cycles import networks_called
from kauxgen.spec import ExprNode, LayerNode, Scope, Spec, walk
from kauxgen.suggest import quote

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "true_divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "mod",
    ast.Pow: "power",
    ast.MatMult: "matmul",
    ast.USub: "negative",
    ast.Subscript: "get_item",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}


def layer_like_operation(checked: Checked, style: str) -> Iterator[Finding]:
    """KX605: a layer that bears the name of an operation in the same graph.

    In a graph every operation is a layer, and Keras calls the sums of a process `add`,
    `add_1`, `add_2` and so on. A layer of such a name beside a sum is refused by Keras,
    or not, by what was built before it. A class has no such names.

    Wrong:
        {"style": "functional", "layers": [
          {"name": "mean", "layer": "Dense", "args": {"units": 1}},
          {"name": "total", "expr": "mean(left, axis=-1)"}]}

    Right:
        {"style": "functional", "layers": [
          {"name": "average", "layer": "Dense", "args": {"units": 1}},
          {"name": "total", "expr": "mean(left, axis=-1)"}]}
    """
    spec = checked.spec
    if spec.main not in _graphs(spec, style):
        return
    used = set(_operations(spec))
    for node in walk(spec.main.nodes):
        name = operation_of(node.name)
        if isinstance(node, LayerNode) and name and name in used:
            message = f"in a graph Keras calls an operation {quote(node.name)} too"
            help = "choose another name, or render it with --style subclass"
            yield Finding(f"{node.at}/name", "KX605", message, help)


def operation_of(name: str) -> str:
    """Return the operation that Keras would call so, in a graph; "" if none."""
    stem, _, number = name.rpartition("_")
    word = stem if stem and number.isdigit() else name
    return word if word in _named() else ""


def _named() -> set[str]:
    """Return the names that Keras gives to operations."""
    return {operation.keras for operation in catalog.operations().values()} | {
        *_OPERATORS.values()
    }


def _operations(spec: Spec) -> Iterator[str]:
    """Yield what Keras calls the operations of expressions."""
    for tree in _trees(spec):
        for node in ast.walk(tree):
            known = catalog.operations().get(str(expression.call_name(node)))
            yield known.keras if known else _OPERATORS.get(type(node), "")


def _trees(spec: Spec) -> Iterator[ast.expr]:
    for node in walk(spec.main.nodes):
        if isinstance(node, ExprNode):
            yield node.expr.tree
    for term in spec.terms:
        yield from (step.tree for _, step in term.let)
        yield from [term.expr.tree] if term.expr else []
    for definition in spec.definitions:
        yield from (step.tree for _, step in definition.let)
        yield definition.expr.tree


def network_in_two_graphs(checked: Checked, style: str) -> Iterator[Finding]:
    """KX606: a network that several graphs call, in the functional style.

    A file of a functional model describes every graph by itself. A network that another
    network calls, and the model too, or two networks, comes back from the file as two
    networks, or not at all. In the other styles the model makes its networks itself.

    Wrong:
        {"style": "functional", "layers": [{"name": "pair", "network": "twice_encoder"},
         {"name": "code", "network": "encoder", "inputs": "left"}]}

    Right:
        {"style": "subclass", "layers": [{"name": "pair", "network": "twice_encoder"},
         {"name": "code", "network": "encoder", "inputs": "left"}]}
    """
    spec = checked.spec
    if style != "functional":
        return
    callers: dict[str, list[str]] = {}
    for scope in (*spec.networks.values(), spec.main):
        for name in {*networks_called(scope)} & spec.networks.keys():
            callers.setdefault(name, []).append(scope.name)
    for name in {*_called_by_terms(spec)} & callers.keys():
        callers[name] += [] if spec.main.name in callers[name] else [spec.main.name]
    for name, network in spec.networks.items():
        if len(callers.get(name, ())) > 1:
            words = " and ".join(map(quote, callers[name]))
            message = f"the functional style cannot save {quote(name)}: {words} call it"
            help = "render it with --style subclass, train_step or loop"
            yield Finding(network.at, "KX606", message, help, at_key=True)


def _called_by_terms(spec: Spec) -> Iterator[str]:
    for term in (*spec.losses, *spec.penalties):
        trees = [step.tree for _, step in term.let]
        trees += [term.expr.tree] if term.expr else []
        for tree in trees:
            yield from (str(expression.call_name(c)) for c in expression.calls(tree))


def shared_state_of_rounds(checked: Checked, style: str) -> Iterator[Finding]:
    """KX607: rounds that share draws or statistics, and do not follow from each other.

    A graph runs by depth, not as it is written. Where every round calls one network
    with dropout, draws or batch statistics, and no round is computed from the one
    before, it may run them in another order, and draw other numbers.

    Wrong:
        {"style": "functional", "layers": [{"name": "views", "repeat": {"count": 2},
         "body": [{"name": "view", "network": "noisy_encoder", "inputs": "image"}]}]}

    Right:
        {"style": "subclass", "layers": [{"name": "views", "repeat": {"count": 2},
         "body": [{"name": "view", "network": "noisy_encoder", "inputs": "image"}]}]}
    """
    for scope in _graphs(checked.spec, style):
        for at in ordering.order(checked.spec, scope.nodes).unkept:
            message = f"the style {style} cannot keep the order of these rounds"
            help = "render it with --style subclass, or let rounds follow on each other"
            yield Finding(f"{at}/name", "KX607", message, help)


def _graphs(spec: Spec, style: str) -> tuple[Scope, ...]:
    """Return the lists of nodes that a style writes as graphs."""
    if style == "subclass":
        return ()
    main = () if spec.networks and style != "functional" else (spec.main,)
    return (*spec.networks.values(), *main)


RULES = (layer_like_operation, network_in_two_graphs, shared_state_of_rounds)
