"""Penalties on weights: the selected weights as code, and the sum over them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace

from kauxgen import code, naming
from kauxgen.express import Express
from kauxgen.flow import joined, shared
from kauxgen.frozen import frozen
from kauxgen.lower import count_of
from kauxgen.naming import Level
from kauxgen.nodes import BlockNode, LayerNode, Node, RepeatNode
from kauxgen.program import Program, TermPlan
from kauxgen.rounds import round_header
from kauxgen.spec import Scope
from kauxgen.styles import reach
from kauxgen.values import Computed, Expr, Value

Parts = tuple[str | int | None, ...]
Clause = tuple[ast.expr, ast.expr]


@frozen
class Choice:
    """Weights of one layer node of the spec.

    `parts` are names down to the layer; behind a repeat's stands the number of its
    round, or None for all of them.
    """

    parts: Parts
    attribute: str


@frozen
class Reached:
    """A layer as code, with the loops that reach it."""

    layer: ast.expr
    clauses: tuple[Clause, ...]


Reach = Callable[[Program, Parts], Reached]


def choices(term: TermPlan) -> list[Choice]:
    """Gather the unrolled weights of a term by node."""
    found: dict[tuple[Parts, str], None] = {}
    for use in term.weights:
        folded = (
            use.path
            if term.rounds
            else tuple(None if isinstance(part, int) else part for part in use.path)
        )
        found[(folded, use.attribute)] = None
    return [Choice(parts, attribute) for parts, attribute in found]


def value(
    program: Program, term: TermPlan, write: Express, reach: Reach
) -> tuple[list[ast.stmt], ast.expr]:
    """Write a term on weights: statements before it, and its value."""
    found = [
        (reach(program, choice.parts), choice.attribute) for choice in choices(term)
    ]
    weights = [
        (code.reached(reached.layer, attribute), reached.clauses)
        for reached, attribute in found
    ]
    if len(weights) == 1:
        weight, clauses = weights[0]
        one = _on(term, weight, write)
        return [], code.total(one, clauses) if clauses else one
    name = f"{term.key}_weights"
    items = [_spread(weight, clauses) for weight, clauses in weights]
    element = _on(term, code.name("weight"), write)
    total = code.total(element, [(code.name("weight"), code.name(name))])
    return [code.assign(name, ast.List(items))], total


def _spread(weight: ast.expr, clauses: tuple[Clause, ...]) -> ast.expr:
    if not clauses:
        return weight
    loops = [ast.comprehension(target, iterator, [], 0) for target, iterator in clauses]
    return ast.Starred(ast.GeneratorExp(weight, loops))


def _on(term: TermPlan, weight: ast.expr, write: Express) -> ast.expr:
    """Write a term's formula on one weight."""
    if term.regularizer is not None and term.term.kind is not None:
        own = term.regularizer
        callee = naming.camel(own.name) if own.emit == "class" else own.name
        args = term.term.kind.args
        made = code.call(
            callee, keywords={key: _own(item) for key, item in args.items()}
        )
        return code.call(made, weight)
    place = write.place
    inner = replace(
        place,
        params=frozenset(place.params) - {term.item},
        variable=lambda names: (
            weight if names == (term.item,) else place.variable(names)
        ),
    )
    assert term.value is not None
    return Express(write.program, inner)(term.value)


def _own(value: Value) -> ast.expr:
    return _from_self(value.tree) if isinstance(value, Expr) else code.literal(value)


def _from_self(tree: ast.expr) -> ast.expr:
    class Owning(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return (
                node if node.id in ("min", "max", "len", "range") else code.own(node.id)
            )

    written: ast.expr = Owning().visit(ast.parse(ast.unparse(tree), mode="eval").body)
    return written


def _count(value: Value) -> ast.expr:
    return (
        _from_self(value.tree) if isinstance(value, Computed) else code.literal(value)
    )


def in_graph(program: Program, parts: Parts) -> Reached:
    """Reach a layer of a functional model from its class."""
    network = program.spec.networks.get(str(parts[0]))
    if network is None:
        return _labelled(program, code.name("self"), program.spec.main.nodes, parts, ())
    if network.count is None:
        owner = reach.network_in_graph(program, network.name)
        return _labelled(program, owner, network.nodes, parts[1:], (network.name,))
    number, clauses = _numbered(network, parts[1])
    owner = reach.network_in_graph(program, network.name, number)
    words = (network.name, number)
    return _labelled(program, owner, network.nodes, parts[2:], words, clauses)


def _numbered(
    network: Scope, part: str | int | None
) -> tuple[str | ast.expr, list[Clause]]:
    """Return the number of a network in a list, counted where it is any of them."""
    if part is not None:
        return str(part), []
    number = code.name(f"{network.name}_index")
    count = _from_self(count_of(network))
    return number, [(number, code.call("range", count))]


def in_networks(program: Program, parts: Parts) -> Reached:
    """Reach a layer in a step style, whose networks are functional models."""
    network = program.spec.networks.get(str(parts[0]))
    if network is not None and network.count is None:
        owner = code.own(network.name)
        return _labelled(program, owner, network.nodes, parts[1:], (network.name,))
    if network is not None:
        number, clauses = _numbered(network, parts[1])
        words = (network.name, number)
        at = ast.Constant(int(number)) if isinstance(number, str) else number
        owner = ast.Subscript(code.own(network.name), at)
        return _labelled(program, owner, network.nodes, parts[2:], words, clauses)
    if program.spec.networks:
        return in_class(program, parts)
    return _labelled(program, code.own("network"), program.spec.main.nodes, parts, ())


def _labelled(
    program: Program,
    owner: ast.expr,
    level: Level,
    parts: Parts,
    prefix: tuple[str | ast.expr, ...],
    outer: Sequence[Clause] = (),
) -> Reached:
    """Reach a layer of a graph by its derived name."""
    words: list[str | ast.expr] = [*prefix]
    clauses: list[Clause] = [*outer]
    plans = [program.main, *program.networks.values(), *program.blocks.values()]
    only, node = False, None
    for place, part in enumerate(parts):
        if isinstance(part, str):
            node = naming.find(level, part)
            assert node is not None
            words += [] if only else [part]
            if isinstance(node, LayerNode):
                made = _in_graph(owner, node, level, words)
                rest, below = parts[place + 1 :], naming.inside(program.spec, node)
                inner = _attributes(program, made, below, rest)
                return Reached(inner.layer, (*clauses, *inner.clauses))
            level = naming.inside(program.spec, node)
            only = naming.sole(node, level)
        elif part is not None:
            words.append(str(part))
        else:
            assert isinstance(node, RepeatNode)
            index = next(p.indices[node.at] for p in plans if node.at in p.indices)
            clauses.append(round_header(node, index, _count, {index}))
            words.append(code.name(index))
    raise AssertionError(f"{parts} lead to no layer")


def _in_graph(
    owner: ast.expr, node: LayerNode, level: Level, words: list[str | ast.expr]
) -> ast.expr:
    """Write a layer of a graph, which one in a fixed mode has inside a wrapper."""
    get = code.attribute(owner, "get_layer")
    if node.training is None:
        return code.call(get, joined(tuple(words)))
    label = (*words, "fixed") if shared(node, level) else tuple(words)
    return code.attribute(code.call(get, joined(label)), "layer")


def in_class(program: Program, parts: Parts) -> Reached:
    """Reach a layer of a class: attributes, and lists for repeats."""
    network = program.spec.networks.get(str(parts[0]))
    if network is None:
        return _attributes(program, code.name("self"), program.spec.main.nodes, parts)
    if network.count is None:
        return _attributes(program, code.own(network.name), network.nodes, parts[1:])
    outer = _listed(code.own(network.name), [_whole(parts[1])], None, network.name)
    inner = _attributes(program, outer.layer, network.nodes, parts[2:])
    return Reached(inner.layer, (*outer.clauses, *inner.clauses))


def _whole(part: str | int | None) -> int | None:
    return None if part is None else int(part)


def _attributes(
    program: Program, owner: ast.expr, level: Level, parts: Parts
) -> Reached:
    words: list[str] = []
    rounds: list[int | None] = []
    only = False
    if not parts:
        return Reached(owner, ())
    for place, part in enumerate(parts):
        if not isinstance(part, str):
            rounds.append(part)
            continue
        node = naming.find(level, part)
        assert node is not None
        words += [] if only else [part]
        level = naming.inside(program.spec, node)
        only = isinstance(node, RepeatNode) and len(level) == 1
        if isinstance(node, (BlockNode, LayerNode)) and parts[place + 1 :]:
            outer = _listed(code.attribute(owner, "_".join(words)), rounds, node)
            inner = _attributes(program, outer.layer, level, parts[place + 1 :])
            return Reached(inner.layer, (*outer.clauses, *inner.clauses))
    return _listed(code.attribute(owner, "_".join(words)), rounds, None)


def _listed(
    tree: ast.expr, rounds: list[int | None], node: Node | None, item: str = "layer"
) -> Reached:
    """Read from a (nested) list: by number, or in loops over it."""
    clauses: list[Clause] = []
    loops = [place for place, part in enumerate(rounds) if part is None]
    for place, part in enumerate(rounds):
        if part is not None:
            tree = code.item(tree, part)
            continue
        last = place == loops[-1]
        word = (node.name if node else item) if last else "rounds"
        clauses.append((code.name(word), tree))
        tree = code.name(word)
    return Reached(tree, tuple(clauses))
