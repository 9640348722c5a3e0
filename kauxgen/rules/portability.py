"""The rules about what a style or backend can express (KX601 to KX604, KX62x)."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import naming, widths
from kauxgen.checked import Checked
from kauxgen.finding import Finding
from kauxgen.rules import graphs, symbolic
from kauxgen.spec import Scope, Spec
from kauxgen.suggest import quote

STEP_STYLES = ("train_step", "loop")
TENSORFLOW = ("any", "tensorflow")
_DIFFERENTIATING = ("jacobian", "gradient_norm")


def gradients_in_fit(checked: Checked, style: str) -> Iterator[Finding]:
    """KX601: gradients that are changed, in a style that has no place for it.

    Centralized gradients and SAM need a training step of their own. `functional` and
    `subclass` train with Keras's `fit` as it is; `train_step` and `loop` write the
    step.

    Wrong:
        {"style": "functional", "training": {"gradients": {"centralize": true},
         "...": "..."}}

    Right:
        {"style": "train_step", "training": {"gradients": {"centralize": true},
         "...": "..."}}
    """
    gradients = checked.spec.training.gradients
    if checked.spec.step is None and gradients and style not in STEP_STYLES:
        words = "centralized gradients" if gradients.centralize else "SAM"
        message = f"the style {style} cannot express {words}"
        help = f"render it with --style {' or '.join(STEP_STYLES)}"
        yield Finding(gradients.at, "KX601", message, help, at_key=True)


def step_on_backend(checked: Checked, style: str) -> Iterator[Finding]:
    """KX602: a training step for a backend other than TensorFlow.

    The styles `train_step` and `loop` write TensorFlow's gradient tape. On other
    backends `functional` and `subclass` train through Keras's `fit`.

    Wrong:
        {"style": "loop", "backend": "torch"}

    Right:
        {"style": "subclass", "backend": "torch"}
    """
    backend = checked.spec.backend
    if style in STEP_STYLES and backend not in TENSORFLOW:
        message = f"the style {style} is written for TensorFlow, not for {backend}"
        help = "render it with --style functional or subclass"
        help = help if checked.spec.step is None else 'write "backend": "tensorflow"'
        yield Finding("/backend", "KX602", message, help)


def derivative_on_backend(checked: Checked, style: str) -> Iterator[Finding]:
    """KX603: a penalty on a derivative, for a backend other than TensorFlow.

    `jacobian` and `gradient_norm` differentiate inside the forward pass, which is
    written with TensorFlow's gradient tape; a spec with them is for that backend.

    Wrong:
        {"backend": "jax", "penalties": [{"penalty": "jacobian",
         "on": {"network": "scorer", "x": "z"}}]}

    Right:
        {"backend": "tensorflow", "penalties": [{"penalty": "jacobian",
         "on": {"network": "scorer", "x": "z"}}]}
    """
    if checked.spec.backend in TENSORFLOW:
        return
    for term in checked.spec.terms:
        if term.kind is not None and term.kind.name in _DIFFERENTIATING:
            backend = checked.spec.backend
            message = f"{quote(term.kind.name)} cannot be written for {backend}"
            help = 'write "backend": "tensorflow"'
            yield Finding(f"{term.at}/penalty", "KX603", message, help)


def size_in_class(checked: Checked, style: str) -> Iterator[Finding]:
    """KX604: the size of an inner tensor, in a style that makes layers before it.

    A graph reads `dim(x, -1)` off the tensor. A class makes its layers before there is
    any tensor: it knows the sizes of its inputs, and those that layers state as
    `units`, `filters` or `output_dim`, also through layers that keep the last axis.

    Wrong:
        {"style": "subclass", "layers": [{"name": "flat", "layer": "Flatten"},
         {"name": "back", "layer": "Dense", "args": {"units": "=dim(flat, -1)"}}]}

    Right:
        {"style": "functional", "layers": [{"name": "flat", "layer": "Flatten"},
         {"name": "back", "layer": "Dense", "args": {"units": "=dim(flat, -1)"}}]}
    """
    for scope in _classes(checked.spec, style):
        for node, levels in naming.levels_of(scope.nodes):
            for value in widths.values(node):
                if widths.in_words(scope, levels, value.tree) is None:
                    message = f"the style {style} cannot know {quote(value.text)} here"
                    help = "render it with --style functional, or make it a param"
                    yield Finding(value.at, "KX604", message, help)


def phases_in_fit(checked: Checked, style: str) -> Iterator[Finding]:
    """KX620: a step with phases, in a style that has no place for it.

    `functional` and `subclass` train with Keras's `fit` as it is, which minimizes one
    loss over one batch, by one optimizer. `train_step` and `loop` write the step.

    Wrong:
        {"style": "functional", "step": {"phases": ["..."], "batch": "image"}}

    Right:
        {"style": "train_step", "step": {"phases": ["..."], "batch": "image"}}
    """
    step = checked.spec.step
    if step is not None and style not in STEP_STYLES:
        message = f"the style {style} cannot express a step with phases"
        help = f"render it with --style {' or '.join(STEP_STYLES)}"
        yield Finding(step.at, "KX620", message, help, at_key=True)


def sam_on_shared_tape(checked: Checked, style: str) -> Iterator[Finding]:
    """KX621: SAM in a step whose phases share one tape.

    SAM moves the weights a little and takes the gradients there, from a second pass.
    With `"tape": "shared"` all gradients come from one pass, before any weight moves.

    Wrong:
        {"step": {"tape": "shared", "phases": [{"gradients": {"sam": {"rho": 0.05}},
         "...": "..."}], "...": "..."}}

    Right:
        {"step": {"phases": [{"gradients": {"sam": {"rho": 0.05}}, "...": "..."}],
         "...": "..."}}
    """
    step = checked.spec.step
    if step is None or not step.shared:
        return
    default = checked.spec.training.gradients
    asked = [phase.gradients or default for phase in step.phases]
    for at in dict.fromkeys(g.at for g in asked if g and g.sam_rho is not None):
        message = "SAM needs a second pass, and all phases share one tape"
        help = 'leave out "sam", or "tape": "shared"'
        yield Finding(f"{at}/sam", "KX621", message, help, at_key=True)


def _classes(spec: Spec, style: str) -> tuple[Scope, ...]:
    """Return the lists of nodes that a style writes as classes."""
    if style == "subclass":
        return spec.scopes
    if style == "functional" or not spec.networks:
        return ()
    return (*spec.blocks.values(), spec.main)


RULES = (
    gradients_in_fit,
    step_on_backend,
    derivative_on_backend,
    size_in_class,
    phases_in_fit,
    sam_on_shared_tape,
    *graphs.RULES,
    *symbolic.RULES,
)
