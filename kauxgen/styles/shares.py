"""Who computes which term in the styles that use `fit`."""

from __future__ import annotations

import ast

from kauxgen import naming
from kauxgen.expander import references
from kauxgen.frozen import frozen
from kauxgen.program import Names, Program, TermPlan
from kauxgen.styles import params
from kauxgen.terms import term_trees
from kauxgen.values import Expr


@frozen
class Shares:
    """Who computes which term.

    `compiled` is the loss that `compile` takes; `late` are the terms of `compute_loss`,
    `early` those of the forward pass; `metrics` are fed by the model, `handed` go to
    `compile`.
    """

    compiled: TermPlan | None
    late: tuple[TermPlan, ...]
    early: tuple[TermPlan, ...]
    metrics: tuple[TermPlan, ...]
    handed: tuple[TermPlan, ...]

    def needs_class(self, program: Program) -> bool:
        """Say whether the model must compute anything of its loss itself."""
        named = any(term.name for term in program.terms)
        return bool(self.late or self.metrics or program.regularized or named)


def shares(program: Program, *, late_weights: bool) -> Shares:
    """Divide the terms; `late_weights` says that a graph cannot hold weights."""
    compiled = _compiled(program)

    def is_late(term: TermPlan) -> bool:
        return term.is_object or term.reads_y or (late_weights and bool(term.weights))

    rest = [term for term in program.terms if term is not compiled]
    handed = tuple(term for term in program.metrics if _is_plain(program, term))
    return Shares(
        compiled=compiled,
        late=tuple(term for term in rest if is_late(term)),
        early=tuple(term for term in rest if not is_late(term)),
        metrics=tuple(term for term in program.metrics if term not in handed),
        handed=handed,
    )


def _compiled(program: Program) -> TermPlan | None:
    objects = [term for term in program.terms if term.is_object]
    if len(objects) != 1 or objects[0].name or not _is_plain(program, objects[0]):
        return None
    (only,) = objects
    plain = (
        only.weight == 1
        and not isinstance(only.weight, Expr)
        and only.term.when == "always"
    )
    return only if plain else None


def _is_plain(program: Program, term: TermPlan) -> bool:
    """Say whether a loss or metric compares the only output with `y`."""
    output = program.spec.main.outputs
    if len(output) != 1 or not term.is_object or term.on is None or term.target is None:
        return False
    return ast.unparse(term.on) == output[0].text and ast.unparse(term.target) == "y"


def compile_params(program: Program, division: Shares) -> Names:
    """Return the params that compiling reads; building may read them, too."""
    compiled = [division.compiled] if division.compiled else []
    asked = {
        name
        for term in (*compiled, *division.handed)
        for name in params.of_term(program, term)
    }
    return params.ordered(program, {*asked, *params.of_training(program)})


def late_params(program: Program, division: Shares) -> Names:
    """Return the params that the terms of `compute_loss` read."""
    terms = (*division.late, *division.metrics)
    return params.ordered(
        program, {n for term in terms for n in params.of_term(program, term)}
    )


def output_name(program: Program, names: Names) -> str:
    """Return the variable of one of several outputs."""
    return naming.variable(program.spec, (program.spec.main.nodes,), names)


def kept_tensors(program: Program, division: Shares) -> list[Names]:
    """Return the inner tensors that loss objects read, which a model must keep."""
    spec = program.spec
    outer = {
        *naming.declared(spec.main),
        *((entry.name,) for entry in spec.main.inputs),
    }
    found: list[Names] = []
    for term in division.late:
        local = {
            "y",
            "step",
            "pi",
            term.item,
            *spec.params,
            *(name for name, _ in term.steps),
        }
        for tree in term_trees(term):
            found += [
                names
                for names in references(tree)
                if names not in outer and names[0] not in local
            ]
    return list(dict.fromkeys(found))
