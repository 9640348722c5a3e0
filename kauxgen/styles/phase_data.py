"""The data of a step with phases: batches by name, and `train`."""

from __future__ import annotations

import ast

from kauxgen import code, printing, prose
from kauxgen.frozen import frozen
from kauxgen.page import Function
from kauxgen.program import Program
from kauxgen.spec import Pattern, names_in
from kauxgen.styles import fit, training
from kauxgen.styles.phase_pass import steps


@frozen
class Naming:
    """How the tensors of a dataset's batches get their names.

    `batch` is the function for one batch, `data` that for all of them.
    """

    pattern: tuple[Pattern, ...]
    batch: str
    data: str


def naming(program: Program, *, evaluation: bool = False) -> Naming | None:
    """Return how batches are named; None where a batch is one tensor."""
    step = steps(program)
    own = step.evaluation
    differs = evaluation and own is not None and own.batch != step.batch
    pattern = own.batch if differs and own is not None else step.batch
    if isinstance(pattern, str):
        return None
    suffix = "_in_evaluation" if differs else ""
    return Naming(pattern, f"named{suffix}", f"by_name{suffix}")


def functions(program: Program) -> tuple[Function, ...]:
    """Write the functions that give the tensors of a dataset's batches names."""
    found = (naming(program), naming(program, evaluation=True))
    once = dict.fromkeys(one for one in found if one is not None)
    return tuple(made for one in once for made in (_batch(one), _data(one)))


def _batch(one: Naming) -> Function:
    """Write the function that names the tensors of one batch."""
    names = names_in(one.pattern)
    body = [code.give([code.literal({name: code.name(name) for name in names})])]
    signature = ", ".join(names)
    if any(not isinstance(part, str) or part == "_" for part in one.pattern):
        signature = "*batch"
        body.insert(0, code.assign(_shown(one.pattern), code.name("batch")))
    said = "Return the tensors of a batch by name"
    return Function(
        one.batch, signature, prose.docstring(said), printing.lines(body, 1)
    )


def _shown(pattern: Pattern) -> ast.expr:
    if isinstance(pattern, str):
        return code.name(pattern)
    return ast.Tuple([_shown(part) for part in pattern])


def _data(one: Naming) -> Function:
    """Write the function that names the tensors of all batches of a dataset."""
    dataset = code.call("isinstance", code.name("data"), code.name("tf.data.Dataset"))
    mapped = code.call("data.map", code.name(one.batch))
    either = ast.IfExp(dataset, mapped, code.name("data"))
    words = ast.unparse(_shown(one.pattern))
    said = f"Name the tensors of a dataset of batches {words}"
    return Function(
        one.data,
        "data",
        prose.docstring(
            f"{said}; arrays come by name",
            short="Name the tensors of a dataset's batches; arrays come by name",
            long=f"A batch is {words}.",
        ),
        printing.lines([code.give([either])], 1),
    )


def given(program: Program, data: str, *, evaluation: bool = False) -> ast.expr:
    """Write data, with names for the tensors of a dataset's batches."""
    known = naming(program, evaluation=evaluation)
    return code.call(known.data, code.name(data)) if known else code.name(data)


def train(program: Program) -> Function:
    """Write `train`: `fit`, on data whose tensors have names."""
    held_out = given(program, "validation_data", evaluation=True)
    if not functions(program):
        return fit.train(program)
    defaults, callbacks = training.defaults(program), training.callbacks(program)
    keywords = {"validation_data": held_out}
    keywords |= {name: code.name(name) for name, _ in defaults}
    none: ast.expr = ast.Constant(None)
    pairs: list[tuple[str, ast.expr | None]] = [("model", None), ("x", None)]
    pairs += [("validation_data", none), *defaults]
    if callbacks:
        pairs.append(("callbacks", code.literal(())))
        more = ast.Starred(code.name("callbacks"))
        keywords["callbacks"] = ast.List([*callbacks, more])
    called = code.call("model.fit", given(program, "x"), keywords=keywords)
    called.keywords.append(ast.keyword(None, code.name("options")))
    summary, details = training.summary(program)
    return Function(
        "train",
        f"{printing.parameters(pairs)}, **options",
        prose.docstring(
            f"{summary}, or a dataset; `options` go to `fit`",
            details,
            short="Fit to arrays by name or a dataset; `options` go to `fit`",
            long=f"{summary}.",
        ),
        printing.lines([code.traced("/inputs", code.give([called]))], 1),
    )
