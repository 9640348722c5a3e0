"""Which function of a module takes which parameter of the spec."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from kauxgen import code, expression, printing
from kauxgen.nodes import RepeatNode, walk
from kauxgen.program import Names, Plan, Program, TermPlan
from kauxgen.spec import Training
from kauxgen.terms import term_trees
from kauxgen.values import Expr, computed


def ordered(program: Program, names: Iterable[str]) -> Names:
    """Put names of params in the spec's order."""
    wanted = set(names)
    return tuple(name for name in program.spec.params if name in wanted)


def read_by(program: Program, trees: Iterable[ast.expr]) -> Names:
    """Return the params that some trees read."""
    return ordered(
        program, {name.id for tree in trees for name in expression.names(tree)}
    )


def of_term(program: Program, term: TermPlan) -> Names:
    """Return the params that a term reads: its formula, arguments and weight."""
    trees = [*term_trees(term)]
    if term.term.kind is not None:
        trees += [value.tree for value in computed(term.term.kind)]
    if term.weights:
        trees += list(_rounds(program, term))
    weight = term.weight
    trees += (
        [weight.tree]
        if isinstance(weight, Expr)
        else [v.tree for v in computed(weight)]
    )
    return read_by(program, trees)


def _rounds(program: Program, term: TermPlan) -> Iterator[ast.expr]:
    """Yield the counts of repeats and lists that a choice of weights leads through."""
    words = {part for use in term.weights for part in use.path}
    for network in program.spec.networks.values():
        if network.name in words:
            yield from (value.tree for value in computed(network.count))
    for scope in program.spec.scopes:
        for node in walk(scope.nodes):
            if isinstance(node, RepeatNode) and node.name in words:
                yield from (value.tree for value in computed((node.count, node.over)))


def of_training(program: Program) -> Names:
    """Return the params that compiling reads: the optimizer's arguments."""
    return read_by(
        program, [value.tree for value in computed(program.spec.training.optimizer)]
    )


def of_values(program: Program, value: object) -> Names:
    """Return the params that a value reads."""
    return read_by(program, [found.tree for found in computed(value)])


def of_inference(program: Program) -> Names:
    """Return the params that a graph of the model's own layers reads for inference."""
    found, inference = program.prediction, program.spec.inference
    if found is not None:
        shapes = [entry.shape for entry in found.inputs]
        return ordered(program, {*found.params, *of_values(program, tuple(shapes))})
    if inference is None or inference.network is None:
        return ()
    scope = program.spec.networks[inference.network]
    return of_values(program, tuple(entry.shape for entry in scope.inputs))


def of_layers(program: Program) -> Names:
    """Return the params that layers and expressions read, networks' too."""
    plans = [program.main, *program.networks.values()]
    counts = [tree for plan in plans for tree in _counts(plan)]
    read = {name for plan in plans for name in plan.params}
    return ordered(program, {*read, *read_by(program, counts)})


def _counts(plan: Plan) -> list[ast.expr]:
    """Return the expression of how many networks a list holds, if it is one."""
    return [value.tree for value in computed(plan.scope.count)]


def of_inputs(program: Program) -> Names:
    """Return the params that the shapes of inputs read, networks' too."""
    plans = [program.main, *program.networks.values()]
    return ordered(program, {name for plan in plans for name in plan.input_params})


def signature(program: Program, names: Iterable[str], *, seed: bool) -> str:
    """Write params as keyword arguments with the spec's defaults."""
    spec = program.spec
    pairs: list[tuple[str, ast.expr | None]] = [
        (name, code.default("", name, spec.params[name])) for name in names
    ]
    if seed:
        pairs.append(("seed", code.literal(spec.training.seed)))
    return printing.parameters(pairs)


def joined(*parts: str) -> str:
    """Join the parts of a signature that are there."""
    return ", ".join(part for part in parts if part)


def settings(training: Training) -> Iterator[tuple[str, ast.expr]]:
    """Yield what `compile` takes beside optimizer, loss and metrics."""
    if training.jit_compile != "auto":
        asked = code.literal(training.jit_compile)
        yield "jit_compile", code.traced(f"{training.at}/jit_compile", asked)
    if training.steps_per_execution != 1:
        several = code.literal(training.steps_per_execution)
        at = f"{training.at}/steps_per_execution"
        yield "steps_per_execution", code.traced(at, several)
