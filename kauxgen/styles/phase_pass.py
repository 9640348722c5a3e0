"""A pass of a step as a method: what it computes, and the names that it returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from kauxgen import code, naming
from kauxgen.code import read_names
from kauxgen.cut import cut, trees
from kauxgen.expander import references
from kauxgen.express import Express
from kauxgen.frozen import frozen
from kauxgen.layered import Layered, Owned
from kauxgen.naming import Level
from kauxgen.nodes import walk
from kauxgen.parts import NEXT, next_name
from kauxgen.program import Names, PhasePlan, Program, StepPlan
from kauxgen.spec import Average, State, Step
from kauxgen.styles import classes, instances, objective, owned, values, weights
from kauxgen.styles.objective import Summand
from kauxgen.terms import term_trees

FORWARD = "forward"
EVALUATION = "evaluation"


@frozen
class Passed:
    """A pass as a method, of what stands `at` a place of the spec.

    `total` is the expression that a phase minimizes, among what it returns; empty for
    a pass that minimizes nothing. `reads` are its arguments, `summands` what its terms
    and its regularizers add to the total.
    """

    label: str
    at: str
    program: Program
    statements: list[ast.stmt]
    reads: tuple[str, ...]
    returned: tuple[str, ...]
    total: str
    modes: bool
    assigned: tuple[str, ...]
    generators: list[ast.stmt]
    summands: tuple[Summand, ...] = ()


class Pass(Layered):
    """Writes a pass of a step, in a method of the model that owns the networks."""

    def __init__(
        self, whole: Program, program: Program, label: str, kept: list[ast.expr]
    ) -> None:
        """Prepare to write what the terms of a pass and some more trees need."""
        self.label = label
        self.whole = whole
        spec, terms = program.spec, (*program.terms, *program.metrics)
        read = [*(tree for term in terms for tree in term_trees(term)), *kept]
        part = cut(spec, spec.main, read)
        base = program.bases[""]
        super().__init__(program, program.main, base=base, cut=part, models=True)
        self.sources.update(owned.sources(terms))

    def owned(self) -> list[Owned]:
        """Return the generators of the pass, under names that begin with its own."""
        found = super().owned()
        return [replace(one, words=(self.label, *one.words)) for one in found]

    def variable(self, names: Names, levels: tuple[Level, ...]) -> ast.expr:
        """Return a variable of the pass, or what the model keeps."""
        if naming.resolve(levels, names[0]) is None:
            kept = [state.name for state in steps(self.whole).state]
            if names == ("step",) or names[0] in kept:
                return code.own(names[0])
        return super().variable(names, levels)


def steps(program: Program) -> Step:
    """Return the step of a program that has one."""
    assert program.spec.step is not None
    return program.spec.step


def plan(program: Program) -> StepPlan:
    """Return the plan of the step of a program that has one."""
    assert program.step is not None
    return program.step


def lone_phase(program: Program) -> bool:
    """Say whether a step has one phase; then its total is logged as the loss."""
    return len(plan(program).phases) == 1


def passes(program: Program) -> tuple[Passed, ...]:
    """Write all passes of a step that compute anything, in order."""
    own = plan(program)
    found = [forward(program)] if forward_reads(program) else []
    found += [phase(program, each) for each in own.phases]
    found += [evaluation(program, own.evaluation)] if own.evaluation else []
    return tuple(found)


def forward(program: Program) -> Passed:
    """Write the pass before the phases; it returns what they read of it."""
    own = plan(program).forward
    kept = [code.name(".".join(names)) for names in forward_reads(program)]
    flow = Pass(program, own, FORWARD, kept)
    returned = [
        ast.unparse(flow.variable(names, flow.start.levels))
        for names in forward_reads(program)
    ]
    statements = flow.body(_entering(own))
    return _passed(program, flow, statements, returned, "")


def forward_reads(program: Program) -> tuple[Names, ...]:
    """Return the paths of the pass before the phases that these read, and assign."""
    own = plan(program)
    found: dict[Names, None] = {}
    for each in own.phases:
        scope = each.program.spec.main
        read = [tree for node in walk(scope.nodes) for tree in trees(node)]
        terms = (*each.program.terms, *each.program.metrics)
        read += [tree for term in terms for tree in term_trees(term)]
        for names in (names for tree in read for names in references(tree)):
            inside = naming.find(scope.nodes, names[0])
            if inside is None and naming.find(scope.outer, names[0]):
                found[names] = None
    assigned = [(next_name(name),) for name, _ in steps(program).assign]
    return (*found, *assigned)


def phase(program: Program, each: PhasePlan) -> Passed:
    """Write the objective of a phase."""
    own, label = each.program, each.phase.name
    assigned = [next_name(name) for name, _ in each.phase.assign]
    flow = Pass(program, own, label, [code.name(name) for name in assigned])
    write = Express(own, flow.writer(flow.start).place)
    statements = flow.body(_entering(own))
    made, summands = weighed_terms(own, write, _variables(each))
    total = reduce(code.add, (one.weighed for one in summands))
    metrics, fed = objective.feeds(own, write)
    named = [values.local_name(own, term) for term in own.terms if term.name]
    named += [owned.REGULARIZATION] if own.regularized else []
    statements += [*made, *metrics]
    name = ast.unparse(total)
    if name not in named:
        name = "loss"
        statements.append(code.assign(name, total))
        named.insert(0, name)
    statements = code.all_traced(each.phase.at, statements)
    found = _passed(program, flow, statements, [*named, *fed, *assigned], name)
    return replace(found, summands=summands)


def evaluation(program: Program, own: Program) -> Passed:
    """Write the terms and metrics of an evaluation of its own."""
    flow = Pass(program, own, EVALUATION, [])
    write = Express(own, flow.writer(flow.start).place)
    statements = flow.body(_entering(own))
    for term in own.terms:
        made, value = objective.term_value(own, term, write)
        made.append(code.assign(values.local_name(own, term), value))
        statements += code.all_traced(term.term.at, made)
    metrics, fed = objective.feeds(own, write)
    named = [values.local_name(own, term) for term in own.terms if term.name]
    return _passed(program, flow, [*statements, *metrics], [*named, *fed], "")


def _passed(
    program: Program,
    flow: Pass,
    statements: list[ast.stmt],
    returned: list[str],
    total: str,
) -> Passed:
    """Make the method of a pass; what it is given needs no returning."""
    own = flow.program
    batch = [entry.name for entry in own.spec.main.inputs]
    given = [*batch, *_forward_variables(program, flow)]
    named = tuple(dict.fromkeys(name for name in returned if name not in given))
    kept = [f"self.{state.name}" for state in states(program)]
    statements = [_copying(one, kept) for one in statements]
    written = code.ending(statements, [code.name(name) for name in named])
    read = read_names(written)
    return Passed(
        label=flow.label,
        at=own.spec.main.at,
        program=own,
        statements=written,
        reads=tuple(name for name in given if name in read),
        returned=named,
        total=total,
        modes="training" in read,
        assigned=tuple(name for name in named if name.startswith(f"{NEXT}_")),
        generators=[
            *classes.made(flow.owned()),
            *owned.generators(own, [*own.terms, *own.metrics]),
        ],
    )


def _copying(statement: ast.stmt, kept: list[str]) -> ast.stmt:
    """Copy a state that gets another name: the variable changes before it is read."""
    for one in ast.walk(statement):
        if isinstance(one, ast.Assign) and ast.unparse(one.value) in kept:
            one.value = code.call("ops.copy", one.value)
    return statement


def _forward_variables(program: Program, flow: Pass) -> list[str]:
    """Return the variables of the pass before the phases that a phase may read."""
    if flow.label in (FORWARD, EVALUATION):
        return []
    levels = (plan(program).forward.spec.main.nodes,)
    found = (
        naming.variable(program.spec, levels, names) for names in forward_reads(program)
    )
    return list(dict.fromkeys(found))


def _entering(program: Program) -> ast.expr | None:
    entries = program.spec.main.inputs
    return code.name(entries[0].name) if entries else None


def _variables(each: PhasePlan) -> ast.expr:
    """Write the weights that a phase updates."""
    return updated(each, "self")


def updated(each: PhasePlan, owner: str) -> ast.expr:
    """Write the weights that a phase updates, of one network or several."""
    total: ast.expr | None = None
    for one in each.phase.update:
        network = each.program.spec.networks[one.network]
        weights = instances.weights(network, code.name(f"{owner}.{one.network}"))
        total = code.add(total, weights)
    assert total is not None
    return total


def weighed_terms(
    program: Program, write: Express, variables: ast.expr
) -> tuple[list[ast.stmt], tuple[Summand, ...]]:
    """Write the terms of a phase, and what each adds to the total."""
    statements: list[ast.stmt] = []
    summands: list[Summand] = []
    for term in program.terms:
        made, value = objective.term_value(program, term, write)
        name = code.name(values.local_name(program, term))
        made.append(code.assign(name, value))
        if term.weighed is not None:
            more, weighed = values.weighed(program, term, write)
            made += more
        else:
            weighed = weights.weigh(term, name, owned.from_self, write)
        if term.term.when == "training":
            weighed = ast.IfExp(code.name("training"), weighed, code.literal(0.0))
        statements += code.all_traced(term.term.at, made)
        summands.append(Summand(name, code.traced(term.term.at, weighed)))
    if program.regularized:
        value = owned.regularization(variables)
        name = code.name(owned.REGULARIZATION)
        statements.append(code.assign(owned.REGULARIZATION, value))
        summands.append(Summand(name, name))
    return statements, tuple(summands)


def averages(program: Program) -> Iterator[Average]:
    """Yield the networks that follow others."""
    yield from steps(program).averages


def states(program: Program) -> Iterator[State]:
    """Yield what the step keeps from batch to batch."""
    yield from steps(program).state
