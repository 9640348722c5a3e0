"""Did-you-mean: close words are found, far ones are not made up."""

from __future__ import annotations

import pytest

from kauxgen.suggest import closest, help_for, quote

LAYER_ARGUMENTS = ("filters", "kernel_size", "strides", "padding", "activation")


@pytest.mark.parametrize(
    ("word", "legal", "meant"),
    [
        ("filtres", LAYER_ARGUMENTS, "filters"),
        ("Padding", LAYER_ARGUMENTS, "padding"),
        ("kernelSize", LAYER_ARGUMENTS, "kernel_size"),
        ("kernel-size", LAYER_ARGUMENTS, "kernel_size"),
        ("Conv2d", ("Conv1D", "Conv2D", "Conv3D"), "Conv2D"),
        ("batch_normalization", ("BatchNormalization",), "BatchNormalization"),
        ("naem", ("name", "layer"), "name"),
        ("state", ("style", "name"), None),
        ("imports", ("inputs", "outputs"), None),
        ("outputs", ("inputs", "layers"), None),
        ("x", (), None),
        ("filters" * 100_000, LAYER_ARGUMENTS, None),
    ],
)
def test_closest(word: str, legal: tuple[str, ...], meant: str | None) -> None:
    assert closest(word, legal) == meant


def test_the_first_of_equal_words_is_suggested() -> None:
    assert closest("zmean", ["z_mean", "Z_Mean"]) == "z_mean"


@pytest.mark.parametrize(
    ("word", "legal", "help"),
    [
        ("filtres", LAYER_ARGUMENTS, 'did you mean "filters"?'),
        ("q", ("mean", "sum"), 'one of "mean", "sum"'),
        ("q", ("training",), 'only "training" fits here'),
        ("q", [f"word{i}" for i in range(9)], ""),
        ("q", (), ""),
    ],
)
def test_help(word: str, legal: tuple[str, ...], help: str) -> None:
    assert help_for(word, legal) == help


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("größe", '"größe"'),
        ("a\nb", r'"a\nb"'),
        ("\x1b[31m", r'"\x1b[31m"'),
        ("\u202egnp", r'"\u202egnp"'),
        ("\ud800", r'"\ud800"'),
        ("x" * 41, '"' + "x" * 37 + '..."'),
    ],
)
def test_quotes_are_printable_and_short(word: str, quoted: str) -> None:
    assert quote(word) == quoted
