"""A page out of its parts: what every style needs beside its model."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen import derivatives
from kauxgen.formula_layers import Made
from kauxgen.page import (
    Block,
    Borrowed,
    Function,
    LoopStep,
    ModelClass,
    Page,
    PenaltyLayer,
    Step,
)
from kauxgen.program import Program, TermPlan
from kauxgen.styles import backbones, defined, definitions, owned, training, wording
from kauxgen.styles.builders import noises, own_layers
from kauxgen.values import Import


def page(
    program: Program,
    path: str,
    style: str,
    made: Made,
    *,
    owners: Sequence[TermPlan],
    model: ModelClass | None,
    build_model: Function,
    compile_model: Function,
    train: Function,
    layers_as_classes: bool = False,
    builders: tuple[Function, ...] = (),
    blocks: tuple[Block, ...] = (),
    penalties: tuple[PenaltyLayer, ...] = (),
    kept: bool = False,
    tapped: bool = False,
    step: Step | None = None,
    methods: tuple[Function, ...] = (),
    logged: str = "",
    data: tuple[Function, ...] = (),
    loop: LoopStep | None = None,
    inference: Function | None = None,
) -> Page:
    """Lay out a module; `owners` are the terms whose loss objects the model owns."""
    package = f"{program.spec.name}_{style}"
    closures, classes = definitions.closures(
        program, package, layers_as_classes=layers_as_classes
    )
    return Page(
        borrowed=tuple(map(_borrowed, program.spec.imports.values())),
        docstring=wording.header(program, path, style),
        package=package,
        functions=definitions.functions(program),
        gradients=definitions.gradients(program),
        closures=closures,
        classes=classes,
        jacobian="jacobian" in derivatives.calls(program),
        gradient_norm="gradient_norm" in derivatives.calls(program),
        mode_signature=", training=False" if _moded(program) else "",
        mode_argument=", training=training" if _moded(program) else "",
        centralized=_centralized(program) and bool(step or methods),
        noises=noises(made),
        layers=own_layers(program, made),
        defined=defined.written(program),
        fixed_mode=made.fixed_modes,
        ordered=made.ordered,
        keep=kept,
        tap=tapped,
        keyed_weights=any(owner.is_object for owner in owners)
        and bool(training.keys(program)),
        closure_loss=any(owned.is_closure(program, term) for term in owners),
        penalties=penalties,
        backbones=backbones.functions(program),
        builders=builders,
        blocks=blocks,
        model=model,
        step=step,
        methods=methods,
        logged=logged,
        data=data,
        loop=loop,
        inference=inference,
        build_model=build_model,
        compile_model=compile_model,
        train=train,
    )


def _borrowed(one: Import) -> Borrowed:
    """Part the path of an import, whose form holds."""
    module, _, attribute = one.path.partition(":")
    return Borrowed(module, attribute, one.name)


def _centralized(program: Program) -> bool:
    """Say whether any gradients are centralized."""
    phases = program.spec.step.phases if program.spec.step else ()
    default = program.spec.training.gradients
    found = [phase.gradients or default for phase in phases] or [default]
    return any(gradients and gradients.centralize for gradients in found)


def _moded(program: Program) -> bool:
    """Say whether a network that is differentiated may have modes."""
    return any(plan.modes for plan in program.networks.values())
