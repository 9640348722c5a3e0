"""The findings of data that do not fit what a model takes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from kauxgen.finding import Finding
from kauxgen.suggest import quote
from kauxgen.tensor import Shape, Size, describe
from kauxgen.training.data.unread import listed


def misfit(
    at: str, name: str, wanted: Shape, data: str, given: Sequence[object]
) -> Finding:
    """KX812: data in another shape than the model takes.

    Axes of size 1 are added and dropped, and rows are flattened or cut up again where
    the number of values agrees; anything else would be a guess. A row of images is
    (height, width, channels).

    Wrong:
        {"inputs": {"image": {"shape": [32, 32, 3]}}} and images (rows, 28, 28)

    Right:
        {"inputs": {"image": {"shape": [28, 28, 1]}}} and images (rows, 28, 28)
    """
    message = f"{name} is {rows_of(wanted)}, but {_shape(given)} in {data}"
    return Finding(at, "KX812", message, _reshaping(wanted, given), at_key=True)


def rows_of(shape: Shape) -> str:
    """Write the shape of rows in numbers, `(batch, 784)`."""
    plain = (None if size is None else int(size) for size in shape)
    return describe((None, *plain))


def _shape(sizes: Sequence[object]) -> str:
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"


def _reshaping(wanted: Shape, given: Sequence[object]) -> str:
    moved = len(wanted) > 1 and sorted(map(str, wanted)) == sorted(map(str, given[1:]))
    if moved:
        return "transpose it: the axes are those of the model, in another order"
    count = prod(size for size in given[1:] if isinstance(size, int))
    size = wanted[0] if len(wanted) == 1 else None
    if isinstance(size, Size) and size.text.isidentifier():
        return f"a row has {count} numbers: --set {size.text}={count}"
    return 'change the input\'s "shape", or reshape the data'


def unfit_type(at: str, name: str, wanted: str, data: str, given: str) -> Finding:
    """KX813: data of a type that the model does not take.

    Text and objects are no numbers, and an input of whole numbers, such as words or
    labels, takes no halves. Whole numbers that stand as floats are taken.

    Wrong:
        {"inputs": {"tokens": {"shape": [200], "dtype": "int32"}}} and words as text

    Right:
        {"inputs": {"tokens": {"shape": [200], "dtype": "int32"}}} and words as numbers
    """
    message = f"{name} is {wanted}, but {data} holds {given}"
    return Finding(at, "KX813", message, "turn the data into numbers", at_key=True)


def uneven_rows(counts: Sequence[tuple[str, int]]) -> Finding:
    """KX814: arrays with different numbers of rows.

    Row i of all arrays is one example, so all have the same number of rows.

    Wrong:
        np.savez("data.npz", x=images[:1000], y=labels)

    Right:
        np.savez("data.npz", x=images[:1000], y=labels[:1000])
    """
    said = ", ".join(f"{name} {count}" for name, count in counts)
    return Finding("", "KX814", f"the numbers of rows differ: {said}")


def not_a_class(
    at: str, name: str, low: int, high: int | None, data: str, row: int, value: int
) -> Finding:
    """KX815: a label or word that the model does not have.

    Labels count from 0: of ten classes they are 0 to 9, and words of a vocabulary of
    20000 are 0 to 19999. Any other number would make an error while training, or on an
    accelerator a loss of NaN.

    Wrong:
        {"loss": "SparseCategoricalCrossentropy", "on": "digit"} and labels 1 to 10

    Right:
        {"loss": "SparseCategoricalCrossentropy", "on": "digit"} and labels 0 to 9
    """
    ends = f"from {low} to {high}" if high is not None else f"from {low} up"
    message = f"{name} is {ends}, but {data} holds {value} in row {row}"
    one_more = high is not None and value == high + 1
    help = "if they count from 1, subtract 1" if one_more else ""
    return Finding(at, "KX815", message, help, at_key=True)


def not_finite(
    at: str, name: str, data: str, row: int, column: str, value: str, count: int
) -> Finding:
    """KX816: NaN or infinity in the data.

    One such value makes the loss NaN, and with it every weight. Rows count from 0.

    Wrong:
        y = [0.3, nan, 0.9]

    Right:
        x, y = x[~np.isnan(y)], y[~np.isnan(y)]
    """
    where = f"row {row}{column}"
    more = f", and {count - 1} more" if count > 1 else ""
    message = f"{data}, data of {name}, holds {value} in {where}{more}"
    return Finding(at, "KX816", message, "leave these rows out, or fill them in", True)


def missing(
    at: str, name: str, wanted: Shape, what: str, known: Sequence[str]
) -> Finding:
    """KX821: an input or target for which there are no data.

    Data are taken by name, `x` and `y` stand for the only input and the targets, and a
    table's remaining columns go to what is left if their number agrees. Everything else
    is said with `--map`.

    Wrong:
        kauxgen train specs/twin.json --data pairs.npz

    Right:
        kauxgen train specs/twin.json --data pairs.npz --map left=a --map right=b
    """
    message = f"there are no data for {name}, which is {rows_of(wanted)}"
    some = listed(what, known)
    help = f"add --map {name}=...; {some}" if some else f"add {what} {quote(name)}"
    return Finding(at, "KX821", message, help, at_key=True)


def out_of_range(
    at: str, name: str, wanted: str, data: str, row: int, value: float
) -> Finding:
    """KX824: targets that a loss does not take.

    Cross-entropies compare with probabilities, mostly 0 or 1; hinge losses with -1 and
    1. Keras computes a number for any other value, and it means nothing.

    Wrong:
        {"loss": "BinaryCrossentropy", "on": "match"} and y of 1 and 2

    Right:
        {"loss": "BinaryCrossentropy", "on": "match"} and y of 0 and 1
    """
    message = f"{name} is {wanted}, but {data} holds {value:g} in row {row}"
    return Finding(at, "KX824", message, "rescale it, or choose another loss", True)


def beyond(
    at: str, name: str, wanted: str, data: str, row: int, value: float
) -> Finding:
    """KX827: a number that an input's type cannot hold.

    A float32 ends at 3.4e38, an int32 at 2,147,483,647, and a bool is 0 or 1. Cast to
    it, a value beyond would become infinite, or another number.

    Wrong:
        {"inputs": {"when": {"shape": [], "dtype": "int32"}}} and 5000000000

    Right:
        {"inputs": {"when": {"shape": [], "dtype": "int64"}}} and 5000000000
    """
    message = f"{name} is {wanted}, but {data} holds {value:.10g} in row {row}"
    return Finding(at, "KX827", message, "rescale it, or change the dtype", True)


def open_size(at: str, name: str) -> Finding:
    """KX826: synthetic data for a target whose size the spec does not tell.

    Sizes that an input leaves open (`null`) are made 32; what a model makes of them
    cannot always be told. Then bring data of your own.

    Wrong:
        {"inputs": {"image": {"shape": [null, null, 3]}}, "...": "..."}

    Right:
        {"inputs": {"image": {"shape": [64, 64, 3]}}, "...": "..."}
    """
    message = f"the size of {name} depends on sizes that the spec leaves open"
    return Finding(at, "KX826", message, "state the sizes, or bring data of your own")


RULES = (
    misfit,
    unfit_type,
    uneven_rows,
    not_a_class,
    not_finite,
    missing,
    out_of_range,
    beyond,
    open_size,
)
