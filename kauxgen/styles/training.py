"""What `train` takes and says in every style."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from kauxgen import code
from kauxgen.construct import Construct
from kauxgen.expander import references
from kauxgen.program import Program
from kauxgen.styles import wording
from kauxgen.terms import term_trees
from kauxgen.values import Expr, Value


def evaluated(program: Program) -> Construct:
    """Return the writer of kinds with computed values worked out."""
    values = program.checked.values

    def number(value: ast.expr) -> ast.expr:
        for at, tree in trees.items():
            if tree is value:
                return code.literal(values[at])
        return value

    trees = {
        found.at: found.tree
        for kind in program.spec.training.callbacks
        for found in kind.args.values()
        if isinstance(found, Expr)
    }
    return Construct(program.checked, number)


def callbacks(program: Program) -> list[ast.expr]:
    """Write the spec's callbacks."""
    return [evaluated(program)(kind) for kind in program.spec.training.callbacks]


def defaults(program: Program) -> list[tuple[str, ast.expr | None]]:
    """Return the settings of training with the spec's values."""
    training = program.spec.training
    pairs: list[tuple[str, ast.expr | None]] = [
        ("epochs", code.literal(_number(program, training.epochs))),
        ("batch_size", batch_size(program)),
    ]
    if not training.shuffle:
        pairs.append(("shuffle", code.literal(False)))
    return [
        (name, value and code.traced(f"{training.at}/{name}", value))
        for name, value in pairs
    ]


def compiled(program: Program, keywords: Mapping[str, ast.expr]) -> ast.stmt:
    """Write the call of `compile`."""
    call = code.perform(code.call("model.compile", keywords=keywords))
    return code.traced(program.spec.training.at, call)


def batch_size(program: Program) -> ast.expr:
    """Write the spec's batch size."""
    return code.literal(_number(program, program.spec.training.batch_size))


def _number(program: Program, value: Value) -> object:
    if isinstance(value, Expr):
        return int(program.checked.values[value.at])
    return value


def summary(program: Program) -> tuple[str, list[str]]:
    """Say what the data is: the shapes of `x`, and of `y` where it is read."""
    spec = program.spec
    shapes = {
        one.name: wording.shape(program, one.at).replace("batch", "n", 1)
        for one in spec.main.inputs
    }
    if len(shapes) == 1:
        ((name, shape),) = shapes.items()
        fitted = f"Fit to {'' if name == 'x' else f'{name} '}x {shape}"
    else:
        words = wording.listed(f'"{name}" {shape}' for name, shape in shapes.items())
        fitted = f"Fit to x, a dict of {words}"
    if not program.reads_y:
        return fitted, []
    found = keys(program)
    if found:
        words = wording.listed(f'"{key}"' for key in found)
        return f"{fitted} and y", [f"y is a dict of {words}."]
    return f"{fitted} and y", []


def keys(program: Program) -> list[str]:
    """Return the keys of the targets, if `y` is read by key."""
    found = set()
    for term in (*program.terms, *program.metrics):
        for tree in term_trees(term):
            found |= {
                names[1] for names in references(tree) if names[0] == "y" and names[1:]
            }
    return sorted(found)
