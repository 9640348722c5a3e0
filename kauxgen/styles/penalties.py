"""Penalties of a graph: pass-through layers on the way to the outputs."""

from __future__ import annotations

import ast

from kauxgen import code, expression, naming, printing, prose
from kauxgen.expander import references
from kauxgen.express import Express, Place, needs_layer
from kauxgen.formula_layers import Formula
from kauxgen.graph import Graph
from kauxgen.page import PenaltyLayer
from kauxgen.program import Names, Program, TermPlan
from kauxgen.rules.graphs import operation_of
from kauxgen.styles import local, owned, params, values, weights
from kauxgen.values import Expr, Schedule, Value, Variable

_PASSES = "adds weight * value to the losses, keeps value, passes `outputs` through"


def statements(
    program: Program, graph: Graph, terms: tuple[TermPlan, ...], output: str
) -> list[ast.stmt]:
    """Write the terms of a graph: their values, and a layer each on the output."""
    written: list[ast.stmt] = []
    for term in terms:
        value, own = _value(program, graph, term)
        added = []
        if term.weighed is not None:
            write = graph.writer(graph.start, (), {}, code.name("seed"))
            more, weighed = values.weighed(program, term, write)
            own, added = [*own, *more], [weighed]
        called = code.call(
            _layer(program, term), code.name(output), value, *added, *_read(graph, term)
        )
        own.append(code.assign("outputs", called))
        written += code.all_traced(term.term.at, own)
        output = "outputs"
    return written


def _value(
    program: Program, graph: Graph, term: TermPlan
) -> tuple[ast.expr, list[ast.stmt]]:
    assert term.value is not None
    levels = graph.start.levels
    seeds: dict[str | int, ast.expr] = dict(program.term_seeds.items())
    trees = [tree for _, tree in term.steps] + [term.value]
    local_name = code.name(_local(program, term))
    graph.locals[(term.key,)] = local_name
    if _named_so(program, term):
        return local_name, []
    if needs_layer(program, trees):
        made = graph.formula_layer(
            term.term.at,
            (*term.key.split("_"), "value"),
            Formula(term.steps, term.value, term.text),
            seeds,
            levels=levels,
            base=code.name("seed"),
        )
        return local_name, [code.assign(local_name, made)]
    write = graph.writer(graph.start, (term.key, "draw"), seeds, code.name("seed"))
    steps = [code.assign(name, write(tree)) for name, tree in term.steps]
    value = write(term.value)
    return local_name, [*steps, code.assign(local_name, value)]


def _named_so(program: Program, term: TermPlan) -> bool:
    """Say whether an inner tensor that is the term has the term's name already."""
    path = expression.path_of(term.value) if term.value is not None else None
    return path is not None and tuple(map(str, path)) in program.called


def _local(program: Program, term: TermPlan) -> str:
    return local.name(term, local.DATA, local.called(program), local.tensors(program))


def _compute(value: Value) -> ast.expr:
    return value.tree if isinstance(value, Expr) else code.literal(value)


def _layer(program: Program, term: TermPlan) -> ast.expr:
    """Write the constructor of a term's penalty layer."""
    name = {"name": code.literal(label(program, term))}
    weight = term.weight
    callee = _class_name(term)
    if isinstance(weight, Schedule):
        given = [
            _compute(weight.args.get("start", 0.0)),
            _compute(weight.args.get("end", 1.0)),
        ]
        return code.call(callee, *given, _compute(weight.args["steps"]), keywords=name)
    if isinstance(weight, Variable):
        return code.call(callee, _compute(weight.value), keywords=name)
    if not weights.is_plain(term):
        read = {one: code.name(one) for one in _weight_params(program, term)}
        return code.call(callee, keywords={**read, **name})
    plain = weights.plain(term, _compute)
    return code.call(callee, *([] if plain is None else [plain]), keywords=name)


def label(program: Program, term: TermPlan) -> str:
    """Return the name of a term's penalty layer; Keras calls operations `mean_1`."""
    taken = {name for node in program.spec.main.nodes for name in naming.produced(node)}
    named = term.key in taken or operation_of(term.key)
    return f"{term.key}_penalty" if named else term.key


def _class_name(term: TermPlan) -> str:
    when = "Training" if term.term.when == "training" else ""
    weight = term.weight
    if term.weighed is not None:
        return f"{when}WeighedPenalty"
    if isinstance(weight, Schedule):
        return f"{when}{weight.kind.capitalize()}Penalty"
    if isinstance(weight, Variable):
        return f"{when}VariablePenalty"
    if weights.is_plain(term):
        return f"{when}Penalty"
    return f"{naming.camel(term.key)}Penalty"


def _weight_tree(term: TermPlan) -> ast.expr | None:
    weight = term.weight
    if isinstance(weight, Expr) and not weights.is_plain(term):
        return weight.tree
    return None


def _weight_params(program: Program, term: TermPlan) -> Names:
    tree = _weight_tree(term)
    return () if tree is None else params.read_by(program, [tree])


def _weight_tensors(program: Program, term: TermPlan) -> list[Names]:
    tree = _weight_tree(term)
    if tree is None:
        return []
    found = dict.fromkeys(references(tree))
    known = (*program.spec.params, "step", "pi")
    return [names for names in found if names[0] not in known]


def _read(graph: Graph, term: TermPlan) -> list[ast.expr]:
    """Write the tensors that a term's weight reads."""
    found = _weight_tensors(graph.program, term)
    return [graph.variable(names, graph.start.levels) for names in found]


def layers(
    program: Program, graph: Graph, terms: tuple[TermPlan, ...]
) -> tuple[PenaltyLayer, ...]:
    """Write the penalty layers that the terms need, one a class."""
    found: dict[str, PenaltyLayer] = {}
    for term in terms:
        name = _class_name(term)
        if name not in found:
            found[name] = _penalty_layer(program, graph, term, name)
    return tuple(found.values())


def _penalty_layer(
    program: Program, graph: Graph, term: TermPlan, name: str
) -> PenaltyLayer:
    entries, setup, details = _parts(program, term)
    weight = _weight(program, graph, term)
    weighted: ast.expr = ast.BinOp(code.name("value"), ast.Mult(), weight)
    passes = _PASSES
    if term.weighed is not None:
        weighted = code.name("weighed")
        passes = _PASSES.replace("weight * value", "weighed")
    training_only = term.term.when == "training"
    if training_only:
        zero = code.call("ops.zeros", code.literal(()))
        weighted = ast.IfExp(code.name("training"), weighted, zero)
    counts = weights.counts_steps(term)
    modes = ["training=False"] if counts or training_only else []
    tensors = ["_".join(names) for names in _weight_tensors(program, term)]
    tensors = ["weighed"] if term.weighed is not None else tensors
    only = " in training" if training_only else ""
    return PenaltyLayer(
        name=name,
        docstring=prose.docstring(f"{passes[0].upper()}{passes[1:]}{only}", details),
        signature=params.joined(
            "self", printing.parameters(entries), 'dtype="float32"', "**kwargs"
        ),
        setup=printing.lines(owned.keep(tuple(key for key, _ in entries)) + setup, 2),
        call_signature=params.joined("self", "outputs", "value", *tensors, *modes),
        weighted=printing.show(weighted),
        counts=counts,
        config=printing.config(key for key, _ in entries),
    )


def _parts(
    program: Program, term: TermPlan
) -> tuple[list[tuple[str, ast.expr | None]], list[ast.stmt], list[str]]:
    """Return constructor arguments, further setup and a paragraph for a weight."""
    weight = term.weight
    step = [code.assign(code.own("step"), weights.step_weight())]
    if isinstance(weight, Schedule):
        how = {
            "linear": "The weight goes evenly from `start` to `end` in `steps` steps.",
            "cosine": "The weight goes along half a cosine from `start` to `end` in "
            "`steps` training steps.",
            "cyclical": "The weight rises from `start` to `end` in half of every "
            "`steps` training steps and stays there for the other half.",
        }
        named = [
            ("start", code.literal(0.0)),
            ("end", code.literal(1.0)),
            ("steps", code.literal(1000)),
        ]
        return [*named], step, [how[weight.kind]]
    if isinstance(weight, Variable):
        settable = weights.settable(code.name("initial"), "weight")
        said = "The weight may be set while training: `layer.weight.assign(0.5)`."
        return (
            [("initial", code.literal(1.0))],
            [code.assign(code.own("weight"), settable)],
            [said],
        )
    if term.weighed is not None:
        return [], [], []
    if weights.is_plain(term):
        return [("weight", code.literal(1.0))], [], []
    assert isinstance(weight, Expr)
    names = _weight_params(program, term)
    pairs: list[tuple[str, ast.expr | None]] = [
        (name, code.literal(program.spec.params[name])) for name in names
    ]
    said = f"The weight is {weight.text}; it carries no gradient."
    return pairs, step if weights.counts_steps(term) else [], [said]


def _weight(program: Program, graph: Graph, term: TermPlan) -> ast.expr:
    """Write the weight inside the penalty layer."""
    weight = term.weight
    if isinstance(weight, Schedule):
        step, steps = code.own("step"), code.own("steps")
        share = weights.progress(weight.kind, step, steps)
        gap = ast.BinOp(code.own("end"), ast.Sub(), code.own("start"))
        return ast.BinOp(
            code.own("start"), ast.Add(), ast.BinOp(gap, ast.Mult(), share)
        )
    tree = _weight_tree(term)
    if tree is None:
        return code.own("weight")

    def variable(names: Names) -> ast.expr:
        if names == ("step",):
            return code.own("step")
        tensor = code.name("_".join(names))
        return code.call(
            "ops.convert_to_tensor", tensor, keywords={"sparse": code.literal(False)}
        )

    place = Place(
        params=frozenset(program.spec.params),
        variable=variable,
        param=code.own,
        network=code.own,
        draw=lambda call, args: call,
    )
    return code.call("ops.stop_gradient", Express(program, place)(tree))
