"""The method `compute_loss`, for the terms that Keras cannot compute itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from kauxgen import code, derivatives, naming, printing, variables
from kauxgen.expander import references
from kauxgen.express import Express, Place
from kauxgen.layered import drawn
from kauxgen.page import ComputeLoss
from kauxgen.program import Names, Program, TermPlan
from kauxgen.styles import local, owned, shares, values, weights
from kauxgen.terms import term_trees
from kauxgen.values import Expr


def late_place(
    program: Program,
    division: shares.Shares,
    *,
    kept: Callable[[Names], ast.expr],
    network: Callable[[str], ast.expr],
    listed: bool,
) -> Place:
    """Return how names read in `compute_loss`; `kept` gives an inner tensor.

    `listed` says that a network takes several inputs as a list.
    """
    spec = program.spec
    outputs = naming.declared(spec.main)
    inputs = [entry.name for entry in spec.main.inputs]
    terms = (*division.late, *division.metrics)
    generators = owned.sources(terms)
    steps = {name for term in terms for name, _ in term.steps}

    def variable(names: Names) -> ast.expr:
        if names[0] == "y" and "y" not in inputs:
            return (
                code.name("y")
                if len(names) == 1
                else code.item(code.name("y"), names[1])
            )
        if names == ("step",):
            return code.own("step")
        if names[0] in inputs:
            x = code.name("x")
            return x if len(inputs) == 1 else code.item(x, names[0])
        if names in outputs:
            return code.name(
                "y_pred" if len(outputs) == 1 else shares.output_name(program, names)
            )
        return code.name(names[0]) if names[0] in steps else kept(names)

    return Place(
        params=frozenset(spec.params),
        variable=variable,
        param=code.own,
        network=network,
        draw=lambda call, args: drawn(call, args, generators[id(call)]),
        mode=code.name("training"),
        listed=listed,
        taken=variables.taken(program, program.main),
    )


def compute_loss(
    program: Program,
    division: shares.Shares,
    *,
    value: Callable[[TermPlan], ast.expr],
    weighed: Callable[[TermPlan, Express], tuple[list[ast.stmt], ast.expr]],
    place: Place,
) -> ComputeLoss | None:
    """Write `compute_loss`; None where Keras's own does.

    `place` is `late_place`, `value` gives the value of an early term, `weighed` the
    statements and value of a late term on weights.
    """
    if not division.needs_class(program):
        return None
    write = Express(program, place)
    written = (
        [code.assign("batch_size", _batch_size(program))] if _tracks(program) else []
    )
    written += _unpacked(program, [*division.late, *division.metrics])
    total: ast.expr | None = None
    for term in program.terms:
        if term in division.late and (term.name or not _is_nothing(term)):
            statements, name = _late(program, term, write, weighed)
            written += code.all_traced(term.term.at, statements)
            if not _is_nothing(term):
                share = code.traced(term.term.at, _share(term, name, write))
                total = code.add(total, share)
        elif term in division.early and term.name:
            tracked = values.track(term.name, value(term))
            written.append(code.traced(term.term.at, tracked))
    if program.regularized:
        written.append(code.assign(owned.REGULARIZATION, owned.regularization()))
        written.append(
            values.track(owned.REGULARIZATION, code.name(owned.REGULARIZATION))
        )
    written += metric_updates(program, division.metrics, write)
    return _result(program, division, written, total)


def _share(term: TermPlan, value: ast.expr, write: Express) -> ast.expr:
    """Write what a term adds to the loss."""
    weighed = weights.weigh(term, value, owned.from_self, write)
    if term.term.when == "training":
        return ast.IfExp(code.name("training"), weighed, code.literal(0.0))
    return weighed


def _is_nothing(term: TermPlan) -> bool:
    return not isinstance(term.weight, Expr) and term.weight == 0


def _tracks(program: Program) -> bool:
    expressions = any(term.value is not None for term in program.metrics)
    return (
        program.regularized or expressions or any(term.name for term in program.terms)
    )


def _result(
    program: Program,
    division: shares.Shares,
    written: list[ast.stmt],
    total: ast.expr | None,
) -> ComputeLoss:
    added = bool(division.early) or program.regularized
    if division.compiled is not None:
        added = False
        total = code.add(total, _super(["x", "y", "y_pred", "sample_weight"]))
    elif added:
        total = code.add(total, _super(["x", "y", "y_pred"]))
    assert total is not None
    result = [code.give([total])]
    if weights.counting(division.late):
        result = [
            code.assign("loss", total),
            weights.count_in_training(),
            code.give([code.name("loss")]),
        ]
    return ComputeLoss(printing.lines(written, 2), added, printing.lines(result, 2))


def _super(names: Iterable[str]) -> ast.expr:
    """Write the call of Keras's own `compute_loss`."""
    method = code.attribute(code.call("super"), "compute_loss")
    mode = {"training": code.name("training")}
    return code.call(method, *[code.name(name) for name in names], keywords=mode)


def _batch_size(program: Program) -> ast.expr:
    outputs, inputs = program.spec.main.outputs, program.spec.main.inputs
    if len(outputs) == 1:
        tensor: ast.expr = code.name("y_pred")
    elif len(inputs) == 1:
        tensor = code.name("x")
    else:
        tensor = code.item(code.name("x"), inputs[0].name)
    return code.item(code.call("ops.shape", tensor), 0)


def _unpacked(program: Program, terms: Iterable[TermPlan]) -> list[ast.stmt]:
    outputs = naming.declared(program.spec.main)
    if len(outputs) == 1:
        return []
    read = {
        names
        for term in terms
        for tree in term_trees(term)
        for names in references(tree)
    }
    targets = [
        shares.output_name(program, names) if names in read else "_"
        for names in outputs
    ]
    return [code.unpack(targets, code.name("y_pred"))] if set(targets) != {"_"} else []


def _late(
    program: Program,
    term: TermPlan,
    write: Express,
    weighed: Callable[[TermPlan, Express], tuple[list[ast.stmt], ast.expr]],
) -> tuple[list[ast.stmt], ast.expr]:
    """Write one term of `compute_loss`; return its statements and its value's name."""
    written: list[ast.stmt] = []
    if term.weights:
        written, made = weighed(term, write)
    elif term.is_object:
        made = values.loss_call(program, term, write)
    else:
        written = derivatives.steps(write, term.steps)
        assert term.value is not None
        before, made = derivatives.value(write, term.value)
        written += before
    outputs = naming.declared(program.spec.main)
    taken = {shares.output_name(program, one) for one in outputs if len(outputs) > 1}
    name = local.name(term, local.DATA, local.called(program), taken)
    written.append(code.assign(name, made))
    if term.name:
        written.append(values.track(term.name, code.name(name)))
    return written, code.name(name)


def metric_updates(
    program: Program, metrics: Iterable[TermPlan], write: Express
) -> list[ast.stmt]:
    """Write the updates of the metrics that the model feeds itself."""
    written: list[ast.stmt] = []
    for term in metrics:
        own: list[ast.stmt] = []
        update = code.attribute(
            code.own(owned.metric_attribute(program, term)), "update_state"
        )
        if term.is_object:
            assert term.on is not None
            assert term.target is not None
            read = [derivatives.value(write, one) for one in (term.target, term.on)]
            own += [line for before, _ in read for line in before]
            fed = [value for _, value in read]
        else:
            own += derivatives.steps(write, term.steps)
            assert term.value is not None
            before, value = derivatives.value(write, term.value)
            own += before
            fed = [value, code.name("batch_size")]
        own.append(code.perform(code.call(update, *fed)))
        written += code.all_traced(term.term.at, own)
    return written
