"""Works out what losses, penalties and metrics give: each a single number."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kauxgen import expression
from kauxgen.checked import WeightUse
from kauxgen.formula import Formula, formula
from kauxgen.rules import comparing, misfits, own_layers, sizes, terms
from kauxgen.rules.entries import (
    UNKNOWN,
    Data,
    Entry,
    flowing,
    follow,
    is_trained,
    settle,
    unknown,
)
from kauxgen.rules.layering import work_out
from kauxgen.rules.limits import Misplaced, TooLargeError
from kauxgen.rules.objective import STEP, Y, expressions
from kauxgen.rules.operands import bind
from kauxgen.rules.rounds import shown
from kauxgen.rules.unrolled import Unrolled
from kauxgen.rules.uses import scoped_terms
from kauxgen.spec import Definition, Scope, Spec, Term
from kauxgen.suggest import quote
from kauxgen.tensor import TensorType, describe
from kauxgen.values import Expr, Schedule, Variable

Names = Mapping[str, Entry]


@dataclass
class Scalars:
    """The terms of an unrolled spec: their formulas, and the weights they select.

    `uses` are what the term at hand sees, in all uses of its layer or block.
    """

    state: Unrolled
    formulas: dict[str, Formula] = field(default_factory=dict)
    weights: dict[str, tuple[WeightUse, ...]] = field(default_factory=dict)
    uses: list[Names] = field(default_factory=list)

    def check(self) -> None:
        """Work out every term; findings are kept in the state."""
        try:
            for definition in self.state.spec.definitions:
                self.definition(definition)
            for scope, term in scoped_terms(self.state.spec):
                self.state.at = term.at
                self.uses = self.seen(scope)
                found = formula(term, self.state.spec)
                if found is not None:
                    self.formulas[term.at] = found
                if not self.uses and own_layers.used(scope, self.state.spec):
                    what = f"the penalty {quote(term.name)}" if term.name else "it"
                    self.state.keep(own_layers.uncounted(term.at, what, scope))
                for names in self.uses:
                    self.term(term, self.with_y(term, names))
                    if scope.parametric:
                        self.share(term)
        except TooLargeError as error:
            self.state.keep(sizes.too_large(self.state.at, str(error)))

    def seen(self, scope: Scope) -> list[Names]:
        """Return what the terms of a list see; of a layer or block in each use."""
        if scope.parametric:
            return self.state.uses.of(scope)
        return [self.state.scopes[scope.at]]

    def share(self, term: Term) -> None:
        """Reduce the types of what a term computes to what all uses share."""
        read = [expr.tree for expr in expressions(term)]
        found = self.formulas.get(term.at)
        if found is not None:
            read += [tree for _, tree in found.steps]
            read += [found.result] if found.result is not None else []
        self.state.uses.share(read, self.state.types)

    def definition(self, definition: Definition) -> None:
        """Work out a regularizer or initializer, on a weight that is not known yet."""
        if definition.family not in ("regularizer", "initializer"):
            return
        own = dict.fromkeys(definition.arguments, UNKNOWN)
        names: Names = {**definition.params, **own}
        for name, step in definition.let:
            names = {**names, name: self.state.infer(step, names)}
        self.state.infer(definition.expr, names)

    def with_y(self, term: Term, names: Names) -> Names:
        """Add the data: like the outputs, or anything if it then does not fit."""
        if term.role == "penalty":
            return names
        known = {**names, Y: data_of(self.state.spec, names)}
        anything = {**names, Y: Data(UNKNOWN)}
        inference = self.state.inference(known)
        try:
            for name, step in term.let:
                known[name] = flowing(inference.value(step.tree), False)
            for expr in expressions(term):
                inference.value(expr.tree)
        except Misplaced:
            return anything
        return {**names, Y: known[Y]}

    def term(self, term: Term, names: Names) -> None:
        """Work out one term."""
        self.weight(term, names)
        args = None if term.kind is None else work_out(self.state, term.kind, names)
        found = self.formulas.get(term.at)
        if term.kind is None:
            self.expression(term, names)
        elif args is not None and found is None:
            comparing.check(self.state, term, args, names)
        elif args is not None and found is not None:
            self.formula(term, found, args, names)

    def expression(self, term: Term, names: Names) -> None:
        """Work out a term that is an expression."""
        assert term.expr is not None
        for name, step in term.let:
            names = {**names, name: self.state.infer(step, names)}
        entry = self.state.infer(term.expr, names)
        if not term.reduce or not isinstance(settle(entry), TensorType):
            help = 'add "reduce": "mean" or "sum"'
            self.scalar(term.expr, "the term", settle(entry), help)
        if term.role != "metric" and not self.moves(term):
            what = f"the {term.role} {quote(term.name)}" if term.name else "it"
            self.state.unmoved(term.expr.at, what)

    def moves(self, term: Term) -> bool:
        """Say whether training can change an expression's value, in any use of it."""
        trees = [expr.tree for expr in expressions(term)]
        return any(
            self.state.trained(tree, names) for names in self.uses for tree in trees
        )

    def scalar(self, expr: Expr, what: str, value: Any, help: str) -> None:
        """Keep a finding for what is not a single number."""
        shape = _shape_of(value)
        if shape:
            self.state.keep(terms.not_a_scalar(expr.at, what, shape, help))

    def formula(
        self, term: Term, found: Formula, args: Mapping[str, Any], names: Names
    ) -> None:
        """Work out a penalty of the library, or a regularizer on weights."""
        bound = bind(self.state, term, found, names)
        for choice, selected in bound.chosen.items():
            uses = (WeightUse(each.layer, each.attribute) for each in selected)
            self.weights[choice] = tuple(uses)
        if bound.wrong:
            return
        assert term.kind is not None
        for operands in bound.each():
            self.applied(term, found, {**found.arguments, **args}, operands)
        trained = any(map(is_trained, bound.entries.values()))
        if not trained and not (len(self.uses) > 1 and self.moves(term)):
            what = f"the penalty {quote(term.name or term.kind.name)}"
            self.state.unmoved(f"{term.at}/on", what)

    def applied(
        self, term: Term, found: Formula, args: Mapping[str, Any], operands: Names
    ) -> None:
        """Infer a formula over one choice of operands."""
        assert term.kind is not None
        trees: Iterable[tuple[str, ast.expr]] = found.steps
        result, names = found.result, {**args, **operands}
        if found.regularizer is not None:
            own = found.regularizer
            names = {**own.params, **names}
            trees = [(name, step.tree) for name, step in own.let]
            result = own.expr.tree
        functions = [found.function] if found.function else []
        try:
            for name, tree in trees:
                inference = self.state.inference(names, *functions)
                names = {**names, name: flowing(inference.value(tree), False)}
            if result is not None:
                self.state.inference(names, *functions).value(result)
        except Misplaced as misfit:
            place = f"{term.at}/on"
            found_ = misfits.operand_misfit(place, term.kind.name, str(misfit))
            self.state.keep(found_)

    def weight(self, term: Term, names: Names) -> None:
        """Check that a term's weight is one number."""
        weight = term.weight
        if type(weight) is Expr:
            entry = self.state.infer(weight, {**names, STEP: None})
            self.scalar(weight, "the weight", settle(entry), "a weight is one number")
        elif isinstance(weight, Schedule):
            self.schedule(weight, names)
        else:
            value = weight.value if isinstance(weight, Variable) else weight
            at = f"{term.weight_at}/variable" if weight is not value else term.weight_at
            self.number(value, at, names, "a weight", whole=False)

    def schedule(self, weight: Schedule, names: Names) -> None:
        """Check the numbers of a weight's schedule."""
        for key, value in weight.args.items():
            at = f"{weight.at}/args/{key}"
            self.number(value, at, names, key, whole=key == "steps")

    def number(self, value: Any, at: str, names: Names, word: str, whole: bool) -> None:
        """Keep a finding for what is no number, or no count where one is needed."""
        found = self.state.evaluation.value(value, names)
        number = isinstance(found, (int, float)) and not isinstance(found, bool)
        if unknown(found) or (number and not whole):
            return
        if not (number and isinstance(found, int) and found >= 1):
            wanted = "a whole number of at least 1" if whole else "a number"
            reason = f"{word} is {wanted}, not {shown(found)}"
            wrong = terms.wrong_weight(at, reason)
            self.state.evaluation.blame(wrong, value, names)


def data_of(spec: Spec, names: Names) -> Data:
    """Take the data to be like the outputs; by key like the output of this name."""
    given: dict[str, Entry] = {}
    for output in spec.main.outputs:
        path = expression.path_of(output.tree)
        if path is not None and path[0] in names:
            words = [step for step in path if isinstance(step, str)]
            value = settle(follow(names[str(path[0])], path[1:]))
            given[words[-1]] = flowing(value, False)
    values = list(given.values())
    return Data(values[0] if len(values) == 1 else UNKNOWN, given)


def _shape_of(value: Any) -> str:
    """Describe the shape of what is not a single number; "" for what is one."""
    if isinstance(value, TensorType):
        return describe(value.shape) if value.shape else ""
    if isinstance(value, (tuple, list)) and not unknown(value):
        return f"a list of {len(value)}"
    return ""
