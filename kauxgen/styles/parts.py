"""Which blocks a module needs: functions for graphs, classes for classes."""

from __future__ import annotations

from dataclasses import replace

from kauxgen import callees, naming
from kauxgen.formula_layers import Made
from kauxgen.naming import Level
from kauxgen.page import Block, Function
from kauxgen.program import Program
from kauxgen.styles import builders, classes, defined


def used_blocks(program: Program, levels: list[Level]) -> set[str]:
    """Return the blocks that lists of nodes use, directly or through others."""
    found: set[str] = set()

    def visit(level: Level) -> None:
        for node, _ in naming.levels_of(level):
            for scope in callees.used_by(node, program.spec):
                if scope.kind == "block" and scope.name not in found:
                    found.add(scope.name)
                    visit(scope.nodes)

    for level in levels:
        visit(level)
    return found


def functions(
    program: Program, made: Made, levels: list[Level], *, as_classes: bool
) -> tuple[Function, ...]:
    """Write the blocks that graphs use, as functions."""
    used = used_blocks(program, levels)
    plans = {name: plan for name, plan in program.blocks.items() if name in used}
    part = replace(program, blocks=plans)
    return builders.blocks(part, made, classes=as_classes)


def classes_of(program: Program, levels: list[Level]) -> tuple[Block, ...]:
    """Write the blocks that classes use, layers of `define` among them."""
    used = used_blocks(program, [*levels, *defined.levels(program)])
    plans = {name: plan for name, plan in program.blocks.items() if name in used}
    return classes.blocks(replace(program, blocks=plans))
