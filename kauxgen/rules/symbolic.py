"""The rule about what a graph for inference cannot hold (KX613)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kauxgen import expression, predicting
from kauxgen.checked import Checked
from kauxgen.cut import cut
from kauxgen.finding import Finding
from kauxgen.modes import drawing_calls
from kauxgen.nodes import ExprNode, Node, walk
from kauxgen.spec import Spec
from kauxgen.suggest import quote

_SIZES = ("batch_size", "shape")
_DERIVATIVES = ("jacobian", "gradient_norm", "grad")


def opaque_inference(checked: Checked, style: str) -> Iterator[Finding]:
    """KX613: an inference that a style cannot write as a graph.

    `inference_model` gives a Keras model of the same layers. Where the model is a
    class, its own list is written once more as a graph of these layers, and a graph
    holds no draws, sizes of batches, derivatives or own backward passes outside of
    layers; networks and blocks are layers. In the functional style the graph is there
    already. A call in training mode is not kept by what predicts, in any style.

    Wrong:
        {"style": "subclass", "inference": {"outputs": "z"},
         "layers": [{"name": "z", "expr": "z_mean + normal_like(z_mean)"}]}

    Right:
        {"style": "functional", "inference": {"outputs": "z"},
         "layers": [{"name": "z", "expr": "z_mean + normal_like(z_mean)"}]}
    """
    spec = checked.spec
    if not predicting.is_cut(spec):
        return
    classes = style == "subclass" or (style != "functional" and bool(spec.networks))
    wanted = cut(spec, spec.main, predicting.output_trees(spec)).wanted
    for node in walk(spec.main.nodes):
        if node.at not in wanted:
            continue
        reason = _reason(spec, node) if classes else ""
        help = "move it into a network or block, or render it with --style functional"
        if getattr(node, "training", None):
            reason, help = "runs in training mode", "predict with the model itself"
        if reason:
            message = f"inference cannot be a graph: {quote(node.name)} {reason}"
            yield Finding(f"{node.at}/name", "KX613", message, help)


def _reason(spec: Spec, node: Node) -> str:
    """Say why a graph cannot hold a node outside of a layer; "" if it can."""
    if not isinstance(node, ExprNode):
        return ""
    if drawing_calls(node.expr.tree):
        return "draws"
    for call in expression.calls(node.expr.tree):
        reason = _of_call(spec, call)
        if reason:
            return reason
    return ""


def _of_call(spec: Spec, call: ast.Call) -> str:
    name = str(expression.call_name(call))
    if name in spec.imports:
        return f"calls {name}, which is imported"
    own = spec.definition("function", name)
    if own is None:
        batch = name == "dim" and ast.unparse(call.args[1]) == "0"
        if batch or name in _SIZES:
            return "reads the size of a batch"
        return "differentiates" if name in _DERIVATIVES else ""
    if own.gradient:
        return f"calls {name}, which has a gradient of its own"
    bodies = [own.expr.tree, *(step.tree for _, step in own.let)]
    inner = (_of_call(spec, one) for tree in bodies for one in expression.calls(tree))
    return next((reason for reason in inner if reason), "")


RULES = (opaque_inference,)
