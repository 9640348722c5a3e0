"""The data of `kauxgen train`, without Keras: what is needed, made and refused."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kauxgen import compiler, resources
from kauxgen.finding import SpecError
from kauxgen.training import data
from kauxgen.training.data import Request, needs, synthetic, unfit, unread
from kauxgen.training.data.feed import Feed
from kauxgen.training.data.needs import Needs

SHARE, SIGNED, NUMBER = (0, 1), (-1, 1), (-6, 6)
IMAGE = ((28, 28, 1), "float32", SHARE)
COLOR = ((32, 32, 3), "float32", SHARE)
BITS = {"bits": ((2,), "float32", NUMBER), "y": ((1,), "float32", SHARE)}
HOUSE = {"features": ((8,), "float32", NUMBER), "y": ((1,), "float32", NUMBER)}

EXAMPLES: dict[str, dict[str, tuple[tuple[int, ...], str, tuple[int, int]]]] = {
    "barlow_twins_small": {"first": COLOR, "second": COLOR},
    "cifar_l2": {"image": COLOR, "y": ((), "int32", (0, 9))},
    "conv_vae": {"image": IMAGE},
    "ctc_reader": {
        "image": ((64, 16, 1), "float32", SHARE),
        "label": ((4,), "int32", (0, 9)),
    },
    "custom_gradient": {
        "left": ((2,), "float32", NUMBER),
        "right": ((2,), "float32", NUMBER),
        "y.product": ((2,), "float32", NUMBER),
        "y.domain": ((1,), "float32", NUMBER),
    },
    "cyclegan_small": {
        "real_x": ((32, 32, 3), "float32", SIGNED),
        "real_y": ((32, 32, 3), "float32", SIGNED),
    },
    "dcgan": {"real": IMAGE},
    "ddim_small": {"image": COLOR},
    "dqn_update": {
        "state": ((4,), "float32", NUMBER),
        "action": ((), "int32", (0, 1)),
        "reward": ((), "float32", NUMBER),
        "next_state": ((4,), "float32", NUMBER),
        "done": ((), "float32", NUMBER),
    },
    "fine_tune": {
        "image": ((64, 64, 3), "float32", SHARE),
        "y": ((), "int32", (0, 4)),
    },
    "knowledge_distillation": {"image": IMAGE, "label": ((), "int32", (0, 9))},
    "penalties_tour": {"image": ((8, 8, 1), "float32", SHARE)},
    "reconstruction_regressor": HOUSE,
    "regression_step": HOUSE,
    "resnet": {"image": COLOR, "y": ((), "int32", (0, 9))},
    "siamese_contrastive": {
        "left": IMAGE,
        "right": IMAGE,
        "y": ((1,), "float32", SHARE),
    },
    "simsiam_small": {"first": COLOR, "second": COLOR},
    "switch_router": {
        "text": ((200,), "int32", (0, 19999)),
        "y": ((), "int32", (0, 1)),
    },
    "twin": {
        "left": ((16,), "float32", NUMBER),
        "right": ((16,), "float32", NUMBER),
        "y": ((1,), "float32", SHARE),
    },
    "vae": {"image": ((784,), "float32", SHARE)},
    "vae_annealed": {"image": ((784,), "float32", SHARE)},
    "vq_vae": {"image": IMAGE},
    "wgan_gp": {"real": ((28, 28, 1), "float32", SIGNED)},
    "xor_bce": BITS,
    "xor_bce_mse": BITS,
    "xor_regularized": BITS,
}
"""What the examples take: the shape of a row, its type, and the ends of its values."""


def needed(spec: str | dict[str, Any]) -> Needs:
    """Work out what an example, or a spec as JSON, needs."""
    if isinstance(spec, str):
        text = Path(resources.EXAMPLES, f"{spec}.json").read_text(encoding="utf-8")
        spec = json.loads(text)
    loaded = compiler.load(spec)
    return needs.of(loaded.checked, loaded.document)


@pytest.mark.parametrize("name", EXAMPLES)
def test_synthetic_data_are_what_an_example_takes(name: str) -> None:
    made = synthetic.make(needed(name), seed=0, rows=32)
    found = {key: (one.shape[1:], one.dtype.name) for key, one in made.items()}
    assert found == {key: (one[0], one[1]) for key, one in EXAMPLES[name].items()}
    for key, (_, _, (low, high)) in EXAMPLES[name].items():
        assert low <= made[key].min() < made[key].max() <= high
        assert len(made[key]) == 32


def test_every_example_is_listed() -> None:
    assert {path.stem for path in resources.EXAMPLES.glob("*.json")} == set(EXAMPLES)


def spec(**changes: Any) -> dict[str, Any]:
    """Make a small spec, with some parts of its own."""
    return {
        "kauxgen": 1,
        "name": "small",
        "inputs": {"features": {"shape": [3]}},
        "layers": [{"name": "out", "layer": "Dense", "args": {"units": 1}}],
        "losses": [{"loss": "MeanSquaredError", "on": "out"}],
        "training": {"optimizer": {"optimizer": "Adam"}},
        **changes,
    }


CAST = [
    {"name": "numbers", "expr": "cast(features, 'float32')"},
    {"name": "out", "layer": "Dense", "args": {"units": 1}},
]
"""Layers behind an input that is no float."""


def compared(loss: str, units: int, **args: Any) -> dict[str, Any]:
    """Make a small spec with a loss on `units` outputs, and its activation."""
    layer = {"name": "out", "layer": "Dense", "args": {"units": units, **args}}
    return spec(layers=[layer], losses=[{"loss": loss, "on": "out"}])


TABLE = {"layer": "Embedding", "args": {"input_dim": 7, "output_dim": 2}}


@pytest.mark.parametrize(
    ("given", "name", "values"),
    [
        (compared("CategoricalCrossentropy", 4), "y", ("one_hot", -inf, inf)),
        (compared("Hinge", 1, activation="tanh"), "y", ("signs", -1, 1)),
        (compared("Poisson", 1, activation="softplus"), "y", ("numbers", 0, inf)),
        (
            compared("MeanSquaredError", 1, activation="sigmoid"),
            "y",
            ("numbers", 0, 1),
        ),
        (
            # The words are cast and cut before they are looked up, inside a network.
            spec(
                inputs={"words": {"shape": [5], "dtype": "int64"}},
                networks={
                    "read": {
                        "inputs": {"x": {"shape": [4], "dtype": "int64"}},
                        "layers": [
                            {"name": "known", **TABLE},
                            {"name": "flat", "layer": "Flatten"},
                        ],
                    }
                },
                layers=[
                    {"name": "cut", "expr": "words[:, 1:]"},
                    {"name": "read_cut", "network": "read", "inputs": "cut"},
                    {"name": "out", "layer": "Dense", "args": {"units": 1}},
                ],
            ),
            "words",
            ("labels", 0, 6),
        ),
        (
            # What a layer computes is looked up: that says nothing of the words.
            spec(
                inputs={"words": {"shape": [5], "dtype": "int32"}},
                layers=[
                    {"name": "known", **TABLE},
                    {"name": "kind", "expr": "argmax(known, axis=-1)"},
                    {"name": "hot", "expr": "one_hot(kind, 2)"},
                    {"name": "flat", "layer": "Flatten", "inputs": "hot"},
                    {"name": "out", "layer": "Dense", "args": {"units": 1}},
                ],
            ),
            "words",
            ("labels", 0, 6),
        ),
    ],
)
def test_what_values_are_needed(
    given: dict[str, Any], name: str, values: tuple[str, float, float]
) -> None:
    need = needed(given).find(name)
    assert need is not None
    assert (need.values.kind, need.values.low, need.values.high) == values


def test_several_terms_agree_on_the_data() -> None:
    """A metric of classes beside a plain loss asks for class numbers."""
    two = spec(
        layers=[{"name": "out", "layer": "Dense", "args": {"units": 4}}],
        metrics=[{"metric": "SparseCategoricalAccuracy", "on": "out"}],
        losses=[
            {"name": "odd", "expr": "mean(y) * mean(out)"},
        ],
    )
    (need,) = needed(two).targets
    assert (need.values.kind, need.dtype, need.shape) == ("labels", "int32", ())


def test_synthetic_data_depend_on_the_seed_alone() -> None:
    wanted = needed("twin")
    first, again, other = (synthetic.make(wanted, seed, 16) for seed in (1, 1, 2))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert all(not np.array_equal(first[name], other[name]) for name in ("left", "y"))


@pytest.mark.parametrize("name", ["cifar_l2", "reconstruction_regressor", "xor_bce"])
def test_synthetic_targets_are_told_from_the_inputs(name: str) -> None:
    """A linear fit to one half of the rows does better than chance on the other."""
    made = synthetic.make(needed(name), seed=0, rows=512)
    y = made.pop("y").astype(float).reshape(512, -1)
    if name == "cifar_l2":
        y = np.eye(10)[y[:, 0].astype(int)]
    (x,) = (one.reshape(512, -1) for one in made.values())
    # A few of the pixels are enough, as images show few hidden numbers.
    x = np.concatenate([x[:, :: 1 + x.shape[1] // 20], np.ones((512, 1))], axis=1)
    fit = np.linalg.lstsq(x[:256], y[:256], rcond=None)[0]
    left = np.square(x[256:] @ fit - y[256:]).mean() / y[256:].var()
    assert left < (0.8 if name == "cifar_l2" else 0.5)


def test_rows_of_a_batch_are_as_train_takes_them() -> None:
    feed = data.load(Request(), needed("twin"), 0)
    x, y = feed.batch(3)
    assert {name: one.shape for name, one in x.items()} == {
        "left": (3, 16),
        "right": (3, 16),
    }
    assert y.shape == (3, 1)
    np.testing.assert_array_equal(x["left"], feed.arrays["left"][[0, 341, 682]])
    assert (feed.rows, feed.steps(1000)) == (1024, 2)
    (images,) = data.load(Request(), needed("vae"), 0).batch(2)
    assert images.shape == (2, 784)
    (named,) = data.load(Request(), needed("knowledge_distillation"), 0).batch(2)
    assert set(named) == {"image", "label"}


def loaded(
    folder: Path, file: str, *maps: str, of: dict[str, Any] | str | None = None
) -> Feed:
    """Load a file of a folder for a spec."""
    source = file if ":" in file or "." not in file else str(folder / file)
    return data.load(Request(source, maps), needed(of or spec()), 0)


def refused(
    folder: Path, file: str, *maps: str, of: dict[str, Any] | str | None = None
) -> str:
    """Load a file that does not fit, and write the findings with their places."""
    with pytest.raises(SpecError) as raised:
        loaded(folder, file, *maps, of=of)
    return "\n".join(
        (one.pointer or f"{Path(one.path).name}:{one.line}:{one.column}")
        + f": {one.code} {one.message}"
        + (f" [{one.help}]" if one.help else "")
        for one in raised.value.diagnostics
    )


HOUSES = "lat,lon,rooms,city,price\n1,2,3,Bonn,10\n4,5,6,Rome,20\n"


def test_a_table_is_mapped_as_said_and_by_what_is_left(tmp_path: Path) -> None:
    (tmp_path / "houses.csv").write_text(HOUSES)
    feed = loaded(tmp_path, "houses.csv", "y=price")
    assert feed.arrays["features"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert feed.arrays["y"].tolist() == [[10], [20]]
    where = tmp_path / "houses.csv"
    assert feed.said == (
        f"features is columns lat, lon, rooms of {where}, (2, 3)",
        f"y is price of {where}, (2,)",
        "not used: city",
    )
    turned = loaded(tmp_path, "houses.csv", "x=rooms, lon,lat", "y=price")
    assert turned.arrays["features"].tolist() == [[3, 2, 1], [6, 5, 4]]
    assert turned.arrays["features"].dtype == "float32"


def test_tables_come_in_several_forms(tmp_path: Path) -> None:
    """A mark of bytes, other separators, quotes, empty lines, numbered columns."""
    text = '\ufeff"features 0";features 1;features 2;"y"\r\n\r\n1;2;"3";4\r\n'
    (tmp_path / "odd.csv").write_text(text, encoding="utf-8")
    feed = loaded(tmp_path, "odd.csv")
    assert feed.arrays["features"].tolist() == [[1, 2, 3]]
    (tmp_path / "bare.csv").write_text("1\t2\t3\t4\n5\t6\t7\t8\n")
    bare = loaded(tmp_path, "bare.csv", "y=4")
    assert bare.arrays["y"].tolist() == [[4], [8]]
    assert "names no columns" in bare.said[0]


@pytest.mark.parametrize(
    ("text", "maps", "said"),
    [
        (
            "a,b,c,y\n1,2,x,4\n1,2,,4\n1,nan,3,4\n",
            ["x=a,b,c"],
            't.csv:4:3: KX817 column "b": "nan" is no number [leave the column or '
            "these rows out]\n"
            't.csv:2:5: KX817 column "c": "x" is no number, and 1 more of its cells '
            "[leave the column or these rows out]",
        ),
        (
            'a,b,c,y\n"1,5",2,3,4\n',
            ["x=a,b,c"],
            't.csv:2:1: KX817 column "a": "1,5" is no number [leave the column or '
            "these rows out]",
        ),
        (
            "a,b,c,y\n1,2,3,4\n1,2,3\n",
            ["x=a,b,c"],
            "t.csv:3:1: KX818 the row has 3 cells, and the table 4 columns [quote "
            "texts that hold the separator]",
        ),
        ("a,b,c,y\n", [], "t.csv:0:0: KX825 the table has no rows"),
        ("", [], "t.csv:0:0: KX825 the table has no rows"),
        (
            "a,a\n1,2\n",
            [],
            't.csv:0:0: KX811 the table cannot be read: two columns are called "a"',
        ),
        (
            "lat,lon,price\n1,2,3\n",
            ["x=lat,pric", "z=lat", "y=price", "y=lon", "y"],
            't.csv:0:0: KX819 the data have no column "pric" [did you mean "price"?]\n'
            't.csv:0:0: KX820 --map z=lat: the model has no input or target "z" '
            '[one of "features", "y"]\n'
            "t.csv:0:0: KX820 --map y=lon: y is mapped already [write --map "
            "NAME=COLUMN,...]\n"
            "t.csv:0:0: KX820 --map y: no column is named [write --map "
            "NAME=COLUMN,...]",
        ),
        (
            "a,b,y\n1,2,3\n",
            ["x=a,b"],
            "/inputs/features: KX812 features is (batch, 3), but (1, 2) in "
            'columns a, b of t.csv [change the input\'s "shape", or reshape the data]',
        ),
        (
            "a,b\n1,2\n",
            ["y=b"],
            "/inputs/features: KX821 there are no data for features, which is "
            '(batch, 3) [add --map features=...; the columns are "a", "b"]',
        ),
    ],
)
def test_a_table_that_does_not_fit(
    text: str, maps: list[str], said: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(text)
    assert refused(Path(), "t.csv", *maps) == said


def test_hostile_names_of_columns_are_shown_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('"\x1b[31m\nred",y\n1,2\n')
    assert "\\x1b[31m" in refused(tmp_path, "t.csv", "x=red")


BYTES = np.arange(2 * 28 * 28, dtype="uint8").reshape(2, 28, 28)
DIGIT = {
    "inputs": {"image": {"shape": [28, 28, 1]}},
    "layers": [
        {"name": "flat", "layer": "Flatten"},
        {"name": "out", "layer": "Dense", "args": {"units": 3}},
    ],
}
SPARSE = spec(**DIGIT, losses=[{"loss": "SparseCategoricalCrossentropy", "on": "out"}])
ONE_HOT = spec(**DIGIT, losses=[{"loss": "CategoricalCrossentropy", "on": "out"}])


def test_images_and_labels_are_made_to_fit(tmp_path: Path) -> None:
    """As Keras's own files have them: bytes without channels, labels in any form."""
    labels = np.array([2, 1], "uint8")
    np.savez(tmp_path / "d.npz", x_train=BYTES, y_train=labels, x_test=BYTES)
    feed = loaded(tmp_path, "d.npz", of=SPARSE)
    image = feed.arrays["image"]
    assert (image.shape, image.dtype) == ((2, 28, 28, 1), "float32")
    np.testing.assert_allclose(image[..., 0], BYTES / 255, atol=1e-7)
    assert feed.arrays["y"].tolist() == [2, 1]
    assert feed.said[0].endswith(
        "reshaped to (2, 28, 28, 1), scaled from 0..255 to 0..1"
    )
    hot = loaded(tmp_path, "d.npz", of=ONE_HOT).arrays["y"]
    assert hot.tolist() == [[0, 0, 1], [0, 1, 0]]
    signed = loaded(tmp_path, "d.npz", of="wgan_gp").arrays["real"]
    assert (signed.min(), signed.max()) == (-1, 1)
    np.savez(tmp_path / "h.npz", x=BYTES, y=hot)
    assert loaded(tmp_path, "h.npz", of=SPARSE).arrays["y"].tolist() == [2, 1]
    np.savez(tmp_path / "c.npz", x=BYTES, label=labels[:, None])
    assert loaded(tmp_path, "c.npz", of=SPARSE).arrays["y"].tolist() == [2, 1]
    names = loaded(tmp_path, "c.npz", of="knowledge_distillation").arrays
    assert {name: one.shape for name, one in names.items()} == {
        "image": (2, 28, 28, 1),
        "label": (2,),
    }


X = np.zeros((4, 3))


@pytest.mark.parametrize(
    ("arrays", "of", "said"),
    [
        (
            {"x": np.zeros((4, 3, 28, 28)), "y": [0, 1, 2, 0]},
            SPARSE | {"inputs": {"image": {"shape": [28, 28, 3]}}},
            "/inputs/image: KX812 image is (batch, 28, 28, 3), but (4, 3, 28, 28) in "
            "x of d.npz [transpose it: the axes are those of the model, in another "
            "order]",
        ),
        (
            {"x": np.zeros((4, 64))},
            "vae",
            "/inputs/image: KX812 image is (batch, 784), but (4, 64) in x of d.npz "
            "[a row has 64 numbers: --set original_dim=64]",
        ),
        (
            {"x": np.array([["a"] * 3] * 4), "y": X[:, :1]},
            spec(),
            "/inputs/features: KX813 features is of numbers, but x of d.npz holds "
            'text, such as "a" [turn the data into numbers]',
        ),
        (
            {"x": X, "y": X[:3, :1]},
            spec(),
            "d.npz:0:0: KX814 the numbers of rows differ: features 4, y 3",
        ),
        (
            {"x": BYTES[[0] * 4], "y": [1, 2, 3, 0]},
            SPARSE,
            "/losses/0: KX815 y is from 0 to 2, but y of d.npz holds 3 in row 2 "
            "[if they count from 1, subtract 1]",
        ),
        (
            {"x": BYTES[[0] * 4], "y": [1, 2, 0.5, 0]},
            SPARSE,
            "/losses/0: KX813 y is of whole numbers, but y of d.npz holds 0.5 "
            "[turn the data into numbers]",
        ),
        (
            {"x": np.where(np.eye(4, 3) * [0, 1, 1], np.nan, 0), "y": X[:, :1]},
            spec(),
            "/inputs/features: KX816 x of d.npz, data of features, holds nan in row 1, "
            "column 1, and 1 more [leave these rows out, or fill them in]",
        ),
        (
            {"x": X, "y": [1, 2, 1, 2]},
            compared("BinaryCrossentropy", 1, activation="sigmoid"),
            "/losses/0: KX824 y is from 0 to 1, but y of d.npz holds 2 in row 1 "
            "[rescale it, or choose another loss]",
        ),
        (
            {"x": X[:0], "y": X[:0, :1]},
            spec(),
            "d.npz:0:0: KX825 the data has no rows",
        ),
        (
            {"x": X},
            spec(),
            "/losses/0: KX821 there are no data for y, which is (batch, 1) "
            '[add --map y=...; the keys are "x"]',
        ),
        (
            {"x": np.array([{}]), "y": X},
            spec(),
            'd.npz:0:0: KX811 the key "x" cannot be read: it holds objects of Python '
            "[save it as an array of numbers]",
        ),
        (
            {"x": np.array([[1, 1, 1], [1, 4e39, 1]]), "y": X[:2, :1]},
            spec(),
            "/inputs/features: KX827 features is float32, but x of d.npz holds 4e+39 "
            "in row 1 [rescale it, or change the dtype]",
        ),
        (
            {"x": np.array([[5_000_000_000, 0, 0]] * 2), "y": X[:2, :1]},
            spec(inputs={"features": {"shape": [3], "dtype": "int32"}}, layers=CAST),
            "/inputs/features: KX827 features is int32, but x of d.npz holds "
            "5000000000 in row 0 [rescale it, or change the dtype]",
        ),
        (
            {"x": np.array([[0, 1, 0.3]] * 2), "y": X[:2, :1]},
            spec(inputs={"features": {"shape": [3], "dtype": "bool"}}, layers=CAST),
            "/inputs/features: KX827 features is false or true, 0 or 1, but x of d.npz "
            "holds 0.3 in row 0 [rescale it, or change the dtype]",
        ),
    ],
)
def test_arrays_that_do_not_fit(
    arrays: dict[str, Any], of: Any, said: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("d.npz", **arrays)
    assert refused(Path(), "d.npz", of=of) == said


def test_whole_numbers_that_are_no_classes_may_be_negative(tmp_path: Path) -> None:
    of = spec(inputs={"features": {"shape": [3], "dtype": "int32"}}, layers=CAST)
    values = np.array([[-3, 0, 3]] * 2)
    np.savez(tmp_path / "d.npz", x=values, y=np.ones((2, 1)))
    feed = loaded(tmp_path, "d.npz", of=of)
    assert feed.arrays["features"].tolist() == values.tolist()


def test_archives_that_are_damaged(tmp_path: Path) -> None:
    """Whatever NumPy, zipfile and zlib raise of a file is a finding."""
    whole = tmp_path / "whole.npz"
    np.savez_compressed(whole, x=np.arange(3000.0).reshape(-1, 3), y=np.ones(1000))
    np.save(tmp_path / "single.npy", np.ones((2, 3)))
    (tmp_path / "single.npy").rename(tmp_path / "single.npz")
    assert "KX811 the file cannot be read: it is no .npz" in refused(
        tmp_path, "single.npz"
    )
    data = bytearray(whole.read_bytes())
    for at in range(60, 1000, 60):
        (tmp_path / "bad.npz").write_bytes(data[:at] + b"~" * 20 + data[at + 20 :])
        assert "KX811" in refused(tmp_path, "bad.npz")
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as file:
        file.writestr("x", "no array")
        file.writestr("y", "none")
    assert 'KX811 the key "x" cannot be read: it is no array' in refused(
        tmp_path, "text.npz"
    )


def test_columns_that_cannot_stand_side_by_side(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "d.npz",
        a=np.ones(4),
        b=np.ones((3, 2)),
        c=np.ones((4, 2, 1)),
        d=np.ones(()),
        y=np.ones(4),
    )
    said = refused(tmp_path, "d.npz", "x=a,b")
    assert said == "d.npz:0:0: KX814 the numbers of rows differ: a 4, b 3"
    said = refused(tmp_path, "d.npz", "x=a,c")
    assert "KX812 features is (batch, 3), but (4, 2, 1) in c of " in said
    assert "KX814" in refused(tmp_path, "d.npz", "x=a,d")
    assert "KX820" in refused(tmp_path, "d.npz", "x=a\nb")


def test_what_is_no_file_of_data(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.npz").write_text("no archive")
    Path("latin.csv").write_bytes(b"x,y\n\xe9,1\n")
    Path("folder.npz").mkdir()
    found = [
        refused(Path(), name)
        for name in ("text.npz", "none.npz", "none.csv", "latin.csv", "folder.npz")
    ]
    assert all("KX811" in one for one in found)
    assert "did you mean" in refused(Path(), "synthetik")
    assert "it takes synthetic, digits" in refused(Path(), "mnist")
    assert "KX820" in refused(Path(), "synthetic", "x=y")


FUNCTIONS = """
import numpy as np
def pair(): return np.ones((4, 3)), np.ones(4)
def named(): return {"features": np.ones((4, 3)), "y": np.ones(4)}
def keras_like(): return pair(), pair()
def broken(): return 1 / 0
def nothing(): return None
def ragged(): return {"features": [[1, 2, 3], [4]], "y": [1, 2]}
def asking(more): return more
"""


def test_functions_of_the_user(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own_data_module.py").write_text(FUNCTIONS)
    before = list(sys.path)
    for name in ("pair", "named", "keras_like"):
        feed = loaded(Path(), f"own_data_module:{name}")
        assert feed.arrays["features"].shape == (4, 3)
        assert feed.arrays["y"].shape == (4, 1)
    assert sys.path == before
    broken = refused(Path(), "own_data_module:broken")
    assert "raised ZeroDivisionError: division by zero" in broken
    assert "see own_data_module.py, line 6" in broken
    assert "returned NoneType" in refused(Path(), "own_data_module:nothing")
    ragged = refused(Path(), "own_data_module:ragged")
    assert "KX822 own_data_module:ragged returned what is no array" in ragged
    asking = refused(Path(), "own_data_module:asking")
    assert "raised TypeError" in asking
    assert "see " not in asking
    assert 'did you mean "pair"?' in refused(Path(), "own_data_module:pairs")
    assert "names no module absent" in refused(Path(), "absent:load")


def test_digits_of_scikit_learn(tmp_path: Path) -> None:
    feed = loaded(tmp_path, "digits", of="penalties_tour")
    assert feed.arrays["image"].shape == (1797, 8, 8, 1)
    assert (feed.arrays["image"].min(), feed.arrays["image"].max()) == (0, 1)


@pytest.mark.parametrize("rule", [*unread.RULES, *unfit.RULES])
def test_findings_are_documented(rule: Any) -> None:
    text = str(rule.__doc__)
    assert re.match(r"KX8[12]\d: .+\.\n\n", text)
    assert re.search(r"^ *Wrong:\n +\S", text, re.MULTILINE)
    assert re.search(r"^ *Right:\n +\S", text, re.MULTILINE)


def test_sizes_that_are_left_open_are_made_up(tmp_path: Path) -> None:
    """A series of any length has labels of that length; a map made smaller has not."""
    series = spec(
        inputs={"features": {"shape": [None, 3]}},
        layers=[{"name": "out", "layer": "Dense", "args": {"units": 1}}],
    )
    made = loaded(tmp_path, "synthetic", of=series).arrays
    assert (made["features"].shape[1:], made["y"].shape[1:]) == ((32, 3), (32, 1))
    moved = spec(
        inputs={"features": {"shape": [None, 3, 3]}},
        layers=[
            {"name": "turned", "layer": "Permute", "args": {"dims": [2, 1, 3]}},
            {"name": "out", "layer": "Dense", "args": {"units": 1}},
        ],
    )
    assert "/losses/0: KX826 the size of y" in refused(tmp_path, "synthetic", of=moved)
