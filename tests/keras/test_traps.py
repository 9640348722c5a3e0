"""Facts of Keras that the templates stand on; where one changes, they must follow."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers, ops


class PassThrough(layers.Layer):
    """Adds its value to the losses and passes its first input on."""

    def call(self, outputs, value):
        """Return `outputs`."""
        self.add_loss(value)
        return outputs


class Adding(layers.Layer):
    """Adds a constant to the losses."""

    def __init__(self, value, **kwargs):
        """Keep the value."""
        super().__init__(**kwargs)
        self.value = value

    def call(self, x):
        """Return `x`."""
        self.add_loss(ops.convert_to_tensor(self.value))
        return x


class Sequence(keras.Model):
    """Calls the layers it is given in the order `calls`."""

    def __init__(self, parts, calls, **kwargs):
        """Keep the layers, which tracks them, and the order."""
        super().__init__(**kwargs)
        self.parts = parts
        self.calls = calls

    def call(self, x):
        """Run the layers."""
        for index in self.calls:
            x = self.parts[index](x)
        return x


def line(rows: int) -> np.ndarray:
    """Make the column 0, 1, 2, ..."""
    return np.arange(rows, dtype="float32")[:, None]


def test_1_a_graph_has_no_add_loss() -> None:
    """So a penalty of a functional model is a layer."""
    x = keras.Input((1,))
    model = keras.Model(x, layers.Dense(1)(x))
    with pytest.raises(NotImplementedError):
        model.add_loss(0.0)


@pytest.mark.parametrize(("threaded", "count"), [(False, 0), (True, 1)])
def test_2_a_layer_off_the_path_is_dropped(threaded: bool, count: int) -> None:
    """So the outputs are threaded through the penalty layers."""
    x = keras.Input((1,))
    outputs = layers.Dense(1)(x)
    passed = PassThrough()(outputs, ops.mean(x))
    model = keras.Model(x, passed if threaded else outputs)
    model(line(4))
    assert len(model.losses) == count


def test_5_losses_come_in_tracking_order() -> None:
    """So `losses` is never indexed."""
    model = Sequence([Adding(2.0), Adding(1.0)], [0, 1, 0])
    model(line(4))
    assert [float(value) for value in model.losses] == [2.0, 2.0, 1.0]


def test_7_a_layer_called_twice_counts_twice() -> None:
    """So a penalty layer stands at the top level and is called once a use."""
    model = Sequence([Adding(1.0)], [0, 0])
    model(line(4))
    assert [float(value) for value in model.losses] == [1.0, 1.0]


def test_8_a_vector_enters_the_loss_as_its_sum() -> None:
    """So a term that is not a scalar needs `reduce`."""
    model = Sequence([Adding([1.0, 2.0])], [0])
    model.compile(optimizer="sgd")
    assert model.evaluate(line(4), verbose=0) == pytest.approx(3.0)


def test_8_a_weight_of_zero_does_not_switch_infinity_off() -> None:
    """So weight 0 is no switch."""
    assert np.isnan(float(ops.multiply(0.0, ops.convert_to_tensor(float("inf")))))


def test_10_no_compiled_loss_and_no_penalty_raises() -> None:
    """So `compute_loss` calls its parent only where there are penalties."""
    model = keras.Sequential([layers.Dense(1)])
    model.compile(optimizer="sgd")
    with pytest.raises(ValueError, match="No loss to compute"):
        model.compute_loss(line(4), line(4), model(line(4)))


def test_24_the_loss_of_an_epoch_weights_batches_by_size() -> None:
    """So every tracker is given the size of its batch."""
    model = keras.Sequential([keras.Input((1,)), layers.Identity()])
    model.compile(loss=lambda y_true, y_pred: ops.mean(y_pred))
    x = line(10)
    logged = model.evaluate(x, x, batch_size=4, verbose=0)
    of_batches = [float(x[start : start + 4].mean()) for start in (0, 4, 8)]
    assert logged == pytest.approx(x.mean())
    assert logged != pytest.approx(np.mean(of_batches))


def test_30_sample_weights_without_y_are_dropped() -> None:
    """So `train` takes sample weights only where `y` is read."""
    seen = []

    class Watching(keras.Model):
        """Notes what reaches `compute_loss`."""

        def call(self, x):
            """Return `x`."""
            return x

        def compute_loss(
            self, x=None, y=None, y_pred=None, sample_weight=None, training=True
        ):
            """Note the sample weights."""
            seen.append(sample_weight)
            return ops.mean(y_pred)

    model = Watching()
    model.compile(run_eagerly=True)
    model.fit(line(4), sample_weight=np.ones(4), verbose=0)
    assert seen == [None]


def test_30_a_compiled_closure_is_weighed_by_the_mean() -> None:
    """So the step styles call closures through `ClosureLoss`."""
    model = keras.Sequential([keras.Input((1,)), layers.Identity()])
    model.compile(loss=lambda y_true, y_pred: ops.mean(y_pred))
    weights = np.array([0.0, 1.0, 2.0, 4.0])
    logged = model.evaluate(
        line(4), line(4), sample_weight=weights, batch_size=4, verbose=0
    )
    assert logged == pytest.approx(1.5 * weights.mean())


def test_30_a_raw_closure_neither_casts_nor_aligns() -> None:
    """So the step styles call closures through `ClosureLoss`."""

    def squared(y_true, y_pred):
        return ops.mean(ops.square(y_true - y_pred))

    prediction = ops.convert_to_tensor(line(4))
    assert float(squared(line(4)[:, 0], prediction)) == pytest.approx(2.5)
    wrapped = keras.losses.MeanSquaredError()(line(4)[:, 0], prediction)
    assert float(wrapped) == pytest.approx(0.0)
