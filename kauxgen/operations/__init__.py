"""Shapes and types of what tensor expressions compute, worked out without Keras.

`operation_output` answers for a call of an operation, `binary` and `unary` for
operators, `subscript` for indices. Data in `schemas/operations/` names for each
operation its arguments and its rule; `RULES` holds the rules.
"""

from __future__ import annotations

from kauxgen.operations.call import Parameter, signature
from kauxgen.operations.indexing import subscript
from kauxgen.operations.operators import binary, unary
from kauxgen.operations.table import RULES, operation_output
from kauxgen.operations.value import Value

__all__ = [
    "RULES",
    "Parameter",
    "Value",
    "binary",
    "operation_output",
    "signature",
    "subscript",
    "unary",
]
