"""What a template lays out: functions, classes and numbers of text, ready to print."""

from __future__ import annotations

from kauxgen.frozen import frozen


@frozen
class Function:
    """A function or method: its parts as text, indented for where it stands."""

    name: str
    signature: str
    docstring: str
    body: str


@frozen
class Closure:
    """A loss, regularizer or initializer of the spec, as a closure or a class."""

    name: str
    inner: str
    signature: str
    arguments: str
    docstring: str
    body: str
    package: str = ""
    class_name: str = ""
    class_signature: str = ""
    class_init: str = ""
    method: str = ""
    config: str = ""


@frozen
class CustomGradient:
    """A function whose backward pass is given."""

    name: str
    arguments: str
    signature: str
    docstring: str
    forward: str
    backward: str
    parametric: bool


@frozen
class Noise:
    """A layer that draws, one a kind of draw."""

    name: str
    docstring: str
    draw: str


@frozen
class OwnLayer:
    """A layer for an expression that a graph cannot hold."""

    name: str
    docstring: str
    signature: str
    setup: str
    call_signature: str
    dense: str
    body: str
    config: str
    revive: str


@frozen
class DefinedLayer:
    """A layer of `define`."""

    name: str
    docstring: str
    signature: str
    setup: str
    build_signature: str
    build: str
    output_shape: str
    call_signature: str
    call: str
    config: str


@frozen
class PenaltyLayer:
    """A pass-through layer that adds a weighted value to the losses."""

    name: str
    docstring: str
    signature: str
    setup: str
    call_signature: str
    weighted: str
    counts: bool
    config: str


@frozen
class ComputeLoss:
    """The body of `compute_loss`, around the one comment that it bears."""

    before: str
    surprising: bool
    result: str


@frozen
class ModelClass:
    """The model's class in any style; what a style lacks is empty."""

    name: str
    docstring: str
    signature: str
    setup: str
    build_signature: str = ""
    build: str = ""
    call_signature: str = ""
    call: str = ""
    compute_loss: ComputeLoss | None = None
    config: str = ""


@frozen
class Step:
    """The statements of a training step and its parts."""

    objective_signature: str
    objective_docstring: str
    objective: str
    unpack: str
    train: str
    evaluate: str
    log_signature: str
    log: str


@frozen
class LoopStep:
    """The module-level steps of an explicit loop, and its data's names.

    `several` is how many steps one call runs, empty for one. `optimizers` are the
    arguments of a step; `compiled` compiles the function `step`, given the arguments
    `bound`, and `bind` keeps the compiled step; `build` and `finish` are statements
    before and behind all steps.
    """

    unpack: str
    train: str
    evaluate: str
    compiled: str
    bind: str
    several: str
    optimizers: str
    build: str
    finish: str
    data: str
    evaluated: str
    held_out: str
    evaluate_signature: str


@frozen
class Block:
    """A class of a network or block."""

    name: str
    docstring: str
    signature: str
    setup: str
    build_signature: str
    build: str
    call_signature: str
    call: str
    package: str = ""


@frozen
class Borrowed:
    """A class or function that a module imports, and what it calls it."""

    module: str
    attribute: str
    name: str


@frozen
class Page:
    """One module."""

    borrowed: tuple[Borrowed, ...]
    docstring: str
    package: str
    functions: tuple[Function, ...]
    gradients: tuple[CustomGradient, ...]
    closures: tuple[Closure, ...]
    classes: tuple[Closure, ...]
    jacobian: bool
    gradient_norm: bool
    mode_signature: str
    mode_argument: str
    centralized: bool
    noises: tuple[Noise, ...]
    layers: tuple[OwnLayer, ...]
    defined: tuple[DefinedLayer, ...]
    fixed_mode: bool
    ordered: bool
    keep: bool
    tap: bool
    closure_loss: bool
    keyed_weights: bool
    penalties: tuple[PenaltyLayer, ...]
    backbones: tuple[Function, ...]
    builders: tuple[Function, ...]
    blocks: tuple[Block, ...]
    model: ModelClass | None
    step: Step | None
    methods: tuple[Function, ...]
    logged: str
    data: tuple[Function, ...]
    loop: LoopStep | None
    build_model: Function
    compile_model: Function
    train: Function
    inference: Function | None
