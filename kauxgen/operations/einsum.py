"""The rule of `einsum`: products and sums by the names of axes."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen.operations.call import Call
from kauxgen.operations.sizes import better, broadcast, fits
from kauxgen.operations.value import Value, as_tensor, meet
from kauxgen.tensor import Misfit, Shape, TensorType, describe


def einsum(call: Call) -> TensorType:
    """Give what `"bij,bjk->bik"` says of the operands."""
    text, operands = call.arguments["subscripts"], call.arguments["operands"]
    if not isinstance(text, str):
        raise Misfit("einsum needs a text for subscripts")
    if not isinstance(operands, tuple) or not operands:
        raise Misfit("einsum needs operands")
    terms, result = _read(text, len(operands))
    sizes, dots = _measure(terms, operands)
    unknown = sorted(set(result.replace("...", "")) - set(sizes))
    if unknown:
        raise Misfit(f'einsum makes axis "{unknown[0]}" of nothing')
    return TensorType(_result(result, sizes, dots), meet(operands))


def _read(text: str, count: int) -> tuple[list[str], str]:
    left, arrow, result = text.partition("->")
    terms = left.split(",")
    if len(terms) != count:
        raise Misfit(f"einsum names {len(terms)} operands, got {count}")
    for term in (*terms, result):
        letters = term.replace("...", "", 1)
        if letters and not (letters.isascii() and letters.isalpha()):
            raise Misfit(f'einsum cannot read "{term}"')
    result = result if arrow else _implied(left)
    if len(set(result.replace("...", ""))) < len(result.replace("...", "")):
        raise Misfit(f'einsum names an axis twice in "{result}"')
    return terms, result


def _implied(left: str) -> str:
    letters = left.replace("...", "").replace(",", "")
    once = sorted(letter for letter in letters if letters.count(letter) == 1)
    return ("..." if "..." in left else "") + "".join(once)


def _measure(
    terms: list[str], operands: Sequence[Value]
) -> tuple[dict[str, int | None], Shape]:
    sizes: dict[str, int | None] = {}
    dots: Shape = ()
    for term, operand in zip(terms, operands, strict=True):
        shape = as_tensor(operand).shape
        named, middle = _assign(term, shape)
        dots = broadcast(dots, middle)
        for letter, size in named:
            known = sizes.get(letter, size)
            if not fits(known, size):
                raise Misfit(
                    f'einsum needs one size for "{letter}", got {known} and {size}'
                )
            sizes[letter] = better(known, size)
    return sizes, dots


def _assign(term: str, shape: Shape) -> tuple[list[tuple[str, int | None]], Shape]:
    head, dots, tail = term.partition("...")
    extra = len(shape) - len(head) - len(tail)
    if extra < 0 or (extra and not dots):
        raise Misfit(f'einsum reads {describe(shape)} as "{term}"')
    last = len(shape) - len(tail)
    named = [*zip(head, shape, strict=False), *zip(tail, shape[last:], strict=True)]
    return named, shape[len(head) : last]


def _result(result: str, sizes: dict[str, int | None], dots: Shape) -> Shape:
    head, _, tail = result.partition("...")
    middle = dots if "..." in result else ()
    return (*(sizes[c] for c in head), *middle, *(sizes[c] for c in tail))
