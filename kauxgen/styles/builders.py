"""Networks and blocks of a graph: functions that build them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from kauxgen import code, derivatives, naming, printing, prose
from kauxgen.express import Express, Place
from kauxgen.formula_layers import FormulaLayer, Made
from kauxgen.graph import Graph, dense
from kauxgen.layered import drawn
from kauxgen.nodes import Input
from kauxgen.page import Function, Noise, OwnLayer
from kauxgen.program import Names, Plan, Program
from kauxgen.spec import Scope
from kauxgen.styles import instances, owned, params, wording
from kauxgen.values import Expr


def keras_input(entry: Input) -> ast.stmt:
    """Write the input of a graph."""
    keywords = {"name": code.literal(entry.name)}
    if entry.dtype != "float32":
        keywords["dtype"] = code.literal(entry.dtype)
    made = code.call("keras.Input", input_shape(entry), keywords=keywords)
    return code.traced(entry.at, code.assign(entry.name, made))


def input_shape(entry: Input, *, batch: bool = False) -> ast.expr:
    """Write an input's shape, behind a batch axis where wanted."""
    sizes = [
        size.tree if isinstance(size, Expr) else code.literal(size)
        for size in entry.shape
    ]
    return ast.Tuple([ast.Constant(None), *sizes] if batch else sizes)


def builder_params(program: Program, plan: Plan) -> Names:
    """Return the params that a network's builder takes."""
    return params.ordered(program, {*plan.params, *plan.input_params})


def networks(program: Program, made: Made, *, classes: bool) -> tuple[Function, ...]:
    """Write a builder for every network, callees first."""
    return tuple(
        network(program, plan, made, f"build_{name}", name, classes=classes)
        for name, plan in program.networks.items()
        if not plan.scope.like
    )


def network(
    program: Program,
    plan: Plan,
    made: Made,
    function: str,
    name: str,
    *,
    classes: bool,
    prefix: str | None = None,
) -> Function:
    """Write the function that builds one network as a functional model."""
    label: str | ast.expr = name if prefix is None else prefix
    several = instances.copied(program, plan.scope)
    label = code.name("name") if several else label
    graph = Graph(
        program,
        plan,
        made,
        prefix=(label,) if label else (),
        classes=classes,
        cut=program.graph_cut if plan.scope.kind == "main" else None,
        stem=(name,) if several else (),
    )
    body = [keras_input(entry) for entry in plan.scope.inputs] + graph.body()
    keywords = {"name": code.name("name") if several else code.literal(name)}
    model = code.call(
        "keras.Model", model_inputs(plan.scope), _results(graph), keywords=keywords
    )
    leading: list[tuple[str, ast.expr | None]] = [
        (other, None) for other in plan.networks
    ]
    leading += [(param, None) for param in builder_params(program, plan)]
    leading += [("name", None)] if several else []
    leading += [("seed", code.literal(0))] if plan.drawing else []
    return Function(
        function,
        printing.parameters(leading),
        wording.mapping(program, plan, "Map"),
        printing.lines(code.all_traced(plan.scope.at, [*body, code.give([model])]), 1),
    )


def made(program: Program, network: Callable[[str], ast.expr]) -> list[ast.stmt]:
    """Write the networks of a model, each made once.

    What the spec says of one that is like another stands there: the builder is that
    one's.
    """
    written: list[ast.stmt] = []
    for name, plan in program.networks.items():
        built = code.assign(network(name), build_network(program, name, network))
        built = code.traced(plan.scope.at, built)
        said = plan.scope.description if plan.scope.like else ""
        written += code.commented(said, [built])
    return written


def model_inputs(scope: Scope) -> ast.expr:
    """Write the inputs of a network: one, or a list."""
    names = [code.name(entry.name) for entry in scope.inputs]
    return names[0] if len(names) == 1 else ast.List(names)


def _results(graph: Graph) -> ast.expr:
    results = graph.results()
    return results[0] if len(results) == 1 else ast.List(results)


def frozen(program: Program, network: Callable[[str], ast.expr]) -> list[ast.stmt]:
    """Write the freezing of networks, whose layers all exist by then.

    A `trainable=False` at their making would not reach the layers inside.
    """
    return [
        code.traced(plan.scope.at, instances.frozen(plan.scope, network(name)))
        for name, plan in program.networks.items()
        if not plan.scope.trainable
    ]


def build_network(
    program: Program, name: str, network: Callable[[str], ast.expr] = code.name
) -> ast.expr:
    """Write the call that builds a network; `network` reads those that it calls."""
    plan = program.networks[name]
    args = [network(one) for one in plan.networks]
    args += [code.name(one) for one in builder_params(program, plan)]
    origin = program.spec.origin(plan.scope)
    if not instances.copied(program, origin):
        args += [instances.seed(program, plan, None)] if plan.drawing else []
        return code.call(f"build_{name}", *args)
    number = instances.index(program, plan.scope)
    listed = plan.scope.count is not None
    named = instances.label(plan.scope, number) if listed else code.literal(name)
    keywords = {"name": named}
    if plan.drawing:
        keywords["seed"] = instances.seed(program, plan, number if listed else None)
    made = code.call(f"build_{origin.name}", *args, keywords=keywords)
    return instances.listed(plan.scope, made, number) if listed else made


def blocks(program: Program, made: Made, *, classes: bool) -> tuple[Function, ...]:
    """Write a function for every block, callees first."""
    return tuple(
        _block(program, plan, made, classes) for plan in program.blocks.values()
    )


def _block(program: Program, plan: Plan, made: Made, classes: bool) -> Function:
    scope = plan.scope
    graph = Graph(program, plan, made, prefix=(code.name("name"),), classes=classes)
    body = graph.body()
    pairs: list[tuple[str, ast.expr | None]] = [
        (entry.name, None) for entry in scope.inputs
    ]
    pairs.append(("name", None))
    pairs += [
        (key, code.default(scope.at, key, value)) for key, value in scope.params.items()
    ]
    if plan.drawing:
        pairs.append(("seed", code.literal(0)))
    return Function(
        naming.block_function(program.spec, scope.name),
        printing.parameters(pairs),
        prose.docstring(block_summary(plan), wording.added(program, plan)),
        printing.lines(
            code.all_traced(scope.at, code.ending(body, graph.results())), 1
        ),
    )


def block_summary(plan: Plan, *, noun: bool = False) -> str:
    """Return what a block's docstring says, of a function or of a class."""
    scope = plan.scope
    if scope.description:
        return scope.description
    entering = wording.listed(entry.name for entry in scope.inputs)
    leaving = wording.listed(output.text for output in scope.outputs)
    if noun:
        return f"Applies the block {scope.name} to {entering}; returns {leaving}"
    return f"Apply the block {scope.name} to {entering}; return {leaving}"


_DENSE = "ops.convert_to_tensor(x, sparse=False)"
"""An input that is read: Keras marks products with numbers as sparse."""

_NOISES = {
    "normal_like": (
        "Draws standard normal noise in the shape of its input.",
        "keras.random.normal(ops.shape(x), seed=self.seed_generator)",
    ),
    "uniform_like": (
        "Draws uniform noise from [0, 1) in the shape of its input.",
        "keras.random.uniform(ops.shape(x), seed=self.seed_generator)",
    ),
    "shuffle": (
        "Shuffles the samples of a batch.",
        f"keras.random.shuffle({_DENSE}, axis=0, seed=self.seed_generator)",
    ),
    "categorical": (
        "Draws one category from each row of logits.",
        f"ops.squeeze(keras.random.categorical({_DENSE}, 1, "
        "seed=self.seed_generator), -1)",
    ),
}
_CLASS_NAMES = {
    "normal_like": "NormalLike",
    "uniform_like": "UniformLike",
    "shuffle": "Shuffle",
    "categorical": "Categorical",
}


def noises(made: Made) -> tuple[Noise, ...]:
    """Return the layers that draw, by the kinds of draws that graphs write."""
    return tuple(
        Noise(_CLASS_NAMES[kind], prose.docstring(words), draw)
        for kind, (words, draw) in _NOISES.items()
        if kind in made.noises
    )


def own_layers(program: Program, made: Made) -> tuple[OwnLayer, ...]:
    """Write the layers of expressions that graphs cannot hold."""
    return tuple(_own_layer(program, layer) for layer in made.formulas)


def _own_layer(program: Program, layer: FormulaLayer) -> OwnLayer:
    place = Place(
        params=frozenset(layer.params),
        variable=lambda names: code.name(layer.paths.get(names, "_".join(names))),
        param=code.own,
        network=code.own,
        draw=lambda call, args: drawn(
            call, args, code.own(_generator(layer.seeds[id(call)]))
        ),
        mode=code.name("training") if layer.modes else None,
        taken=(*layer.tensors, *(name for name, _ in layer.steps), "training"),
    )
    write = Express(program, place)
    densely = [code.assign(name, dense(code.name(name))) for name in layer.tensors]
    body = derivatives.steps(write, layer.steps)
    body += code.ending(
        derivatives.assigned(write, ["value"], layer.value), [code.name("value")]
    )
    seeds = list(layer.seeds.values())
    kept = (*layer.networks, *layer.params, *seeds)
    setup = owned.keep(kept) + [
        code.assign(
            code.own(_generator(seed)),
            code.call("keras.random.SeedGenerator", code.name(seed)),
        )
        for seed in seeds
    ]
    pairs: list[tuple[str, ast.expr | None]] = [
        (name, None) for name in (*layer.networks,)
    ]
    pairs += [(name, code.literal(value)) for name, value in layer.params.items()]
    pairs += [(seed, code.literal(0)) for seed in seeds]
    modes = ["training=False"] if layer.modes else []
    return OwnLayer(
        name=layer.name,
        docstring=_computing(layer),
        signature=params.joined("self", printing.parameters(pairs), "**kwargs"),
        setup=printing.lines(code.all_traced(layer.at, setup), 2),
        call_signature=params.joined("self", *layer.tensors, *modes),
        dense=printing.lines(code.all_traced(layer.at, densely), 2),
        body=printing.lines(code.all_traced(layer.at, body), 2),
        config=printing.config(kept),
        revive=printing.lines([_revived(name) for name in layer.networks], 2),
    )


def _computing(layer: FormulaLayer) -> str:
    """Say what a layer computes: its expression, behind its name where it is long."""
    text = " ".join(layer.text.split())
    short = f"Computes {naming.snake(layer.name).removesuffix('_value')}"
    return prose.docstring(f"Computes {text}", short=short, long=f"It is {text}.")


def _revived(name: str) -> ast.stmt:
    """Write how a network comes back from a configuration."""
    config = code.item(code.name("config"), name)
    return code.assign(
        config, code.call("keras.saving.deserialize_keras_object", config)
    )


def _generator(seed: str) -> str:
    return f"{seed}_generator"
