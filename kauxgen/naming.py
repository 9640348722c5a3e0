"""Which Python name a path of the spec becomes, and what a path crosses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kauxgen.expression import Path
from kauxgen.frozen import frozen
from kauxgen.nodes import (
    ApplicationNode,
    BlockNode,
    ExprNode,
    LayerNode,
    NetworkNode,
    Node,
    RepeatNode,
    ReuseNode,
    walk,
)
from kauxgen.spec import Scope, Spec

Level = tuple[Node, ...]
_SHORT, _MOST = 8, 64
_TABLES: dict[int, tuple[Level, dict[str, Node]]] = {}
"""The long lists seen last, by identity, with their nodes by name."""


@frozen
class Crossing:
    """A path below a node: the words of its name, and how many rounds it gathers."""

    words: tuple[str, ...]
    depth: int

    @property
    def name(self) -> str:
        """The derived name; one that gathers rounds says so."""
        return "_".join(self.words) + ("_rounds" if self.depth else "")


def produced(node: Node) -> tuple[str, ...]:
    """Return the names that a node adds to its list."""
    return (node.name, *node.outputs)


def find(level: Level, name: str) -> Node | None:
    """Find the node of a list that a name means.

    A long list is looked through once, and kept by what it is, not by what it holds:
    else each name would cost as much as the list is long.
    """
    if len(level) <= _SHORT:
        return next((node for node in level if name in produced(node)), None)
    known, table = _TABLES.get(id(level), ((), {}))
    if known is not level:
        table = {word: node for node in reversed(level) for word in produced(node)}
        if len(_TABLES) >= _MOST:
            _TABLES.clear()
        _TABLES[id(level)] = level, table
    return table.get(name)


def target(spec: Spec, node: Node) -> Scope | None:
    """Return the network, block or layer of `define` that a node calls."""
    if isinstance(node, NetworkNode):
        return spec.networks[node.network]
    if isinstance(node, LayerNode):
        return spec.layers.get(node.layer.name)
    if isinstance(node, ReuseNode):
        return spec.layers.get(node.kind)
    return spec.blocks[node.block] if isinstance(node, BlockNode) else None


def inside(spec: Spec, node: Node) -> Level:
    """Return the nodes that a path may lead to below a node.

    A layer of `define` is opaque in a spec; its penalties and weights are reached so.
    """
    if isinstance(node, RepeatNode):
        return node.body
    if isinstance(node, ApplicationNode):
        return node.inside
    scope = target(spec, node)
    return scope.nodes if scope else ()


def sole(node: Node, level: Level) -> bool:
    """Say whether derived names leave out the nodes below a node: it has only one."""
    return isinstance(node, (RepeatNode, BlockNode)) and single(level)


def single(level: Level) -> bool:
    """Say whether a list has one node beside its penalties, which keep their names."""
    return sum(not is_penalty(node) for node in level) == 1


def is_penalty(node: Node | None) -> bool:
    """Say whether a node is a penalty that lowering put behind those of the spec."""
    return isinstance(node, ExprNode) and node.penalty


def cross(spec: Spec, node: Node, rest: Path) -> Crossing:
    """Follow a path below a node, over names only."""
    words, depth, here = [node.name], 0, node
    for part in rest:
        level = inside(spec, here)
        if isinstance(here, RepeatNode):
            if part in here.carried:
                words.append(str(part))
                break
            depth += 1
        below = find(level, str(part))
        if not sole(here, level) or below is None or is_penalty(below):
            words.append(str(part))
        here = below or here
    return Crossing(tuple(words), depth)


def declared(scope: Scope) -> tuple[tuple[str, ...], ...]:
    """Return the paths of a scope's declared outputs."""
    from_text = (
        tuple(output.text.replace(" ", "").split(".")) for output in scope.outputs
    )
    return tuple(from_text)


def split(path: Path) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Part a path into its names and the indices behind them."""
    count = next((i for i, part in enumerate(path) if isinstance(part, int)), len(path))
    indices = tuple(part for part in path[count:] if isinstance(part, int))
    return tuple(str(part) for part in path[:count]), indices


def resolve(levels: Sequence[Level], name: str) -> tuple[Node, Level] | None:
    """Find a name in the innermost list that has it."""
    for level in reversed(levels):
        node = find(level, name)
        if node is not None:
            return node, level
    return None


def variable(spec: Spec, levels: Sequence[Level], names: tuple[str, ...]) -> str:
    """Return the variable of a path as seen from inside nested lists of nodes."""
    found = resolve(levels, names[0])
    node = found[0] if found else around(levels, names[0])
    if isinstance(node, RepeatNode):
        of = names[0] if found is None else _last(node, names)
        if of in node.carried:
            return carried(levels[0], node, of)
    if found is None or len(names) == 1:
        return names[0]
    assert node is not None
    scope = target(spec, node)
    if scope is not None and node.outputs and names[1:] in declared(scope):
        return node.outputs[declared(scope).index(names[1:])]
    if scope is not None and scope.single and names[1:] == declared(scope)[0]:
        return node.name
    return cross(spec, node, names[1:]).name


def block_function(spec: Spec, name: str) -> str:
    """Return the function of a block; beside a node of its name it has another."""
    hidden = any(_hides(scope, name) for scope in spec.scopes)
    return f"{name}_block" if hidden else name


def _hides(scope: Scope, block: str) -> bool:
    """Say whether a list of nodes uses a block, and has a tensor of its name."""
    nodes = tuple(walk(scope.nodes))
    if not any(isinstance(node, BlockNode) and node.block == block for node in nodes):
        return False
    rounds = [node for node in nodes if isinstance(node, RepeatNode)]
    handed = {id(one.body[-1]) for one in rounds if not one.carried}
    names = {name for one in nodes if id(one) not in handed for name in produced(one)}
    names |= {name for one in rounds for name in one.given}
    return block in names or block in {entry.name for entry in scope.inputs}


def _last(node: RepeatNode, names: tuple[str, ...]) -> str:
    """Return which carried name a path to a repeat's last value means; "" if none."""
    if len(names) == 1:
        return node.carried[0] if len(node.carried) == 1 else ""
    return names[1]


def around(levels: Sequence[Level], name: str) -> RepeatNode | None:
    """Find the repeat around some lists that hands on a name."""
    for outer, inner in pairwise(levels):
        for node in outer:
            if not isinstance(node, RepeatNode) or node.body is not inner:
                continue
            if name in node.carried:
                return node
    return None


def carried(top: Level, node: RepeatNode, name: str) -> str:
    """Return the variable of what a repeat of a scope hands on by a name.

    It is this name, unless the scope gives it again elsewhere.
    """
    given = Counter(
        word
        for one in walk(top)
        for word in (
            *produced(one),
            *(one.given if isinstance(one, RepeatNode) else ()),
        )
    )
    return name if given[name] == 1 else f"{node.name}_{name}"


def attribute(spec: Spec, level: Level, path: Sequence[str | int]) -> str:
    """Return the attributes that lead to a layer in a class, its rounds as numbers."""
    words, rounds, only = [], [], False
    for place, part in enumerate(path):
        node = None if isinstance(part, int) else find(level, part)
        if node is None:
            rounds.append(str(part))
            continue
        words += [] if only else [str(part)]
        level = inside(spec, node)
        only = isinstance(node, RepeatNode) and len(level) == 1
        if level and not isinstance(node, RepeatNode):
            below = attribute(spec, level, path[place + 1 :])
            return ".".join(("_".join(words), *rounds, *filter(None, [below])))
    return ".".join(("_".join(words), *rounds))


def camel(name: str) -> str:
    """Turn snake_case into the name of a class."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def snake(name: str) -> str:
    """Turn the name of a class into snake_case, exactly as Keras does."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def levels_of(
    nodes: Level, path: tuple[Level, ...] = ()
) -> Iterator[tuple[Node, tuple[Level, ...]]]:
    """Yield each node with the lists it stands in, outermost first."""
    for node in nodes:
        yield node, (*path, nodes)
        if isinstance(node, RepeatNode):
            yield from levels_of(node.body, (*path, nodes))
