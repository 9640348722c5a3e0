"""The rules about `grad` in expressions (KX438 to KX442)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from kauxgen import expression, gradients
from kauxgen.expression import Part
from kauxgen.finding import Finding
from kauxgen.rules.outline import Form, Member
from kauxgen.suggest import quote
from kauxgen.values import Expr


def by_no_tensor(pointer: str, text: str, part: Part | None) -> Finding:
    """KX438: a gradient by what is no tensor with a name.

    `grad(expr, wrt)` differentiates by a tensor that has a name, an input or a node, or
    by a list of such. What is computed on the spot, a number of the params or a tensor
    of a list has none: a node gives it one, and `expr` must read it by that name.

    Wrong:
        {"name": "slope", "expr": "grad(critic(real + noise), real + noise)"}

    Right:
        {"name": "mix", "expr": "real + noise"},
        {"name": "slope", "expr": "grad(critic(mix), mix)"}
    """
    message = f"grad differentiates by named tensors, and {quote(text)} is none"
    help = "make it a node of the model, and read it by that name"
    return Finding(pointer, "KX438", message, help, part=part)


def independent(pointer: str, text: str, name: str, part: Part | None) -> Finding:
    """KX439: a gradient of something that does not depend on the tensor.

    Only what `expr` itself writes is differentiated: a node above that was computed
    from the tensor is a constant here. Neither does a gradient pass `stop_gradient`,
    rounding, comparisons or integers.

    Wrong:
        {"name": "score", "network": "critic", "inputs": "mix"},
        {"name": "slope", "expr": "grad(score, mix)"}

    Right:
        {"name": "slope", "expr": "grad(critic(mix), mix)"}
    """
    message = f"{quote(text)} does not depend on {quote(name)} as it is written"
    help = f"write the calls that lead from {name} to it inside of grad"
    return Finding(pointer, "KX439", message, help, part=part)


def no_place(pointer: str, message: str, help: str, part: Part | None) -> Finding:
    """KX440: a gradient where no tape can stand.

    A gradient is taken in nodes, in the steps and the expression of a term, in what a
    loss or penalty is `on`. A definition is called from there, and takes a gradient as
    an argument. A weight carries none. What a loss object compares is of the model, so
    no gradient in it reads `y`.

    Wrong:
        {"define": {"functions": {"slope": {"args": ["x"],
         "expr": "grad(square(x), x)"}}}}

    Right:
        {"layers": [{"name": "slope", "expr": "grad(square(code), code)"}]}
    """
    return Finding(pointer, "KX440", message, help, part=part)


def uncounted(pointer: str, network: str, part: Part | None) -> Finding:
    """KX441: a network with penalties, called inside a gradient.

    The penalties of a network count at every call of the model's pass; a call under a
    tape gives its output alone. Penalties of the model, on the inner tensors of other
    calls, say what shall be penalized.

    Wrong:
        {"networks": {"critic": {"penalties": [{"penalty": "mean_square",
         "on": "score"}], "...": "..."}},
         "layers": [{"name": "slope", "expr": "grad(critic(mix), mix)"}]}

    Right:
        {"layers": [{"name": "score", "network": "critic", "inputs": "mix"},
                    {"name": "slope", "expr": "grad(critic(mix), mix)"}],
         "penalties": [{"penalty": "mean_square", "on": "score"}]}
    """
    message = f"the penalties of {quote(network)} cannot count a call inside of grad"
    help = "write them as penalties of the model, on the tensors of its calls"
    return Finding(pointer, "KX441", message, help, part=part)


def by_tensor_twice(pointer: str, name: str, part: Part | None) -> Finding:
    """KX442: a tensor twice in the list that a gradient is by.

    A list gives one gradient for each of its tensors; a second one by the same tensor
    would be the same again.

    Wrong:
        {"name": "slopes", "expr": "grad(energy(x), [x, x])", "as": ["left", "right"]}

    Right:
        {"name": "slope", "expr": "grad(energy(x), x)"}
    """
    message = f"grad is asked for the gradient by {quote(name)} twice"
    return Finding(pointer, "KX442", message, "name it once", part=part)


RULES = (by_no_tensor, independent, no_place, uncounted, by_tensor_twice)


def check_names(
    expr: Expr, names: Mapping[str, Member], owner: str = ""
) -> Iterator[Finding]:
    """Yield the gradients by what is no tensor; `owner` has no place for any."""
    for call in gradients.within(expr.tree):
        if owner:
            help = "take the gradient in a node or term, and hand it over"
            said = f"{owner} may not call grad"
            yield no_place(expr.at, said, help, part_of(expr, call))
            return
        seen: set[str] = set()
        for one in gradients.read(call).by or (call,):
            text = ast.unparse(one)
            if text in seen:
                yield by_tensor_twice(expr.at, text, part_of(expr, one))
            seen.add(text)
            path = expression.path_of(one) or (0,)
            named = not any(isinstance(step, int) for step in path)
            if not named or not _is_tensor(names.get(str(path[0]))):
                yield by_no_tensor(expr.at, text, part_of(expr, one))


def _is_tensor(member: Member | None) -> bool:
    """Say whether a name may mean a tensor; one that means nothing is found so."""
    if member is None:
        return True
    return member.form is not Form.NUMBER and (
        member.form is not Form.ANYTHING or bool(member.at)
    )


def part_of(expr: Expr, node: ast.expr) -> Part | None:
    """Return the part of an expression's text that a node of it is."""
    if not hasattr(node, "col_offset"):
        return None
    start, end = expression.part(node.func if isinstance(node, ast.Call) else node)
    return start + expr.shift, end + expr.shift
