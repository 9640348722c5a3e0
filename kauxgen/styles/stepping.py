"""A training step and its model, in the styles with steps of their own."""

from __future__ import annotations

import ast

from kauxgen import code, derivatives, naming, printing, prose
from kauxgen.page import Function, ModelClass, Step
from kauxgen.program import Names, Plan, Program
from kauxgen.spec import Gradients
from kauxgen.styles import (
    classes,
    objective,
    owned,
    params,
    passes,
    training,
    weights,
    wording,
)


def step(program: Program, made: objective.Objective) -> Step:
    """Write the parts of a step that both styles have."""
    data = classes.argument(program)
    target = ["target"] if program.reads_y else []
    sample = ["sample_weight"] if program.reads_y and _weighs(program) else []
    modes = ["training"] if made.modes else []
    handed = ["target"] if objective.feeds_target(program) else []
    returns = wording.listed(["the loss", *made.returned])
    formula = wording.objective(program)
    details = [f"loss = {formula}, where", *wording.terms(program)]
    details += wording.purposes(program.metrics)
    said = f"Return {returns}" if made.returned else f"Return the loss {formula}"
    return Step(
        objective_signature=params.joined("self", data, *target, *sample, *modes),
        objective_docstring=prose.docstring(
            said, details, indent=2, short="Return the loss, and what the logs are fed"
        ),
        objective=printing.lines(made.statements, 2),
        unpack=_unpack(program, "data", data, sample, 2),
        train=printing.lines(train(program, made, "self", "self.optimizer"), 2),
        evaluate=printing.lines(evaluate(program, made, "self"), 2),
        log_signature=params.joined(
            "self", "loss", *made.returned, *handed, "batch_size"
        ),
        log=printing.lines(objective.log(program), 2),
    )


def _weighs(program: Program) -> bool:
    return any(term.is_object for term in program.terms)


def _unpack(
    program: Program, source: str, data: str, sample: list[str], indent: int
) -> str:
    targets = [data, "target" if program.reads_y else "_", *(sample or ["_"])]
    value = code.call("keras.utils.unpack_x_y_sample_weight", code.name(source))
    return printing.lines([code.traced("/inputs", code.unpack(targets, value))], indent)


def unpack_batch(program: Program) -> str:
    """Write the statement that parts a batch in a loop."""
    data = classes.argument(program)
    sample = ["sample_weight"] if program.reads_y and _weighs(program) else []
    return _unpack(program, "batch", data, sample, 1)


def _objective_call(
    program: Program, made: objective.Objective, owner: str, training: bool
) -> ast.expr:
    data = classes.argument(program)
    args = [data, *(["target"] if program.reads_y else [])]
    args += ["sample_weight"] if program.reads_y and _weighs(program) else []
    mode = {"training": code.literal(training)} if made.modes else {}
    return code.call(f"{owner}.objective", *map(code.name, args), keywords=mode)


def _log_call(
    program: Program, made: objective.Objective, owner: str, first: list[ast.expr]
) -> ast.stmt:
    data = classes.argument(program)
    inputs = program.spec.main.inputs
    tensor = (
        code.name(data)
        if len(inputs) == 1
        else code.item(code.name(data), inputs[0].name)
    )
    handed = [code.name("target")] if objective.feeds_target(program) else []
    size = code.item(code.call("ops.shape", tensor), 0)
    return code.give([code.call(f"{owner}.log", *first, *handed, size)])


def train(
    program: Program, made: objective.Objective, owner: str, optimizer: str
) -> list[ast.stmt]:
    """Write one update and its logs."""
    called = _objective_call(program, made, owner, True)
    first: list[ast.expr] = [code.name("loss")]
    if made.returned:
        first.append(ast.Starred(code.name("terms")))
    target: ast.expr = first[0] if len(first) == 1 else ast.Tuple(first)
    variables = code.name(f"{owner}.trainable_variables")
    asked = program.spec.training.gradients
    applied = code.call(f"{optimizer}.apply", code.name("gradients"), variables)
    update = code.perform(applied)
    statements = [
        tape([code.assign(target, called), _scaled(optimizer)]),
        code.assign("gradients", gradient(program, asked, "scaled_loss", variables)),
        *_changed_gradients(program, made, owner, optimizer, variables),
        *behind(program, ["loss"], [code.traced(program.optimizer.at, update)]),
    ]
    if weights.counting(program.terms):
        count = code.call(f"{owner}.step.assign_add", code.literal(1))
        statements.append(code.perform(count))
    return [*statements, _log_call(program, made, owner, first)]


def behind(
    program: Program, losses: list[str], updates: list[ast.stmt]
) -> list[ast.stmt]:
    """Write updates, behind the losses where something is a derivative.

    A variable that reaches a loss through a derivative alone, such as the last kernel
    of a network, may have a gradient that needs no value. TensorFlow orders its read
    before its update, but takes that order to be given by the network's value, and
    later removes that value, which nobody needs (grappler's dependency optimization):
    a logged term may then be that of a half-updated model.
    """
    if not derivatives.differentiates(program):
        return updates
    said = "A graph might update a variable before a derivative has read it."
    totals = ast.List([code.name(loss) for loss in losses])
    waits = ast.withitem(code.call("tf.control_dependencies", totals))
    return [code.Comment(said), ast.With([waits], updates, lineno=0)]


def gradient(
    program: Program, asked: Gradients | None, loss: str, variables: ast.expr
) -> ast.expr:
    """Write the gradients of a loss; of those that are changed each is there.

    A bias falls out where its network is differentiated: it would have no gradient that
    could be changed, and has one of zero. TensorFlow makes zeros for its own variables.
    """
    if asked is None or not derivatives.differentiates(program):
        return code.call("tape.gradient", code.name(loss), variables)
    values = code.comprehension(
        code.name("variable.value"), code.name("variable"), variables
    )
    zero = {"unconnected_gradients": code.literal("zero")}
    return code.call("tape.gradient", code.name(loss), values, keywords=zero)


def tape(body: list[ast.stmt], *, persistent: bool = False) -> ast.stmt:
    """Write what a tape records, for one gradient or, if persistent, for several."""
    keywords = {"persistent": code.literal(True)} if persistent else {}
    item = ast.withitem(
        code.call("tf.GradientTape", keywords=keywords), code.name("tape")
    )
    return ast.With([item], body, lineno=0)


def _scaled(optimizer: str) -> ast.stmt:
    scale = code.call(f"{optimizer}.scale_loss", code.name("loss"))
    return code.assign("scaled_loss", scale)


def _changed_gradients(
    program: Program,
    made: objective.Objective,
    owner: str,
    optimizer: str,
    variables: ast.expr,
) -> list[ast.stmt]:
    """Write what the spec does to the gradients of an objective."""
    asked = program.spec.training.gradients
    if asked is None:
        return []
    loss = _objective_call(program, made, owner, True)
    first = code.item(loss, 0) if made.returned else loss
    taken = gradient(program, asked, "scaled_loss", variables)
    return changed(asked, owner, first, optimizer, variables, taken)


def changed(
    asked: Gradients,
    owner: str,
    loss: ast.expr,
    optimizer: str,
    variables: ast.expr,
    taken: ast.expr,
) -> list[ast.stmt]:
    """Write what is done to gradients: ascent first (SAM), then centralizing.

    `taken` is how gradients are taken, which SAM does again.
    """
    statements: list[ast.stmt] = []
    if asked.sam_rho is not None:
        rho = owned.from_self(asked.sam_rho, owner)
        statements += ascent(rho, loss, optimizer, variables, taken)
    if asked.centralize:
        statements.append(centralized("gradients"))
    return code.all_traced(asked.at, statements)


def centralized(gradients: str) -> ast.stmt:
    """Write the centralizing of gradients."""
    one = code.name("gradient")
    call = code.call("centralized", one)
    return code.assign(gradients, code.comprehension(call, one, code.name(gradients)))


def ascent(
    rho: ast.expr,
    loss: ast.expr,
    optimizer: str,
    variables: ast.expr,
    taken: ast.expr,
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
    again = tape(
        [code.assign("scaled_loss", code.call(f"{optimizer}.scale_loss", loss))]
    )
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


def evaluate(program: Program, made: objective.Objective, owner: str) -> list[ast.stmt]:
    """Write the logs of one batch, without an update."""
    called = _objective_call(program, made, owner, False)
    first: ast.expr = ast.Starred(called) if made.returned else called
    return [_log_call(program, made, owner, [first])]


def model(program: Program, path: passes.Forward) -> ModelClass:
    """Write the class around the networks, up to its objective."""
    spec = program.spec
    names = constructor_params(program)
    kept = (*names, "seed") if program.drawing else names
    terms = list(program.terms)
    setup = [
        *owned.keep(kept, program.spec.params),
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
        docstring=wording.passage(program, "Maps", wording.inputs(spec.main.inputs)),
        signature=params.joined(
            "self", params.signature(program, names, seed=program.drawing), "**kwargs"
        ),
        setup=printing.lines(setup, 2),
        build_signature=f"self, {path.build[0]}" if path.build else "",
        build=printing.lines(path.build[1], 2) if path.build else "",
        call_signature=params.joined("self", classes.argument(program), *modes),
        call=printing.lines(
            classes.parted(program, code.unread_left_out(path.call)), 2
        ),
        config=printing.config(kept),
    )


def constructor_params(program: Program) -> Names:
    """Return the params that the class takes: all but those of the optimizer alone."""
    plans: list[Plan] = [program.main, *program.networks.values()]
    read = {*params.of_layers(program), *passes.inference_params(program)}
    read |= {name for plan in plans[1:] for name in plan.input_params}
    if not program.spec.networks:
        read |= set(passes.fed_params(program))
    for term in (*program.terms, *program.metrics):
        read |= set(params.of_term(program, term))
    gradients = program.spec.training.gradients
    if gradients is not None:
        read |= set(params.of_values(program, gradients.sam_rho))
    return params.ordered(program, read)


def compile_model(program: Program) -> Function:
    """Write `compile_model`: the optimizer alone."""
    names = params.of_training(program)
    make = owned.construct(program)
    keywords = {"optimizer": make(program.optimizer)}
    keywords.update(params.settings(program.spec.training))
    body = [
        training.compiled(program, keywords),
        code.give([code.name("model")]),
    ]
    optimizer = program.optimizer.name
    return Function(
        "compile_model",
        params.joined("model", params.signature(program, names, seed=False)),
        prose.docstring(
            f"Compile with {optimizer}; the model computes its loss itself"
        ),
        printing.lines(body, 1),
    )
