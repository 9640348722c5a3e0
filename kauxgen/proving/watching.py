"""What optimizers are given while a model trains: gradients, and weights to move."""

from __future__ import annotations

from typing import Any

import keras

from kauxgen.proving import keyed


class Gradients:
    """The gradients that optimizers of phases apply, by phase, update and weight."""

    def __init__(self, model: Any) -> None:
        """Know the weights of a model by their keys; watch nothing yet."""
        self._keys = {id(one): key for key, one in keyed.variables(model).items()}
        self.found: keyed.Arrays = {}

    def watch(self, phase: str, optimizer: Any) -> None:
        """Note what an optimizer applies from now on."""
        apply, calls = optimizer.apply, []

        def watched(gradients: Any, variables: Any = None, *rest: Any) -> Any:
            calls.append(phase)
            self._note(f"{phase} {len(calls)}", gradients, variables)
            return apply(gradients, variables, *rest)

        object.__setattr__(optimizer, "apply", watched)

    def _note(self, update: str, gradients: Any, variables: Any) -> None:
        for gradient, variable in zip(gradients, variables, strict=True):
            if gradient is not None:
                name = f"{update}: {self._keys[id(variable)]}"
                self.found[name] = keras.ops.convert_to_numpy(gradient)


class Moves:
    """The weights that each update of an optimizer changes, by phase."""

    def __init__(self, model: Any) -> None:
        """Watch nothing yet."""
        self._model = model
        self.found: dict[str, set[str]] = {}

    def watch(self, phase: str, optimizer: Any) -> None:
        """Note what the updates of an optimizer change from now on."""
        apply, changed = optimizer.apply, self.found.setdefault(phase, set())

        def watched(*given: Any, **options: Any) -> Any:
            before = keyed.values(self._model)
            result = apply(*given, **options)
            after = keyed.values(self._model)
            changed.update(key for key in after if (after[key] != before[key]).any())
            return result

        object.__setattr__(optimizer, "apply", watched)
