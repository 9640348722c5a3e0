"""Networks and blocks as classes, and the constructors of models that hold them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from kauxgen import code, expression, naming, printing, prose
from kauxgen.code import read_names
from kauxgen.layered import Layered, Owned
from kauxgen.page import Block
from kauxgen.program import Names, Plan, Program
from kauxgen.spec import Scope
from kauxgen.styles import builders, instances, owned, params, wording
from kauxgen.terms import term_trees


def networks(program: Program, package: str) -> tuple[Block, ...]:
    """Write every network as a layer, callees first."""
    return tuple(
        _network(program, plan, package)
        for plan in program.networks.values()
        if not plan.scope.like
    )


def _network(program: Program, plan: Plan, package: str) -> Block:
    layered = Layered(program, plan)
    pairs: list[tuple[str, ast.expr | None]] = [(name, None) for name in plan.networks]
    pairs += [(name, None) for name in plan.params]
    return _class(layered, plan, pairs, wording.mapping(program, plan, "Maps"), package)


def blocks(program: Program) -> tuple[Block, ...]:
    """Write every block as a layer, callees first."""
    written = []
    for plan in program.blocks.values():
        layered = Layered(program, plan, measure=own_shape)
        pairs = [
            (name, code.default(plan.scope.at, name, value))
            for name, value in plan.scope.params.items()
        ]
        summary = builders.block_summary(plan, noun=True)
        doc = prose.docstring(summary, wording.added(program, plan))
        written.append(_class(layered, plan, [*pairs], doc, ""))
    return tuple(written)


def _class(
    layered: Layered,
    plan: Plan,
    pairs: list[tuple[str, ast.expr | None]],
    docstring: str,
    package: str,
) -> Block:
    scope = plan.scope
    entering = code.name(scope.inputs[0].name)
    body = code.ending(layered.body(entering), layered.results())
    pairs = [*pairs, ("seed", code.literal(0))] if plan.drawing else pairs
    built = made([one for one in layered.owned() if one.measured])
    kept = read_from_self([*built, *body], {name for name, _ in pairs})
    at = scope.at if scope.parametric else ""
    known = scope.params if scope.parametric else layered.spec.params
    setup = [*owned.keep(kept, known, at), *made(unmeasured(layered))]
    modes = ["training=False"] if plan.modes else []
    names = [entry.name for entry in scope.inputs]
    return Block(
        name=naming.camel(scope.name),
        docstring=docstring,
        signature=params.joined("self", printing.parameters(pairs), "**kwargs"),
        setup=printing.lines(code.all_traced(scope.at, setup), 2),
        build_signature=", ".join(["self", *(f"{name}_shape" for name in names)]),
        build=printing.lines(built, 2),
        call_signature=params.joined("self", *names, *modes),
        call=printing.lines(code.all_traced(scope.at, body), 2),
        package=package,
    )


def own_shape(name: str, axis: ast.expr) -> ast.expr:
    """Write an input's size in the `build` of a layer."""
    return ast.Subscript(code.name(f"{name}_shape"), axis)


def made(attributes: list[Owned]) -> list[ast.stmt]:
    """Write the assignments that make attributes."""
    return [
        code.retraced(code.assign(code.own(one.name), one.made), one.made)
        for one in attributes
    ]


def read_from_self(body: list[ast.stmt], names: set[str]) -> Names:
    """Return which of some names a body reads as attributes, in that order."""
    read = [
        node.attr
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    ]
    return tuple(dict.fromkeys(name for name in read if name in names))


def network_objects(program: Program) -> list[ast.stmt]:
    """Write the networks of a model class, each made once."""
    written: list[ast.stmt] = []
    for name, plan in program.networks.items():
        args = [code.own(other) for other in plan.networks]
        args += [code.name(param) for param in plan.params]
        listed = plan.scope.count is not None
        number = instances.index(program, plan.scope) if listed else None
        if plan.drawing:
            args.append(instances.seed(program, plan, number))
        keywords = {"name": code.literal(name)}
        if number is not None:
            keywords = {"name": instances.label(plan.scope, number)}
        kind = naming.camel(program.spec.origin(plan.scope).name)
        made_one: ast.expr = code.call(kind, *args, keywords=keywords)
        if number is not None:
            made_one = instances.listed(plan.scope, made_one, number)
        said = plan.scope.description if plan.scope.like else ""
        object_of = code.assign(code.own(name), made_one)
        written += code.commented(said, [code.traced(plan.scope.at, object_of)])
    return written


def build(
    program: Program, measured: list[Owned], *, networks_late: bool = False
) -> tuple[str, list[ast.stmt]]:
    """Write `build`: its argument, layers that need sizes, one symbolic call.

    `networks_late` says that this call makes the layers of networks too.
    """
    inputs = program.spec.main.inputs
    several = len(inputs) > 1
    argument = "shapes" if several else f"{inputs[0].name}_shape"
    if several:
        tensor = _tensors(program.spec.main)
    else:
        dtype = [code.literal(inputs[0].dtype)] if inputs[0].dtype != "float32" else []
        tensor = code.call("keras.KerasTensor", code.name(argument), *dtype)
    call = code.perform(code.call("self.compute_output_spec", tensor))
    frozen = builders.frozen(program, code.own) if networks_late else []
    return argument, [*made(measured), call, *frozen]


def _tensors(scope: Scope) -> ast.expr:
    if all(entry.dtype == "float32" for entry in scope.inputs):
        target = ast.Tuple([code.name("name"), code.name("shape")])
        made_one = code.call("keras.KerasTensor", code.name("shape"))
        loops = [ast.comprehension(target, code.call("shapes.items"), [], 0)]
        return ast.DictComp(code.name("name"), made_one, loops)
    tensors: dict[str, ast.expr] = {}
    for entry in scope.inputs:
        dtype = [code.literal(entry.dtype)] if entry.dtype != "float32" else []
        shape = code.item(code.name("shapes"), entry.name)
        tensors[entry.name] = code.call("keras.KerasTensor", shape, *dtype)
    return code.literal(tensors)


def measure(program: Program) -> Callable[[str, ast.expr], ast.expr]:
    """Return the writer of an input's size in `build`."""
    inputs = program.spec.main.inputs

    def size(name: str, axis: ast.expr) -> ast.expr:
        if len(inputs) == 1:
            return ast.Subscript(code.name(f"{name}_shape"), axis)
        return ast.Subscript(code.item(code.name("shapes"), name), axis)

    return size


def shapes(program: Program) -> ast.expr:
    """Write the shapes that `build_model` builds the model with."""
    inputs = program.spec.main.inputs
    if len(inputs) == 1:
        return builders.input_shape(inputs[0], batch=True)
    return code.literal(
        {one.name: builders.input_shape(one, batch=True) for one in inputs}
    )


def argument(program: Program) -> str:
    """Return the argument of a model's call."""
    inputs = program.spec.main.inputs
    return inputs[0].name if len(inputs) == 1 else "inputs"


def parted(program: Program, statements: list[ast.stmt]) -> list[ast.stmt]:
    """Write what parts the argument of a model's call, and statements behind it."""
    inputs = program.spec.main.inputs
    read = read_names(statements)
    names = [entry.name for entry in inputs if entry.name in read]
    if len(inputs) == 1 or not names:
        return statements
    values = [code.item(code.name("inputs"), name) for name in names]
    given = values[0] if len(values) == 1 else ast.Tuple(values)
    at = inputs[0].at.rpartition("/")[0]
    if len(names) == 1:
        (at,) = [entry.at for entry in inputs if entry.name in names]
    parting = code.traced(at, code.unpack(names, given))
    return [parting, *statements]


def unmeasured(layered: Layered) -> list[Owned]:
    """Return the attributes that the constructor can make."""
    return [one for one in layered.owned() if not one.measured]


def terms_heed_modes(program: Program) -> bool:
    """Say whether terms call or differentiate networks that heed the mode."""
    trees = [tree for term in program.terms for tree in term_trees(term)]
    read = {str(expression.call_name(c)) for t in trees for c in expression.calls(t)}
    read |= {name.id for tree in trees for name in expression.names(tree)}
    return any(program.networks[one].modes for one in read & program.networks.keys())
