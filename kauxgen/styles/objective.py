"""The objective of a step: the pass, the terms, the weighted total, the logs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import code, derivatives, expression, naming, variables
from kauxgen.expander import references
from kauxgen.express import Express, Place
from kauxgen.frozen import frozen
from kauxgen.layered import drawn
from kauxgen.program import Names, Program, TermPlan
from kauxgen.styles import (
    classes,
    owned,
    passes,
    selected,
    subclass,
    values,
    weights,
)


@frozen
class Summand:
    """What a term adds to the total; `value` is the term before its weight."""

    value: ast.expr
    weighed: ast.expr


@frozen
class Objective:
    """The objective: its statements, and the names that it returns behind the loss.

    `summands` are those of the terms in their order, then that of the regularizers.
    """

    statements: list[ast.stmt]
    returned: tuple[str, ...]
    modes: bool
    summands: tuple[Summand, ...]


def place(program: Program, path: passes.Forward) -> Place:
    """Return how names read in the objective."""
    inputs = {entry.name for entry in program.spec.main.inputs}
    generators = owned.sources([*program.terms, *program.metrics])

    def variable(names: Names) -> ast.expr:
        if names[0] == "y" and "y" not in inputs:
            target = code.name("target")
            return target if len(names) == 1 else code.item(target, names[1])
        if names == ("step",) and "step" not in inputs:
            return code.own("step")
        return path.variable(names)

    return Place(
        params=frozenset(program.spec.params),
        variable=variable,
        param=code.own,
        network=code.own,
        draw=lambda call, args: drawn(call, args, generators[id(call)]),
        mode=code.name("training"),
        taken=variables.taken(program, program.main),
        bare=True,
    )


def objective(program: Program, path: passes.Forward) -> Objective:
    """Write the objective: the pass, the terms, the weighted total."""
    write = Express(program, place(program, path))
    statements = [*path.objective]
    total: ast.expr | None = None
    summands: list[Summand] = []
    for term in program.terms:
        own, value = term_value(program, term, write)
        name = values.local_name(program, term)
        lone = len(program.terms) == 1 and not term.name and not program.regularized
        if not lone and ast.unparse(value) != name:
            own.append(code.assign(name, value))
        if term.weighed is not None:
            more, weighed = values.weighed(program, term, write)
            own += more
        else:
            weighed = weights.weigh(
                term, value if lone else code.name(name), owned.from_self, write
            )
        if term.term.when == "training":
            weighed = ast.IfExp(code.name("training"), weighed, code.literal(0.0))
        statements += code.all_traced(term.term.at, own)
        weighed = code.traced(term.term.at, weighed)
        summands.append(Summand(weighed if lone else code.name(name), weighed))
        total = code.add(total, weighed)
    if program.regularized:
        sum_of = code.name(owned.REGULARIZATION)
        statements.append(code.assign(owned.REGULARIZATION, owned.regularization()))
        summands.append(Summand(sum_of, sum_of))
        total = code.add(total, sum_of)
    assert total is not None
    metrics, fed = feeds(program, write)
    statements += metrics
    named = [values.local_name(program, term) for term in program.terms if term.name]
    named += [owned.REGULARIZATION] if program.regularized else []
    returned = tuple(dict.fromkeys([*named, *fed]))
    if returned:
        statements.append(code.assign("loss", total))
        statements.append(code.give([code.name("loss"), *map(code.name, returned)]))
    else:
        statements.append(code.give([total]))
    return Objective(
        classes.parted(program, code.unread_left_out(statements)),
        returned,
        _has_modes(program),
        tuple(summands),
    )


def _has_modes(program: Program) -> bool:
    when = any(term.term.when == "training" for term in program.terms)
    return program.modes or when or classes.terms_heed_modes(program)


def term_value(
    program: Program, term: TermPlan, write: Express
) -> tuple[list[ast.stmt], ast.expr]:
    """Write the value of a term, behind what it needs."""
    if term.is_object:
        return [], values.loss_call(program, term, write)
    return subclass.term_value(program, term, write, selected.in_networks)


def feeds(program: Program, write: Express) -> tuple[list[ast.stmt], list[str]]:
    """Write what metrics are fed: statements, and the names beside the target."""
    statements: list[ast.stmt] = []
    fed: list[str] = []
    for term in program.metrics:
        own = derivatives.steps(write, term.steps)
        for name, tree in fed_by(program, term):
            before, written = derivatives.value(write, tree)
            own += before
            if ast.unparse(written) != name:
                own.append(code.assign(name, written))
            fed.append(name)
        statements += code.all_traced(term.term.at, own)
    return statements, fed


def fed_by(program: Program, term: TermPlan) -> Iterator[tuple[str, ast.expr]]:
    """Yield the variables that a metric is fed from, with their expressions."""
    if term.value is not None:
        yield values.local_name(program, term), term.value
        return
    for word, tree in (("on", term.on), ("target", term.target)):
        assert tree is not None
        if not _reads_target(tree):
            yield _fed_name(program, term, word, tree), tree


def _fed_name(program: Program, term: TermPlan, word: str, tree: ast.expr) -> str:
    if expression.is_reference(tree):
        names = next(references(tree))
        return naming.variable(program.spec, program.spec.main.lists, names)
    return f"{term.key}_{word}"


def _reads_target(tree: ast.expr) -> bool:
    return (expression.path_of(tree) or ("",))[0] == "y"


def log(program: Program) -> list[ast.stmt]:
    """Write the updates of all running means and metrics."""
    statements = [values.track("loss", code.name("loss"))]
    statements += [
        code.traced(
            term.term.at,
            values.track(term.name, code.name(values.local_name(program, term))),
        )
        for term in program.terms
        if term.name
    ]
    if program.regularized:
        name = owned.REGULARIZATION
        statements.append(values.track(name, code.name(name)))
    for term in program.metrics:
        update = code.attribute(
            code.own(owned.metric_attribute(program, term)), "update_state"
        )
        feeds = [code.name(name) for name, _ in fed_by(program, term)]
        if term.value is not None:
            feeds.append(code.name("batch_size"))
        elif term.target is not None and _reads_target(term.target):
            path = expression.path_of(term.target) or ()
            target = code.name("target")
            feeds.insert(0, target if len(path) == 1 else code.item(target, path[1]))
        else:
            feeds.reverse()
        fed = code.perform(code.call(update, *feeds))
        statements.append(code.traced(term.term.at, fed))
    return statements


def feeds_target(program: Program) -> bool:
    """Say whether a metric compares with the target."""
    return any(
        term.value is None and term.target is not None and _reads_target(term.target)
        for term in program.metrics
    )
