"""Penalties inside networks, layers and blocks: tensors of every call, and sums.

A call in an expression gives one tensor, so calls of networks with penalties become
nodes of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kauxgen import (
    callees,
    catalog,
    code,
    expression,
    gradients,
    naming,
    own_penalties,
    states,
)
from kauxgen.expander import Expander, references, sum_over
from kauxgen.frozen import frozen
from kauxgen.naming import Level
from kauxgen.program import Names, TermPlan
from kauxgen.spec import (
    Computed,
    Expr,
    ExprNode,
    NetworkNode,
    Node,
    RepeatNode,
    Scope,
    Spec,
    Term,
    Weights,
    walk,
)
from kauxgen.terms import plan_term


def penalties(spec: Spec, expander: Expander) -> tuple[Spec, tuple[TermPlan, ...]]:
    """Make each inner penalty a node of the list that has it, and plan its term."""
    scopes = {scope.at: scope for scope in spec.penalized}
    terms: list[TermPlan] = []
    for at, scope in scopes.items():
        for index, term in enumerate(scope.penalties):
            planned = plan_term(term, index, expander)
            if not planned.weights:
                planned = _apart_from(scopes[at].nodes, planned, expander)
                nodes, planned = _inner(spec, scopes[at], planned)
                scopes[at] = replace(scopes[at], nodes=nodes)
            terms.append(planned)
    networks = {name: scopes[one.at] for name, one in spec.built.items()}
    layers = {name: scopes[one.at] for name, one in spec.layers.items()}
    blocks = {name: scopes[one.at] for name, one in spec.blocks.items()}
    rebuilt = replace(spec.rebuilt(networks), layers=layers, blocks=blocks)
    return rebuilt, tuple(terms)


def _apart_from(nodes: Level, planned: TermPlan, expander: Expander) -> TermPlan:
    """Rename the steps of a penalty that bear the names of another's."""
    put: dict[str, ast.expr] = {}
    steps = []
    for name, tree in planned.steps:
        steps.append((name, expander.expand(tree, put)))
        if naming.find(nodes, name):
            new = _fresh(f"{planned.key}_{name}", nodes)
            steps[-1], put[name] = (new, steps[-1][1]), ast.Name(new)
    if not put:
        return planned
    assert planned.value is not None
    value = expander.expand(planned.value, put)
    return replace(planned, steps=tuple(steps), value=value)


def _inner(spec: Spec, scope: Scope, planned: TermPlan) -> tuple[Level, TermPlan]:
    """Return the nodes of a scope with those of a penalty, and its term, valueless."""
    stem = naming.snake(scope.name)
    key = planned.key if planned.name else f"{stem}_{planned.key}"
    nodes = (*scope.nodes, *_nodes(planned, key))
    planned = replace(planned, key=key, steps=(), value=None, inner=True)
    if not scope.parametric:
        return nodes, planned
    # Its arguments are written inside, where its params are known.
    term = replace(planned.term, kind=None)
    text = f"{planned.text} in {scope.name}"
    defined = (spec.layers if scope.kind == "layer" else spec.blocks)[scope.name]
    weight = own_penalties.common_weight(spec, defined, planned.weight)
    if weight is not None:
        return nodes, replace(planned, text=text, term=replace(term, weight=weight))
    assert isinstance(planned.weight, Computed)
    at = f"{planned.term.at}/weight"
    factor = ast.unparse(planned.weight.tree)
    product = ast.BinOp(planned.weight.tree, ast.Mult(), ast.Name(key))
    weighed = _fresh(f"weighed_{key}", nodes)
    planned = replace(
        planned,
        text=text,
        term=replace(term, weight=1),
        weighed=ast.Name(weighed),
        factor=factor,
    )
    node = ExprNode(weighed, at, expr=Expr("", product, at), penalty=True)
    return (*nodes, node), planned


def _fresh(name: str, nodes: Level) -> str:
    """Return a name that no node has."""
    while naming.find(nodes, name):
        name += "_value"
    return name


def _nodes(planned: TermPlan, key: str) -> Iterator[Node]:
    at = planned.term.at
    for name, tree in planned.steps:
        expr = Expr("", tree, "")
        yield ExprNode(name, f"{at}/let/{name}", expr=expr, penalty=True)
    assert planned.value is not None
    yield ExprNode(key, at, expr=Expr("", planned.value, at), penalty=True)


def is_inner(term: TermPlan) -> bool:
    """Say whether a term is the sum of a penalty over the uses of what has it."""
    return term.is_object and stands_inside(term.term)


def stands_inside(term: Term) -> bool:
    """Say whether a term is one of a network, layer or block."""
    return term.at.startswith(_INNER)


_INNER = ("/networks/", "/define/layers/", "/define/blocks/")
"""Where penalties stand that count at every use."""


def owner(spec: Spec, term: TermPlan) -> Scope:
    """Return the network, layer or block that has a penalty."""
    return next(one for one in spec.penalized if _has(one, term))


def _has(scope: Scope, term: TermPlan) -> bool:
    return any(one.at == term.term.at for one in scope.penalties)


def summed(
    spec: Spec, term: TermPlan, before: Level = (), moved: Collection[str] = ()
) -> TermPlan:
    """Give the term of an inner penalty its value: the sum over all uses.

    These are, in the model's list, the uses of a layer or block and the calls of all
    networks that are alike; in a list `before` it those in the networks `moved`.
    """
    if not is_inner(term):
        return term
    uses = list(_counted(spec, owner(spec, term), before, frozenset(moved)))
    weighed = term.weighed and _total(uses, ast.unparse(term.weighed))
    return replace(term, value=_total(uses, term.key), weighed=weighed)


def _counted(
    spec: Spec, owner: Scope, before: Level, moved: frozenset[str]
) -> Iterator[tuple[Names, int]]:
    """Yield the paths of the uses that count, with the number of repeats around."""
    if owner.parametric:

        def used(node: Node, _: str) -> bool:
            return naming.target(spec, node) is owner

        def counts(node: Node, network: str) -> bool:
            return network in moved and used(node, network)

        yield from _uses(spec, before, counts)
        yield from _uses(spec, spec.main.nodes, used)
        return
    alike = {n for n, one in spec.networks.items() if spec.origin(one) is owner}
    yield from _uses(spec, before, _calling(alike & moved))
    yield from _uses(spec, spec.main.nodes, _calling(alike))


Used = Callable[[Node, str], bool]
"""Says of a node, with the network around it, whether it uses something."""


def _calling(networks: Collection[str]) -> Used:
    return lambda node, _: isinstance(node, NetworkNode) and node.network in networks


def _total(uses: list[tuple[Names, int]], key: str) -> ast.expr | None:
    """Write the sum of a tensor over the uses that have it."""
    total: ast.expr | None = None
    for path, depth in uses:
        tree = code.name(".".join((*path, key)))
        use = sum_over(ast.Name("value"), "value", tree, depth) if depth else tree
        total = code.add(total, use)
    return total


def _uses(
    spec: Spec,
    level: Level,
    used: Used,
    around: str = "",
    depth: int = 0,
) -> Iterator[tuple[Names, int]]:
    """Yield the paths that use something, with the number of repeats around them."""
    for node in level:
        if used(node, around):
            yield (node.name,), depth
        network = node.network if isinstance(node, NetworkNode) else around
        below = depth + isinstance(node, RepeatNode)
        for path, inner in _uses(spec, naming.inside(spec, node), used, network, below):
            yield (node.name, *path), inner


def calls(spec: Spec, terms: tuple[TermPlan, ...]) -> tuple[Spec, tuple[TermPlan, ...]]:
    """Make nodes of the calls in expressions that must be statements.

    These are calls of networks with penalties, and in a graph of networks that keep
    something from call to call: their order is that of the text. The passes of a step
    are statements; Python keeps the order of calls in them.
    """
    penalized = {n for n, one in spec.networks.items() if any(_reached(spec, one))}
    read = [tree for term in terms for tree in _trees(term)]
    taken = Taken(spec, frozenset(penalized | states.shared(spec, read)))
    networks = {
        name: replace(
            scope, nodes=tuple(_apart(scope.nodes, taken, _names(spec, scope)))
        )
        for name, scope in spec.built.items()
    }
    graph = spec.main.kind == "main"
    own = taken if graph else Taken(spec, frozenset(penalized), graph=False)
    main = [*_apart(spec.main.nodes, own, _names(spec, spec.main))]
    written = []
    for term in terms:
        apart = _Apart(
            (
                frozenset(spec.networks)
                if graph and _late(term)
                else own.of(_trees(term))
            ),
            term.key,
            f"{term.term.at}/calls",
            local={"y", *(name for name, _ in term.steps)},
            derived=term.is_object,
            known=_names(spec, spec.main),
        )
        written.append(_without_calls(term, apart))
        main += apart.nodes
    spec = replace(spec.rebuilt(networks), main=replace(spec.main, nodes=tuple(main)))
    return spec, tuple(written)


def _late(term: TermPlan) -> bool:
    """Say whether the fit styles compute a term where they have no networks."""
    return term.is_object or term.reads_y


def _without_calls(term: TermPlan, apart: _Apart) -> TermPlan:
    """Take the calls out of a term; in `compute_loss` a graph has no networks."""

    def visit(tree: ast.expr | None) -> ast.expr | None:
        return None if tree is None else apart.visit(tree)

    steps = tuple((name, apart.visit(tree)) for name, tree in term.steps)
    on, target = visit(term.on), visit(term.target)
    return replace(term, steps=steps, value=visit(term.value), on=on, target=target)


def _trees(term: TermPlan) -> list[ast.expr]:
    found = [*(tree for _, tree in term.steps), term.value, term.on, term.target]
    return [tree for tree in found if tree is not None]


def _reached(spec: Spec, scope: Scope) -> Iterator[Term]:
    """Yield the penalties on tensors of a network and of all that it uses."""
    for inner in callees.within(scope, spec):
        yield from (term for term in inner.penalties if not _on_weights(term))
    for node in walk(scope.nodes):
        called = {node.network} if isinstance(node, NetworkNode) else set()
        if isinstance(node, ExprNode):
            found = expression.calls(node.expr.tree)
            called = {str(expression.call_name(call)) for call in found}
        for name in sorted(called & spec.networks.keys()):
            yield from _reached(spec, spec.networks[name])


def _on_weights(term: Term) -> bool:
    return any(isinstance(operand, Weights) for _, operand in term.operands)


def _names(spec: Spec, scope: Scope) -> frozenset[str]:
    """Return the names that a scope has already."""
    given = {name for node in walk(scope.nodes) for name in naming.produced(node)}
    given |= {entry.name for entry in scope.inputs}
    for node in walk(scope.nodes):
        given |= set(node.given) if isinstance(node, RepeatNode) else set()
    return frozenset(given | spec.params.keys() | spec.networks.keys())


@frozen
class Taken:
    """The networks whose calls are taken out of expressions."""

    spec: Spec
    always: frozenset[str]
    graph: bool = True

    def of(self, trees: Iterable[ast.expr]) -> frozenset[str]:
        """Return them for some trees.

        What a graph may hold as a layer of its own does not know which one of a list
        is called: these calls are taken out of it too.
        """
        calls = [call for tree in trees for call in expression.calls(tree)]
        names = {str(expression.call_name(call)) for call in calls}
        plain = names <= self.spec.networks.keys() | _PLAIN
        listed = {
            name
            for name in names & self.spec.networks.keys()
            if self.spec.networks[name].count is not None
        }
        return self.always if plain or not self.graph else self.always | listed


_PLAIN = catalog.operations().keys() - {
    "batch_size",
    "dim",
    "shape",
    "normal",
    "uniform",
    gradients.GRAD,
}
"""Operations that a graph holds as they are."""


def _apart(level: Level, taken: Taken, known: frozenset[str]) -> Iterator[Node]:
    for node in level:
        if isinstance(node, RepeatNode):
            yield replace(node, body=tuple(_apart(node.body, taken, known)))
        elif isinstance(node, ExprNode):
            networks = taken.of([node.expr.tree])
            apart = _Apart(networks, node.name, f"{node.at}/calls", known=known)
            tree = node.expr.tree
            if not gradients.is_gradient(tree):
                tree = apart.visit(tree)
            yield from apart.nodes
            yield replace(node, expr=replace(node.expr, tree=tree))
        else:
            yield node


@dataclass
class _Apart:
    """Takes calls out of expressions; what has none stays the same tree.

    A call on a `local` name stays: nothing outside of the term knows it. A gradient
    that reads a network becomes a node as a whole, its calls under one tape; with
    `derived` every one does.
    """

    networks: frozenset[str]
    stem: str
    at: str
    nodes: list[Node] = field(default_factory=list)
    local: set[str] = field(default_factory=set)
    derived: bool = False
    known: frozenset[str] = frozenset()

    def visit(self, tree: ast.expr) -> ast.expr:
        """Return a tree that reads the nodes which its calls became."""
        found = [c for c in expression.calls(tree) if self.is_taken(c)]
        if not found:
            return tree
        if isinstance(tree, ast.Call) and self.is_taken(tree):
            is_gradient = gradients.is_gradient(tree)
            return self.gradient(tree) if is_gradient else self.taken(tree)
        return tree if gradients.is_gradient(tree) else self.copied(tree)

    def is_taken(self, call: ast.Call) -> bool:
        if gradients.is_gradient(call):
            called = map(expression.call_name, expression.calls(call))
            taken = self.derived or not self.networks.isdisjoint(called)
        else:
            taken = expression.call_name(call) in self.networks
        return taken and not any(
            names[0] in self.local for one in call.args for names in references(one)
        )

    def gradient(self, tree: ast.Call) -> ast.expr:
        """Make a node of a gradient."""
        name = self.numbered(f"{self.stem}_gradient", "_")
        at = f"{self.at}/{name}"
        self.nodes.append(ExprNode(name, at, expr=Expr(ast.unparse(tree), tree, at)))
        return ast.Name(name)

    def taken(self, tree: ast.Call) -> ast.expr:
        """Make a node of a call, and of its inputs where these are no names."""
        network = str(expression.call_name(tree))
        inputs = [self.visit(argument) for argument in tree.args]
        name = self.name(network)
        named = []
        for number, given in enumerate(inputs):
            if not expression.is_reference(given):
                at = f"{self.at}/{name}/{number}"
                word = f"{name}_input_{number}" if len(inputs) > 1 else f"{name}_input"
                self.nodes.append(ExprNode(word, at, expr=Expr("", given, at)))
                given = ast.Name(word)
            named.append(Expr("", given, f"{self.at}/{name}"))
        at, index = f"{self.at}/{name}", expression.call_index(tree)
        item = None if index is None else Computed(ast.unparse(index), index, at)
        self.nodes.append(
            NetworkNode(name, at, inputs=tuple(named), network=network, index=item)
        )
        return ast.Name(name)

    def name(self, network: str) -> str:
        """Return a name for a call: that of its place and the network, numbered."""
        return self.numbered(f"{self.stem}_{network}", "_call_")

    def numbered(self, name: str, between: str) -> str:
        """Return a name, with a number where something else has it."""
        taken = {*self.known, *(node.name for node in self.nodes)}
        found, number = name, 0
        while found in taken:
            number += 1
            found = f"{name}{between}{number}"
        return found

    def copied(self, tree: ast.expr) -> ast.expr:
        fields: dict[str, Any] = {
            key: (
                [self.inside(one) for one in value]
                if isinstance(value, list)
                else self.inside(value)
            )
            for key, value in ast.iter_fields(tree)
        }
        rebuilt: Any = type(tree)
        copy: ast.expr = rebuilt(**fields)
        return copy

    def inside(self, value: Any) -> Any:
        if isinstance(value, ast.keyword):
            return ast.keyword(value.arg, self.visit(value.value))
        return self.visit(value) if isinstance(value, ast.expr) else value
