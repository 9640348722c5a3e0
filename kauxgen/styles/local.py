"""The variables of terms: their names, unless these are needed for something else."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen import naming
from kauxgen.expander import references
from kauxgen.program import Program, TermPlan
from kauxgen.rules.identifiers import reserved
from kauxgen.terms import term_trees

DATA = frozenset(
    {"x", "y", "y_pred", "batch_size", "sample_weight", "loss", "target", "outputs"}
)
"""What the code around terms calls the data, the total and the outputs."""


def called(program: Program) -> set[str]:
    """Return the module's names: what it imports, and what its functions call."""
    words = {*reserved()["module"], *reserved()["definition"], *reserved()["model"]}
    words |= {definition.name for definition in program.spec.definitions}
    return words | {definition.name for definition in program.functions}


def tensors(program: Program) -> set[str]:
    """Return the variables of the model's pass: params, inputs, nodes and paths."""
    spec, levels = program.spec, program.spec.main.lists
    names = {*spec.params, *spec.networks, *(entry.name for entry in spec.main.inputs)}
    names |= {
        name for level in levels for node in level for name in naming.produced(node)
    }
    for term in (*program.terms, *program.metrics):
        for tree in term_trees(term):
            names |= {naming.variable(spec, levels, path) for path in references(tree)}
    return names


def name(term: TermPlan, *taken: Collection[str]) -> str:
    """Return the variable of a term; one whose name is taken gets a suffix."""
    suffix = "_loss" if term.term.role == "loss" else "_value"
    found = term.key
    while any(found in words for words in taken):
        found += suffix
    return found
