"""The findings about inference (KX246 to KX249)."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def no_model_input(pointer: str, name: str, legal: Collection[str]) -> Finding:
    """KX246: an inference that is given what is no input of the model.

    The `inputs` of `inference` are names of the model's inputs. What predicts from an
    inner tensor is a network of its own, and inference may name that.

    Wrong:
        {"inputs": {"image": {"shape": [8]}}, "inference": {"inputs": ["hidden"]}}

    Right:
        {"inputs": {"image": {"shape": [8]}}, "inference": {"inputs": ["image"]}}
    """
    message = f"the model has no input {quote(name)}"
    return Finding(pointer, "KX246", message, help_for(name, legal))


def input_is_needed(pointer: str, name: str, target: bool, stated: bool) -> Finding:
    """KX247: an input that inference would need, and is not given.

    A target is fed in training and evaluation alone, and what inference gives must not
    depend on it; nor on an input that `inference` does not list. Without `inference` a
    model with targets predicts its `outputs` from all other inputs.

    Wrong:
        {"inputs": {"image": {"shape": [8]}, "label": {"shape": [1], "role": "target"}},
         "layers": [{"name": "gap", "expr": "image - label"}]}

    Right:
        {"inputs": {"image": {"shape": [8]}, "label": {"shape": [1], "role": "target"}},
         "layers": [{"name": "guess", "layer": "Dense", "args": {"units": 1},
          "inputs": "image"}],
         "penalties": [{"penalty": "squared_error", "on": ["guess", "label"]}]}
    """
    what = "the target" if target else "the input"
    message = f"inference would need {what} {quote(name)}"
    help = "choose outputs that do not depend on it"
    if not stated:
        help = 'say what predicts: "inference": {"outputs": ...}'
    elif not target:
        help = "add it to the inputs of inference"
    return Finding(pointer, "KX247", message, help, at_key=not stated)


def input_is_idle(pointer: str, name: str) -> Finding:
    """KX248: an input of inference that its outputs do not depend on.

    What predicts would ask for data that change nothing. Without `inputs` inference is
    given all inputs of the model that are no targets.

    Wrong:
        {"inference": {"inputs": ["image", "mask"], "outputs": "logits"}}

    Right:
        {"inference": {"inputs": ["image"], "outputs": "logits"}}
    """
    message = f"no output of inference depends on {quote(name)}"
    return Finding(pointer, "KX248", message, "list only the inputs that are needed")


def made_for_inference(pointer: str, name: str, what: str) -> Finding:
    """KX249: weights or draws that inference alone would have.

    What the model itself does not compute is never trained, and nothing sets its seed.
    Inference may add expressions and layers without weights, such as a softmax over the
    logits.

    Wrong:
        {"outputs": "hidden", "inference": {"outputs": "logits"},
         "layers": [{"name": "hidden", "layer": "Dense", "args": {"units": 4}},
                    {"name": "logits", "layer": "Dense", "args": {"units": 2}}]}

    Right:
        {"outputs": "logits", "inference": {"outputs": "probability"},
         "layers": [{"name": "logits", "layer": "Dense", "args": {"units": 4}},
                    {"name": "probability", "layer": "Softmax"}]}
    """
    message = f"inference alone needs {quote(name)}, {what}"
    help = "let an output, a penalty or a loss depend on it"
    return Finding(pointer, "KX249", message, help)


RULES = (no_model_input, input_is_needed, input_is_idle, made_for_inference)
