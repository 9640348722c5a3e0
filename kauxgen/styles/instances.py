"""Networks as objects: one that is made once, copies of another, and lists of them."""

from __future__ import annotations

import ast

from kauxgen import code
from kauxgen.lower import count_of
from kauxgen.program import Plan, Program
from kauxgen.spec import Scope


def copied(program: Program, network: Scope) -> bool:
    """Say whether what builds a network builds others too, under other names."""
    listed = network.count is not None
    return listed or any(
        other.like == network.name for other in program.spec.networks.values()
    )


def label(network: Scope, number: ast.expr) -> ast.expr:
    """Write the name of one network of a list."""
    return code.text([f"{network.name}_", number])


def seed(program: Program, plan: Plan, number: ast.expr | None) -> ast.expr:
    """Write the seed of a network, of a list by its number."""
    base = program.bases[plan.scope.name]
    if number is not None:
        base = code.add(base, code.multiply(number, plan.draws))
    return code.add(code.name("seed"), base)


def index(program: Program, network: Scope) -> ast.expr:
    """Return the variable that counts the networks of a list."""
    spec = program.spec
    taken = {*spec.params, *spec.networks}
    return code.name(f"{network.name}_index" if "index" in taken else "index")


def listed(network: Scope, made: ast.expr, number: ast.expr) -> ast.expr:
    """Write a list of networks, each made by its number."""
    rounds = code.call("range", count_of(network))
    return code.comprehension(made, number, rounds)


def weights(network: Scope, owner: ast.expr) -> ast.expr:
    """Write the trainable weights of a network, or of all in a list."""
    if network.count is None:
        return code.attribute(owner, "trainable_variables")
    one, weight = code.name("network"), code.name("weight")
    held = code.attribute(one, "trainable_variables")
    loops = [
        ast.comprehension(one, owner, [], 0),
        ast.comprehension(weight, held, [], 0),
    ]
    return ast.ListComp(weight, loops)


def frozen(network: Scope, owner: ast.expr) -> ast.stmt:
    """Write the freezing of a network, or of all in a list."""
    listed = network.count is not None
    one = code.name(f"{network.name}_network") if listed else owner
    freeze = code.assign(code.attribute(one, "trainable"), code.literal(False))
    return code.loop(one, owner, [freeze]) if listed else freeze
