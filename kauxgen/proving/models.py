"""Models of a spec in its styles, all from equal weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np

from kauxgen.compiler import Loaded
from kauxgen.proving import keyed, modules
from kauxgen.proving.modules import Modules
from kauxgen.spec import Spec


@dataclass
class Models:
    """A spec in its styles, with `params` as arguments of its modules.

    Models start from `given`, or from weights that the first of `styles` draws.
    """

    loaded: Loaded
    styles: tuple[str, ...]
    modules: Modules
    params: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] | None = None

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.loaded.spec

    @property
    def raw(self) -> Any:
        """The spec as JSON."""
        return self.loaded.document.value

    def build(self, style: str, params: Mapping[str, Any] | None = None) -> Any:
        """Build and compile a model with weights of its own."""
        given = self.params if params is None else params
        module = self.modules.of(style)
        model = modules.called(module.build_model, given)
        return self.compile(style, model, given)

    def compile(
        self, style: str, model: Any, params: Mapping[str, Any] | None = None
    ) -> Any:
        """Compile a model as its module says, without XLA, which rounds otherwise."""
        given = self.params if params is None else params
        modules.called(self.modules.of(style).compile_model, given, model)
        model.jit_compile = False
        if self.spec.step is None:  # so that a file holds its state
            model.optimizer.build(model.trainable_variables)
        return model

    @cached_property
    def start(self) -> keyed.Arrays:
        """Draw start weights: Keras's own, moved so that no bias is zero."""
        if self.given is not None:
            return dict(self.given)
        keras.utils.set_random_seed(1)
        generator = np.random.default_rng(1)
        model = self.build(self.styles[0])
        moved = keyed.trainable(model)
        return {
            key: value + 0.05 * generator.normal(size=value.shape) * (key in moved)
            for key, value in sorted(keyed.values(model).items())
        }

    def started(self, style: str, params: Mapping[str, Any] | None = None) -> Any:
        """Build a model with the start weights."""
        model = self.build(style, params)
        keyed.restore(model, self.start)
        return model

    def optimizers(self, model: Any) -> dict[str, Any]:
        """Give the optimizers of a model by phase; of a single one the name is ""."""
        phases = self.spec.step.phases if self.spec.step else ()
        if len(phases) < 2:
            return {"": model.optimizer}
        return {one.name: getattr(model, f"{one.name}_optimizer") for one in phases}

    def values(self, model: Any) -> keyed.Arrays:
        """Copy the weights, and what a step keeps."""
        states = self.spec.step.state if self.spec.step else ()
        kept = {
            f"state {one.name}": keras.ops.convert_to_numpy(getattr(model, one.name))
            for one in states
        }
        return {**keyed.values(model), **kept}
