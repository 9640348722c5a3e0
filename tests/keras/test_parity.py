"""All styles of a spec are one model: equal terms, gradients, weights and logs."""

from __future__ import annotations

import pytest

import kauxgen
import rendering
import training
from data import reads_y
from kauxgen.finding import SpecError
from kauxgen.proving import gaps

WITH_Y = [name for name in rendering.names() if reads_y(name)]
WITH_WEIGHTS = [name for name in rendering.names() if training.weight_params(name)]

every = pytest.mark.parametrize(("name", "style"), rendering.cases())
others = pytest.mark.parametrize(("name", "style"), rendering.cases(others=True))
with_y = pytest.mark.parametrize(
    ("name", "style"), rendering.cases(WITH_Y, others=True)
)
with_weights = pytest.mark.parametrize(
    ("name", "style"), rendering.cases(WITH_WEIGHTS, others=True)
)


def reference(name: str) -> str:
    """Name the style that the others are held against."""
    return rendering.styles(name)[0]


@pytest.mark.parametrize("name", rendering.specs())
def test_styles_are_as_listed(name: str) -> None:
    """A style drops out only with a finding of the portability family, and listed."""
    refused = {}
    for style in rendering.STYLES:
        try:
            kauxgen.compile_spec(rendering.text(name), style=style)
        except SpecError as error:
            refused[style] = {one.code[:3] for one in error.diagnostics}
    assert refused == {
        style: {"KX6"} for style in rendering.INEXPRESSIBLE.get(name, ())
    }


@every
def test_params_are_keyword_arguments_with_their_defaults(
    name: str, style: str
) -> None:
    """The params of the spec, and the seed, are what a module takes."""
    found = rendering.defaults(name, style)
    spec = rendering.spec(name)
    seed = spec["training"].get("seed", 0)
    assert found.pop("seed", seed) == seed
    assert {key: _listed(one) for key, one in found.items()} == spec.get("params", {})


@others
def test_terms_of_one_step(name: str, style: str) -> None:
    """Every term, metric and the total of one batch are equal, and called the same."""
    logs, _ = training.gradient_step(name, style)
    wanted, _ = training.gradient_step(name, reference(name))
    assert not gaps.differences(logs, wanted)


@others
def test_gradients_of_one_step(name: str, style: str) -> None:
    """The gradients of all trainable weights are equal."""
    _, gradients = training.gradient_step(name, style)
    _, wanted = training.gradient_step(name, reference(name))
    assert not gaps.differences(gradients, wanted)


@others
def test_logs_of_three_steps(name: str, style: str) -> None:
    """Means over an epoch weight the short last batch by its size."""
    logs = training.fitted(name, style).first_epoch()
    wanted = training.fitted(name, reference(name)).first_epoch()
    assert not gaps.differences(logs, wanted)


@others
def test_weights_after_three_steps(name: str, style: str) -> None:
    """The spec's own optimizer leaves equal weights and moving statistics."""
    first, *_ = training.fitted(name, style).after
    wanted, *_ = training.fitted(name, reference(name)).after
    assert not gaps.differences(first, wanted)


@with_weights
def test_zero_weights(name: str, style: str) -> None:
    """A term of weight 0 is still logged, and moves nothing."""
    run = training.zero_weights(name, style)
    wanted = training.zero_weights(name, reference(name))
    assert not gaps.differences(run.logs, wanted.logs)
    assert not gaps.differences(run.weights, wanted.weights)


@with_y
def test_sample_weights(name: str, style: str) -> None:
    """Sample weights reach the losses, and nothing else, in every style."""
    run = training.weighted(name, style)
    wanted = training.weighted(name, reference(name))
    assert not gaps.differences(run.logs, wanted.logs)
    assert not gaps.differences(run.weights, wanted.weights)


@pytest.mark.parametrize("name", rendering.specs(WITH_Y))
def test_sample_weights_change_the_loss(name: str) -> None:
    """The weights are not dropped on the way, as Keras does without `y`."""
    plain = training.evaluated(name, reference(name))
    weighted = training.evaluated(name, reference(name), weighted=True)
    assert "loss" in gaps.differences(weighted, plain)


@others
def test_validation(name: str, style: str) -> None:
    """Validation logs every name with `val_`, epoch by epoch."""
    run = training.fitted(name, style)
    assert not gaps.differences(run.logs, training.fitted(name, reference(name)).logs)
    assert {key for key in run.logs if key.startswith("val_")} == {
        f"val_{key}" for key in run.first_epoch()
    }


@others
def test_evaluation(name: str, style: str) -> None:
    """Evaluation runs in inference mode and gives equal numbers."""
    got = training.evaluated(name, style)
    assert not gaps.differences(got, training.evaluated(name, reference(name)))


@with_y
def test_evaluation_with_sample_weights(name: str, style: str) -> None:
    """Sample weights reach the losses of an evaluation too."""
    got = training.evaluated(name, style, weighted=True)
    wanted = training.evaluated(name, reference(name), weighted=True)
    assert not gaps.differences(got, wanted)


@others
def test_outputs(name: str, style: str) -> None:
    """A call gives the output, or the outputs as a list, of inference."""
    got = training.called(name, style)
    assert not gaps.differences(got, training.called(name, reference(name)))


def _listed(value: object) -> object:
    return [_listed(one) for one in value] if isinstance(value, tuple) else value
