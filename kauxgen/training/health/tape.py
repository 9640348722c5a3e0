"""Every operation of an eager pass with what it was given, and what wrote it.

TensorFlow calls back after each operation (`op_callbacks`, which `tf.debugging` stands
on too). The line of the generated module is that of the innermost frame in it; an
operation inside of a graph has the line where the graph was built.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import keras
from tensorflow.python.framework import op_callbacks

Line = tuple[int, int, int]
"""A line of the module, from 1, with two columns, from 0."""
BACKWARD = "_gradient_function"
"""The function of TensorFlow that calls the gradient of an operation."""


@dataclass
class Operation:
    """An operation as it ran; `of` is the one whose gradient it computes a part of."""

    kind: str
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    line: Line | None
    of: Operation | None = None


@dataclass
class Lines:
    """The lines of a module: where its frames stand, where its graphs were built."""

    path: str = ""
    built: dict[int, Line] = field(default_factory=dict)
    held: list[Any] = field(default_factory=list)

    @contextlib.contextmanager
    def building(self) -> Iterator[None]:
        """Note for every layer and operation of a graph the line that made it."""
        kept = {}
        for owner in (keras.Operation, keras.layers.Layer):
            kept[owner] = owner.symbolic_call
            owner.symbolic_call = self._noting(owner.symbolic_call)
        try:
            yield
        finally:
            for owner, method in kept.items():
                owner.symbolic_call = method

    def _noting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def symbolic_call(operation: Any, *args: Any, **options: Any) -> Any:
            line = self.here(sys._getframe(1))
            if line is not None and id(operation) not in self.built:
                self.built[id(operation)] = line
                self.held.append(operation)
            return method(operation, *args, **options)

        return symbolic_call

    def here(self, frame: FrameType | None) -> Line | None:
        """Return the line of the innermost frame that the module, or a graph, owns."""
        while frame is not None:
            if frame.f_code.co_filename == self.path:
                return _line(frame)
            if "self" in frame.f_code.co_varnames[:1]:
                built = self.built.get(id(frame.f_locals.get("self")))
                if built is not None:
                    return built
            frame = frame.f_back
        return None


def _line(frame: FrameType) -> Line:
    positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    line, _, column, end = positions
    return (line or frame.f_lineno, column or 0, end or 0)


@dataclass
class Recording:
    """The operations of a pass, by the tensors that they gave."""

    lines: Lines
    of_tensor: dict[int, Operation] = field(default_factory=dict)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Record what runs eagerly."""
        op_callbacks.add_op_callback(self._note)
        try:
            yield
        finally:
            op_callbacks.remove_op_callback(self._note)

    def made(self, tensor: Any) -> Operation | None:
        """Return the operation that gave a tensor."""
        return self.of_tensor.get(getattr(tensor, "_id", -1))

    def _note(
        self, kind: str, inputs: Any, _: Any, outputs: Any, *__: Any, **___: Any
    ) -> None:
        frame = sys._getframe(1)
        forward = self._forward(frame)
        line = forward.line if forward else self.lines.here(frame)
        found = Operation(kind, tuple(inputs), tuple(outputs), line, forward)
        for one in outputs:
            self.of_tensor[one._id] = found

    def _forward(self, frame: FrameType | None) -> Operation | None:
        """Return the operation whose gradient is being computed."""
        while frame is not None:
            if frame.f_code.co_name == BACKWARD:
                outputs = frame.f_locals.get("outputs") or ()
                made = (self.made(one) for one in outputs)
                return next((one for one in made if one is not None), None)
            frame = frame.f_back
        return None


def culprit(
    recording: Recording, tensor: Any, bad: Callable[[Any], bool]
) -> Operation | None:
    """Go back from a bad tensor to the operation that was given none."""
    found, seen = recording.made(tensor), set[int]()
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        before = [
            made
            for one in found.inputs
            if bad(one) and (made := recording.made(one)) is not None
        ]
        if not before:
            return found
        found = before[0]
    return found
