"""The rules about calls of networks and draws in terms and metrics (KX421 to KX423)."""

from __future__ import annotations

from collections.abc import Iterator

from kauxgen import callees, expression, states
from kauxgen.finding import Finding
from kauxgen.modes import drawing_calls
from kauxgen.rules.objective import expressions
from kauxgen.spec import Spec, Term, Weights
from kauxgen.suggest import quote
from kauxgen.values import Computed, Expr

Y = "y"


def call_in_metric(
    pointer: str, part: tuple[int, int], what: str, stepped: bool = False
) -> Finding:
    """KX421: a draw, or a call of a network, in a metric.

    A metric only looks at what the model's one pass gave. What must be computed for it
    is a node of the model; its tensor can then be an output.

    Wrong:
        {"metrics": [{"name": "realness", "expr": "mean(critic(image))"}]}

    Right:
        {"layers": [{"name": "real", "network": "critic", "inputs": "image"}],
         "outputs": ["image", "real"],
         "metrics": [{"name": "realness", "expr": "mean(real)"}]}
    """
    help = "make it a node, and its tensor an output"
    help = "make it a node of its forward list" if stepped else help
    return Finding(pointer, "KX421", f"a metric {what}", help, part=part)


def weight_in_network(pointer: str, text: str) -> Finding:
    """KX422: a weight that reads tensors, of a penalty inside a network.

    The penalty counts at every call of the network, and all calls have one weight. It
    may read params and `step`; one that reads tensors belongs to a penalty of the
    model, on the inner tensors of a call.

    Wrong:
        {"networks": {"encoder": {"penalties": [{"penalty": "mean_square", "on": "code",
         "weight": {"expr": "mean(abs(code))"}}]}}}

    Right:
        {"penalties": [{"penalty": "mean_square", "on": "left.code",
         "weight": {"expr": "mean(abs(left.code))"}}]}
    """
    message = f"the weight of a penalty inside a network reads the tensor {quote(text)}"
    help = "let it read params and step, or move the penalty to the model"
    return Finding(pointer, "KX422", message, help)


def uncounted_call(pointer: str, part: tuple[int, int], network: str) -> Finding:
    """KX423: a call of a network with penalties on what only a term knows.

    The penalties of a network count at every call of the model's pass. A call on `y` or
    on a step of a term's `let` comes behind that pass.

    Wrong:
        {"losses": [{"name": "perceptual",
         "expr": "mean(square(encoder(y) - encoder(image)))"}]}

    Right:
        {"inputs": {"target_image": {"shape": [8, 8, 1]}},
         "losses": [{"name": "perceptual",
         "expr": "mean(square(encoder(target_image) - encoder(image)))"}]}
    """
    message = f"the penalties of {quote(network)} cannot count this call"
    help = "call it on tensors of the model: a target may be an input"
    return Finding(pointer, "KX423", message, help, part=part)


RULES = (call_in_metric, weight_in_network, uncounted_call)


def check(spec: Spec) -> Iterator[Finding]:
    """Yield what terms and metrics call that they cannot."""
    for objective in spec.objectives:
        for metric in objective.metrics:
            for expr in expressions(metric):
                yield from _metric(spec, expr)
    for network in spec.built.values():
        for term in network.penalties:
            yield from _weight(spec, term)
    for term in (term for objective in spec.objectives for term in objective.terms):
        for expr in expressions(term):
            yield from _uncounted(spec, term, expr)


def _metric(spec: Spec, expr: Expr) -> Iterator[Finding]:
    stepped = spec.step is not None
    for call in drawing_calls(expr.tree):
        what = f"draws: {quote(str(expression.call_name(call)))}"
        yield call_in_metric(expr.at, expression.part(call), what, stepped)
    for call in expression.calls(expr.tree):
        name = str(expression.call_name(call))
        if name in spec.networks:
            what = f"calls the network {quote(name)}"
            yield call_in_metric(expr.at, expression.part(call), what, stepped)


def _weight(spec: Spec, term: Term) -> Iterator[Finding]:
    weight = term.weight
    if not isinstance(weight, Expr) or isinstance(weight, Computed):
        return
    for name in expression.names(weight.tree):
        if name.id not in (*spec.params, "step", "pi"):
            yield weight_in_network(weight.at, name.id)
            return


def _uncounted(spec: Spec, term: Term, expr: Expr) -> Iterator[Finding]:
    local = {Y, *(name for name, _ in term.let)}
    for call in expression.calls(expr.tree):
        name = str(expression.call_name(call))
        if name not in spec.networks or not penalized(spec, name):
            continue
        if local & {one.id for arg in call.args for one in expression.names(arg)}:
            yield uncounted_call(expr.at, expression.part(call), name)


def penalized(spec: Spec, name: str) -> bool:
    """Say whether a network, or one that it calls, has penalties on tensors."""
    scope = spec.networks[name]
    inner = states.State(spec).called(scope.nodes)
    own = any(
        not isinstance(operand, Weights)
        for used in callees.within(scope, spec)
        for term in used.penalties
        for _, operand in term.operands or (("", None),)
    )
    return own or any(penalized(spec, one) for one in inner)
