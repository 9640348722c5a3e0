"""What the places of a spec hold: expressions, and names, given or used."""

from __future__ import annotations

from collections.abc import Mapping

from kauxgen.language.places import Place

_OF_DEFINITIONS = (
    "loss_definition",
    "regularizer_definition",
    "initializer_definition",
    "function_definition",
)
EXPRESSIONS = frozenset(
    {
        *((holder, key) for holder in _OF_DEFINITIONS for key in ("let", "expr")),
        ("function_definition", "gradient"),
        ("layer_definition", "let"),
        ("layer_definition", "outputs"),
        ("block_definition", "outputs"),
        ("network", "outputs"),
        ("spec", "outputs"),
        ("inference", "outputs"),
        ("node", "expr"),
        ("node", "inputs"),
        ("node", "carry"),
        ("node", "next"),
        ("repeat", "zip"),
        *((holder, key) for holder in ("term", "metric") for key in ("let", "expr")),
        *((holder, key) for holder in ("term", "metric") for key in ("on", "target")),
        ("weight", "expr"),
        ("step", "assign"),
        ("phase", "assign"),
        ("state", "initial"),
    }
)
"""The places of expressions, and of references, which are the simplest ones."""
NETWORKS = frozenset(
    {
        ("node", "network"),
        ("network", "like"),
        ("phase", "update"),
        ("average", "target"),
        ("average", "source"),
        ("spec", "inference"),
    }
)
BATCHES = frozenset(
    {("step", "batch"), ("evaluation", "batch"), ("inference", "inputs")}
)
KINDS = frozenset(
    {("node", "layer"), ("term", "loss"), ("term", "penalty"), ("metric", "metric")}
)
GIVING: Mapping[Place, str] = {
    ("spec", "params"): "param",
    ("spec", "inputs"): "input",
    ("spec", "networks"): "network",
    ("spec", "imports"): "import",
    ("spec", "state"): "state",
    ("network", "inputs"): "input",
    ("define", "losses"): "loss",
    ("define", "regularizers"): "regularizer",
    ("define", "initializers"): "initializer",
    ("define", "functions"): "function",
    ("define", "blocks"): "block",
    ("define", "layers"): "layer",
    ("block_definition", "params"): "param",
    ("layer_definition", "params"): "param",
    ("layer_definition", "weights"): "weight",
    ("layer_definition", "let"): "step",
    ("term", "let"): "step",
    ("metric", "let"): "step",
    ("node", "carry"): "carried",
    ("repeat", "zip"): "zipped",
    **{(holder, "params"): "param" for holder in _OF_DEFINITIONS},
    **{(holder, "let"): "step" for holder in _OF_DEFINITIONS},
}
"""Places whose keys are names that the spec gives."""
LISTING: Mapping[Place, str] = {
    ("node", "as"): "output",
    ("repeat", "as"): "variable",
    ("function_definition", "args"): "argument",
    ("block_definition", "inputs"): "input",
    ("layer_definition", "inputs"): "input",
}
"""Places whose strings are names that the spec gives."""
