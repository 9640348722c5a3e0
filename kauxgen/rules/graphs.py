"""The rules about what a graph of Keras cannot hold (KX605 to KX607, KX610, KX611)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import catalog, expression, gradients, ordering
from kauxgen.checked import Checked
from kauxgen.finding import Finding
from kauxgen.nodes import ExprNode, LayerNode, NetworkNode, Node, RepeatNode, walk
from kauxgen.rules.cycles import networks_called
from kauxgen.spec import Scope, Spec
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


def list_in_fixed_mode(checked: Checked, style: str) -> Iterator[Finding]:
    """KX610: weights of a list of networks that are only called in a fixed mode.

    A functional model finds the weights that a penalty selects by the names of layers.
    A call in a fixed mode is a layer of another name, one for each call, so the
    networks of a list cannot be found behind it. In the other styles the model owns
    the list.

    Wrong:
        {"style": "functional", "penalties": [{"penalty": "mean_square",
         "on": {"weights": "coupling/*/hidden/kernel"}}],
         "layers": [{"name": "a", "network": "coupling[0]", "training": false}]}

    Right:
        {"style": "subclass", "penalties": [{"penalty": "mean_square",
         "on": {"weights": "coupling/*/hidden/kernel"}}],
         "layers": [{"name": "a", "network": "coupling[0]", "training": false}]}
    """
    spec = checked.spec
    if style != "functional":
        return
    free = {
        name
        for scope in (*spec.networks.values(), spec.main)
        for name in _called_freely(scope)
    } | {*_called_by_terms(spec)}
    for at, uses in checked.weights.items():
        for name in sorted({str(use.path[0]) for use in uses}):
            network = spec.networks.get(name)
            if network and network.count is not None and name not in free:
                message = f"the functional style cannot reach the weights of {name}"
                help = "render it with --style subclass, train_step or loop"
                yield Finding(at, "KX610", message, help)


def gradient_of_item(checked: Checked, style: str) -> Iterator[Finding]:
    """KX611: a gradient of a network that the round of a repeat chooses, in a graph.

    A graph holds a gradient as one layer, which is made for one network. Which one of a
    list a round calls is known in a class.

    Wrong:
        {"style": "functional", "layers": [{"name": "walk", "repeat": {
          "over": "=range(2)", "as": "i"}, "carry": {"x": "point"},
          "body": [{"name": "slope", "expr": "grad(energy[i](x), x)"}]}]}

    Right:
        {"style": "subclass", "layers": [{"name": "walk", "repeat": {
          "over": "=range(2)", "as": "i"}, "carry": {"x": "point"},
          "body": [{"name": "slope", "expr": "grad(energy[i](x), x)"}]}]}
    """
    for scope in _graphs(checked.spec, style):
        given = {
            name
            for node in walk(scope.nodes)
            if isinstance(node, RepeatNode)
            for name in node.variables
        }
        for node in walk(scope.nodes):
            for index in _chosen(node):
                if any(name.id in given for name in expression.names(index)):
                    message = "a graph cannot differentiate what a round chooses"
                    help = "render it with --style subclass"
                    yield Finding(node.at, "KX611", message, help)


def _chosen(node: Node) -> Iterator[ast.expr]:
    """Yield the indices of lists of networks that a node differentiates."""
    trees = [node.expr.tree] if isinstance(node, ExprNode) else []
    for gradient in (call for tree in trees for call in expression.calls(tree)):
        if gradients.is_gradient(gradient):
            indices = map(expression.call_index, expression.calls(gradient))
            yield from (index for index in indices if index is not None)


def _called_freely(scope: Scope) -> Iterator[str]:
    """Yield the networks that a list of nodes calls in the mode of the step."""
    for node in walk(scope.nodes):
        if isinstance(node, NetworkNode) and node.training is None:
            yield node.network
        elif isinstance(node, ExprNode):
            calls = expression.calls(node.expr.tree)
            yield from (str(expression.call_name(call)) for call in calls)


def _graphs(spec: Spec, style: str) -> tuple[Scope, ...]:
    """Return the lists of nodes that a style writes as graphs."""
    if style == "subclass":
        return ()
    main = () if spec.networks and style != "functional" else (spec.main,)
    return (*spec.built.values(), *main)


RULES = (
    layer_like_operation,
    network_in_two_graphs,
    shared_state_of_rounds,
    list_in_fixed_mode,
    gradient_of_item,
)
