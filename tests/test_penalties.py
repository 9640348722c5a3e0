"""The penalty library: its formulas against its oracles, and both against known values.

No Keras here: an evaluator of ours runs the formulas of the data in NumPy.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from kauxgen import expression, operations
from kauxgen.resources import entries
from kauxgen.tensor import TensorType
from penalty_oracle import ORACLES, Array, derivative

KINDS: dict[str, Any] = entries("penalties")
WRITTEN = [kind for kind, entry in KINDS.items() if entry["expr"] is not None]

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.USub: operator.neg,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in ("abs", "argmax", "clip", "diagonal")},
    **{name: getattr(np, name) for name in ("exp", "expand_dims", "eye", "log")},
    **{name: getattr(np, name) for name in ("maximum", "mean", "reshape", "sqrt")},
    **{name: getattr(np, name) for name in ("square", "sum", "transpose", "var")},
    "relu": lambda x: np.maximum(x, 0),
    "one_hot": lambda x, classes: np.eye(classes)[x],
    "batch_size": len,
    "dim": lambda x, axis: x.shape[axis],
    "rows": lambda x: x.reshape(len(x), -1),
    "per_sample_sum": lambda x: x.reshape(len(x), -1).sum(1),
}


def evaluate(node: ast.expr | None, scope: Mapping[str, Any]) -> Any:
    """Run an expression of the library in NumPy."""
    match node:
        case None:
            return None
        case ast.Constant():
            return node.value
        case ast.Name():
            return scope[node.id]
        case ast.Tuple():
            return tuple(evaluate(item, scope) for item in node.elts)
        case ast.UnaryOp():
            return OPERATORS[type(node.op)](evaluate(node.operand, scope))
        case ast.BinOp():
            sides = evaluate(node.left, scope), evaluate(node.right, scope)
            return OPERATORS[type(node.op)](*sides)
        case ast.Subscript():
            return evaluate(node.value, scope)[evaluate(node.slice, scope)]
        case ast.Slice():
            return slice(evaluate(node.lower, scope), evaluate(node.upper, scope))
        case ast.Call(func=ast.Name(id=name)):
            keywords = {str(k.arg): evaluate(k.value, scope) for k in node.keywords}
            args = [evaluate(argument, scope) for argument in node.args]
            return FUNCTIONS[name](*args, **keywords)
    raise AssertionError(ast.dump(node))


def infer(node: ast.expr | None, scope: Mapping[str, Any]) -> Any:
    """Work out the type of an expression of the library by the shape rules."""
    match node:
        case None:
            return None
        case ast.Constant():
            return node.value
        case ast.Name():
            return scope[node.id]
        case ast.Tuple():
            return tuple(infer(item, scope) for item in node.elts)
        case ast.UnaryOp():
            return operations.unary("-", infer(node.operand, scope))
        case ast.BinOp():
            symbol = expression.SYMBOLS[type(node.op)]
            sides = infer(node.left, scope), infer(node.right, scope)
            return operations.binary(symbol, *sides)
        case ast.Subscript():
            return operations.subscript(
                infer(node.value, scope), infer(node.slice, scope)
            )
        case ast.Slice():
            return slice(infer(node.lower, scope), infer(node.upper, scope))
        case ast.Call(func=ast.Name(id=name)):
            keywords = {str(k.arg): infer(k.value, scope) for k in node.keywords}
            args = [infer(argument, scope) for argument in node.args]
            return operations.operation_output(name, args, keywords)
    raise AssertionError(ast.dump(node))


def run(kind: str, scope: dict[str, Any], walk: Callable[..., Any]) -> Any:
    """Walk a kind's steps and its result; `scope` has operands and arguments."""
    for name, text in KINDS[kind].get("let", {}).items():
        scope[name] = walk(expression.parse(text), scope)
    expr = KINDS[kind]["expr"]
    if isinstance(expr, dict):
        ((argument, forms),) = expr.items()
        expr = forms[scope[argument]]
    return walk(expression.parse(expr), scope)


def defaults(kind: str) -> dict[str, Any]:
    """Return a kind's arguments with their defaults."""
    return {name: entry["default"] for name, entry in KINDS[kind]["args"].items()}


def argument_sets(kind: str) -> list[dict[str, Any]]:
    """Return the defaults, other numbers and every choice of a kind's arguments."""
    sets = [defaults(kind)]
    for name, entry in KINDS[kind]["args"].items():
        others = entry.get("values", [0.3])
        sets += [{**defaults(kind), name: other} for other in others]
    return sets


def ranks(kind: str) -> range:
    """Return the ranks that a kind is tried with."""
    return range(max(KINDS[kind].get("min_rank", {"": 1}).values()), 5)


def draw(kind: str, rank: int, batch: int = 5) -> list[Array]:
    """Draw a kind's operands; what must be probabilities sums to one."""
    rng = np.random.default_rng([rank, batch])
    shape = (batch, 4, 3, 2)[:rank]
    drawn = [rng.normal(size=shape) for _ in KINDS[kind]["operands"]]
    if kind in ("entropy", "load_balance"):
        return [np.exp(x) / np.exp(x).sum(-1, keepdims=True) for x in drawn]
    if kind == "kl_sparsity":
        return [1 / (1 + np.exp(-x)) for x in drawn]
    return drawn


def test_every_kind_has_an_oracle() -> None:
    assert sorted(ORACLES) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_is_whole(kind: str) -> None:
    entry = KINDS[kind]
    assert entry["doc"].endswith(".")
    for text in (entry["formula"], entry["source"]):
        assert text.isascii()
        assert "\n" not in text
        assert text
    assert set(entry.get("min_rank", {})) <= set(entry["operands"])
    assert (entry["expr"] is None) == entry.get("differentiates", False)
    assert all(argument["doc"].endswith(".") for argument in entry["args"].values())


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_formula_equals_its_oracle(kind: str) -> None:
    for rank in ranks(kind):
        for args in argument_sets(kind):
            operands = draw(kind, rank)
            scope = dict(zip(KINDS[kind]["operands"], operands, strict=True))
            found = run(kind, {**scope, **args}, evaluate)
            wanted = ORACLES[kind](*operands, **args)
            np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_formula_is_a_scalar_for_an_unknown_batch(kind: str) -> None:
    for rank in ranks(kind):
        operand = TensorType((None, 4, 3, 2)[:rank])
        scope = dict.fromkeys(KINDS[kind]["operands"], operand)
        for args in argument_sets(kind):
            found = run(kind, {**scope, **args}, infer)
            assert found == TensorType(()), (rank, args)


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_batch_of_one_gives_a_number(kind: str) -> None:
    operand, *others = draw(kind, ranks(kind)[-1], batch=1)
    scope = dict(zip(KINDS[kind]["operands"], [operand, *others], strict=True))
    assert np.isfinite(run(kind, {**scope, **defaults(kind)}, evaluate))


ONES = np.ones((4, 3))
ZEROS = np.zeros((4, 3))
STEPS = np.arange(12.0).reshape(4, 3)
EVEN = np.full((6, 3), 1 / 3)
ALWAYS = np.array([[1.0, 0.0, 0.0]] * 6)
IMAGE = np.array([[[[0.0], [1.0]], [[3.0], [7.0]]]])


@pytest.mark.parametrize(
    ("kind", "operands", "args", "value"),
    [
        ("l1_activity", [-2 * ONES], {}, 6.0),
        ("l2_activity", [-2 * ONES], {}, 12.0),
        ("mean_square", [-2 * ONES], {}, 4.0),
        ("squared_error", [ONES, 3 * ONES], {}, 4.0),
        ("absolute_error", [ONES, 3 * ONES], {}, 2.0),
        ("cosine_distance", [STEPS + 1, 2 * STEPS + 2], {}, 0.0),
        ("cosine_distance", [ONES, -ONES], {}, 2.0),
        ("cosine_distance", [ZEROS, ONES], {}, 1.0),
        ("kl_standard_normal", [ZEROS, ZEROS], {"reduce": "sum"}, 0.0),
        ("kl_standard_normal", [2 * ONES, ZEROS], {"reduce": "sum"}, 6.0),
        ("kl_standard_normal", [2 * ONES, ZEROS], {"reduce": "mean"}, 2.0),
        ("kl_standard_normal", [ZEROS, ONES], {"reduce": "mean"}, (np.e - 2) / 2),
        ("kl_sparsity", [0.05 * ONES], {"rate": 0.05}, 0.0),
        ("kl_sparsity", [0.5 * ONES], {"rate": 0.25}, 3 * 0.13081203594),
        ("entropy", [EVEN], {}, np.log(3)),
        ("entropy", [ALWAYS], {}, 0.0),
        ("total_variation", [IMAGE], {}, 14.0),
        ("total_variation", [np.concatenate([IMAGE, IMAGE])], {}, 14.0),
        ("orthogonality", [np.eye(4, 3)], {}, 0.0),
        ("orthogonality", [2 * np.eye(3)], {}, 27.0),
        ("decorrelation", [np.array([[1.0, 1.0], [-1.0, -1.0]])], {}, 4.0),
        ("decorrelation", [np.array([[1, 1], [1, -1], [-1, 1], [-1.0, -1]])], {}, 0.0),
        ("variance_floor", [ONES], {"floor": 1.0}, 0.99),
        ("variance_floor", [9 * STEPS], {"floor": 1.0}, 0.0),
        ("center", [2 * ONES], {}, 12.0),
        ("center", [np.array([[1.0], [-1.0]])], {}, 0.0),
        ("margin", [np.array([0.0, 2.0]), np.array([5.0, 2.0])], {"margin": 1.0}, 0.5),
        ("smoothness", [ONES], {}, 0.0),
        ("smoothness", [STEPS], {}, 1.0),
        ("mmd_rbf", [STEPS, STEPS], {"bandwidth": 1.0}, 0.0),
        ("mmd_rbf", [ZEROS[:1], ONES[:1]], {"bandwidth": 1.0}, 2 - 2 * np.exp(-1.5)),
        ("load_balance", [np.eye(3)], {}, 1.0),
        ("load_balance", [ALWAYS], {}, 3.0),
    ],
)
def test_known_values(
    kind: str, operands: list[Array], args: dict[str, Any], value: float
) -> None:
    scope = dict(zip(KINDS[kind]["operands"], operands, strict=True))
    found = run(kind, {**scope, **args}, evaluate)
    for one in (found, ORACLES[kind](*operands, **args)):
        assert one == pytest.approx(value, rel=1e-6, abs=1e-6)


def test_sets_of_unlike_sizes_have_a_discrepancy() -> None:
    scope = {"a": STEPS, "b": STEPS[:2], "bandwidth": 3.0}
    wanted = ORACLES["mmd_rbf"](STEPS, STEPS[:2], bandwidth=3.0)
    assert wanted > 0
    assert run("mmd_rbf", scope, evaluate) == pytest.approx(wanted, rel=1e-6)


def test_the_derivative_of_a_linear_network_is_its_kernel() -> None:
    kernel = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    slope = derivative(lambda x: x @ kernel, STEPS)
    wanted = np.zeros((4, 3, 4, 2))
    for sample in range(4):
        wanted[sample, :, sample] = kernel
    np.testing.assert_allclose(slope, wanted, atol=1e-8)
    assert ORACLES["jacobian"](slope) == pytest.approx((kernel**2).sum())


def test_the_gradient_norm_adds_outputs_before_squaring() -> None:
    kernel = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    slope = derivative(lambda x: (x @ kernel).sum(), STEPS)
    assert slope.shape == STEPS.shape
    assert ORACLES["gradient_norm"](slope) == pytest.approx((kernel.sum(1) ** 2).sum())


def test_the_divergence_of_a_vae_reads_as_an_expert_writes_it() -> None:
    forms = KINDS["kl_standard_normal"]["expr"]["reduce"]
    assert forms["mean"] == "-0.5 * mean(log_var - square(mean) - exp(log_var) + 1)"
