"""What indices and slices give, on tensors by NumPy's basic indexing."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen.operations.value import Value, article, is_integer
from kauxgen.tensor import Misfit, TensorType, describe


def subscript(value: Value, index: Value) -> Value:
    """Return what `value[index]` gives, or raise Misfit.

    A bound or index of type `TensorType((), "int32")` is known only at run time.
    """
    if isinstance(value, (tuple, list)):
        return _item(value, index)
    if not isinstance(value, TensorType):
        raise Misfit(f"{article(value)} has no items")
    items: list[Value] = [index]
    if isinstance(index, (tuple, list)):
        items = list(index)
    sizes: list[int | None] = []
    rest = list(value.shape)
    for item in _spelled_out(items, value):
        if item is None:
            sizes.append(1)
        else:
            sizes.extend(_taken(item, rest.pop(0), value))
    return TensorType((*sizes, *rest), value.dtype)


def _item(value: Sequence[Value], index: Value) -> Value:
    if isinstance(index, slice):
        return tuple(value[_checked(index)])
    if not isinstance(index, int) or not is_integer(index):
        raise Misfit("a list is indexed by a whole number")
    if not -len(value) <= index < len(value):
        raise Misfit(f"a list of {len(value)} has no item {index}")
    return value[index]


def _spelled_out(items: list[Value], value: TensorType) -> list[Value]:
    dots = [place for place, item in enumerate(items) if item is ...]
    taking = [item for item in items if item is not None and item is not ...]
    free = len(value.shape) - len(taking)
    if len(dots) > 1:
        raise Misfit("an index has one ... only")
    if free < 0:
        count = len(taking)
        raise Misfit(f"{count} indices are too many for {describe(value.shape)}")
    if not dots:
        return items
    whole: list[Value] = [slice(None)] * free
    return [*items[: dots[0]], *whole, *items[dots[0] + 1 :]]


def _taken(item: Value, size: int | None, value: TensorType) -> list[int | None]:
    if isinstance(item, slice):
        return [_sliced(item, size)]
    if item == TensorType((), "int32"):
        return []
    if isinstance(item, (TensorType, tuple, list)):
        raise Misfit("a tensor is indexed by numbers and slices: use take")
    if not isinstance(item, int) or not is_integer(item):
        raise Misfit(f"{article(item)} is no index")
    if size is not None and not -size <= item < size:
        raise Misfit(f"index {item} is out of range in {describe(value.shape)}")
    return []


def _sliced(item: slice, size: int | None) -> int | None:
    if item == slice(None):
        return size
    unknown = any(isinstance(b, TensorType) for b in (item.start, item.stop, item.step))
    checked = None if unknown else _checked(item)
    if size is None or checked is None:
        return None
    return len(range(*checked.indices(size)))


def _checked(item: slice) -> slice:
    for bound in (item.start, item.stop, item.step):
        if bound is not None and not is_integer(bound):
            raise Misfit("a slice has whole numbers as bounds")
    if item.step == 0:
        raise Misfit("a slice has no step 0")
    return item
