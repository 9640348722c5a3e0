"""What a model owns beside its layers: loss objects, trackers, metrics, weights."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from kauxgen import code, naming
from kauxgen.construct import Construct
from kauxgen.modes import drawing_calls
from kauxgen.program import Names, Program, TermPlan
from kauxgen.terms import term_trees
from kauxgen.values import Value

REGULARIZATION = "regularization"


def construct(program: Program) -> Construct:
    """Return the writer of kinds where params are plain arguments."""
    return Construct(program.checked, lambda tree: tree)


def from_self(value: Value, owner: str = "self") -> ast.expr:
    """Write a value where params are attributes of an object."""
    return _Owning(owner).visit_value(value)


class _Owning(ast.NodeTransformer):
    """Reads every name from an object."""

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def visit_value(self, value: Value) -> ast.expr:
        tree = getattr(value, "tree", None)
        if tree is None:
            return code.literal(value)
        written: ast.expr = self.visit(ast.parse(ast.unparse(tree), mode="eval").body)
        return written

    def visit_Name(self, node: ast.Name) -> ast.expr:
        functions = ("min", "max", "len")
        return node if node.id in functions else code.name(f"{self.owner}.{node.id}")


def losses(program: Program, terms: Iterable[TermPlan]) -> list[ast.stmt]:
    """Write the loss objects; a closure is called as `compile` would call it."""
    return [
        code.traced(
            term.term.at,
            code.assign(code.own(loss_attribute(term)), loss_object(program, term)),
        )
        for term in terms
        if term.is_object
    ]


def loss_attribute(term: TermPlan) -> str:
    """Return the attribute of a term's loss object."""
    return f"{term.key}_function" if term.key.endswith("loss") else f"{term.key}_loss"


def loss_object(program: Program, term: TermPlan) -> ast.expr:
    """Write the object that computes a loss term."""
    kind = term.term.kind
    assert kind is not None
    made = construct(program)(kind)
    return code.call("ClosureLoss", made) if is_closure(program, term) else made


def is_closure(program: Program, term: TermPlan) -> bool:
    """Say whether a loss term is a closure of the spec."""
    kind = term.term.kind
    if kind is None or not term.is_object:
        return False
    if kind.imported:
        return kind.is_function
    own = program.spec.definition("loss", kind.name)
    return own is not None and own.emit != "class"


def trackers(program: Program, *, loss: bool) -> list[ast.stmt]:
    """Write the running means of the named terms, of the total where wanted."""
    first = [_tracker("loss")] if loss else []
    last = [_tracker(REGULARIZATION)] if program.regularized else []
    named = [term for term in program.terms if term.name]
    own = [code.traced(term.term.at, _tracker(term.name)) for term in named]
    return [*first, *own, *last]


def _tracker(name: str) -> ast.stmt:
    return code.assign(code.own(f"{name}_tracker"), _mean(name))


def _mean(name: str) -> ast.expr:
    return code.call("keras.metrics.Mean", keywords={"name": code.literal(name)})


def metrics(program: Program, terms: Iterable[TermPlan]) -> list[ast.stmt]:
    """Write the metrics that the model feeds itself."""
    return [
        code.traced(
            term.term.at,
            code.assign(
                code.own(metric_attribute(program, term)), metric_object(program, term)
            ),
        )
        for term in terms
    ]


def metric_object(program: Program, term: TermPlan) -> ast.expr:
    """Write the object of a metric; an expression's is a running mean."""
    return code.traced(term.term.at, _metric_object(program, term))


def _metric_object(program: Program, term: TermPlan) -> ast.expr:
    if term.term.kind is None:
        return _mean(term.key)
    named = {"name": code.literal(term.key)}
    kind = term.term.kind
    if kind.is_function:
        made = construct(program)(kind)
        return code.call("keras.metrics.MeanMetricWrapper", made, keywords=named)
    return construct(program)(kind, named)


def metric_attribute(program: Program, term: TermPlan) -> str:
    """Return the attribute of a metric: its name, unless a node or param bears it."""
    spec = program.spec
    taken = {*spec.params, *spec.networks, *(entry.name for entry in spec.main.inputs)}
    taken |= {name for node in spec.main.nodes for name in naming.produced(node)}
    taken |= {plan.key for plan in program.terms}
    return (
        f"{term.key}_metric"
        if term.key in taken or term.term.kind is None
        else term.key
    )


def generators(program: Program, terms: Iterable[TermPlan]) -> list[ast.stmt]:
    """Write the generators of the draws that terms write."""
    written = []
    for term in terms:
        for name, call in seeds(term):
            seed = code.add(code.name("seed"), program.term_seeds[id(call)])
            made = code.call("keras.random.SeedGenerator", seed)
            own = code.assign(code.own(name), made)
            written.append(code.traced(term.term.at, own))
    return written


def seeds(term: TermPlan) -> list[tuple[str, ast.Call]]:
    """Return a term's drawing calls with the attributes of their generators."""
    calls = [call for tree in term_trees(term) for call in drawing_calls(tree)]
    return [
        (f"{term.key}_seed_{number}" if number else f"{term.key}_seed", call)
        for number, call in enumerate(calls)
    ]


def sources(terms: Iterable[TermPlan]) -> dict[str | int, ast.expr]:
    """Return where the generators of terms are read from, by drawing call."""
    return {id(call): code.own(name) for term in terms for name, call in seeds(term)}


def keep(names: Names, known: Collection[str] = (), at: str = "") -> list[ast.stmt]:
    """Write the attributes that keep a constructor's arguments.

    Those that are `known` are params of the spec, or of the definition `at` a place.
    """
    kept = {name: code.assign(code.own(name), code.name(name)) for name in names}
    for name in kept.keys() & set(known):
        code.traced(f"{at}/params/{name}", kept[name])
    return list(kept.values())


def regularization(variables: ast.expr | None = None) -> ast.expr:
    """Write the sum of the weight regularizers, each counted once.

    They are those of some weights, by default of all that training moves.
    """
    variable = code.name("variable")
    weights = variables or code.own("trainable_variables")
    regularizer = code.attribute(variable, "regularizer")
    there = ast.Compare(regularizer, [ast.IsNot()], [ast.Constant(None)])
    clause = ast.comprehension(variable, weights, [there], 0)
    return code.call(
        "sum", ast.GeneratorExp(code.call(regularizer, variable), [clause])
    )
