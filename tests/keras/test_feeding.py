"""Data that reach `train`: in the order of their epoch, in the form that it takes."""

from __future__ import annotations

import gzip
import json
import sys
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest
from keras.src.backend import config

import kauxgen
import training
from kauxgen import apart, compiler, resources
from kauxgen.finding import SpecError
from kauxgen.training import data
from kauxgen.training.data import Request, batching, needs, synthetic
from kauxgen.training.data.feed import Feed
from kauxgen.training.data.needs import Needs

STEPS = Path(__file__).parent / "nasty_steps"
ROWS, BATCH = 10, 4


def needed(text: str) -> Needs:
    """Work out what a spec needs."""
    loaded = compiler.load(text)
    return needs.of(loaded.checked, loaded.document)


def example(name: str) -> str:
    return (resources.EXAMPLES / f"{name}.json").read_text(encoding="utf-8")


def module(text: str, style: str) -> ModuleType:
    """Render a spec and import it."""
    made = ModuleType(f"feeding_{json.loads(text)['name']}_{style}")
    sys.modules[made.__name__] = made
    exec(kauxgen.compile_spec(text, style=style), made.__dict__)
    return made


class Seen(keras.callbacks.Callback):
    """Reads the batches of every epoch again, in the order that is set."""

    def __init__(self, batches: Any) -> None:
        super().__init__()
        self.batches = batches
        self.epochs: dict[int, list[list[int]]] = {}

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self.epochs[epoch] = [list(map(int, x)) for x in self.batches.data]


PLAIN = json.dumps(
    {
        "kauxgen": 1,
        "name": "plain",
        "inputs": {"x": {"shape": []}},
        "layers": [
            {"name": "wide", "expr": "expand_dims(x, -1)"},
            {"name": "out", "layer": "Dense", "args": {"units": 1}},
        ],
        "penalties": [{"name": "size", "expr": "mean((out - 1) ** 2)"}],
        "training": {
            "optimizer": {"optimizer": "Adam"},
            "jit_compile": False,
        },
    }
)


def numbered() -> Feed:
    """Give rows that say their number."""
    return Feed(needed(PLAIN), {"x": np.arange(ROWS, dtype="float32")})


def orders(seed: int, first: int, last: int, **options: Any) -> dict[int, Any]:
    """Run the callback through epochs, and give the rows of their batches."""
    batches = numbered().batches(BATCH, seed, first, **options)
    seen = Seen(batches)
    for epoch in range(first, last):
        batches.callback.on_epoch_begin(epoch)
        seen.on_epoch_begin(epoch)
    assert batches.steps == 3
    assert int(batches.data.cardinality()) == 3
    return seen.epochs


def test_the_order_of_an_epoch_is_told_by_the_seed_and_the_epoch() -> None:
    whole = orders(1, 0, 4)
    for rows in whole.values():
        assert [len(one) for one in rows] == [4, 4, 2]
        assert sorted(chain.from_iterable(rows)) == list(range(ROWS))
    assert len({str(rows) for rows in whole.values()}) == 4
    assert orders(1, 2, 4) == {2: whole[2], 3: whole[3]}
    assert orders(2, 0, 1)[0] != whole[0]
    assert orders(1, 0, 2, shuffle=False)[1] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_other_backends_get_the_same_batches() -> None:
    """They are gathered by NumPy; the form is that of a step, with an unused part."""
    arrays = {"x": np.arange(ROWS, dtype="float32")}
    order = batching.Order(ROWS, seed=1)
    rows = batching.Rows(("x", "_"), arrays, order.of(3), BATCH)
    assert len(rows) == 3
    found = [list(map(int, rows[at][0])) for at in range(3)]
    assert found == orders(1, 3, 4)[3]
    assert [rows[at][1].shape for at in range(3)] == [(4, 1), (4, 1), (2, 1)]


@pytest.mark.parametrize("style", ["functional", "loop"])
def test_going_on_gives_the_weights_of_going_through(style: str) -> None:
    """Three epochs at once, and two with a third one later, in fit and in the loop."""
    made, feed = module(PLAIN, style), numbered()

    def trained(*parts: tuple[int, int]) -> list[Any]:
        keras.utils.set_random_seed(0)
        model = made.compile_model(made.build_model())
        for first, last in parts:
            batches = feed.batches(BATCH, 7, first)
            made.train(
                model,
                batches.data,
                epochs=last,
                initial_epoch=first,
                shuffle=False,
                callbacks=[batches.callback],
                verbose=0,
            )
        return [np.array(one) for one in model.weights]

    whole, parted = trained((0, 3)), trained((0, 2), (2, 3))
    assert all(map(np.array_equal, whole, parted))
    assert not all(map(np.array_equal, whole, trained((0, 2), (0, 1))))


LEARNING = {
    "reconstruction_regressor": ("subclass", 3, 0.6, "loss"),
    "vae_annealed": ("functional", 6, 0.9, "reconstruction"),
    "xor_bce": ("train_step", 3, 0.8, "loss"),
    "dqn_update": ("loop", 3, 0.9, "td_error"),
}


@pytest.mark.parametrize("name", LEARNING)
def test_models_learn_from_synthetic_data(name: str) -> None:
    style, epochs, share, log = LEARNING[name]
    text = example(name)
    made, wanted = module(text, style), needed(text)
    batches = Feed(wanted, synthetic.make(wanted, 0, rows=256)).batches(16, 0)
    keras.utils.set_random_seed(0)
    model = made.compile_model(made.build_model())
    model.jit_compile = False
    logs = made.train(
        model,
        batches.data,
        epochs=epochs,
        shuffle=False,
        callbacks=[batches.callback],
        verbose=0,
    ).history[log]
    assert logs[-1] < share * logs[0]


def test_no_tuner_of_datasets_holds_an_epoch_up() -> None:
    """TensorFlow's, asleep in doubling periods, may miss that an iterator ends."""
    cut = module(PLAIN, "loop").batches(np.ones((ROWS, 1)), batch_size=BATCH)
    for dataset in (cut, numbered().batches(BATCH, 0).data):
        assert dataset.options().autotune.enabled is False


@pytest.mark.parametrize("name", ["half_labelled", "plain_phase"])
def test_batches_of_a_step_have_its_form(name: str) -> None:
    """Nested, with unused parts; the step runs on one batch of them."""
    text = (STEPS / f"{name}.json").read_text(encoding="utf-8")
    wanted = needed(text)
    feed = Feed(wanted, synthetic.make(wanted, 0, rows=8))
    batches = feed.batches(4, 0)
    made = module(text, "train_step")
    with training.eagerly():
        model = made.compile_model(made.build_model())
        history = made.train(
            model, batches.data.take(1), epochs=1, shuffle=False, verbose=0
        ).history
    assert history
    assert all(np.isfinite(value).all() for value in history.values())


FUNCTIONS = """
import numpy as np, tensorflow as tf
x, y = np.ones((6, 8), "float32"), np.ones((6, 1), "float32")
def batches(): return tf.data.Dataset.from_tensor_slices((x, y)).batch(4)
def rows(): return tf.data.Dataset.from_tensor_slices((x, y))
def unknown(): return batches().filter(lambda x, y: True)
def narrow(): return tf.data.Dataset.from_tensor_slices((x[:, :7], y)).batch(4)
def endless(): return batches().repeat()
def words(): return tf.data.Dataset.from_tensor_slices((x.astype(str), y)).batch(4)
def alone(): return tf.data.Dataset.from_tensor_slices(x).batch(4)
def nothing(): return batches().take(0)
def failing():
    def rows():
        raise ValueError("no rows today")
        yield
    made = tf.data.Dataset.from_generator(rows, output_signature=batches().element_spec)
    return made
"""


def test_datasets_of_the_user(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own_datasets.py").write_text(FUNCTIONS)
    wanted = needed(example("reconstruction_regressor"))

    def load(name: str, *maps: str) -> Feed:
        return data.load(Request(f"own_datasets:{name}", maps), wanted, 0)

    for name, steps, counted in (
        ("batches", 2, "2 batches"),
        ("rows", 2, "6 rows"),
        ("unknown", None, "batches of its own"),
    ):
        feed = load(name)
        made = feed.batches(4, 0)
        assert [len(x) for x, _ in made.data] == [4, 2]
        assert (made.callback, made.steps, feed.counted) == (None, steps, counted)
        assert [one.shape for one in feed.batch(3)] == [(3, 8), (3, 1)]
    for name, said in (
        ("narrow", "KX812 features is (batch, 8), but (any, 7) in batches of own"),
        ("endless", "KX822 own_datasets:endless gives a dataset without end"),
        ("words", "KX813 features is of numbers, but batches of own_datasets:words"),
        ("alone", "gives batches (None, 8), but train takes (features, y)"),
    ):
        with pytest.raises(SpecError, match=r".") as raised:
            load(name)
        assert said in str(raised.value)
    with pytest.raises(SpecError, match="KX820"):
        load("rows", "x=a")
    with pytest.raises(SpecError, match="KX825 the dataset has no rows"):
        load("nothing").batch(3)
    with pytest.raises(SpecError, match="KX822 own_datasets:failing gives a dataset"):
        load("failing").batch(3)


def test_no_process_is_doubled_while_a_framework_runs_threads() -> None:
    assert not apart.done_apart(lambda: None)


def test_datasets_of_keras(tmp_path: Path, monkeypatch: Any) -> None:
    """Keras finds the files of a tiny Fashion-MNIST where it keeps what it has got."""
    folder = tmp_path / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path))
    for part in ("train", "t10k"):
        pixels = np.arange(3 * 784, dtype="uint8").tobytes()
        for name, offset, content in (
            (f"{part}-images-idx3-ubyte.gz", 16, pixels),
            (f"{part}-labels-idx1-ubyte.gz", 8, bytes([3, 1, 2])),
        ):
            (folder / name).write_bytes(gzip.compress(bytes(offset) + content))
    wanted = needed(example("knowledge_distillation"))
    feed = data.load(Request("keras:fashion_mnist"), wanted, 0)
    assert feed.arrays["image"].shape == (3, 28, 28, 1)
    assert feed.arrays["image"].max() == 1
    assert feed.arrays["label"].tolist() == [3, 1, 2]
    with pytest.raises(SpecError, match="KX823"):
        data.load(Request("keras:minst"), wanted, 0)
