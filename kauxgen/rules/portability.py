"""The rules about what a style or backend can express (KX601 to KX604, KX608 on)."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import naming, states, widths
from kauxgen.checked import Checked
from kauxgen.finding import Finding
from kauxgen.gradients import within
from kauxgen.rules import gradients, graphs, symbolic
from kauxgen.spec import Scope, Spec
from kauxgen.suggest import quote
from kauxgen.values import Expr

STEP_STYLES = ("train_step", "loop")
TENSORFLOW = ("any", "tensorflow")
_DIFFERENTIATING = ("jacobian", "gradient_norm")
_FOR_TENSORFLOW = 'write "backend": "tensorflow"'


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
    """KX603: a derivative in the model or a term, for a backend that cannot write it.

    `grad` is written for TensorFlow, with its gradient tape, and for JAX. The penalties
    `jacobian` and `gradient_norm` are written for TensorFlow alone.

    Wrong:
        {"backend": "jax", "penalties": [{"penalty": "jacobian",
         "on": {"network": "scorer", "x": "z"}}]}

    Right:
        {"backend": "tensorflow", "penalties": [{"penalty": "jacobian",
         "on": {"network": "scorer", "x": "z"}}]}
    """
    backend = checked.spec.backend
    if backend in TENSORFLOW:
        return
    for term in checked.spec.terms:
        if term.kind is not None and term.kind.name in _DIFFERENTIATING:
            message = f"{quote(term.kind.name)} cannot be written for {backend}"
            yield Finding(f"{term.at}/penalty", "KX603", message, _FOR_TENSORFLOW)
    for expr in gradients.expressions_of(checked.spec):
        if backend == "torch" and any(True for _ in within(expr.tree)):
            message = '"grad" cannot be written for torch'
            help = 'write "backend": "tensorflow" or "jax"'
            yield Finding(expr.at, "KX603", message, help)


def statistics_on_jax(checked: Checked, style: str) -> Iterator[Finding]:
    """KX618: batch statistics under a derivative, for JAX.

    `jax.grad` traces what it differentiates. Moving statistics that a call updates in
    there would keep values of that trace, which JAX refuses. TensorFlow's tape has no
    such bounds, and a `LayerNormalization` no statistics.

    Wrong:
        {"backend": "jax", "networks": {"critic": {"layers": [
          {"name": "norm", "layer": "BatchNormalization"}, "..."]}},
         "layers": [{"name": "slope", "expr": "grad(critic(mix), mix)"}]}

    Right:
        {"backend": "tensorflow", "networks": {"critic": {"layers": [
          {"name": "norm", "layer": "BatchNormalization"}, "..."]}},
         "layers": [{"name": "slope", "expr": "grad(critic(mix), mix)"}]}
    """
    spec = checked.spec
    if spec.backend != "jax":
        return
    for expr, name in gradients.called_under(spec):
        if name in spec.networks and states.State(spec).counts(name):
            message = f"JAX cannot differentiate the statistics of {quote(name)}"
            yield Finding(expr.at, "KX618", message, _FOR_TENSORFLOW)


def own_backward_on_jax(checked: Checked, style: str) -> Iterator[Finding]:
    """KX619: a function with a backward pass of its own under a derivative, for JAX.

    Training differentiates what a gradient gives once more. TensorFlow then takes the
    function's own backward pass again, JAX the derivative of its expression: the two
    would train differently.

    Wrong:
        {"backend": "jax", "define": {"functions": {"turned": {"args": ["x"],
         "expr": "x", "gradient": {"x": "-upstream"}}}},
         "layers": [{"name": "slope", "expr": "grad(critic(turned(code)), code)"}]}

    Right:
        {"backend": "jax", "define": {"functions": {"turned": {"args": ["x"],
         "expr": "stop_gradient(2 * x) - x"}}},
         "layers": [{"name": "slope", "expr": "grad(critic(turned(code)), code)"}]}
    """
    spec = checked.spec
    if spec.backend != "jax":
        return
    for expr, name in gradients.called_under(spec):
        function = spec.definition("function", name)
        if function is not None and function.gradient:
            message = f"JAX differentiates {quote(name)} otherwise than it says"
            help = "write its expression with stop_gradient, or for TensorFlow"
            yield Finding(expr.at, "KX619", message, help)


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
        for value in _unsaid(scope):
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


def several_steps_on_torch(checked: Checked, style: str) -> Iterator[Finding]:
    """KX622: several steps in one call, for PyTorch.

    On TensorFlow and JAX `steps_per_execution` saves what a call costs. On PyTorch
    Keras has no such calls, and `fit` refuses a model that asks for them.

    Wrong:
        {"backend": "torch", "training": {"steps_per_execution": 8, "...": "..."}}

    Right:
        {"backend": "torch", "training": {"...": "..."}}
    """
    training = checked.spec.training
    if checked.spec.backend == "torch" and training.steps_per_execution > 1:
        message = "PyTorch takes one step a call"
        help = 'leave out "steps_per_execution"'
        at = f"{training.at}/steps_per_execution"
        yield Finding(at, "KX622", message, help, at_key=True)


def _classes(spec: Spec, style: str) -> tuple[Scope, ...]:
    """Return the lists of nodes that a style writes as classes."""
    if style == "subclass":
        return tuple(scope for scope in spec.scopes if scope.kind != "layer")
    if style == "functional" or not spec.networks:
        return ()
    return (*spec.blocks.values(), spec.main)


def size_in_layer(checked: Checked, style: str) -> Iterator[Finding]:
    """KX608: the size of an inner tensor, in a layer of `define`.

    A layer makes its sub-layers before there is any tensor, in every style. It knows
    the sizes of its inputs, and those that sub-layers state as `units`, `filters` or
    `output_dim`, also through layers that keep the last axis.

    Wrong:
        {"inputs": ["x"], "body": [{"name": "flat", "layer": "Flatten"},
         {"name": "back", "layer": "Dense", "args": {"units": "=dim(flat, -1)"}}]}

    Right:
        {"params": {"width": 64}, "inputs": ["x"],
         "body": [{"name": "back", "layer": "Dense", "args": {"units": "=width"}}]}
    """
    for scope in checked.spec.layers.values():
        for value in _unsaid(scope):
            message = f"the layer {scope.name} cannot know {quote(value.text)}"
            yield Finding(value.at, "KX608", message, "make it a param of the layer")


def _unsaid(scope: Scope) -> Iterator[Expr]:
    """Yield the computed values that a class cannot know when it makes its layers."""
    for node, levels in naming.levels_of(scope.nodes):
        for value in widths.values(node):
            if widths.in_words(scope, levels, value.tree) is None:
                yield value


RULES = (
    gradients_in_fit,
    step_on_backend,
    derivative_on_backend,
    statistics_on_jax,
    own_backward_on_jax,
    size_in_class,
    phases_in_fit,
    sam_on_shared_tape,
    several_steps_on_torch,
    size_in_layer,
    *graphs.RULES,
    *symbolic.RULES,
)
