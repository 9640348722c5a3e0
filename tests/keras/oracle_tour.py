"""The training objective of `penalties_tour`: every penalty of the library once."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

import numpy_layers as nn
from oracle_case import Array, Case, Terms, array
from penalty_oracle import ORACLES

_PLAIN = {"squared_error": 1.0, "absolute_error": 0.1}
"""Weights that are no param; all the others are `light`."""


def penalties_tour(case: Case) -> Terms:
    """Compute the tensors of the autoencoder, then each penalty by its oracle."""
    tensors = _forward(case)
    terms = {
        name: float(ORACLES[kind](*operands, **args))
        for name, (kind, operands, args) in _penalties(case, tensors).items()
    }
    light = case.params["light"]
    loss = sum(_PLAIN.get(name, light) * value for name, value in terms.items())
    return {"loss": loss, **terms}


def _forward(case: Case) -> dict[str, Array]:
    maps = nn.relu(nn.conv(case.x, *case.layer("maps")))
    hidden = nn.sigmoid(nn.dense(maps.reshape(len(maps), -1), *case.layer("hidden")))
    z_mean = nn.dense(hidden, *case.layer("z_mean"))
    z_log_var = nn.dense(hidden, *case.layer("z_log_var"))
    z = z_mean + np.exp(0.5 * z_log_var) * case.normal(z_mean.shape)
    pixels = nn.sigmoid(nn.dense(z, *case.layer("pixels")))
    return {
        "maps": maps,
        "hidden": hidden,
        "z_mean": z_mean,
        "z_log_var": z_log_var,
        "z": z,
        "share": nn.softmax(nn.dense(z, *case.layer("share"))),
        "score": _score(case, z),
        "restored": pixels.reshape(-1, 8, 8, 1),
    }


def _score(case: Case, z: Array) -> Array:
    bent = np.tanh(nn.dense(z, *case.layer("scorer_bent")))
    return nn.dense(bent, *case.layer("scorer_score"))


def _score_jacobian(case: Case, z: Array) -> Array:
    """Give the derivative of each score by each code, (n, 4, 1)."""
    (kernel, bias), (last, _) = case.layer("scorer_bent"), case.layer("scorer_score")
    slope = 1 - np.tanh(z @ kernel + bias) ** 2
    return np.einsum("nh,ho,zh->nzo", slope, last, kernel)


def _row_errors(image: Array, other: Array) -> Array:
    return np.mean((image - other) ** 2, axis=(1, 2, 3))


def _penalties(
    case: Case, tensors: dict[str, Array]
) -> dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """List what the spec lists: kind, operands and arguments by the term's name."""
    z, z_mean, restored = tensors["z"], tensors["z_mean"], tensors["restored"]
    shuffled = array(keras.random.shuffle(case.x, seed=case.generator(1)))
    own, other = _row_errors(restored, case.x), _row_errors(restored, shuffled)
    prior = case.normal(z.shape, 2)
    slope = _score_jacobian(case, z)
    (kernel,) = case.layer("hidden", "kernel")
    return {
        "small_maps": ("l1_activity", (tensors["maps"],), {}),
        "small_codes": ("l2_activity", (z_mean,), {}),
        "small_scores": ("mean_square", (tensors["score"],), {}),
        "squared_error": ("squared_error", (restored, case.x), {}),
        "absolute_error": ("absolute_error", (restored, case.x), {}),
        "steady_codes": ("cosine_distance", (z, z_mean), {}),
        "kl": ("kl_standard_normal", (z_mean, tensors["z_log_var"]), {"reduce": "sum"}),
        "rare_hidden": ("kl_sparsity", (tensors["hidden"],), {"rate": 0.1}),
        "clear_share": ("entropy", (tensors["share"],), {}),
        "calm_image": ("total_variation", (restored,), {}),
        "orthogonal_kernel": ("orthogonality", (kernel,), {}),
        "independent_codes": ("decorrelation", (z,), {}),
        "spread_codes": ("variance_floor", (z,), {}),
        "centered_codes": ("center", (z,), {}),
        "own_before_other": ("margin", (own, other), {}),
        "contraction": ("jacobian", (slope,), {}),
        "flat_score": ("gradient_norm", (slope.sum(2),), {}),
        "smooth_lines": ("smoothness", (restored[..., 0],), {}),
        "codes_like_prior": ("mmd_rbf", (z, prior), {}),
        "even_share": ("load_balance", (tensors["share"],), {}),
    }
