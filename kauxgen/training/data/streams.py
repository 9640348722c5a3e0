"""Batches that a user's `tf.data.Dataset` gives, as they come."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kauxgen.finding import Finding
from kauxgen.frozen import frozen
from kauxgen.operations.sizes import same
from kauxgen.training.data import functions, unfit, unread
from kauxgen.training.data.columns import blame
from kauxgen.training.data.feed import Batches, Feed
from kauxgen.training.data.needs import Needs
from kauxgen.training.data.values import Form, Need

_ENDLESS = -1
"""What `tf.data` says of a dataset that repeats for ever."""
_CUT = "say how long an epoch is: dataset.take(steps)"


@frozen
class Stream(Feed):
    """A dataset in the form that `train` takes; `is_cut` where it gives batches."""

    dataset: Any = None
    is_cut: bool = True
    text: str = ""

    @property
    def rows(self) -> int:
        """The number of rows, as far as it is known; else 0."""
        return 0 if self.is_cut else max(0, int(self.dataset.cardinality()))

    @property
    def counted(self) -> str:
        """How much it is, as far as it is known."""
        found = int(self.dataset.cardinality())
        word = "batches" if self.is_cut else "rows"
        return f"{found:,} {word}" if found >= 0 else f"{word} of its own"

    def steps(self, batch_size: int) -> int:
        """Count the batches of an epoch; 0 if that is not known."""
        return max(0, int(self._batched(batch_size).cardinality()))

    def _batched(self, batch_size: int) -> Any:
        return self.dataset if self.is_cut else self.dataset.batch(batch_size)

    def batch(self, n: int) -> tuple[Any, ...]:
        """Give the first rows, at most `n`, as `train` takes arrays.

        SpecError if the dataset has none, or raises.
        """
        with functions.blaming(self.text, "gives a dataset that raised"):
            first = next(iter(self._batched(n).as_numpy_iterator()), None)
        if first is None:
            raise blame(f"--data {self.text}", unread.no_rows("the dataset"))
        arrays = dict(_leaves(_form(self.needs), first))
        return Feed(self.needs, arrays).batch(n)

    def batches(
        self, batch_size: int, seed: int, initial_epoch: int = 0, shuffle: bool = True
    ) -> Batches:
        """Give the dataset: its order is its own."""
        steps = self.steps(batch_size)
        return Batches(self._batched(batch_size), None, steps or None)


def of(text: str, dataset: Any, maps: Sequence[str], needs: Needs) -> Stream:
    """Check that the elements of a dataset are what `train` takes."""
    if maps:
        wrong = unread.bad_mapping(maps[0], "a dataset's batches are formed already")
        raise blame(f"--data {text}", wrong)
    form = _form(needs)
    if int(dataset.cardinality()) == _ENDLESS:
        wrong = unread.function_failed(text, "gives a dataset without end", _CUT)
        raise blame(f"--data {text}", wrong)
    spec = dataset.element_spec
    leaves = _matched(form, spec)
    if leaves is None:
        reason = f"gives batches {_shown(spec)}, but train takes {_written(form)}"
        raise blame(f"--data {text}", unread.function_failed(text, reason))
    found = list(_mistyped(text, leaves, needs))
    cut = [_fits(needs.find(name), one, 1) for name, one in leaves]
    rows = [_fits(needs.find(name), one, 0) for name, one in leaves]
    if not all(cut) and not all(rows):
        found += _misfits(text, leaves, needs)
    if found:
        raise blame(f"--data {text}", *found, document=needs.document)
    said = f"{text} gives a dataset: its order is its own"
    return Stream(needs, {}, (said,), dataset, all(cut), text)


def _form(needs: Needs) -> Form:
    return needs.x if needs.y is None else (needs.x, needs.y)


def _leaves(form: Form, value: Any) -> list[tuple[str, Any]]:
    return _matched(form, value) or []


def _matched(form: Form, value: Any) -> list[tuple[str, Any]] | None:
    """Pair the names of a form with what stands there; None if it has another form."""
    if isinstance(form, str):
        nested = isinstance(value, (tuple, Mapping))
        if isinstance(value, tuple) and len(value) == 1:
            return _matched(form, value[0])
        return None if nested else [(form, value)] if form != "_" else []
    if isinstance(form, Mapping):
        if not isinstance(value, Mapping) or set(value) != set(form):
            return None
        parts = [_matched(form[key], value[key]) for key in form]
    else:
        if not isinstance(value, tuple) or len(value) != len(form):
            return None
        parts = [_matched(*pair) for pair in zip(form, value, strict=True)]
    known = [part for part in parts if part is not None]
    whole = len(known) == len(parts)
    return list(itertools.chain.from_iterable(known)) if whole else None


def _fits(need: Need | None, spec: Any, axes: int) -> bool:
    """Whether an element is a row (no axis before it), or a batch (one)."""
    if need is None or spec.shape.rank is None:
        return True
    sizes = tuple(spec.shape)
    shapes = (need.shape, *need.others) if axes else (need.shape,)
    return any(same(sizes[axes:], shape) for shape in shapes if len(sizes) >= axes)


def _mistyped(
    text: str, leaves: Sequence[tuple[str, Any]], needs: Needs
) -> Iterator[Finding]:
    """Yield elements that are no numbers, or no whole ones where these are needed."""
    for name, spec in leaves:
        need = needs.find(name)
        if need is None or spec.dtype.is_integer or spec.dtype.is_bool:
            continue
        if need.is_whole or not spec.dtype.is_floating:
            wanted = "of whole numbers" if need.is_whole else "of numbers"
            given = f"values of type {spec.dtype.name}"
            place = f"batches of {text}"
            yield unfit.unfit_type(need.at, name, wanted, place, given)


def _misfits(
    text: str, leaves: Sequence[tuple[str, Any]], needs: Needs
) -> list[Finding]:
    found = []
    for name, spec in leaves:
        need = needs.find(name)
        if need is not None and not _fits(need, spec, 1):
            given = tuple("any" if size is None else size for size in spec.shape)
            found.append(
                unfit.misfit(need.at, name, need.shape, f"batches of {text}", given)
            )
    return found


def _shown(spec: Any) -> str:
    if isinstance(spec, tuple):
        return f"({', '.join(map(_shown, spec))})"
    if isinstance(spec, Mapping):
        return f"{{{', '.join(f'{key}: {_shown(one)}' for key, one in spec.items())}}}"
    return str(getattr(spec, "shape", spec))


def _written(form: Form) -> str:
    if isinstance(form, str):
        return form
    if isinstance(form, Mapping):
        return (
            f"{{{', '.join(f'{key}: {_written(one)}' for key, one in form.items())}}}"
        )
    return f"({', '.join(map(_written, form))})"
