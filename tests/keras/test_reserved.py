"""The names that a spec may not give are those that Keras has for itself."""

from __future__ import annotations

import keras

from kauxgen.rules.identifiers import reserved


def public(value: object) -> set[str]:
    """Return the public attributes of a class or object."""
    return {name for name in dir(value) if not name.startswith("_")}


def test_every_attribute_of_a_model_is_reserved() -> None:
    inputs = keras.Input((2,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    model.compile(optimizer="sgd", loss="mse")
    known = public(keras.Model) | public(keras.layers.Layer) | public(model)
    assert known - set(reserved()["keras"]) == set()
