"""The spec's own functions, losses, regularizers and initializers, as code."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from kauxgen import callees, code, naming, printing, prose
from kauxgen.express import Express, Place
from kauxgen.nodes import LayerNode, walk
from kauxgen.page import Closure, CustomGradient, Function
from kauxgen.program import Names, Program
from kauxgen.spec import Definition, Scope
from kauxgen.styles import owned
from kauxgen.values import Expr, Kind

_INNER = {
    "loss": ("loss", "y_true, y_pred", "keras.losses.Loss"),
    "regularizer": ("regularizer", "w", "keras.regularizers.Regularizer"),
    "initializer": (
        "initializer",
        "shape, dtype=None",
        "keras.initializers.Initializer",
    ),
}


def signature(definition: Definition, *, leading: Iterable[str] = ()) -> str:
    """Write a definition's arguments, its params behind them."""
    pairs: list[tuple[str, ast.expr | None]] = [(name, None) for name in leading]
    pairs += _defaults(definition)
    return printing.parameters(pairs)


def _defaults(definition: Definition) -> list[tuple[str, ast.expr | None]]:
    return [
        (name, code.default(definition.at, name, value))
        for name, value in definition.params.items()
    ]


def express(
    program: Program,
    definition: Definition,
    param: Callable[[str], ast.expr] = code.name,
) -> Express:
    """Return the writer of expressions in a definition: it sees its own names."""

    def variable(names: Names) -> ast.expr:
        return code.name("_".join(names))

    def draw(call: ast.Call, args: list[ast.expr]) -> ast.expr:
        raise AssertionError(
            f"{definition.at}: a definition draws: {ast.unparse(call)}", args
        )

    place = Place(frozenset(definition.params), variable, param, code.name, draw)
    return Express(program, place)


def body(
    program: Program,
    definition: Definition,
    param: Callable[[str], ast.expr] = code.name,
) -> list[ast.stmt]:
    """Write a definition's steps and its result."""
    write = express(program, definition, param)
    steps = [code.assign(name, write(step.tree)) for name, step in definition.let]
    written = [*steps, code.give([write(definition.expr.tree)])]
    return code.all_traced(definition.at, written)


def docstring(definition: Definition, details: Iterable[str] = ()) -> str:
    """Write a definition's docstring: its description, else its expression."""
    family = "" if definition.family == "function" else f"the {definition.family} "
    short = f"Return {family}{definition.name}"
    text = " ".join(definition.expr.text.split())
    if definition.description:
        return prose.docstring(definition.description, details, short=short)
    whole = f"Return {family}{text}"
    return prose.docstring(whole, details, short=short, long=_long(definition))


def _long(definition: Definition) -> str:
    """Write the steps and the result of a definition as a paragraph."""
    steps = [f"{name} = {' '.join(step.text.split())}" for name, step in definition.let]
    text = " ".join(definition.expr.text.split())
    return f"It is {text}" + (f", where {', '.join(steps)}." if steps else ".")


def functions(program: Program) -> tuple[Function, ...]:
    """Write the functions without a backward pass of their own."""
    return tuple(
        Function(
            definition.name,
            signature(definition, leading=definition.arguments),
            docstring(definition),
            printing.lines(body(program, definition), 1),
        )
        for definition in program.functions
        if not definition.gradient
    )


def gradients(program: Program) -> tuple[CustomGradient, ...]:
    """Write the functions whose backward pass is given."""
    return tuple(
        _gradient(program, definition)
        for definition in program.functions
        if definition.gradient
    )


def _gradient(program: Program, definition: Definition) -> CustomGradient:
    write = express(program, definition)
    indent, at = 2 if definition.params else 1, definition.at
    given = dict(definition.gradient)
    steps = [code.assign(name, write(step.tree)) for name, step in definition.let]
    result = code.assign("result", write(definition.expr.tree))
    backward = [write(given[name].tree) for name in definition.arguments]
    paths = "; ".join(f"d{name} = {given[name].text}" for name in definition.arguments)
    return CustomGradient(
        name=definition.name,
        arguments=", ".join(definition.arguments),
        signature=signature(definition, leading=definition.arguments),
        docstring=docstring(definition, [f"Its backward pass is {paths}."]),
        forward=printing.lines(code.all_traced(at, [*steps, result]), indent),
        backward=printing.lines([code.traced(at, code.give(backward))], indent + 1),
        parametric=bool(definition.params),
    )


def closure(program: Program, definition: Definition, package: str) -> Closure:
    """Write a loss, regularizer or initializer; with a package, as a class."""
    inner, arguments, parent = _INNER[definition.family]
    as_class = bool(package)
    written = body(program, definition, code.own if as_class else code.name)
    is_loss = definition.family == "loss"
    return Closure(
        name=definition.name,
        inner=inner,
        signature=signature(definition),
        arguments=arguments,
        docstring=_called(definition, as_class),
        body=printing.lines(written, 2),
        package=package,
        class_name=f"{naming.camel(definition.name)}({parent})" if as_class else "",
        class_signature=_constructor(definition),
        class_init=printing.lines(_setup(definition), 2),
        method="call" if is_loss else "__call__",
        config=_config(definition),
    )


def _constructor(definition: Definition) -> str:
    pairs: list[tuple[str, ast.expr | None]] = [("self", None)]
    pairs += _defaults(definition)
    if definition.family != "loss":
        return printing.parameters(pairs)
    pairs.append(("name", code.literal(definition.name)))
    return f"{printing.parameters(pairs)}, **kwargs"


def _setup(definition: Definition) -> list[ast.stmt]:
    """Write the constructor of a class; a loss hands its name on."""
    kept = owned.keep(tuple(definition.params), definition.params, definition.at)
    if definition.family != "loss":
        return kept
    made = code.call(
        code.attribute(code.call("super"), "__init__"),
        keywords={"name": code.name("name")},
    )
    made.keywords.append(ast.keyword(None, code.name("kwargs")))
    return [code.perform(made), *kept]


def _config(definition: Definition) -> str:
    """Write the configuration of a class: its numbers, a loss's name and reduction."""
    own = ast.Dict(
        [code.literal(name) for name in definition.params],
        [code.own(name) for name in definition.params],
    )
    if definition.family == "loss":
        above = code.call(code.attribute(code.call("super"), "get_config"))
        own = ast.Dict([None, *own.keys], [above, *own.values])
    return ast.unparse(own)


def _called(definition: Definition, as_class: bool) -> str:
    if as_class and not definition.description:
        short = f"The {definition.family} {definition.name}"
        whole = f"The {definition.family} {' '.join(definition.expr.text.split())}"
        return prose.docstring(whole, short=short, long=_long(definition))
    return docstring(definition)


def used_kinds(program: Program) -> Iterable[Kind]:
    """Yield every kind of the spec's terms and of what graphs hold, nested ones too."""
    for one in program.passes:
        for plan in (*one.terms, *one.metrics):
            if plan.term.kind is not None:
                yield plan.term.kind
    for scope in program.spec.scopes:
        if scope.kind != "layer":
            yield from _kinds(scope)


def layer_kinds(program: Program) -> Iterable[Kind]:
    """Yield every kind inside layers of `define`, which are classes in all styles."""
    for layer in program.spec.layers.values():
        for scope in callees.within(layer, program.spec):
            yield from _kinds(scope)
            for weight in scope.weights:
                yield from _nested(weight.kinds)


def _kinds(scope: Scope) -> Iterable[Kind]:
    for node in walk(scope.nodes):
        if isinstance(node, LayerNode):
            yield from _nested(node.layer)


def _nested(value: object) -> Iterable[Kind]:
    if isinstance(value, Kind):
        yield value
        for item in value.args.values():
            yield from _nested(item)
    elif isinstance(value, tuple) and not isinstance(value, Expr):
        for item in value:
            yield from _nested(item)


def closures(
    program: Program, package: str, *, layers_as_classes: bool
) -> tuple[tuple[Closure, ...], tuple[Closure, ...]]:
    """Write the definitions that are used: closures, then classes."""
    as_closures: list[Closure] = []
    as_classes: list[Closure] = []
    for definition in program.spec.definitions:
        if definition.family == "function":
            continue
        by_class, by_closure = _uses(program, definition, layers_as_classes)
        if by_closure:
            as_closures.append(closure(program, definition, ""))
        if by_class:
            as_classes.append(closure(program, definition, package))
    return tuple(as_closures), tuple(as_classes)


def _uses(
    program: Program, definition: Definition, layers_as_classes: bool
) -> tuple[bool, bool]:
    on_layer = any(
        (kind.family, kind.name) == (definition.family, definition.name)
        for kind in used_kinds(program)
        if kind.family != "penalty"
    )
    terms = [plan for one in program.passes for plan in one.terms]
    called = any(plan.regularizer == definition for plan in terms) or any(
        (kind.family, kind.name) == (definition.family, definition.name)
        for kind in layer_kinds(program)
    )
    if definition.emit == "class":
        return on_layer or called, False
    if definition.family == "loss" or not layers_as_classes:
        return False, on_layer or called
    return on_layer, called
