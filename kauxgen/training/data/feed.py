"""Data that fit a model: arrays by name, and the batches that `train` takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kauxgen.frozen import frozen
from kauxgen.training.data.needs import Needs
from kauxgen.training.data.values import Form

Array = Any
"""A NumPy array, of which the type checker knows nothing."""


@frozen
class Batches:
    """Batches for one call of `train`, which is told `shuffle=False`.

    `data` is a dataset of `tf.data`, of another backend a `PyDataset`. `callback` puts
    the rows in the order of each epoch when it begins, so `train` must be given it;
    None where the order is not ours. `steps` is the number of batches in an epoch, None
    if it is not known.
    """

    data: Any
    callback: Any
    steps: int | None


@frozen
class Feed:
    """Arrays for all inputs and targets of a model, a row each along their first axis.

    `said` tells how they were made to fit, a line each.
    """

    needs: Needs
    arrays: Mapping[str, Array]
    said: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(next(iter(self.arrays.values())))

    @property
    def counted(self) -> str:
        """How much it is, "1,024 rows"."""
        return f"{self.rows:,} rows"

    def steps(self, batch_size: int) -> int:
        """Count the batches of an epoch, a short last one included."""
        return -(-self.rows // batch_size)

    def batch(self, n: int) -> tuple[Any, ...]:
        """Give `n` rows as `train` takes arrays, (x,) or (x, y).

        They lie evenly in the data, whose order may be that of the labels.
        """
        x = self.needs.x
        named: Form = x if isinstance(x, (str, Mapping)) else _by_name(self.needs)
        forms = [named] if self.needs.y is None else [named, self.needs.y]
        return tuple(self._filled(form, n) for form in forms)

    def _filled(self, form: Form, n: int) -> Any:
        if isinstance(form, str):
            return self.arrays[form][:: max(self.rows // n, 1)][:n]
        assert isinstance(form, Mapping)
        return {key: self._filled(one, n) for key, one in form.items()}

    def batches(
        self, batch_size: int, seed: int, initial_epoch: int = 0, shuffle: bool = True
    ) -> Batches:
        """Cut the rows into batches, in epoch e in an order that (seed, e) decides."""
        # Keras takes seconds to import, and not all that hold data train on it.
        from kauxgen.training.data import batching

        form = self.needs.x if self.needs.y is None else (self.needs.x, self.needs.y)
        order = batching.Order(self.rows, seed if shuffle else None)
        made, callback = batching.cut(
            form, self.arrays, order, batch_size, initial_epoch
        )
        return Batches(made, callback, self.steps(batch_size))


def _by_name(needs: Needs) -> Form:
    return {need.name: need.name for need in needs.trained}
