"""The model of a step with phases: networks, state, optimizers, passes as methods."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from kauxgen import code, naming, printing, prose
from kauxgen.express import Express, Place
from kauxgen.layered import drawn
from kauxgen.page import Function, ModelClass
from kauxgen.parts import updated as closure
from kauxgen.program import Names, PhasePlan, Plan, Program
from kauxgen.spec import Average, State
from kauxgen.styles import (
    builders,
    owned,
    params,
    phase_logs,
    training,
    weights,
    wording,
)
from kauxgen.styles.phase_pass import (
    EVALUATION,
    FORWARD,
    Passed,
    averages,
    lone_phase,
    plan,
    states,
    updated,
)
from kauxgen.styles.phase_update import counts, method_name, optimizer_name
from kauxgen.values import Expr


def inferred(program: Program) -> Program:
    """Return a program whose model is the network that predicts."""
    inference = program.spec.inference
    assert inference is not None
    assert inference.network is not None
    main = program.networks[inference.network]
    spec = replace(program.spec, main=main.scope, step=None)
    return replace(program, main=main, checked=replace(program.checked, spec=spec))


def model(program: Program, passes: tuple[Passed, ...]) -> ModelClass:
    """Write the class around the networks, up to its passes."""
    names = constructor_params(program)
    kept = (*names, "seed") if program.drawing else names
    network = inferred(program).main
    entries = network.scope.inputs
    argument = entries[0].name if len(entries) == 1 else "inputs"
    modes = ["training=False"] if network.modes else []
    signature = params.signature(program, names, seed=program.drawing)
    return ModelClass(
        name=naming.camel(program.spec.name),
        docstring=_docstring(program),
        signature=params.joined("self", signature, "**kwargs"),
        setup=printing.lines(
            [*owned.keep(kept, program.spec.params), *_setup(program, passes)], 2
        ),
        call_signature=params.joined("self", argument, *modes),
        call=printing.lines([_call(network, argument)], 2),
        config=printing.config(kept),
    )


def _call(network: Plan, argument: str) -> ast.stmt:
    """Write the call of the network that predicts: what it declares."""
    mode = {"training": code.name("training")} if network.modes else {}
    callee = code.own(network.scope.name)
    called: ast.expr = code.call(callee, code.name(argument), keywords=mode)
    if network.exports:
        count = len(network.scope.outputs)
        part = ast.Slice(None, code.literal(count)) if count > 1 else code.literal(0)
        called = ast.Subscript(called, part)
    return code.give([called])


def _docstring(program: Program) -> str:
    deeds = [_deed(each) for each in plan(program).phases]
    if len(deeds) == 1:
        details = [f"Each step {deeds[0]}."]
    else:
        details = ["Each step", *(f"- {deed}" for deed in deeds)]
    details += wording.inputs(program.spec.inputs)
    return wording.passage(inferred(program), "Maps", details)


def _deed(each: PhasePlan) -> str:
    networks = wording.listed(one.network for one in each.phase.update)
    times = each.phase.repeat
    said = times.text if isinstance(times, Expr) else times
    often = "" if times == 1 else f" {said} times"
    return f"updates {networks}{often} to minimize {wording.objective(each.program)}"


def constructor_params(program: Program) -> Names:
    """Return the params that the class takes: all but those of optimizers alone."""
    own = plan(program)
    read = set(params.of_layers(program))
    read |= {n for one in program.networks.values() for n in one.input_params}
    for one in own.passes:
        read |= set(one.main.params)
        for term in (*one.terms, *one.metrics):
            read |= set(params.of_term(one, term))
    for each in own.phases:
        gradients = each.phase.gradients or program.spec.training.gradients
        read |= set(params.of_values(program, each.phase.repeat))
        read |= set(params.of_values(program, gradients and gradients.sam_rho))
    for average in averages(program):
        read |= set(params.of_values(program, (average.decay, average.every)))
    for state in states(program):
        read |= set(params.of_values(program, state.shape))
        read |= set(
            params.read_by(program, [state.initial.tree] if state.initial else [])
        )
    return params.ordered(program, read)


def _setup(program: Program, passes: tuple[Passed, ...]) -> list[ast.stmt]:
    """Write what the constructor makes behind its numbers."""
    written = builders.made(program, code.own)
    for average in averages(program):
        weights_of = code.call(f"self.{average.source}.get_weights")
        copied = code.call(f"self.{average.target}.set_weights", weights_of)
        written.append(code.traced(average.at, code.perform(copied)))
    written += builders.frozen(program, code.own)
    for one in states(program):
        state = code.traced(one.at, _state(program, one))
        written += code.commented(one.description, [state])
    for passed in passes:
        written += passed.generators
    if counts(program):
        written.append(code.assign(code.own("step"), weights.step_weight()))
    for own in (passed.program for passed in passes):
        terms = [term for term in own.terms if not weights.counts_steps(term)]
        written += weights.setup(own, terms, owned.construct(program).value)
        written += owned.losses(own, own.terms)
    for log in phase_logs.every(program, passes):
        tracker = code.assign(code.own(log.attribute), log.made)
        written.append(code.traced(log.at, tracker))
    return _once(written)


def _once(statements: Iterable[ast.stmt]) -> list[ast.stmt]:
    """Leave out what was written already: an evaluation repeats losses of a phase."""
    first: dict[object, ast.stmt] = {}
    for one in map(_located, statements):
        first.setdefault(_key(one), one)
    return list(first.values())


def _key(statement: ast.stmt) -> object:
    """Tell what a statement does; a comment says something of its own."""
    own = isinstance(statement, code.Comment)
    return id(statement) if own else ast.unparse(statement)


def _located(statement: ast.stmt) -> ast.stmt:
    return ast.fix_missing_locations(statement)


def _state(program: Program, one: State) -> ast.stmt:
    """Write what a step keeps: a weight that no optimizer moves."""
    if one.initial is not None:
        value = _initial(program, one.initial)
        keywords = {"trainable": code.literal(False), "name": code.literal(one.name)}
        made = code.call("keras.Variable", value, keywords=keywords)
        return code.assign(code.own(one.name), made)
    compute = owned.construct(program).value
    keywords = {"shape": compute(one.shape), "initializer": code.literal("zeros")}
    if one.dtype != "float32":
        keywords["dtype"] = code.literal(one.dtype)
    keywords.update(trainable=code.literal(False), name=code.literal(one.name))
    return code.assign(
        code.own(one.name), code.call("self.add_weight", keywords=keywords)
    )


def _initial(program: Program, initial: Expr) -> ast.expr:
    """Write the first value of a state; its draws are those of the seed."""

    def draw(call: ast.Call, args: list[ast.expr]) -> ast.expr:
        offset = plan(program).state_seeds[id(call)]
        return drawn(call, args, code.add(code.name("seed"), offset))

    place = Place(
        params=frozenset(program.spec.params),
        variable=lambda names: code.name("_".join(names)),
        param=code.name,
        network=code.own,
        draw=draw,
    )
    return Express(program, place)(initial.tree)


def methods(program: Program, passes: tuple[Passed, ...]) -> tuple[Function, ...]:
    """Write the passes, the updates of averages, and compiling, as methods."""
    return (
        *(_method(program, one) for one in passes),
        *(_average(one) for one in averages(program)),
        *compiling(program),
    )


def _method(program: Program, one: Passed) -> Function:
    modes = ["training"] if one.modes else []
    return Function(
        method_name(one),
        params.joined("self", *one.reads, *modes),
        _said(one),
        printing.lines(code.all_traced(one.at, one.statements), 2),
    )


_SHORT = {
    FORWARD: "Return what the phases read",
    EVALUATION: "Return what evaluation logs",
}


def _said(one: Passed) -> str:
    """Write the docstring of a pass: what it returns, and the mathematics."""
    logged = [name for name in one.returned if name not in one.assigned]
    returns = wording.listed(logged or one.returned)
    terms = wording.terms(one.program)
    said, details = f"Return {returns}", [*(["Where"] if terms else []), *terms]
    short = _SHORT.get(one.label, "Return the loss, and what the logs are fed")
    if one.total == "loss":
        said = f"Return the {returns}"
        details[0] = f"loss = {wording.objective(one.program)}, where"
    elif one.label == FORWARD:
        said = f"Return {returns}, which the phases read"
    elif len(terms) == 1:
        details = [f"{terms[0].removeprefix('- ')}."]
    details += wording.purposes(one.program.metrics)
    own = one.program.spec.main.description
    if own and one.label != FORWARD:
        return prose.docstring(own, [f"{said}.", *details], indent=2, short=short)
    return prose.docstring(said, details, indent=2, short=short)


def _average(one: Average) -> Function:
    """Write the method that moves a network towards another."""
    weight, other = code.name("weight"), code.name("other")
    decay, rest = _shares(one)
    value: ast.expr = other
    said = f"Copy the weights of {one.source} to {one.target}"
    if decay is not None:
        kept = ast.BinOp(decay, ast.Mult(), weight)
        value = ast.BinOp(kept, ast.Add(), ast.BinOp(rest, ast.Mult(), other))
        said = f"Move {one.target} towards {one.source}: it is its moving average"
    pairs = code.call(
        "zip",
        code.name(f"self.{one.target}.weights"),
        code.name(f"self.{one.source}.weights"),
        keywords={"strict": code.literal(True)},
    )
    body = code.perform(code.call("weight.assign", value))
    loop = code.loop(ast.Tuple([weight, other]), pairs, [body])
    return Function(
        f"update_{one.target}",
        "self",
        prose.docstring(one.description or said, indent=2, short=said),
        printing.lines([code.traced(one.at, loop)], 2),
    )


def _shares(one: Average) -> tuple[ast.expr | None, ast.expr]:
    """Write the share of the old value and that of the new one."""
    if isinstance(one.decay, Expr):
        decay = owned.from_self(one.decay)
        return decay, ast.BinOp(code.literal(1), ast.Sub(), decay)
    assert isinstance(one.decay, (int, float))
    if one.decay == 0:
        return None, code.literal(1)
    return code.literal(one.decay), code.literal(round(1 - one.decay, 12))


def compiling(program: Program) -> tuple[Function, ...]:
    """Write `compile` and its configuration, where Keras's own do not fit."""
    phases = plan(program).phases
    if lone_phase(program):
        return () if _trains_all(program) else (_compile_one(phases[0]), _from_config())
    names = [optimizer_name(program, each) for each in phases]
    return (_compile(names, phases), _compile_config(names), _from_config())


def _trains_all(program: Program) -> bool:
    """Say whether the only phase updates every network that has trainable weights."""
    spec = program.spec
    (each,) = plan(program).phases
    own = closure(spec, each.phase)
    return all(
        name in own or not spec.networks[name].trainable for name in spec.networks
    )


def _compile_one(each: PhasePlan) -> Function:
    build = code.call("optimizer.build", updated(each, "self"))
    body = [_super_compile(code.name("optimizer")), code.perform(build)]
    return Function(
        "compile", "self, optimizer, **options", "", printing.lines(body, 2)
    )


def _super_compile(optimizer: ast.expr) -> ast.stmt:
    parent = code.attribute(code.call("super"), "compile")
    keywords = [ast.keyword("optimizer", optimizer)]
    keywords.append(ast.keyword(None, code.name("options")))
    return code.perform(ast.Call(parent, [], keywords))


def _compile(names: list[str], phases: tuple[PhasePlan, ...]) -> Function:
    body = [_super_compile(ast.Constant(None))]
    body += [code.assign(code.own(name), code.name(name)) for name in names]
    for name, each in zip(names, phases, strict=True):
        build = code.perform(code.call(f"{name}.build", updated(each, "self")))
        body.append(code.traced(each.phase.at, build))
    signature = params.joined("self", *names, "**options")
    return Function("compile", signature, "", printing.lines(body, 2))


def _compile_config(names: list[str]) -> Function:
    config = code.literal({name: code.own(name) for name in names})
    serialized = code.call("keras.saving.serialize_keras_object", config)
    body = ast.If(code.own("compiled"), [code.give([serialized])], [])
    return Function("get_compile_config", "self", "", printing.lines([body], 2))


def _from_config() -> Function:
    config = code.call("keras.saving.deserialize_keras_object", code.name("config"))
    call = ast.Call(code.own("compile"), [], [ast.keyword(None, config)])
    body = printing.lines([code.perform(call)], 2)
    return Function("compile_from_config", "self, config", "", body)


def compile_model(program: Program) -> Function:
    """Write `compile_model`: an optimizer for each phase."""
    make = owned.construct(program)
    phases = plan(program).phases
    keywords: dict[str, ast.expr] = {}
    for each in phases:
        kind = each.phase.optimizer or program.optimizer
        keywords[optimizer_name(program, each)] = make(kind)
    keywords.update(params.settings(program.spec.training))
    body = [
        training.compiled(program, keywords),
        code.give([code.name("model")]),
    ]
    names = params.of_values(program, program.spec.optimizers)
    return Function(
        "compile_model",
        params.joined("model", params.signature(program, names, seed=False)),
        prose.docstring(_compiled(program)),
        printing.lines(body, 1),
    )


def _compiled(program: Program) -> str:
    phases = plan(program).phases
    kinds = [(each.phase.optimizer or program.optimizer).name for each in phases]
    if len(phases) == 1:
        return f"Compile with {kinds[0]}; the model computes its loss itself"
    named = [each.phase.name for each in phases]
    if len(set(kinds)) == 1:
        return f"Compile with one {kinds[0]} each for {wording.listed(named)}"
    pairs = zip(kinds, named, strict=True)
    return f"Compile with {wording.listed(f'{k} for {n}' for k, n in pairs)}"
