"""The functional style: `keras.Model(inputs, outputs)` with penalty layers."""

from __future__ import annotations

import ast

from kauxgen import code, naming, printing, prose
from kauxgen.express import Express
from kauxgen.formula_layers import Made
from kauxgen.graph import Graph
from kauxgen.nodes import walk
from kauxgen.page import ComputeLoss, Function, ModelClass, Page
from kauxgen.program import Names, Program, TermPlan
from kauxgen.styles import (
    assemble,
    builders,
    fit,
    inference,
    loss,
    owned,
    params,
    parts,
    penalties,
    reach,
    reached,
    selected,
    shares,
    weights,
    wording,
)

STYLE = "functional"


def page(program: Program, path: str) -> Page:
    """Lay out a program in the functional style."""
    made = Made()
    division = shares.shares(program, late_weights=True)
    networks = builders.networks(program, made, classes=True)
    graphs = [network.nodes for network in program.spec.networks.values()]
    graphs.append(program.spec.main.nodes)
    blocks = parts.functions(program, made, graphs, as_classes=True)
    graph = Graph(
        program,
        program.main,
        made,
        base=program.bases[""],
        classes=True,
        cut=program.graph_cut,
    )
    build = _build_model(program, division, graph)
    model = _model_class(program, division)
    told = model is not None and model.compute_loss is not None
    return assemble.page(
        program,
        path,
        STYLE,
        made,
        layers_as_classes=True,
        builders=(*blocks, *networks),
        blocks=parts.classes_of(program, []),
        penalties=penalties.layers(program, graph, division.early),
        kept=bool(shares.kept_tensors(program, division)),
        owners=division.late,
        model=model,
        build_model=build,
        compile_model=fit.compile_model(
            program,
            division,
            wording.purposes(() if told else (*program.terms, *program.metrics)),
        ),
        train=fit.train(program),
        inference=_inference(program, division, made),
        tapped=bool(_tapped(program, division)),
    )


def _build_model(program: Program, division: shares.Shares, graph: Graph) -> Function:
    spec = program.spec
    body = builders.made(program, code.name)
    body += builders.frozen(program, code.name)
    body += [builders.keras_input(entry) for entry in spec.main.inputs] + graph.body()
    outputs = graph.results()
    threaded = ast.unparse(outputs[0])
    body += _kept(program, division, graph, threaded)
    taps = _tapped(program, division)
    kept = bool(shares.kept_tensors(program, division))
    body += _taps(graph, taps, "outputs" if kept else threaded)
    kept = kept or bool(taps)
    body += penalties.statements(
        program, graph, division.early, "outputs" if kept else threaded
    )
    if division.early or kept:
        outputs[0] = code.name("outputs")
    results = outputs[0] if len(outputs) == 1 else ast.List(outputs)
    body.append(code.give([_model(program, division, results)]))
    body = code.unread_left_out(body)
    names = _read(program, division)
    return Function(
        "build_model",
        params.signature(program, names, seed=program.drawing),
        wording.passage(program, "Build the model,", wording.inputs(spec.main.inputs)),
        printing.lines(body, 1),
    )


def _read(program: Program, division: shares.Shares) -> Names:
    """Return the params that building reads: those of layers, inputs and its terms."""
    read = {*params.of_layers(program), *params.of_inputs(program)}
    for term in (*division.late, *division.early, *division.metrics):
        read |= set(params.of_term(program, term))
    return params.ordered(program, read)


def _kept(
    program: Program, division: shares.Shares, graph: Graph, output: str
) -> list[ast.stmt]:
    """Write the layers that keep inner tensors for loss objects."""
    written = []
    for names in shares.kept_tensors(program, division):
        tensor = graph.variable(names, graph.start.levels)
        label = {"name": code.literal(f"{'_'.join(names)}_kept")}
        call = code.call(code.call("Keep", keywords=label), code.name(output), tensor)
        written.append(code.assign("outputs", call))
        output = "outputs"
    return written


def _tapped(program: Program, division: shares.Shares) -> list[Names]:
    """Return the paths that inference reads and nothing that Keras names gives."""
    given = naming.declared(program.spec.main)
    kept = bool(shares.kept_tensors(program, division))
    first = 1 if division.early or kept else 0  # it passes through other layers
    return [names for names in reached.unnamed(program) if names not in given[first:]]


def _taps(graph: Graph, taps: list[Names], output: str) -> list[ast.stmt]:
    """Write the layers that let inference find inner tensors."""
    written = []
    for names in taps:
        tensor = graph.variable(names, graph.start.levels)
        label = {"name": code.literal(f"{'_'.join(names)}_tap")}
        call = code.call(code.call("Tap", keywords=label), code.name(output), tensor)
        written.append(code.assign("outputs", call))
        output = "outputs"
    return written


def _inference(
    program: Program, division: shares.Shares, made: Made
) -> Function | None:
    """Write inference by a part of the model's graph."""
    network = inference.named(program)
    if network is not None:
        return inference.of_network(program, network, graph=True)
    taps = _tapped(program, division)
    found, given = program.prediction, naming.declared(program.spec.main)

    def tensor(names: Names) -> ast.expr:
        if names in taps:
            label = f"{'_'.join(names)}_tap"
            called = code.call("model.get_layer", code.literal(label))
            listed = reached.is_list(program, names)
            index = ast.Slice(code.literal(1)) if listed else code.literal(1)
            return ast.Subscript(code.attribute(called, "input"), index)
        return code.item(code.name("model.outputs"), given.index(names))

    place = reached.Tensors(code.name("model"), tensor)
    return None if found is None else reached.of_graph(program, found, made, place)


def _model(program: Program, division: shares.Shares, outputs: ast.expr) -> ast.expr:
    spec = program.spec
    entries = spec.main.inputs
    inputs: ast.expr = code.name(entries[0].name)
    if len(entries) > 1:
        inputs = code.literal({entry.name: code.name(entry.name) for entry in entries})
    keywords = {"name": code.literal(spec.name)}
    if not (division.needs_class(program) or _fixes_modes(program)):
        return code.call("keras.Model", inputs, outputs, keywords=keywords)
    given = {name: code.name(name) for name in shares.late_params(program, division)}
    if _seeded(division):
        given["seed"] = code.name("seed")
    return code.call(
        naming.camel(spec.name), inputs, outputs, keywords={**given, **keywords}
    )


def _fixes_modes(program: Program) -> bool:
    """Say whether a call has a mode of its own, which Keras hands on to later ones."""
    return any(
        getattr(node, "training", None) is not None
        for scope in program.spec.scopes
        for node in walk(scope.nodes)
    )


def _seeded(division: shares.Shares) -> bool:
    return any(owned.seeds(term) for term in division.late)


def _model_class(program: Program, division: shares.Shares) -> ModelClass | None:
    def value(term: TermPlan) -> ast.expr:
        return code.attribute(_get_layer(penalties.label(program, term)), "value")

    def kept(names: Names) -> ast.expr:
        return code.attribute(_get_layer(f"{'_'.join(names)}_kept"), "value")

    def weighed(term: TermPlan, write: Express) -> tuple[list[ast.stmt], ast.expr]:
        return selected.value(program, term, write, selected.in_graph)

    place = loss.late_place(
        program,
        division,
        kept=kept,
        network=lambda name: reach.network_in_graph(program, name),
        listed=True,
    )
    computed = loss.compute_loss(
        program, division, value=value, weighed=weighed, place=place
    )
    if computed is None and not _fixes_modes(program):
        return None
    names = shares.late_params(program, division)
    kept_names = (*names, "seed") if _seeded(division) else names
    setup = owned.keep(kept_names, program.spec.params)
    setup += owned.generators(program, division.late)
    setup += weights.setup(
        program,
        list(division.late),
        lambda value: owned.construct(program).value(value),
    )
    setup += owned.losses(program, division.late)
    setup += owned.trackers(program, loss=False)
    setup += owned.metrics(program, division.metrics)
    return ModelClass(
        name=naming.camel(program.spec.name),
        docstring=_docstring(program, computed),
        signature=params.joined("self", "*args", *kept_names, "**kwargs"),
        setup=printing.lines(setup, 2),
        call=(
            "return super().call(inputs, training=training, mask=mask)"
            if _fixes_modes(program)
            else ""
        ),
        compute_loss=computed,
        config=printing.config(kept_names),
    )


def _docstring(program: Program, computed: ComputeLoss | None) -> str:
    if computed is None:
        return prose.docstring("Functional model with layers in modes of their own")
    words = "Functional model that computes its loss term by term"
    return prose.docstring(words, wording.model_details(program))


def _get_layer(name: str) -> ast.expr:
    return code.call("self.get_layer", code.literal(name))
