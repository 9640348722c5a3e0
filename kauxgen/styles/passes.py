"""The model's pass through its networks, in the styles with steps of their own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from dataclasses import replace

from kauxgen import code, naming
from kauxgen.code import read_names
from kauxgen.cut import cut, trees
from kauxgen.expander import references
from kauxgen.formula_layers import Made
from kauxgen.frozen import frozen
from kauxgen.graph import Graph
from kauxgen.layered import Layered
from kauxgen.naming import Level
from kauxgen.nodes import Input, walk
from kauxgen.page import Block, Function
from kauxgen.program import Cut, Names, Program
from kauxgen.styles import builders, classes, inference, params, parts, reached
from kauxgen.terms import term_trees

NETWORK = "network"


@frozen
class Forward:
    """The model's pass through its networks, as a stepping.step style writes it.

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


def inference_params(program: Program) -> Names:
    """Return the params that inference reads from the model."""
    return params.of_inference(program) if program.spec.networks else ()


def inference_model(program: Program, made: Made) -> Function | None:
    """Write inference: a network, a part of the built one, or a graph of own layers."""
    network, found = inference.named(program), program.prediction
    if network is not None:
        return inference.of_network(program, network, graph=False)
    if found is None:
        return None
    if program.spec.networks:
        return inference.of_class(program, found, models=True)
    given = (*naming.declared(program.main.scope), *_inner(program))

    def tensor(names: Names) -> ast.expr:
        if len(given) == 1:
            return code.name("model.network.output")
        return code.item(code.name("model.network.output"), given.index(names))

    place = reached.Tensors(code.name("model.network"), tensor)
    return reached.of_graph(program, found, made, place)


def _fed(program: Program) -> tuple[Input, ...]:
    """Return the inputs of a built network: targets are left to the terms.

    The model's class describes them.
    """
    main = program.spec.main
    read = [tree for node in walk(main.nodes) for tree in trees(node)]
    names = {path[0] for tree in read for path in references(tree)}
    fed = (one for one in main.inputs if not one.target or one.name in names)
    return tuple(replace(one, description="") for one in fed)


def fed_params(program: Program) -> Names:
    """Return the params that the inputs of a built network read."""
    return params.of_values(program, tuple(one.shape for one in _fed(program)))


def _one_network(program: Program, made: Made) -> Forward:
    scope = replace(program.main.scope, description="", inputs=_fed(program))
    plan = replace(
        program.main,
        scope=scope,
        exports=_inner(program),
        input_params=fed_params(program),
    )
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
    targets = [graph.called(names, levels) for names in naming.declared(plan.scope)]
    every = targets + [
        ast.unparse(graph.variable(names, levels)) for names in plan.exports
    ]
    read = {ast.unparse(graph.variable(names, levels)) for names in _paths(program)}
    objective = code.unpack([name if name in read else "_" for name in every], called)
    objective = code.traced("/inputs", objective)
    first = called if len(every) == 1 else None
    if first is not None or not plan.exports:
        call = [code.traced("/inputs", code.give([called]))]
    else:
        unpacked = targets + ["_"] * len(plan.exports)
        results = [code.name(name) for name in targets]
        result = results[0] if len(results) == 1 else ast.List(results)
        passed = code.traced("/inputs", code.unpack(unpacked, called))
        call = [passed, code.give([result])]
    return Forward(
        functions=(
            *parts.functions(program, made, [scope.nodes], as_classes=False),
            function,
        ),
        blocks=parts.classes_of(program, []),
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
    paths = (*_paths(program), *reached.unnamed(program))
    return tuple(names for names in dict.fromkeys(paths) if names not in outer)


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
    read = [
        tree for term in (*program.terms, *program.metrics) for tree in term_trees(term)
    ]
    outputs = [output.tree for output in scope.outputs]
    wanted = cut(program.spec, scope, outputs)
    full_cut = cut(program.spec, scope, read)
    full = _layered(program, full_cut)
    whole = _layered(program, None)
    setup = builders.made(program, code.own)
    setup += builders.frozen(program, code.own)
    setup += classes.made(classes.unmeasured(whole))
    entering = code.name(scope.first.name)
    unreached = _layers(whole) & (full_cut.wanted - wanted.wanted)
    if unreached:  # `build` makes the weights of all layers by one call
        wanted = cut(program.spec, scope, [*outputs, *read])
    short = _layered(program, wanted, full_cut.wanted)
    results = short.results()
    call = code.ending(
        short.body(entering), [results[0] if len(results) == 1 else ast.List(results)]
    )
    call = _without_idle(call, whole)
    measured = [one for one in whole.owned() if one.measured]
    objective = full.body(entering)
    return Forward(
        functions=(
            *parts.functions(program, made, _networks(program), as_classes=False),
            *builders.networks(program, made, classes=False),
        ),
        blocks=parts.classes_of(program, [program.spec.main.nodes]),
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
    idle = False
    for statement in reversed(statements):
        if idle and isinstance(statement, ast.With):
            continue  # the tape of a gradient that nothing reads
        idle = isinstance(statement, ast.Assign) and not (
            read_names(statement.targets) & read_names(kept)
        )
        if isinstance(statement, ast.For):
            kept.insert(0, _without_idle_rounds(statement, kept, layers, set()))
        elif not idle or not isinstance(statement, ast.Assign):
            kept.insert(0, statement)
        elif classes.read_from_self([statement], layers):
            called = code.perform(statement.value)
            kept.insert(0, code.retraced(called, statement))
    return kept


def _without_idle_rounds(
    loop: ast.For, behind: list[ast.stmt], layers: set[str], outer: set[str]
) -> ast.stmt:
    """Leave out of a round what neither the rounds nor anything behind them reads.

    What an item of the lists is called for stays; `outer` are items of rounds around.
    """
    body, items = list(loop.body), outer | read_names([loop.target])
    for statement in reversed(loop.body):
        at = body.index(statement)
        others = [*body[:at], *body[at + 1 :], *behind]
        if isinstance(statement, ast.For):
            body[at] = _without_idle_rounds(statement, others, layers, items)
        if not isinstance(statement, ast.Assign):
            continue
        read = read_names([*others, ast.Expr(statement.value)])
        if read & read_names(statement.targets):
            continue
        if _calls(statement, items) or classes.read_from_self([statement], layers):
            body[at] = code.retraced(code.perform(statement.value), statement)
        else:
            del body[at]
    if body == loop.body:
        return loop
    return code.retraced(ast.For(loop.target, loop.iter, body, [], lineno=0), loop)


def _calls(statement: ast.stmt, names: set[str]) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in names
        for node in ast.walk(statement)
    )


def _networks(program: Program) -> list[Level]:
    return [network.nodes for network in program.spec.networks.values()]


def _layered(
    program: Program, part: Cut | None, quiet: Collection[str] = ()
) -> Layered:
    return Layered(
        program,
        program.main,
        base=program.bases[""],
        cut=part,
        measure=classes.measure(program),
        models=True,
        quiet=quiet,
    )
