"""The findings about tensors, paths and computed values that names mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kauxgen.expression import Part
from kauxgen.finding import Finding
from kauxgen.suggest import closest, help_for, quote


def unknown_tensor(
    pointer: str, name: str, legal: Collection[str], part: Part | None
) -> Finding:
    """KX201: a name that means nothing here.

    An expression sees the params, the inputs of what it stands in, and the nodes above
    it; the body of a repeat also what its list sees there; a term every node of its
    list. What is inside a network, block or repeat is reached by a path, `code.hidden`.

    Wrong:
        {"name": "z", "expr": "z_maen + 1"}

    Right:
        {"name": "z", "expr": "z_mean + 1"}
    """
    message = f"nothing here is called {quote(name)}"
    return Finding(pointer, "KX201", message, help_for(name, legal), part=part)


def used_before_made(pointer: str, name: str, part: Part | None) -> Finding:
    """KX202: a tensor that is used before it is made.

    Nodes run in the order of the text, so a node reads only what stands above it.

    Wrong:
        [{"name": "double", "expr": "2 * code"},
         {"name": "code", "layer": "Dense", "args": {"units": 4}, "inputs": "image"}]

    Right:
        [{"name": "code", "layer": "Dense", "args": {"units": 4}, "inputs": "image"},
         {"name": "double", "expr": "2 * code"}]
    """
    message = f"{quote(name)} is made further down"
    return Finding(pointer, "KX202", message, "move it above this node", part=part)


def unknown_target(
    pointer: str, name: str, what: str, legal: Collection[str]
) -> Finding:
    """KX208: a network, block or layer to reuse that does not exist.

    `network` names a member of `networks`, `block` one of `define.blocks`, `reuse` an
    earlier layer of the same list.

    Wrong:
        {"name": "code", "network": "encodre"}

    Right:
        {"name": "code", "network": "encoder"}
    """
    help = help_for(name, legal) if legal else f"there is no {what} here"
    return Finding(pointer, "KX208", f"unknown {what} {quote(name)}", help)


def unknown_member(
    pointer: str, name: str, owner: str, legal: Collection[str], part: Part | None
) -> Finding:
    """KX209: a path to a tensor that is not there.

    A dot leads from a call of a network or block, or from a repeat, to a node inside:
    `code.hidden`. Layers are opaque, and so are tensors: they have no parts.

    Wrong:
        {"penalty": "mean_square", "on": "code.hiden"}

    Right:
        {"penalty": "mean_square", "on": "code.hidden"}
    """
    if not legal:
        message = f"{quote(owner)} has no parts, so no {quote(name)}"
        return Finding(pointer, "KX209", message, part=part)
    message = f"{quote(owner)} has no node {quote(name)}"
    return Finding(pointer, "KX209", message, help_for(name, legal), part=part)


def index_of_no_list(
    pointer: str, name: str, members: Sequence[str], part: Part | None
) -> Finding:
    """KX210: an index into what is no list.

    A repeat's name is the tensor that its last round handed on. The list, a tensor a
    round, is the path to a node of its body; rounds count from 0.

    Wrong:
        {"penalty": "mean_square", "on": "hidden[2]"}

    Right:
        {"penalty": "mean_square", "on": "hidden.dense[2]"}
    """
    message = f"{quote(name)} is no list of rounds, so it has no items"
    help = f"index a node of its body: {name}.{members[-1]}[...]" if members else ""
    return Finding(pointer, "KX210", message, help, part=part)


def unknown_value(
    pointer: str,
    name: str,
    legal: Collection[str],
    part: Part | None,
    in_block: bool = False,
) -> Finding:
    """KX215: an unknown name in a computed value.

    A computed value uses params, the variables of the repeats around it, and tensors
    inside `dim(tensor, axis)`; it calls `dim`, `min`, `max`, `len`, `range` and
    `reversed`. A block or a layer of `define` sees its own params and no others.

    Wrong:
        {"layer": "Dense", "args": {"units": "=2 * latent_dims"}}

    Right:
        {"layer": "Dense", "args": {"units": "=2 * latent_dim"}}
    """
    message = f"unknown name {quote(name)} in a computed value"
    help = help_for(name, legal)
    if in_block and closest(name, legal) is None:
        help = "blocks and layers see their own params only: add it to them"
    return Finding(pointer, "KX215", message, help, part=part)


def recursion(pointer: str, name: str, what: str) -> Finding:
    """KX217: a network, block, layer or function that calls itself.

    Directly or through others, it would never end. Rounds are written as a `repeat`.

    Wrong:
        {"networks": {"a": {"layers": [{"name": "b", "network": "a"}], "...": "..."}}}

    Right:
        {"name": "b", "repeat": {"count": 3}, "body": [{"name": "c", "block": "a"}]}
    """
    message = f"the {what} {quote(name)} calls itself"
    return Finding(pointer, "KX217", message, "use a repeat", at_key=True)


def no_single_input(pointer: str, name: str, reason: str) -> Finding:
    """KX218: a node without `inputs`, and no single tensor that it could take.

    Without `inputs` a node takes the node above it, and the first one the only input,
    or what entered the round of a repeat. Where there are several, it must say which.

    Wrong:
        {"inputs": {"left": {"shape": [2]}, "right": {"shape": [2]}},
         "layers": [{"name": "code", "layer": "Dense", "args": {"units": 4}}]}

    Right:
        {"inputs": {"left": {"shape": [2]}, "right": {"shape": [2]}},
         "layers": [{"name": "code", "layer": "Dense", "args": {"units": 4},
          "inputs": "left"}]}
    """
    message = f"{quote(name)} names no inputs, and {reason}"
    return Finding(pointer, "KX218", message, 'say which: "inputs": ...')


def several_tensors(
    pointer: str, name: str, members: Sequence[str], part: Part | None
) -> Finding:
    """KX219: a name of several tensors where one is needed.

    A call of a network or block with several outputs, or a node with `as`, is not
    itself a tensor: its outputs are.

    Wrong:
        {"name": "restored", "network": "decoder", "inputs": "code"}

    Right:
        {"name": "restored", "network": "decoder", "inputs": "code.z"}
    """
    message = f"{quote(name)} is several tensors, not one"
    help = f"one of {', '.join(members)}" if members else ""
    return Finding(pointer, "KX219", message, help, part=part)


def no_reference(pointer: str, text: str) -> Finding:
    """KX220: an expression where a name is needed.

    `inputs` and `outputs` name tensors; what is to be computed stands in an `expr`
    node.

    Wrong:
        {"name": "code", "layer": "Dense", "args": {"units": 4}, "inputs": "2 * image"}

    Right:
        {"name": "doubled", "expr": "2 * image"},
        {"name": "code", "layer": "Dense", "args": {"units": 4}}
    """
    message = f"{quote(text)} is no name of a tensor"
    return Finding(pointer, "KX220", message, "compute it in an expr node above")


RULES = (
    unknown_tensor,
    used_before_made,
    unknown_target,
    unknown_member,
    index_of_no_list,
    unknown_value,
    recursion,
    no_single_input,
    several_tensors,
    no_reference,
)
