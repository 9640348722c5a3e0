"""The findings about tensors that do not fit (KX301 to KX308, KX417 and KX419)."""

from __future__ import annotations

from kauxgen.expression import Part
from kauxgen.finding import Finding
from kauxgen.suggest import quote


def layer_misfit(pointer: str, reason: str) -> Finding:
    """KX301: a layer whose inputs do not suit it.

    Shapes are worked out as Keras does when the model is built, batch axis included;
    `batch` and `any` are sizes that are not known. A layer with weights needs to know
    the axis that they multiply.

    Wrong:
        {"inputs": {"image": {"shape": [28, 28]}},
         "layers": [{"name": "maps", "layer": "Conv2D", "args": {"filters": 8,
          "kernel_size": 3}}]}

    Right:
        {"inputs": {"image": {"shape": [28, 28, 1]}},
         "layers": [{"name": "maps", "layer": "Conv2D", "args": {"filters": 8,
          "kernel_size": 3}}]}
    """
    return Finding(pointer, "KX301", reason)


def expression_misfit(pointer: str, reason: str, part: Part | None) -> Finding:
    """KX302: an expression whose tensors do not fit together.

    Elementwise arithmetic broadcasts from the last axis: sizes are equal, or one of
    them is 1. `@` needs equal inner sizes, `concatenate` equal sizes on all other axes;
    whole numbers and truth values meet floats only through `cast`.

    Wrong:
        {"name": "gap", "expr": "mean(square(image - pixels))"}   (28, 28, 1) and (784,)

    Right:
        {"name": "gap", "expr": "mean(square(reshape(image, (-1, 784)) - pixels))"}
    """
    return Finding(pointer, "KX302", reason, part=part)


def network_misfit(pointer: str, network: str, reason: str) -> Finding:
    """KX303: a network called on what its inputs are not.

    A network states the shape and type of its inputs; every call must give tensors of
    these. `null` in a stated shape is any size.

    Wrong:
        {"networks": {"decoder": {"inputs": {"z": {"shape": [8]}}, "...": "..."}},
         "layers": [{"name": "code", "layer": "Dense", "args": {"units": 4}},
                    {"name": "restored", "network": "decoder"}]}

    Right:
        {"networks": {"decoder": {"inputs": {"z": {"shape": [4]}}, "...": "..."}},
         "layers": [{"name": "code", "layer": "Dense", "args": {"units": 4}},
                    {"name": "restored", "network": "decoder"}]}
    """
    return Finding(pointer, "KX303", f"{network} {reason}")


def wrong_inputs(pointer: str, owner: str, reason: str, help: str = "") -> Finding:
    """KX304: inputs of the wrong number or name.

    A list of inputs is positional, an object names the arguments of the layer's call,
    or the inputs of the network or block.

    Wrong:
        {"name": "mixed", "layer": "MultiHeadAttention", "args": {"num_heads": 2,
         "key_dim": 8}, "inputs": {"query": "x", "values": "memory"}}

    Right:
        {"name": "mixed", "layer": "MultiHeadAttention", "args": {"num_heads": 2,
         "key_dim": 8}, "inputs": {"query": "x", "value": "memory"}}
    """
    return Finding(pointer, "KX304", f"{owner} {reason}", help)


def not_one_tensor(
    pointer: str, name: str, found: str, part: Part | None = None
) -> Finding:
    """KX307: something else where one tensor is needed.

    A path through a repeat is a list, a tensor a round; a param is a number. Layers,
    networks and losses take tensors; only merging layers and some operations take
    lists.

    Wrong:
        {"name": "code", "layer": "Dense", "args": {"units": 4},
         "inputs": "hidden.dense"}

    Right:
        {"name": "code", "layer": "Dense", "args": {"units": 4}, "inputs": "hidden"}
    """
    message = f"{quote(name)} is {found}, where one tensor is needed"
    help = f"name one of them: {name}[0]" if found.startswith("a list") else ""
    return Finding(pointer, "KX307", message, help, part=part)


def wrong_outputs(pointer: str, name: str, count: int, given: int) -> Finding:
    """KX308: `as` with more or fewer names than there are outputs.

    A node of several outputs names them all, in order; one of a single output has no
    `as`, since its own name is the tensor.

    Wrong:
        {"name": "memory", "layer": "LSTM", "args": {"units": 8, "return_state": true},
         "as": ["last", "hidden"]}

    Right:
        {"name": "memory", "layer": "LSTM", "args": {"units": 8, "return_state": true},
         "as": ["last", "hidden", "cell"]}
    """
    tensors = f"{count} tensor{'' if count == 1 else 's'}"
    if not given:
        message = f"{quote(name)} gives {tensors}, which need names"
        return Finding(pointer, "KX308", message, 'name them all: "as": [...]')
    message = f"{quote(name)} gives {tensors}, and as names {given}"
    help = "delete as: the node's name is the tensor" if count == 1 else ""
    return Finding(pointer, "KX308", message, help)


def operand_misfit(pointer: str, kind: str, reason: str, help: str = "") -> Finding:
    """KX417: operands that do not fit a loss or penalty.

    A loss compares tensors of one shape, or labels without the last axis; a penalty's
    formula says which axes it needs.

    Wrong:
        {"penalty": "squared_error", "on": ["code",
         "image"]}   (batch, 4) and (batch, 784)

    Right:
        {"penalty": "squared_error", "on": ["restored", "image"]}
    """
    return Finding(pointer, "KX417", f"{kind}: {reason}", help)


def network_operand(pointer: str, network: str, reason: str) -> Finding:
    """KX419: a network that a penalty cannot differentiate.

    `jacobian` and `gradient_norm` call a network of one input and one output once more,
    on x.

    Wrong:
        {"penalty": "jacobian", "on": {"network": "encoder",
         "x": "image"}}   with outputs ["mean", "log_var"]

    Right:
        {"penalty": "jacobian", "on": {"network": "decoder", "x": "z"}}
    """
    return Finding(pointer, "KX419", f"{network} {reason}")


RULES = (
    layer_misfit,
    expression_misfit,
    network_misfit,
    wrong_inputs,
    not_one_tensor,
    wrong_outputs,
    operand_misfit,
    network_operand,
)
