"""What the two styles with steps of their own share: networks, objective, logs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kauxgen import code, expression, naming, printing, prose
from kauxgen.cut import Cut, cut
from kauxgen.expander import references
from kauxgen.express import Express, Place
from kauxgen.graph import Graph, Made, read_names
from kauxgen.layered import Layered, drawn
from kauxgen.naming import Level
from kauxgen.page import Block, Function, ModelClass, Step
from kauxgen.program import Names, Plan, Program, TermPlan
from kauxgen.styles import (
    builders,
    classes,
    fit,
    owned,
    params,
    selected,
    subclass,
    weights,
    wording,
)
from kauxgen.terms import term_trees

NETWORK = "network"


@dataclass(frozen=True)
class Forward:
    """The model's pass through its networks, as a step style writes it.

    `call` and `objective` are its statements for the outputs alone and for all terms;
    `variable` reads a path in the objective, `results` are the outputs in `call`.
    """

    functions: tuple[Function, ...]
    blocks: tuple[Block, ...]
    setup: list[ast.stmt]
    call: list[ast.stmt]
    objective: list[ast.stmt]
    variable: Callable[[Names], ast.expr]
    build: tuple[str, list[ast.stmt]] | None


def forward(program: Program, made: Made) -> Forward:
    """Write the pass: one built network, or the spec's networks beside own layers."""
    return (
        _with_networks(program, made)
        if program.spec.networks
        else _one_network(program, made)
    )


def _one_network(program: Program, made: Made) -> Forward:
    scope = replace(program.main.scope, description="")
    plan = replace(program.main, scope=scope, exports=_inner(program))
    graph = Graph(program, plan, made)
    function = builders.network(
        program, plan, made, f"build_{NETWORK}", NETWORK, classes=False, prefix=""
    )
    args = [code.name(name) for name in builders.builder_params(program, plan)]
    args += [code.name("seed")] if plan.drawing else []
    setup = [code.assign(code.own(NETWORK), code.call(f"build_{NETWORK}", *args))]
    inputs = [code.name(entry.name) for entry in plan.scope.inputs]
    mode = {"training": code.name("training")} if plan.modes else {}
    given = inputs[0] if len(inputs) == 1 else ast.List(inputs)
    called = code.call(code.own(NETWORK), given, keywords=mode)
    levels = (plan.scope.nodes,)
    targets = [
        naming.variable(program.spec, levels, names)
        for names in naming.declared(plan.scope)
    ]
    every = targets + [
        ast.unparse(graph.variable(names, levels)) for names in plan.exports
    ]
    read = {ast.unparse(graph.variable(names, levels)) for names in _paths(program)}
    objective = code.unpack([name if name in read else "_" for name in every], called)
    first = called if len(every) == 1 else None
    if first is not None or not plan.exports:
        call = [code.give([called])]
    else:
        unpacked = targets + ["_"] * len(plan.exports)
        results = [code.name(name) for name in targets]
        result = results[0] if len(results) == 1 else ast.List(results)
        call = [code.unpack(unpacked, called), code.give([result])]
    return Forward(
        functions=(*builders.blocks(program, made, classes=False), function),
        blocks=(),
        setup=setup,
        call=call,
        objective=[objective],
        variable=lambda names: graph.variable(names, levels),
        build=None,
    )


def _inner(program: Program) -> tuple[Names, ...]:
    """Return the paths that terms read beside inputs and outputs."""
    scope = program.spec.main
    outer = {*naming.declared(scope), *((entry.name,) for entry in scope.inputs)}
    return tuple(names for names in _paths(program) if names not in outer)


def _paths(program: Program) -> list[Names]:
    """Return the paths of tensors that terms and metrics read, in order."""
    scope = program.spec.main
    found: dict[Names, None] = {}
    for term in (*program.terms, *program.metrics):
        for tree in term_trees(term):
            for names in references(tree):
                is_input = any(names[0] == entry.name for entry in scope.inputs)
                if is_input or naming.find(scope.nodes, names[0]) is not None:
                    found[names] = None
    return list(found)


def _with_networks(program: Program, made: Made) -> Forward:
    scope = program.spec.main
    trees = [
        tree for term in (*program.terms, *program.metrics) for tree in term_trees(term)
    ]
    outputs = [output.tree for output in scope.outputs]
    wanted = cut(program.spec, scope, outputs)
    full_cut = cut(program.spec, scope, trees)
    full = _layered(program, full_cut)
    whole = _layered(program, None)
    setup = [
        code.assign(code.own(name), builders.build_network(program, name, code.own))
        for name in program.networks
    ]
    setup += classes.made(classes.unmeasured(whole))
    entering = code.name(scope.inputs[0].name)
    unreached = _layers(whole) & (full_cut.wanted - wanted.wanted)
    if unreached:  # `build` makes the weights of all layers by one call
        wanted = cut(program.spec, scope, [*outputs, *trees])
    short = _layered(program, wanted)
    results = short.results()
    call = code.ending(
        short.body(entering), [results[0] if len(results) == 1 else ast.List(results)]
    )
    call = _without_idle(call, whole) if unreached else call
    measured = [one for one in whole.owned() if one.measured]
    objective = full.body(entering)
    return Forward(
        functions=(
            *_graph_blocks(program, made),
            *builders.networks(program, made, classes=False),
        ),
        blocks=_class_blocks(program),
        setup=setup,
        call=call,
        objective=objective,
        variable=lambda names: full.variable(names, full.start.levels),
        build=classes.build(program, measured) if _layers(whole) else None,
    )


def _layers(whole: Layered) -> set[str | int]:
    """Return the layers and blocks of a model's own list, by pointer."""
    return {one.key for one in whole.owned() if not one.suffix}


def _without_idle(statements: list[ast.stmt], whole: Layered) -> list[ast.stmt]:
    """Leave out values that nothing reads, but keep the calls of layers in them."""
    layers = {one.name for one in whole.owned() if not one.suffix}
    kept: list[ast.stmt] = []
    for statement in reversed(statements):
        idle = isinstance(statement, ast.Assign) and not (
            read_names(statement.targets) & read_names(kept)
        )
        if not idle or not isinstance(statement, ast.Assign):
            kept.insert(0, statement)
        elif classes.read_from_self([statement], layers):
            kept.insert(0, code.perform(statement.value))
    return kept


def _layered(program: Program, part: Cut | None) -> Layered:
    return Layered(
        program,
        program.main,
        base=program.bases[""],
        cut=part,
        measure=classes.measure(program),
        models=True,
    )


def _used_blocks(program: Program, levels: list[Level]) -> set[str]:
    found: set[str] = set()

    def visit(level: Level) -> None:
        for node, _ in naming.levels_of(level):
            scope = naming.target(program.spec, node)
            if scope is not None and scope.kind == "block" and scope.name not in found:
                found.add(scope.name)
                visit(scope.nodes)

    for level in levels:
        visit(level)
    return found


def _graph_blocks(program: Program, made: Made) -> Iterator[Function]:
    used = _used_blocks(
        program, [network.nodes for network in program.spec.networks.values()]
    )
    for function in builders.blocks(program, made, classes=False):
        if function.name in used:
            yield function


def _class_blocks(program: Program) -> tuple[Block, ...]:
    used = {
        naming.camel(name) for name in _used_blocks(program, [program.spec.main.nodes])
    }
    return tuple(block for block in classes.blocks(program) if block.name in used)


@dataclass(frozen=True)
class Objective:
    """The objective: its statements, and the names that it returns behind the loss."""

    statements: list[ast.stmt]
    returned: tuple[str, ...]
    modes: bool


def place(program: Program, path: Forward) -> Place:
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
    )


def objective(program: Program, path: Forward) -> Objective:
    """Write the objective: the pass, the terms, the weighted total."""
    write = Express(program, place(program, path))
    _, parting = classes.entering(program)
    statements = [*parting, *path.objective]
    total: ast.expr | None = None
    for term in program.terms:
        made, value = _term(program, term, write)
        statements += made
        name = fit.local_name(program, term)
        lone = len(program.terms) == 1 and not term.name and not program.regularized
        weighed = weights.weigh(
            term, value if lone else code.name(name), owned.from_self, write
        )
        if not lone:
            statements.append(code.assign(name, value))
        if term.term.when == "training":
            weighed = ast.IfExp(code.name("training"), weighed, code.literal(0.0))
        total = code.add(total, weighed)
    if program.regularized:
        statements.append(code.assign(owned.REGULARIZATION, owned.regularization()))
        total = code.add(total, code.name(owned.REGULARIZATION))
    assert total is not None
    metrics, fed = _metrics(program, write)
    statements += metrics
    named = [fit.local_name(program, term) for term in program.terms if term.name]
    named += [owned.REGULARIZATION] if program.regularized else []
    returned = tuple(dict.fromkeys([*named, *fed]))
    if returned:
        statements.append(code.assign("loss", total))
        statements.append(code.give([code.name("loss"), *map(code.name, returned)]))
    else:
        statements.append(code.give([total]))
    return Objective(statements, returned, _has_modes(program))


def _has_modes(program: Program) -> bool:
    return (
        program.modes
        or any(term.term.when == "training" for term in program.terms)
        or any(
            program.networks[str(name)].modes
            for term in program.terms
            for tree in term_trees(term)
            for call in expression.calls(tree)
            for name in [
                expression.call_name(call),
                *(n.id for n in expression.names(call)),
            ]
            if name in program.networks
        )
    )


def _term(
    program: Program, term: TermPlan, write: Express
) -> tuple[list[ast.stmt], ast.expr]:
    if term.is_object:
        return [], fit.loss_call(program, term, write)
    return subclass.term_value(program, term, write, selected.in_networks)


def _metrics(program: Program, write: Express) -> tuple[list[ast.stmt], list[str]]:
    """Write what metrics are fed: statements, and the names beside the target."""
    statements: list[ast.stmt] = []
    fed: list[str] = []
    for term in program.metrics:
        statements += [code.assign(name, write(tree)) for name, tree in term.steps]
        for name, tree in _feeds(program, term):
            written = write(tree)
            if ast.unparse(written) != name:
                statements.append(code.assign(name, written))
            fed.append(name)
    return statements, fed


def _feeds(program: Program, term: TermPlan) -> Iterator[tuple[str, ast.expr]]:
    """Yield the variables that a metric is fed from, with their expressions."""
    if term.value is not None:
        yield fit.local_name(program, term), term.value
        return
    for word, tree in (("on", term.on), ("target", term.target)):
        assert tree is not None
        if not _reads_target(tree):
            yield _fed_name(program, term, word, tree), tree


def _fed_name(program: Program, term: TermPlan, word: str, tree: ast.expr) -> str:
    if expression.is_reference(tree):
        names = next(references(tree))
        return naming.variable(program.spec, (program.spec.main.nodes,), names)
    return f"{term.key}_{word}"


def _reads_target(tree: ast.expr) -> bool:
    return (expression.path_of(tree) or ("",))[0] == "y"


def log(program: Program) -> list[ast.stmt]:
    """Write the updates of all running means and metrics."""
    statements = [fit.track("loss", code.name("loss"))]
    statements += [
        fit.track(term.name, code.name(fit.local_name(program, term)))
        for term in program.terms
        if term.name
    ]
    if program.regularized:
        name = owned.REGULARIZATION
        statements.append(fit.track(name, code.name(name)))
    for term in program.metrics:
        update = code.attribute(
            code.own(owned.metric_attribute(program, term)), "update_state"
        )
        feeds = [code.name(name) for name, _ in _feeds(program, term)]
        if term.value is not None:
            feeds.append(code.name("batch_size"))
        elif term.target is not None and _reads_target(term.target):
            path = expression.path_of(term.target) or ()
            target = code.name("target")
            feeds.insert(0, target if len(path) == 1 else code.item(target, path[1]))
        else:
            feeds.reverse()
        statements.append(code.perform(code.call(update, *feeds)))
    return statements


def feeds_target(program: Program) -> bool:
    """Say whether a metric compares with the target."""
    return any(
        term.value is None and term.target is not None and _reads_target(term.target)
        for term in program.metrics
    )


def step(program: Program, made: Objective) -> Step:
    """Write the parts of a step that both styles have."""
    data, _ = classes.entering(program)
    target = ["target"] if program.reads_y else []
    sample = ["sample_weight"] if program.reads_y and _weighs(program) else []
    modes = ["training"] if made.modes else []
    handed = ["target"] if feeds_target(program) else []
    returns = wording.listed(["the loss", *made.returned])
    formula = wording.objective(program)
    details = [f"loss = {formula}, where", *wording.terms(program)]
    said = f"Return {returns}" if made.returned else f"Return the loss {formula}"
    return Step(
        objective_signature=params.joined("self", data, *target, *sample, *modes),
        objective_docstring=prose.docstring(
            said, details, indent=2, short="Return the loss, and what the logs are fed"
        ),
        objective=printing.lines(made.statements, 2),
        unpack=_unpack(program, "data", data, sample),
        train=printing.lines(train(program, made, "self", "self.optimizer"), 2),
        evaluate=printing.lines(evaluate(program, made, "self"), 2),
        log_signature=params.joined(
            "self", "loss", *made.returned, *handed, "batch_size"
        ),
        log=printing.lines(log(program), 2),
    )


def _weighs(program: Program) -> bool:
    return any(term.is_object for term in program.terms)


def _unpack(program: Program, source: str, data: str, sample: list[str]) -> str:
    targets = [data, "target" if program.reads_y else "_", *(sample or ["_"])]
    value = code.call("keras.utils.unpack_x_y_sample_weight", code.name(source))
    return printing.lines([code.unpack(targets, value)], 2)


def unpack_batch(program: Program) -> str:
    """Write the statement that parts a batch in a loop."""
    data, _ = classes.entering(program)
    sample = ["sample_weight"] if program.reads_y and _weighs(program) else []
    return _unpack(program, "batch", data, sample)


def _objective_call(
    program: Program, made: Objective, owner: str, training: bool
) -> ast.expr:
    data, _ = classes.entering(program)
    args = [data, *(["target"] if program.reads_y else [])]
    args += ["sample_weight"] if program.reads_y and _weighs(program) else []
    mode = {"training": code.literal(training)} if made.modes else {}
    return code.call(f"{owner}.objective", *map(code.name, args), keywords=mode)


def _log_call(
    program: Program, made: Objective, owner: str, first: list[ast.expr]
) -> ast.stmt:
    data, _ = classes.entering(program)
    inputs = program.spec.main.inputs
    tensor = (
        code.name(data)
        if len(inputs) == 1
        else code.item(code.name(data), inputs[0].name)
    )
    handed = [code.name("target")] if feeds_target(program) else []
    size = code.item(code.call("ops.shape", tensor), 0)
    return code.give([code.call(f"{owner}.log", *first, *handed, size)])


def train(
    program: Program, made: Objective, owner: str, optimizer: str
) -> list[ast.stmt]:
    """Write one update and its logs."""
    called = _objective_call(program, made, owner, True)
    first: list[ast.expr] = [code.name("loss")]
    if made.returned:
        first.append(ast.Starred(code.name("terms")))
    target: ast.expr = first[0] if len(first) == 1 else ast.Tuple(first)
    variables = code.name(f"{owner}.trainable_variables")
    statements = [
        _tape([code.assign(target, called), _scaled(optimizer)]),
        code.assign(
            "gradients", code.call("tape.gradient", code.name("scaled_loss"), variables)
        ),
        *_changed_gradients(program, made, owner, optimizer, variables),
        code.perform(
            code.call(f"{optimizer}.apply", code.name("gradients"), variables)
        ),
    ]
    if weights.counting(program.terms):
        count = code.call(f"{owner}.step.assign_add", code.literal(1))
        statements.append(code.perform(count))
    return [*statements, _log_call(program, made, owner, first)]


def _tape(body: list[ast.stmt]) -> ast.stmt:
    item = ast.withitem(code.call("tf.GradientTape"), code.name("tape"))
    return ast.With([item], body, lineno=0)


def _scaled(optimizer: str) -> ast.stmt:
    scale = code.call(f"{optimizer}.scale_loss", code.name("loss"))
    return code.assign("scaled_loss", scale)


def _changed_gradients(
    program: Program, made: Objective, owner: str, optimizer: str, variables: ast.expr
) -> list[ast.stmt]:
    """Write what the spec does to gradients: ascent first (SAM), then centralizing."""
    asked = program.spec.training.gradients
    statements: list[ast.stmt] = []
    if asked is not None and asked.sam_rho is not None:
        loss = _objective_call(program, made, owner, True)
        first = code.item(loss, 0) if made.returned else loss
        statements += _ascent(
            owned.from_self(asked.sam_rho), first, optimizer, variables
        )
    if asked is not None and asked.centralize:
        one = code.name("gradient")
        all_of = code.comprehension(
            code.call("centralized", one), one, code.name("gradients")
        )
        statements.append(code.assign("gradients", all_of))
    return statements


def _ascent(
    rho: ast.expr, loss: ast.expr, optimizer: str, variables: ast.expr
) -> list[ast.stmt]:
    """Write sharpness-aware gradients, at w + rho g / |g| (Foret et al., 2021)."""
    gradient, variable = code.name("gradient"), code.name("variable")
    norm = code.assign(
        "norm", code.call("tf.linalg.global_norm", code.name("gradients"))
    )
    moved = ast.BinOp(
        ast.BinOp(rho, ast.Mult(), gradient), ast.Div(), code.name("norm")
    )
    steps = code.assign(
        "ascent", code.comprehension(moved, gradient, code.name("gradients"))
    )
    again = _tape(
        [code.assign("scaled_loss", code.call(f"{optimizer}.scale_loss", loss))]
    )
    taken = code.call("tape.gradient", code.name("scaled_loss"), variables)
    pair = ast.Tuple([variable, code.name("move")])
    zipped = code.call(
        "zip", variables, code.name("ascent"), keywords={"strict": code.literal(True)}
    )

    def move(method: str) -> ast.stmt:
        return code.perform(
            code.call(code.attribute(variable, method), code.name("move"))
        )

    return [
        norm,
        steps,
        code.loop(pair, zipped, [move("assign_add")]),
        again,
        code.assign("gradients", taken),
        code.loop(pair, zipped, [move("assign_sub")]),
    ]


def evaluate(program: Program, made: Objective, owner: str) -> list[ast.stmt]:
    """Write the logs of one batch, without an update."""
    called = _objective_call(program, made, owner, False)
    first: ast.expr = ast.Starred(called) if made.returned else called
    return [_log_call(program, made, owner, [first])]


def model(program: Program, path: Forward) -> ModelClass:
    """Write the class around the networks, up to its objective."""
    spec = program.spec
    names = constructor_params(program)
    kept = (*names, "seed") if program.drawing else names
    argument, parting = classes.entering(program)
    terms = list(program.terms)
    setup = [
        *owned.keep(kept),
        *path.setup,
        *owned.generators(program, [*terms, *program.metrics]),
        *weights.setup(program, terms, owned.construct(program).value),
        *owned.losses(program, terms),
        *owned.trackers(program, loss=True),
        *owned.metrics(program, program.metrics),
    ]
    modes = ["training=False"] if program.modes else []
    return ModelClass(
        name=naming.camel(spec.name),
        docstring=wording.passage(program, "Maps"),
        signature=params.joined(
            "self", params.signature(program, names, seed=program.drawing), "**kwargs"
        ),
        setup=printing.lines(setup, 2),
        build_signature=f"self, {path.build[0]}" if path.build else "",
        build=printing.lines(path.build[1], 2) if path.build else "",
        call_signature=params.joined("self", argument, *modes),
        call=printing.lines([*parting, *path.call], 2),
        config=printing.config(kept),
    )


def constructor_params(program: Program) -> Names:
    """Return the params that the class takes: all but those of the optimizer alone."""
    plans: list[Plan] = [program.main, *program.networks.values()]
    read = set(params.of_layers(program))
    read |= {name for plan in plans[1:] for name in plan.input_params}
    if not program.spec.networks:
        read |= set(plans[0].input_params)
    for term in (*program.terms, *program.metrics):
        read |= set(params.of_term(program, term))
    gradients = program.spec.training.gradients
    if gradients is not None:
        read |= set(params.of_values(program, gradients.sam_rho))
    return params.ordered(program, read)


def compile_model(program: Program) -> Function:
    """Write `compile_model`: the optimizer alone."""
    names = [
        n for n in params.of_training(program) if n not in constructor_params(program)
    ]
    make = owned.construct(program)
    keywords = {"optimizer": make(program.spec.training.optimizer)}
    keywords.update(params.settings(program.spec.training))
    body = [
        code.perform(code.call("model.compile", keywords=keywords)),
        code.give([code.name("model")]),
    ]
    optimizer = program.spec.training.optimizer.name
    return Function(
        "compile_model",
        params.joined("model", params.signature(program, names, seed=False)),
        prose.docstring(
            f"Compile with {optimizer}; the model computes its loss itself"
        ),
        printing.lines(body, 1),
    )
