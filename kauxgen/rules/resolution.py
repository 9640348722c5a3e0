"""Follows the names of expressions to what they mean, and notes what is read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from kauxgen import catalog, expression
from kauxgen.expression import Part, Path
from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.rules import calling, copies, derivatives, references, signatures, targets
from kauxgen.rules.outline import Form, Member, Place, StrayError, follow
from kauxgen.spec import Definition, Spec
from kauxgen.values import Computed, Expr

MOST_HELPED = 50
"""After so many findings no likely word is searched any more: it takes long."""
CONSTANTS = frozenset({"pi"})
Miss = Callable[[str, str, Collection[str], Part | None], Finding]


@frozen
class View:
    """What an expression sees.

    `later` are names made further down; `miss` makes the finding of an unknown name.
    `owner` is the definition that it stands in, "" outside of one; `networks` says
    whether networks may be called from here. `home` is the pointer of its namespace.
    """

    names: Mapping[str, Member]
    later: Collection[str] = frozenset()
    miss: Miss = references.unknown_tensor
    owner: str = ""
    networks: bool = True
    home: str = ""

    def plus(self, *members: Member) -> View:
        """Return a view that sees more."""
        return replace(self, names={**self.names, **{m.name: m for m in members}})


@dataclass
class Resolver:
    """Gathers findings about names, and the pointers of all that is read.

    A word that means nothing is found once in a namespace (`missed`): where many nodes
    name a tensor that is not there, the mistake is mostly in the name it was given.
    """

    spec: Spec
    findings: list[Finding] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    missed: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def functions(self) -> Mapping[str, Definition]:
        """The functions of the spec."""
        return {d.name: d for d in self.spec.definitions if d.family == "function"}

    def expression(self, expr: Expr, view: View) -> None:
        """Resolve every name and call of an expression."""
        before = len(self.findings)
        for node in _parts(expr.tree):
            place = Place(expr.at, _part(expr, node))
            path = expression.path_of(node)
            if path is not None:
                self.keep(self.path(path, view, place))
            elif isinstance(node, ast.Subscript):
                self.keep(self.subscript(node, view, place))
            elif isinstance(node, ast.Call):
                self.keep(self.call(node, view, place))
        if len(self.findings) == before:
            found = derivatives.check_names(expr, view.names, view.owner)
            self.findings += found

    def reference(self, expr: Expr, view: View) -> None:
        """Resolve an expression that may only be the name of a tensor or list."""
        if not expression.is_reference(expr.tree):
            self.findings.append(references.no_reference(expr.at, expr.text))
            return
        self.expression(expr, view)

    def keep(self, steps: Iterator[None]) -> None:
        """Run a check, and keep the finding that it stops at."""
        try:
            for _ in steps:
                pass
        except StrayError as stray:
            self.findings.append(stray.finding)

    def path(self, path: Path, view: View, place: Place) -> Iterator[None]:
        """Follow a path and note everything on it as read."""
        name = str(path[0])
        if name not in view.names:
            if name not in CONSTANTS and self.first(view, name):
                raise StrayError(self.unknown(name, view, place))
            return
        try:
            for member in follow(self.spec, view.names[name], path, place):
                self.read.add(member.at)
                yield
        except StrayError as stray:
            word = stray.word or str(path)
            if self.missed_on(path) or not self.first(view, f".{word}"):
                return
            raise

    def first(self, view: View, word: str) -> bool:
        """Say whether a word is missed for the first time in its namespace."""
        again = (view.home, word) in self.missed
        self.missed.add((view.home, word))
        return not again

    def missed_on(self, path: Path) -> bool:
        """Say whether a part of a path was missed already inside what it leads into."""
        words = {word for _, word in self.missed}
        return any(step in words for step in path[1:])

    def unknown(self, name: str, view: View, place: Place) -> Finding:
        """Make the finding of a name that means nothing here."""
        if name in view.later:
            return references.used_before_made(place.at, name, place.part)
        legal = tuple(view.names) if len(self.findings) < MOST_HELPED else ()
        return view.miss(place.at, name, legal, place.part)

    def subscript(
        self, node: ast.Subscript, view: View, place: Place
    ) -> Iterator[None]:
        """Refuse a computed index into the name of a repeat."""
        path = expression.path_of(node.value)
        plain = not isinstance(node.slice, (ast.Slice, ast.Tuple))
        if path and len(path) == 1 and plain and str(path[0]) in view.names:
            member = view.names[str(path[0])]
            if member.form is Form.REPEAT:
                inside = [each.name for each in member.inside]
                found = references.index_of_no_list
                raise StrayError(found(place.at, member.name, inside, place.part))
        yield

    def call(self, node: ast.Call, view: View, place: Place) -> Iterator[None]:
        """Check what a call calls and what it hands over."""
        name = str(expression.call_name(node))
        networks = self.spec.networks if view.networks else {}
        if expression.call_index(node) is not None and name not in networks:
            raise StrayError(copies.misused_index(place.at, name, place, listed=False))
        if name in self.functions:
            self.read.add(self.functions[name].at)
            raise_if(signatures.function_call(node, self.functions[name], place))
        elif name in networks:
            network = networks[name]
            self.read.add(network.at)
            raise_if(copies.misused(network, expression.call_index(node), place))
            if copies.built(self.spec, network):
                raise_if(signatures.network_call(node, network, place))
        elif name in self.spec.imports:
            self.read.add(self.spec.imports[name].at)
        elif name in catalog.operations():
            raise_if(signatures.operation_call(node, name, view.owner, place))
            raise_if(targets.check_operation(node, name, self.spec, place))
        elif self.first(view, f"{name}()"):
            legal = self.callable_names(view)
            raise StrayError(
                calling.unknown_operation(place.at, name, legal, place.part)
            )
        yield

    def item(self, name: str, index: Computed | None, at: str, view: View) -> None:
        """Resolve which one of a list of networks is meant."""
        network = self.spec.networks.get(name)
        if network is None:
            return
        wrong = copies.misused(network, index.tree if index else None, Place(at))
        raise_to(self.findings, wrong)
        if index is not None and wrong is None:
            self.value(index, view)

    def callable_names(self, view: View) -> list[str]:
        """List what may be called."""
        networks = list(self.spec.networks) if view.networks else []
        imports = self.spec.imports
        return [*self.functions, *networks, *imports, *catalog.operations()]

    def value(self, expr: Expr, view: View) -> None:
        """Resolve the names of a computed value."""
        home = "" if view.networks else view.home
        computing = replace(view, miss=partial(_unknown_value, view), home=home)
        for node in _parts(expr.tree):
            place = Place(expr.at, _part(expr, node))
            path = expression.path_of(node)
            if path is not None:
                self.keep(self.path(path, computing, place))
            elif isinstance(node, ast.Call):
                raise_to(self.findings, signatures.computing_call(node, place))


def _unknown_value(
    view: View, at: str, name: str, legal: Collection[str], part: Part | None
) -> Finding:
    numbers = [n for n in legal if view.names[n].form is Form.NUMBER]
    in_block = not view.networks
    return references.unknown_value(at, name, numbers, part, in_block)


def raise_if(finding: Finding | None) -> None:
    """Raise a finding, if there is one."""
    if finding is not None:
        raise StrayError(finding)


def raise_to(findings: list[Finding], finding: Finding | None) -> None:
    """Keep a finding, if there is one."""
    if finding is not None:
        findings.append(finding)


def references_in(expr: Expr) -> Iterator[tuple[Path, Part | None]]:
    """Yield the paths that an expression reads, with their places, but no constants."""
    for node in _parts(expr.tree):
        path = expression.path_of(node)
        if path is not None and path[0] not in CONSTANTS:
            yield path, _part(expr, node)


def _parts(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the references of a tree, each as a whole, and its calls and subscripts."""
    if isinstance(tree, ast.expr) and expression.path_of(tree) is not None:
        yield tree
        return
    if isinstance(tree, (ast.Call, ast.Subscript)):
        yield tree
    called = tree.func if isinstance(tree, ast.Call) else None
    index = expression.call_index(tree)
    if index is not None:
        yield from _parts(index)
    for child in ast.iter_child_nodes(tree):
        if child is not called:
            yield from _parts(child)


def _part(expr: Expr, node: ast.expr) -> Part | None:
    if not hasattr(node, "col_offset"):
        return None
    shown = node.func if isinstance(node, ast.Call) else node
    start, end = expression.part(shown)
    return start + expr.shift, end + expr.shift
