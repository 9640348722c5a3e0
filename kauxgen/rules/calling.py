"""The findings about calls in expressions, and about what definitions may say."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.expression import Part
from kauxgen.finding import Finding
from kauxgen.suggest import closest, help_for, quote


def unknown_operation(
    pointer: str, name: str, legal: Collection[str], part: Part | None
) -> Finding:
    """KX211: a call of what is no operation, function or network.

    Operations are those of `keras.ops` under their own names (a reviewed list), a few
    of kauxgen's own such as `normal_like`, and the spec's functions and networks.
    Nothing else is ever called: a spec is data.

    Wrong:
        {"name": "z", "expr": "sqare(x)"}

    Right:
        {"name": "z", "expr": "square(x)"}
    """
    message = f"no operation, function or network is called {quote(name)}"
    return Finding(pointer, "KX211", message, help_for(name, legal), part=part)


def wrong_call(
    pointer: str, message: str, help: str = "", part: Part | None = None
) -> Finding:
    """KX212: a call with arguments that do not belong.

    Too many or too few of them, or a keyword that the operation or function does not
    have. Functions take their `args` by position and their params by keyword; networks
    take tensors by position.

    Wrong:
        {"name": "z", "expr": "mean(x, axes=1)"}

    Right:
        {"name": "z", "expr": "mean(x, axis=1)"}
    """
    return Finding(pointer, "KX212", message, help, part=part)


def foreign_name(
    pointer: str,
    name: str,
    owner: str,
    legal: Collection[str],
    part: Part | None,
    remedy: str = "make it an argument or a param",
) -> Finding:
    """KX213: a definition that reads what is not its own.

    A function, regularizer or initializer sees its arguments, its own params, the steps
    of its `let` above, and the functions of `define`. It is used in many places, so
    nothing of one place is known to it. Neither does a block see a network: the weights
    of a network are shared, those of a block are not.

    Wrong:
        {"define": {"functions": {"shift": {"args": ["x"], "expr": "x + bias"}}}}

    Right:
        {"define": {"functions": {"shift": {"args": ["x"], "params": {"bias": 1.0},
         "expr": "x + bias"}}}}
    """
    message = f"{owner} does not see {quote(name)}"
    near = closest(name, legal)
    help = f"did you mean {quote(near)}?" if near else remedy
    return Finding(pointer, "KX213", message, help, part=part)


def draw_in_definition(
    pointer: str, name: str, owner: str, part: Part | None
) -> Finding:
    """KX221: a random draw inside a definition.

    Every draw has a generator of its own, seeded in the order of the spec. A function
    or closure has no place to keep one, so it takes the noise as an argument.

    Wrong:
        {"define": {"functions": {"noisy": {"args": ["x"],
         "expr": "x + normal_like(x)"}}}}

    Right:
        {"define": {"functions": {"mixed": {"args": ["x", "noise"],
         "expr": "x + noise"}}}}
    """
    message = f"{owner} may not draw: {name} needs a generator"
    return Finding(
        pointer,
        "KX221",
        message,
        "draw in a node and pass it as an argument",
        part=part,
    )


def gradient_arguments(
    pointer: str, name: str, help: str, at_key: bool = False
) -> Finding:
    """KX222: a gradient that does not match the arguments of its function.

    `gradient` says for each of `args`, by its name, what flows back to it, in terms of
    the arguments and of `upstream`, the gradient of the result. One that is missing
    would leave Keras with fewer gradients than operands.

    Wrong:
        {"args": ["x", "y"], "expr": "x * y", "gradient": {"x": "upstream * y"}}

    Right:
        {"args": ["x", "y"], "expr": "x * y", "gradient": {"x": "upstream * y",
         "y": "upstream * x"}}
    """
    message = f"the gradient of {name} does not match its arguments"
    return Finding(pointer, "KX222", message, help, at_key=at_key)


def closure_argument(
    pointer: str, name: str, loss: str, legal: Collection[str], part: Part | None
) -> Finding:
    """KX407: a loss that reads more than y_true and y_pred.

    Keras calls a loss with two arguments and no more, so a closure cannot see an inner
    tensor. A penalty can; numbers become params of the loss.

    Wrong:
        "losses": {"vae": {"expr": "mean(square(y_true - y_pred) + square(z))"}}

    Right:
        "losses": {"mse": {"expr": "mean(square(y_true - y_pred))"}}
        ... "penalties": [{"penalty": "mean_square", "on": "z"}]
    """
    message = f"a loss takes y_true and y_pred: {loss} does not see {quote(name)}"
    near = closest(name, legal)
    help = "write what reads other tensors as a penalty, numbers as params"
    help = f"did you mean {quote(near)}?" if near else help
    return Finding(pointer, "KX407", message, help, part=part)


RULES = (
    unknown_operation,
    wrong_call,
    foreign_name,
    draw_in_definition,
    gradient_arguments,
    closure_argument,
)
