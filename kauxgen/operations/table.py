"""The table of shape rules, and the call of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kauxgen.operations import (
    arrangement,
    creation,
    elementwise,
    joining,
    neural,
    own,
    products,
    reductions,
    selection,
)
from kauxgen.operations.call import Call, bind
from kauxgen.operations.einsum import einsum
from kauxgen.operations.value import Value
from kauxgen.resources import entries
from kauxgen.tensor import Misfit

RULES: dict[str, Callable[[Call], Value]] = {
    "same": elementwise.same,
    "number": elementwise.number,
    "squared": elementwise.squared,
    "fraction": elementwise.fraction,
    "real": elementwise.real,
    "real_axis": elementwise.real_axis,
    "real_line": elementwise.real_line,
    "halved": elementwise.halved,
    "binary_numbers": elementwise.binary_numbers,
    "binary_fraction": elementwise.binary_fraction,
    "binary_test": elementwise.binary_test,
    "binary_order": elementwise.binary_order,
    "binary_truth": elementwise.binary_truth,
    "unary_test": elementwise.unary_test,
    "clipped": elementwise.clipped,
    "chosen": elementwise.chosen,
    "cast": elementwise.cast,
    "total": reductions.total,
    "average": reductions.average,
    "real_average": reductions.real_average,
    "extreme": reductions.extreme,
    "truth": reductions.truth,
    "count": reductions.count,
    "position": reductions.position,
    "weighted": reductions.weighted,
    "running": reductions.running,
    "norm": reductions.norm,
    "ordered": reductions.ordered,
    "order": reductions.order,
    "differences": reductions.differences,
    "transposed": arrangement.transposed,
    "swapped": arrangement.swapped,
    "moved": arrangement.moved,
    "reshaped": arrangement.reshaped,
    "flattened": arrangement.flattened,
    "expanded": arrangement.expanded,
    "squeezed": arrangement.squeezed,
    "flipped": arrangement.flipped,
    "rolled": arrangement.rolled,
    "repeated": arrangement.repeated,
    "tiled": arrangement.tiled,
    "padded": arrangement.padded,
    "spread": arrangement.spread,
    "concatenated": joining.concatenated,
    "stacked": joining.stacked,
    "pieces": joining.pieces,
    "unstacked": joining.unstacked,
    "matmul": products.matmul,
    "dot": products.dot,
    "tensordot": products.tensordot,
    "einsum": einsum,
    "outer": products.outer,
    "inner": products.inner,
    "triangle": products.triangle,
    "diagonal": products.diagonal,
    "trace": products.trace,
    "diag": products.diag,
    "square_matrix": products.square_matrix,
    "determinant": products.determinant,
    "constant": creation.constant,
    "filled": creation.filled,
    "like": creation.like,
    "identity": creation.identity,
    "counted": creation.counted,
    "spaced": creation.spaced,
    "taken": selection.taken,
    "taken_along": selection.taken_along,
    "one_hot": selection.one_hot,
    "largest": selection.largest,
    "pooled": neural.pooled,
    "normalized": neural.normalized,
    "binary_loss": neural.binary_loss,
    "class_loss": neural.class_loss,
    "index_loss": neural.index_loss,
    "ctc": neural.ctc,
    "drawn": own.drawn,
    "drawn_like": own.drawn_like,
    "drawn_class": own.drawn_class,
    "shuffled": own.shuffled,
    "batch_size": own.batch_size,
    "dim": own.dim,
    "shape": own.shape,
    "turned": own.turned,
    "per_sample": own.per_sample,
    "rows": own.rows,
    "gradient": own.gradient,
}
"""Shape rules by the names that `schemas/operations/` calls them."""


def operation_output(
    name: str, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> Value:
    """Return what a call of an operation gives, or raise Misfit.

    Tensors come as types, sizes and numbers as numbers; one that is known only when
    the model runs is `None`. The answer is a type, a tuple of them, or such a number.
    """
    known = entries("operations")
    if name not in known:
        raise Misfit(f'there is no operation "{name}"')
    return RULES[known[name]["shape"]](bind(name, args, kwargs))
