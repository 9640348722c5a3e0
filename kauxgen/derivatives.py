"""Expressions with `grad` to statements: a tape before the value, or a `jax.grad`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kauxgen import code, expression, gradients, naming
from kauxgen.express import DIFFERENTIATED, Express
from kauxgen.nodes import ExprNode, walk
from kauxgen.program import Names, Program, Steps
from kauxgen.terms import term_trees


def assigned(write: Express, targets: Sequence[str], tree: ast.expr) -> list[ast.stmt]:
    """Write an expression under its name or names, behind the tapes that it needs."""
    tapes = _Tapes(write)
    if isinstance(tree, ast.Call) and gradients.is_gradient(tree):
        return tapes.gradient(tree, targets)
    before, value = tapes.parted(tree)
    return [*before, code.unpack(targets, value)]


def steps(write: Express, given: Steps) -> list[ast.stmt]:
    """Write the steps of a term."""
    return [line for name, tree in given for line in assigned(write, [name], tree)]


def value(write: Express, tree: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
    """Write an expression that stands in another statement, and what is before it."""
    return _Tapes(write).parted(tree)


@dataclass
class _Tapes:
    """Writes the tapes of one expression; one tape inside another is an inner one."""

    write: Express
    depth: int = 0
    live: set[str] = field(default_factory=set)

    def parted(self, tree: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        """Write an expression, its gradients as names of the statements before it."""
        before: list[ast.stmt] = []
        made = dict(self.write.place.made)
        for call in gradients.outermost(tree):
            if _on_jax(self.write):
                made[id(call)] = transformed(self.write, call)
                continue
            name = self.free(self.gradient_name(call))
            self.live.add(name)
            before += self.gradient(call, [name])
            made[id(call)] = code.name(name)
        place = replace(self.write.place, made=made)
        return before, Express(self.write.program, place)(tree)

    def gradient(self, call: ast.Call, targets: Sequence[str]) -> list[ast.stmt]:
        """Write one gradient: the tape, what it records, what is asked of it."""
        if _on_jax(self.write):
            return [code.unpack(targets, transformed(self.write, call))]
        asked = gradients.read(call)
        tape = self.free("inner_" * self.depth + "tape")
        by = [self.write(one) for one in asked.by]
        source = ast.List(by) if asked.listed else by[0]
        watched = code.perform(code.call(f"{tape}.watch", source))
        recorded, value = self.recorded(asked.of)
        item = ast.withitem(code.call("tf.GradientTape"), code.name(tape))
        again = any(True for _ in gradients.within(asked.of))
        none = {"unconnected_gradients": code.literal("zero")} if again else {}
        derived = code.call(f"{tape}.gradient", value, source, keywords=none)
        return [
            ast.With([item], [watched, *recorded], lineno=0),
            code.unpack(targets, derived),
        ]

    def recorded(self, tree: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        """Write what stands under a tape, and the name of what it differentiates."""
        inner = _Tapes(self.write, self.depth + 1, self.live)
        before, value = inner.parted(tree)
        if isinstance(value, ast.Name):
            return before, value
        name = self.value_name(tree)
        return [*before, code.assign(name, value)], code.name(name)

    def value_name(self, tree: ast.expr) -> str:
        """Name what is differentiated: as the called network names its output."""
        network = self.write.program.spec.networks.get(str(expression.call_name(tree)))
        if network is not None:
            name = naming.declared(network)[0][-1]
            taken = {*self.write.place.taken, *self.live}
            if not any(_derived(name, other) for other in taken):
                return name
        return self.free("value")

    def gradient_name(self, call: ast.Call) -> str:
        """Name a gradient that stands in a bigger expression."""
        asked = gradients.read(call)
        words = expression.path_of(asked.by[0]) or ()
        return "gradients" if asked.listed else "_".join((*map(str, words), "gradient"))

    def free(self, name: str) -> str:
        """Return a name that nothing else has, with a number where it must be."""
        used, number, found = {*self.write.place.taken, *self.live}, 0, name
        while found in used:
            number += 1
            found = f"{name}_{number}"
        return found


def transformed(write: Express, call: ast.Call) -> ast.expr:
    """Write a gradient as JAX does, as a function that is called at once.

    Its arguments bear the names of the tensors, so that its body reads like any other.
    """
    asked = gradients.read(call)
    given = {naming.split(_path(one))[0]: write(one) for one in asked.by}
    words = {
        names: tensor.id if isinstance(tensor, ast.Name) else "_".join(names)
        for names, tensor in given.items()
    }
    outer = write.place.variable

    def variable(names: Names) -> ast.expr:
        return code.name(words[names]) if names in words else outer(names)

    inner = Express(write.program, replace(write.place, variable=variable))
    _, value = _Tapes(inner).parted(asked.of)
    arguments = [ast.arg(word) for word in words.values()]
    takes = ast.arguments([], arguments, None, [], [], None, [])
    function = ast.Lambda(takes, code.call("ops.sum", value))
    each = {"argnums": code.literal(tuple(range(len(given))))} if asked.listed else {}
    return code.call(code.call("jax.grad", function, keywords=each), *given.values())


def _path(tree: ast.expr) -> expression.Path:
    path = expression.path_of(tree)
    assert path is not None, ast.unparse(tree)
    return path


def _on_jax(write: Express) -> bool:
    return write.program.spec.backend == "jax"


def _derived(name: str, other: str) -> bool:
    """Say whether a name is that of another thing, or might be derived from it."""
    return name == other or name.startswith(f"{other}_")


def calls(program: Program) -> set[str]:
    """Return what terms and nodes call, derivatives of networks among them."""
    passes = program.step.passes if program.step else (program,)
    terms = (term for one in passes for term in one.terms)
    read = [tree for term in terms for tree in term_trees(term)]
    scopes = [*program.spec.scopes, *(one.spec.main for one in passes)]
    for scope in scopes:
        nodes = (node for node in walk(scope.nodes) if isinstance(node, ExprNode))
        read += [node.expr.tree for node in nodes]
    found = (call for tree in read for call in expression.calls(tree))
    return {str(expression.call_name(call)) for call in found}


def differentiates(program: Program) -> bool:
    """Say whether anything in the model or its terms is a derivative."""
    return not calls(program).isdisjoint((gradients.GRAD, *DIFFERENTIATED))
