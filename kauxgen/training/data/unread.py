"""The findings of sources: data that cannot be found, read or told apart."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote

SOURCES = "synthetic, digits, FILE.npz, FILE.csv, keras:NAME or MODULE:FUNCTION"


def unknown_source(text: str, words: Collection[str]) -> Finding:
    """KX810: data that kauxgen does not know.

    `--data` takes `synthetic`, `digits`, a file that ends in `.npz` or `.csv`, a
    dataset of Keras such as `keras:mnist`, or a function of your own, as
    `module:function`.

    Wrong:
        kauxgen train specs/vae.json --data mnist

    Right:
        kauxgen train specs/vae.json --data keras:mnist
    """
    near = help_for(text, words)
    help = near if near.startswith("did you") else f"it takes {SOURCES}"
    return Finding("", "KX810", f"{quote(text)} names no data", help)


def unreadable(what: str, reason: str, help: str = "") -> Finding:
    """KX811: a file of data that cannot be read.

    It is not there, or not what its name says. An `.npz` with objects of Python is not
    read either: reading them would run code of whoever made the file.

    Wrong:
        kauxgen train specs/vae.json --data mnits.npz

    Right:
        kauxgen train specs/vae.json --data mnist.npz
    """
    return Finding("", "KX811", f"{what} cannot be read: {reason}", help)


def not_a_number(column: str, cell: str, more: int = 0) -> Finding:
    """KX817: a cell of a table that is no number.

    A column that is mapped to an input or target holds numbers alone, with a point
    before decimals. Leave text columns out, or turn them into numbers first; an empty
    cell is no number either.

    Wrong:
        --map features=age,city

    Right:
        --map features=age,rooms
    """
    found = f"{quote(cell)} is no number" if cell.strip() else "the cell is empty"
    others = f", and {more} more of its cells" if more else ""
    message = f"column {quote(column)}: {found}{others}"
    return Finding("", "KX817", message, "leave the column or these rows out")


def ragged_row(cells: int, columns: int) -> Finding:
    """KX818: a row of a table with more or fewer cells than there are columns.

    A comma inside a text stands between quotes.

    Wrong:
        name,price
        Bond Street 1, London,12

    Right:
        name,price
        "Bond Street 1, London",12
    """
    message = f"the row has {cells} cells, and the table {columns} columns"
    return Finding("", "KX818", message, "quote texts that hold the separator")


def unknown_column(word: str, what: str, known: Collection[str]) -> Finding:
    """KX819: a column of a table, or key of a file, that is not there.

    `--map NAME=COLUMN,...` names columns of the table as its first line does, keys of
    an `.npz`, or what your function returns.

    Wrong:
        kauxgen train specs/regression_step.json --data housing.csv --map y=prize

    Right:
        kauxgen train specs/regression_step.json --data housing.csv --map y=price
    """
    message = f"the data have no {what} {quote(word)}"
    return Finding("", "KX819", message, help_for(word, known) or listed(what, known))


def bad_mapping(text: str, reason: str, help: str = "") -> Finding:
    """KX820: a mapping of data to inputs and targets that cannot be read.

    It is `--map NAME=COLUMN` or `--map NAME=COLUMN,COLUMN,...`; NAME is an input of the
    model, `y`, or a key of it such as `y.age`; `x` stands for the only input. Each is
    mapped once.

    Wrong:
        --map lat,lon

    Right:
        --map features=lat,lon
    """
    form = "write --map NAME=COLUMN,..."
    return Finding("", "KX820", f"--map {text}: {reason}", help or form)


def function_failed(text: str, reason: str, help: str = "") -> Finding:
    """KX822: a function of your own that gives no data.

    `--data module:function` imports the module from the working directory and calls the
    function without arguments. It returns an array, a dict of arrays by name, a tuple
    of x and y that are such, or a `tf.data.Dataset` of batches.

    Wrong:
        def load(path): ...

    Right:
        def load(): return {"features": features, "y": prices}
    """
    return Finding("", "KX822", f"{text} {reason}", help)


def no_dataset(name: str, reason: str, help: str = "") -> Finding:
    """KX823: a dataset of Keras that cannot be had.

    `keras:NAME` is `keras.datasets.NAME`. Keras downloads it the first time, and keeps
    it in `~/.keras/datasets`.

    Wrong:
        kauxgen train specs/vae.json --data keras:minst

    Right:
        kauxgen train specs/vae.json --data keras:mnist
    """
    return Finding("", "KX823", f"keras:{name} {reason}", help)


def no_rows(data: str) -> Finding:
    r"""KX825: data without a single row.

    There is nothing to train on. A table has a first line with the names of its
    columns, and a row on each line below.

    Wrong:
        printf 'rooms,price' > houses.csv

    Right:
        printf 'rooms,price\n3,210\n' > houses.csv
    """
    return Finding("", "KX825", f"{data} has no rows")


def listed(what: str, known: Collection[str]) -> str:
    """List the first names of the data, "" if there are none."""
    shown = [quote(word) for word in list(known)[:12]]
    more = ", ..." if len(known) > len(shown) else ""
    return f"the {what}s are {', '.join(shown)}{more}" if shown else ""


RULES = (
    unknown_source,
    unreadable,
    not_a_number,
    ragged_row,
    unknown_column,
    bad_mapping,
    function_failed,
    no_dataset,
    no_rows,
)
