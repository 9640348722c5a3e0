"""The subclass style: a `keras.Model` with `__init__`, `build` and `call`."""

from __future__ import annotations

import ast
from dataclasses import replace

from kauxgen import code, derivatives, naming, printing
from kauxgen.express import Express, Place
from kauxgen.formula_layers import Made
from kauxgen.layered import Layered
from kauxgen.page import ComputeLoss, Function, ModelClass, Page
from kauxgen.program import Names, Program, TermPlan
from kauxgen.styles import (
    assemble,
    classes,
    fit,
    inference,
    loss,
    owned,
    params,
    selected,
    shares,
    values,
    weights,
    wording,
)
from kauxgen.values import Expr

STYLE = "subclass"


def page(program: Program, path: str) -> Page:
    """Lay out a program in the subclass style."""
    division = shares.shares(program, late_weights=False)
    package = f"{program.spec.name}_{STYLE}"
    return assemble.page(
        program,
        path,
        STYLE,
        Made(),
        blocks=(*classes.blocks(program), *classes.networks(program, package)),
        owners=division.late,
        model=_model(program, division),
        build_model=build_model(program, constructor_params(program, division)),
        compile_model=fit.compile_model(program, division),
        train=fit.train(program),
        inference=_inference(program),
    )


def _inference(program: Program) -> Function | None:
    """Write inference as a graph of the model's own layers."""
    network = inference.named(program)
    if network is not None:
        return inference.of_layer(program, network)
    found = program.prediction
    return None if found is None else inference.of_class(program, found, models=False)


def constructor_params(program: Program, division: shares.Shares) -> Names:
    """Return the params that the class takes: those of layers and of its terms."""
    read = {*params.of_layers(program), *params.of_inference(program)}
    for term in (*division.late, *division.early, *division.metrics):
        read |= set(params.of_term(program, term))
    return params.ordered(program, read)


def build_model(program: Program, names: Names) -> Function:
    """Write `build_model` of a class: make it, build it."""
    spec = program.spec
    args = [code.name(name) for name in names]
    args += [code.name("seed")] if program.drawing else []
    called = code.call(
        naming.camel(spec.name), *args, keywords={"name": code.literal(spec.name)}
    )
    body = [
        code.assign("model", called),
        code.traced(
            "/inputs",
            code.perform(code.call("model.build", classes.shapes(program))),
        ),
        code.give([code.name("model")]),
    ]
    shapes = [
        v.tree for one in spec.main.inputs for v in one.shape if isinstance(v, Expr)
    ]
    taken = params.ordered(program, {*names, *params.read_by(program, shapes)})
    return Function(
        "build_model",
        params.signature(program, taken, seed=program.drawing),
        wording.passage(program, "Build the model,"),
        printing.lines(body, 1),
    )


def _model(program: Program, division: shares.Shares) -> ModelClass:
    spec = program.spec
    layered = Layered(
        program,
        program.main,
        base=program.bases[""],
        cut=program.model_cut,
        measure=classes.measure(program),
    )
    layered.sources.update(owned.sources(division.early))
    forward = layered.body(code.name(spec.main.first.name))
    call = [*forward, *_penalties(program, division, layered)]
    call = code.unread_left_out(code.ending(call, [_outputs(layered)]))
    call = classes.parted(program, call)
    names = constructor_params(program, division)
    build_argument, build = classes.build(
        program, [o for o in layered.owned() if o.measured], networks_late=True
    )
    kept = (*names, "seed") if program.drawing else names
    signature = params.signature(program, names, seed=program.drawing)
    modes = ["training=False"] if _has_modes(program) else []
    return ModelClass(
        name=naming.camel(spec.name),
        docstring=wording.passage(
            program,
            "Maps",
            [*wording.inputs(spec.main.inputs), *wording.model_details(program)],
        ),
        signature=params.joined("self", signature, "**kwargs"),
        setup=printing.lines(
            [
                *owned.keep(kept, program.spec.params),
                *_setup(program, division, layered),
            ],
            2,
        ),
        build_signature=f"self, {build_argument}",
        build=printing.lines(build, 2),
        call_signature=params.joined("self", classes.argument(program), *modes),
        call=printing.lines(call, 2),
        compute_loss=_compute_loss(program, division),
        config=printing.config(kept),
    )


def _has_modes(program: Program) -> bool:
    when = any(term.term.when == "training" for term in program.terms)
    counting = weights.counting(program.terms)
    return program.modes or counting or when or classes.terms_heed_modes(program)


def _outputs(layered: Layered) -> ast.expr:
    results = layered.results()
    return results[0] if len(results) == 1 else ast.List(results)


def _setup(
    program: Program, division: shares.Shares, layered: Layered
) -> list[ast.stmt]:
    """Write what the constructor makes behind its numbers."""
    terms = [*division.late, *division.early]
    return [
        *classes.network_objects(program),
        *classes.made(classes.unmeasured(layered)),
        *owned.generators(program, terms),
        *weights.setup(program, terms, owned.construct(program).value),
        *owned.losses(program, division.late),
        *owned.trackers(program, loss=False),
        *owned.metrics(program, division.metrics),
    ]


def attribute(program: Program, term: TermPlan) -> str:
    """Return the attribute that keeps a term's value for its tracker."""
    spec = program.spec
    taken = {*spec.params, *spec.networks, "seed", "step"}
    taken |= {name for node in spec.main.nodes for name in naming.produced(node)}
    return f"{term.key}_value" if term.key in taken else term.key


def _kept(names: Names) -> str:
    return f"{'_'.join(names)}_kept"


def _penalties(
    program: Program, division: shares.Shares, layered: Layered
) -> list[ast.stmt]:
    """Write the terms of `call`: values kept for trackers, and `add_loss`."""
    write = Express(program, with_step(layered.writer(layered.start).place))
    written: list[ast.stmt] = [
        code.assign(
            code.own(_kept(names)), layered.variable(names, layered.start.levels)
        )
        for names in shares.kept_tensors(program, division)
    ]
    for term in division.early:
        own, value = term_value(program, term, write, selected.in_class)
        if term.name:
            own.append(code.assign(code.own(attribute(program, term)), value))
            value = code.own(attribute(program, term))
        if term.weighed is not None:
            more, weighed = values.weighed(program, term, write)
            own += more
        else:
            weighed = weights.weigh(term, value, owned.from_self, write)
        if term.term.when == "training":
            weighed = ast.IfExp(
                code.name("training"), weighed, code.call("ops.zeros", code.literal(()))
            )
        own.append(code.perform(code.call("self.add_loss", weighed)))
        written += code.all_traced(term.term.at, own)
    if weights.counting(division.early) and not weights.counting(division.late):
        written.append(weights.count_in_training())
    return written


def with_step(place: Place) -> Place:
    """Let expressions read the counter of training steps."""
    return replace(
        place,
        variable=lambda names: (
            code.own("step") if names == ("step",) else place.variable(names)
        ),
    )


def term_value(
    program: Program, term: TermPlan, write: Express, reach: selected.Reach
) -> tuple[list[ast.stmt], ast.expr]:
    """Write an expression term: its steps, and its value."""
    if term.weights:
        return selected.value(program, term, write, reach)
    assert term.value is not None
    before, value = derivatives.value(write, term.value)
    return [*derivatives.steps(write, term.steps), *before], value


def _compute_loss(program: Program, division: shares.Shares) -> ComputeLoss | None:
    def kept(names: Names) -> ast.expr:
        return code.own(_kept(names))

    def weighed(term: TermPlan, write: Express) -> tuple[list[ast.stmt], ast.expr]:
        return selected.value(program, term, write, selected.in_class)

    return loss.compute_loss(
        program,
        division,
        value=lambda term: code.own(attribute(program, term)),
        weighed=weighed,
        place=loss.late_place(
            program, division, kept=kept, network=code.own, listed=False
        ),
    )
