"""The findings about what nothing uses (KX231 to KX236)."""

from __future__ import annotations

from kauxgen.finding import Finding
from kauxgen.suggest import quote


def unused_node(pointer: str, name: str, part_of: str, at_key: bool = False) -> Finding:
    """KX231: a node or step that nothing reads.

    No output, term or other node needs its tensor. Keras drops layers off the path from
    inputs to outputs without a word, so a forgotten connection would stay unseen.

    Wrong:
        [{"name": "hidden", "layer": "Dense", "args": {"units": 8}},
         {"name": "prediction", "layer": "Dense", "args": {"units": 1},
          "inputs": "features"}]

    Right:
        [{"name": "hidden", "layer": "Dense", "args": {"units": 8}},
         {"name": "prediction", "layer": "Dense", "args": {"units": 1}}]
    """
    message = f"nothing reads {quote(name)} of {part_of}"
    return Finding(pointer, "KX231", message, "use it or delete it", at_key=at_key)


def unused_input(pointer: str, name: str, part_of: str, at_key: bool) -> Finding:
    """KX232: an input that nothing reads.

    A model, network or block that ignores what it is given mostly has a connection too
    few.

    Wrong:
        {"inputs": {"left": {"shape": [2]}, "right": {"shape": [2]}},
         "layers": [{"name": "code", "layer": "Dense", "args": {"units": 4},
          "inputs": "left"}]}

    Right:
        {"inputs": {"left": {"shape": [2]}},
         "layers": [{"name": "code", "layer": "Dense", "args": {"units": 4}}]}
    """
    message = f"nothing reads the input {quote(name)} of {part_of}"
    return Finding(pointer, "KX232", message, "use it or delete it", at_key=at_key)


def unused_param(pointer: str, name: str, part_of: str) -> Finding:
    """KX233: a param that nothing uses.

    It would be an argument of the generated code that changes nothing: mostly a number
    stands somewhere in its place.

    Wrong:
        {"params": {"units": 8}, "layers": [{"name": "a", "layer": "Dense",
         "args": {"units": 8}}]}

    Right:
        {"params": {"units": 8}, "layers": [{"name": "a", "layer": "Dense",
         "args": {"units": "=units"}}]}
    """
    message = f"nothing uses the param {quote(name)} of {part_of}"
    return Finding(pointer, "KX233", message, "use it or delete it", at_key=True)


def unused_definition(pointer: str, name: str, what: str) -> Finding:
    """KX234: a definition that nothing uses.

    A function, loss, regularizer, initializer or block that is never named outside its
    own definition would be dead code.

    Wrong:
        {"define": {"functions": {"bar": {"args": ["x"], "expr": "x"}}}}

    Right:
        {"layers": [{"name": "product", "expr": "bar(scaled)"}]}
    """
    message = f"nothing uses the {what} {quote(name)}"
    return Finding(pointer, "KX234", message, "use it or delete it", at_key=True)


def unused_network(pointer: str, name: str) -> Finding:
    """KX235: a network that is never called.

    Its weights would be made and never trained.

    Wrong:
        {"networks": {"encoder": {"...": "..."}}, "layers": [{"name": "a",
         "expr": "2 * x"}]}

    Right:
        {"networks": {"encoder": {"...": "..."}}, "layers": [{"name": "a",
         "network": "encoder"}]}
    """
    message = f"nothing calls the network {quote(name)}"
    return Finding(pointer, "KX235", message, "call it or delete it", at_key=True)


def unused_rounds(pointer: str, name: str) -> Finding:
    """KX236: rounds of a repeat that nothing reads.

    What the last node of a round gives enters the next one. If no node of the body
    takes it, and nothing reads the list of the rounds, only the last round counts.

    Wrong:
        [{"name": "tower", "repeat": {"count": 3}, "body": [
           {"name": "dense", "layer": "Dense", "args": {"units": 8},
            "inputs": "features"}]}]

    Right:
        [{"name": "tower", "repeat": {"count": 3}, "body": [
           {"name": "dense", "layer": "Dense", "args": {"units": 8},
            "inputs": "features"}]},
         {"name": "together", "layer": "Concatenate", "inputs": "tower.dense"}]
    """
    message = f"nothing reads the rounds of {quote(name)} but the last one"
    help = f"let a node take what enters, or read {quote(f'{name}.<node>')}"
    return Finding(pointer, "KX236", message, help)


RULES = (
    unused_node,
    unused_input,
    unused_param,
    unused_definition,
    unused_network,
    unused_rounds,
)
