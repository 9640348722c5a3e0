"""The warnings: what Keras builds and what is mostly not meant (KX471 and on)."""

from __future__ import annotations

from kauxgen.expression import Part
from kauxgen.finding import WARNING, Finding
from kauxgen.ranges import Range
from kauxgen.tensor import Shape, describe


def softmax_of_one(
    pointer: str, shape: Shape, axis: int, part: Part | None = None
) -> Finding:
    """KX471: a softmax over a single value (warning).

    A softmax divides by the sum of its axis. Over an axis of size 1 the result is 1
    whatever enters, so nothing before it can learn from it. One unit that says yes or
    no has a sigmoid; two classes have two units.

    Wrong:
        {"name": "probability", "layer": "Dense", "args": {"units": 1,
         "activation": "softmax"}}

    Right:
        {"name": "probability", "layer": "Dense", "args": {"units": 1,
         "activation": "sigmoid"}}
    """
    message = f"a softmax over axis {axis} of {describe(shape)}, of size 1, is always 1"
    help = "a single probability is a sigmoid"
    return Finding(pointer, "KX471", message, help, part=part, severity=WARNING)


def skipping_strides(
    pointer: str, kind: str, step: int, shape: Shape, axis: int
) -> Finding:
    """KX472: strides larger than the map (warning).

    The window stands at the first place of the axis and the next step leads out of the
    map, so that what lies behind the window is never read. Keras builds it, and all
    gradients of the rest are zero.

    Wrong:
        {"inputs": {"image": {"shape": [6, 6, 3]}},
         "layers": [{"name": "maps", "layer": "Conv2D", "args": {"filters": 8,
          "kernel_size": 3, "strides": 8}}]}

    Right:
        {"inputs": {"image": {"shape": [6, 6, 3]}},
         "layers": [{"name": "maps", "layer": "Conv2D", "args": {"filters": 8,
          "kernel_size": 3, "strides": 2}}]}
    """
    message = (
        f"{kind} strides by {step} over axis {axis} of {describe(shape)}: what lies "
        "behind its first window is never read"
    )
    help = f"axis {axis} has the size {shape[axis]}"
    return Finding(pointer, "KX472", message, help, severity=WARNING)


def single_class(pointer: str, kind: str, shape: Shape) -> Finding:
    """KX473: a loss of classes on a single one (warning).

    A categorical loss compares a probability for each class. With one class, its
    probability is 1 and the loss 0 whatever the model computes. Keras warns of it when
    the model trains: `Consider using 'binary_crossentropy'`.

    Wrong:
        {"layers": [{"name": "score", "layer": "Dense", "args": {"units": 1}}],
         "losses": [{"loss": "CategoricalCrossentropy", "on": "score",
          "args": {"from_logits": true}}]}

    Right:
        {"layers": [{"name": "score", "layer": "Dense", "args": {"units": 1}}],
         "losses": [{"loss": "BinaryCrossentropy", "on": "score",
          "args": {"from_logits": true}}]}
    """
    message = f"{kind} compares classes, and {describe(shape)} has one on axis -1"
    help = "two classes in one unit are a matter of BinaryCrossentropy"
    return Finding(pointer, "KX473", message, help, severity=WARNING)


def loss_of_maps(pointer: str, kind: str, layer: str, shape: Shape) -> Finding:
    """KX474: a Dense layer on maps, in a loss (warning).

    Dense works on the last axis alone. On maps that nobody flattened or pooled it gives
    a prediction for each position, and the data must have as many. It is meant where
    the data are maps too; then they mostly have the size of an input, and there is no
    warning.

    Wrong:
        [{"name": "maps", "layer": "Conv2D", "args": {"filters": 8, "kernel_size": 3,
           "strides": 2}},
         {"name": "digit", "layer": "Dense", "args": {"units": 10}}]

    Right:
        [{"name": "maps", "layer": "Conv2D", "args": {"filters": 8, "kernel_size": 3,
           "strides": 2}},
         {"name": "flat", "layer": "Flatten"},
         {"name": "digit", "layer": "Dense", "args": {"units": 10}}]
    """
    each = " x ".join(str(size or "any") for size in shape[1:-1])
    message = (
        f"{kind} compares {describe(shape)}: {layer} stands on maps and predicts "
        f"for each of {each} positions"
    )
    help = f"flatten or pool what enters {layer}, if y has one value a sample"
    return Finding(pointer, "KX474", message, help, severity=WARNING)


def logits_of_probabilities(pointer: str, kind: str, word: str) -> Finding:
    """KX475: `from_logits` with an output that is a probability (warning).

    With `from_logits` the loss applies a sigmoid or softmax itself. On what comes out
    of one already, probabilities are squeezed once more: between 0.5 and 0.73 with a
    sigmoid, and the loss never gets small.

    Wrong:
        {"layers": [{"name": "p", "layer": "Dense", "args": {"units": 1,
          "activation": "sigmoid"}}],
         "losses": [{"loss": "BinaryCrossentropy", "args": {"from_logits": true},
          "on": "p"}]}

    Right:
        {"layers": [{"name": "p", "layer": "Dense", "args": {"units": 1,
          "activation": "sigmoid"}}],
         "losses": [{"loss": "BinaryCrossentropy", "on": "p"}]}
    """
    what = f"a {word}" if word else "values from 0 to 1"
    message = f"{kind} takes logits here, and gets the probabilities of {what}"
    help = "delete from_logits, or the activation"
    return Finding(pointer, "KX475", message, help, severity=WARNING)


def no_probabilities(
    pointer: str, kind: str, values: Range, fits: str, logits: bool
) -> Finding:
    """KX476: a loss of probabilities on values that are none (warning).

    A cross-entropy takes the logarithm of probabilities, which lie between 0 and 1;
    Keras cuts off what lies outside, where no gradient is left. A layer without
    activation gives logits: say `from_logits`, which is also the more exact way.

    Wrong:
        {"layers": [{"name": "score", "layer": "Dense", "args": {"units": 1}}],
         "losses": [{"loss": "BinaryCrossentropy", "on": "score"}]}

    Right:
        {"layers": [{"name": "score", "layer": "Dense", "args": {"units": 1}}],
         "losses": [{"loss": "BinaryCrossentropy", "args": {"from_logits": true},
          "on": "score"}]}
    """
    message = f"{kind} takes probabilities, and gets {_values(values)}"
    help = f"end in a {fits}"
    if logits and values.word == "linear":
        help = f'add "args": {{"from_logits": true}}, or {help}'
    return Finding(pointer, "KX476", message, help, severity=WARNING)


def sigmoid_of_classes(pointer: str, kind: str, shape: Shape) -> Finding:
    """KX477: a sigmoid output with a categorical cross-entropy (warning).

    A categorical cross-entropy takes one distribution over the classes, which a softmax
    makes. The outputs of a sigmoid are one probability for each class by itself; Keras
    divides them by their sum, or takes the one of the true class and lets all others
    rise to 1.

    Wrong:
        {"layers": [{"name": "p", "layer": "Dense", "args": {"units": 10,
          "activation": "sigmoid"}}],
         "losses": [{"loss": "SparseCategoricalCrossentropy", "on": "p"}]}

    Right:
        {"layers": [{"name": "p", "layer": "Dense", "args": {"units": 10,
          "activation": "softmax"}}],
         "losses": [{"loss": "SparseCategoricalCrossentropy", "on": "p"}]}
    """
    message = (
        f"{kind} takes one distribution over the classes of {describe(shape)}, and a "
        "sigmoid gives each class a probability of its own"
    )
    help = "take a softmax, or BinaryCrossentropy for classes that exclude none"
    return Finding(pointer, "KX477", message, help, severity=WARNING)


def unfit_range(
    pointer: str, kind: str, reason: str, values: Range, fits: str
) -> Finding:
    """KX478: a loss whose range the activation does not fit (warning).

    Poisson and MeanSquaredLogarithmicError take logarithms of what is positive,
    KLDivergence, Dice and Tversky probabilities; Hinge and SquaredHinge have the
    targets -1 and 1, which a sigmoid or relu cannot both reach. Keras computes
    something all the same: NaN, or a value without a gradient.

    Wrong:
        {"layers": [{"name": "rate", "layer": "Dense", "args": {"units": 1}}],
         "losses": [{"loss": "Poisson", "on": "rate"}]}

    Right:
        {"layers": [{"name": "rate", "layer": "Dense", "args": {"units": 1,
          "activation": "softplus"}}],
         "losses": [{"loss": "Poisson", "on": "rate"}]}
    """
    message = f"{kind} {reason}, and gets {_values(values)}"
    return Finding(pointer, "KX478", message, f"end in a {fits}", severity=WARNING)


def _values(values: Range) -> str:
    made = f" ({values.word})" if values.word else ""
    return f"values {values.shown}{made}"


RULES = (
    softmax_of_one,
    skipping_strides,
    single_class,
    loss_of_maps,
    logits_of_probabilities,
    no_probabilities,
    sigmoid_of_classes,
    unfit_range,
)
