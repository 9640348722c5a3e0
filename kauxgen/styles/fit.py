"""What the two styles that use `fit` share: compute_loss, compile, train."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kauxgen import code, expression, naming, printing, prose
from kauxgen.expander import references
from kauxgen.express import Express, Place
from kauxgen.layered import drawn
from kauxgen.page import ComputeLoss, Function
from kauxgen.program import Names, Program, TermPlan
from kauxgen.spec import Expr
from kauxgen.styles import owned, params, training, weights
from kauxgen.terms import term_trees


@dataclass(frozen=True)
class Shares:
    """Who computes which term.

    `compiled` is the loss that `compile` takes; `late` are the terms of `compute_loss`,
    `early` those of the forward pass; `metrics` are fed by the model, `handed` go to
    `compile`.
    """

    compiled: TermPlan | None
    late: tuple[TermPlan, ...]
    early: tuple[TermPlan, ...]
    metrics: tuple[TermPlan, ...]
    handed: tuple[TermPlan, ...]

    def needs_class(self, program: Program) -> bool:
        """Say whether the model must compute anything of its loss itself."""
        named = any(term.name for term in program.terms)
        return bool(self.late or self.metrics or program.regularized or named)


def shares(program: Program, *, late_weights: bool) -> Shares:
    """Divide the terms; `late_weights` says that a graph cannot hold weights."""
    compiled = _compiled(program)

    def is_late(term: TermPlan) -> bool:
        return term.is_object or term.reads_y or (late_weights and bool(term.weights))

    rest = [term for term in program.terms if term is not compiled]
    handed = tuple(term for term in program.metrics if _is_plain(program, term))
    return Shares(
        compiled=compiled,
        late=tuple(term for term in rest if is_late(term)),
        early=tuple(term for term in rest if not is_late(term)),
        metrics=tuple(term for term in program.metrics if term not in handed),
        handed=handed,
    )


def _compiled(program: Program) -> TermPlan | None:
    objects = [term for term in program.terms if term.is_object]
    if len(objects) != 1 or objects[0].name or not _is_plain(program, objects[0]):
        return None
    (only,) = objects
    plain = (
        only.weight == 1
        and not isinstance(only.weight, Expr)
        and only.term.when == "always"
    )
    return only if plain else None


def _is_plain(program: Program, term: TermPlan) -> bool:
    """Say whether a loss or metric compares the only output with `y`."""
    output = program.spec.main.outputs
    if len(output) != 1 or not term.is_object or term.on is None or term.target is None:
        return False
    return ast.unparse(term.on) == output[0].text and ast.unparse(term.target) == "y"


def compile_params(program: Program, division: Shares) -> Names:
    """Return the params that only compiling reads."""
    compiled = [division.compiled] if division.compiled else []
    asked = {
        name
        for term in (*compiled, *division.handed)
        for name in params.of_term(program, term)
    }
    asked |= set(params.of_training(program))
    rest = (*division.late, *division.early, *division.metrics)
    built = {*params.of_layers(program), *params.of_inputs(program)}
    built |= {name for term in rest for name in params.of_term(program, term)}
    return params.ordered(program, asked - built)


def late_params(program: Program, division: Shares) -> Names:
    """Return the params that the terms of `compute_loss` read."""
    terms = (*division.late, *division.metrics)
    return params.ordered(
        program, {n for term in terms for n in params.of_term(program, term)}
    )


def late_place(
    program: Program, division: Shares, kept: Callable[[Names], ast.expr]
) -> Place:
    """Return how names read in `compute_loss`; `kept` gives an inner tensor."""
    spec = program.spec
    outputs = naming.declared(spec.main)
    inputs = [entry.name for entry in spec.main.inputs]
    generators = owned.sources(division.late)

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
                "y_pred" if len(outputs) == 1 else output_name(program, names)
            )
        return kept(names)

    return Place(
        params=frozenset(spec.params),
        variable=variable,
        param=code.own,
        network=code.own,
        draw=lambda call, args: drawn(call, args, generators[id(call)]),
    )


def output_name(program: Program, names: Names) -> str:
    """Return the variable of one of several outputs."""
    return naming.variable(program.spec, (program.spec.main.nodes,), names)


def kept_tensors(program: Program, division: Shares) -> list[Names]:
    """Return the inner tensors that loss objects read, which a model must keep."""
    spec = program.spec
    outer = {
        *naming.declared(spec.main),
        *((entry.name,) for entry in spec.main.inputs),
    }
    found: list[Names] = []
    for term in division.late:
        local = {
            "y",
            "step",
            "pi",
            term.item,
            *spec.params,
            *(name for name, _ in term.steps),
        }
        for tree in term_trees(term):
            found += [
                names
                for names in references(tree)
                if names not in outer and names[0] not in local
            ]
    return list(dict.fromkeys(found))


def compute_loss(
    program: Program,
    division: Shares,
    *,
    value: Callable[[TermPlan], ast.expr],
    weighed: Callable[[TermPlan, Express], tuple[list[ast.stmt], ast.expr]],
    kept: Callable[[Names], ast.expr],
) -> ComputeLoss | None:
    """Write `compute_loss`; None where Keras's own does.

    `value` gives the value of an early term, `weighed` the statements and value of a
    late term on weights.
    """
    if not division.needs_class(program):
        return None
    write = Express(program, late_place(program, division, kept))
    written = (
        [code.assign("batch_size", _batch_size(program))] if _tracks(program) else []
    )
    written += _unpacked(program, [*division.late, *division.metrics])
    total: ast.expr | None = None
    for term in program.terms:
        if term in division.late:
            statements, name = _late(program, term, write, weighed)
            written += statements
            if not _is_nothing(term):
                total = code.add(total, _share(term, name, write))
        elif term in division.early and term.name:
            written.append(track(term.name, value(term)))
    if program.regularized:
        written.append(code.assign(owned.REGULARIZATION, owned.regularization()))
        written.append(track(owned.REGULARIZATION, code.name(owned.REGULARIZATION)))
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
    program: Program, division: Shares, written: list[ast.stmt], total: ast.expr | None
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
        output_name(program, names) if names in read else "_" for names in outputs
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
        made = loss_call(program, term, write)
    else:
        written = [code.assign(name, write(tree)) for name, tree in term.steps]
        assert term.value is not None
        made = write(term.value)
    taken = {"x", "y", "y_pred", "batch_size", "sample_weight", "training"}
    if len(program.spec.main.outputs) > 1:
        taken |= {
            output_name(program, names) for names in naming.declared(program.spec.main)
        }
    name = f"{term.key}_loss" if term.key in taken else term.key
    written.append(code.assign(name, made))
    if term.name:
        written.append(track(term.name, code.name(name)))
    return written, code.name(name)


def local_name(program: Program, term: TermPlan) -> str:
    """Return a term's variable; one that a tensor or param bears gets a suffix."""
    spec = program.spec
    taken = {
        "x",
        "y",
        "y_pred",
        "batch_size",
        "sample_weight",
        "training",
        "loss",
        "target",
    }
    taken |= {entry.name for entry in spec.main.inputs} | set(spec.params)
    taken |= {name for node in spec.main.nodes for name in naming.produced(node)}
    if term.key not in taken:
        return term.key
    return f"{term.key}_loss" if term.term.role == "loss" else f"{term.key}_value"


def loss_call(program: Program, term: TermPlan, write: Express) -> ast.expr:
    """Write the call of a loss object, weighted where there are sample weights."""
    assert term.on is not None
    prediction = write(term.on)
    target = write(term.target) if term.target is not None else prediction
    weight = [_sample_weight(program, term)] if program.reads_y else []
    return code.call(code.own(f"{term.key}_loss"), target, prediction, *weight)


def _sample_weight(program: Program, term: TermPlan) -> ast.expr:
    """Write a term's sample weights; with targets by key Keras hands them on by key."""
    weight = code.name("sample_weight")
    keys = training.keys(program)
    if not keys:
        return weight
    path = expression.path_of(term.target) if term.target is not None else None
    key = path[1] if path and path[0] == "y" else keys[0]
    return code.call("weight_of", weight, code.literal(key))


def track(name: str, value: ast.expr) -> ast.stmt:
    """Write the update of a term's running mean, weighted by the size of the batch."""
    tracker = code.attribute(code.own(f"{name}_tracker"), "update_state")
    return code.perform(code.call(tracker, value, code.name("batch_size")))


def metric_updates(
    program: Program, metrics: Iterable[TermPlan], write: Express
) -> list[ast.stmt]:
    """Write the updates of the metrics that the model feeds itself."""
    written = []
    for term in metrics:
        update = code.attribute(
            code.own(owned.metric_attribute(program, term)), "update_state"
        )
        if term.is_object:
            assert term.on is not None
            assert term.target is not None
            fed = [write(term.target), write(term.on)]
        else:
            written += [code.assign(name, write(tree)) for name, tree in term.steps]
            assert term.value is not None
            fed = [write(term.value), code.name("batch_size")]
        written.append(code.perform(code.call(update, *fed)))
    return written


def compile_model(program: Program, division: Shares) -> Function:
    """Write `compile_model`: optimizer, and what Keras computes itself."""
    make = owned.construct(program)
    keywords = {"optimizer": make(program.spec.training.optimizer)}
    if division.compiled is not None and division.compiled.term.kind is not None:
        keywords["loss"] = make(division.compiled.term.kind)
    if division.handed:
        objects = [owned.metric_object(program, term) for term in division.handed]
        keywords["metrics"] = ast.List(objects)
    keywords.update(params.settings(program.spec.training))
    body = [
        code.perform(code.call("model.compile", keywords=keywords)),
        code.give([code.name("model")]),
    ]
    names = compile_params(program, division)
    signature = params.signature(program, names, seed=False)
    return Function(
        "compile_model",
        params.joined("model", signature),
        prose.docstring(_compiling(program, division)),
        printing.lines(body, 1),
    )


def _compiling(program: Program, division: Shares) -> str:
    optimizer = program.spec.training.optimizer.name
    if division.compiled is None:
        return f"Compile with {optimizer}; the model computes its loss itself"
    kind = division.compiled.term.kind
    assert kind is not None
    return f"Compile with {optimizer} and the loss {kind.name}"


def train(program: Program) -> Function:
    """Write `train`: `fit` with the spec's epochs, batch size and callbacks."""
    y = ["y"] if program.reads_y else []
    defaults = training.defaults(program)
    callbacks = training.callbacks(program)
    keywords = {name: code.name(name) for name, _ in defaults}
    pairs: list[tuple[str, ast.expr | None]] = [("model", None), ("x", None)]
    pairs += [(name, ast.Constant(None)) for name in y]
    pairs += defaults
    if callbacks:
        pairs.append(("callbacks", code.literal(())))
        keywords["callbacks"] = ast.List(
            [*callbacks, ast.Starred(code.name("callbacks"))]
        )
    called = code.call(
        "model.fit", code.name("x"), *map(code.name, y), keywords=keywords
    )
    called.keywords.append(ast.keyword(None, code.name("options")))
    summary, details = training.summary(program)
    return Function(
        "train",
        f"{printing.parameters(pairs)}, **options",
        prose.docstring(
            f"{summary}; `options` go to `fit`",
            details,
            short="Fit to arrays or a dataset; `options` go to `fit`",
        ),
        printing.lines([code.give([called])], 1),
    )
