"""The training objectives of the specs without images, in NumPy."""

from __future__ import annotations

import keras
import numpy as np

import numpy_layers as nn
from oracle_case import Array, Case, Terms, array


def custom_gradient(case: Case) -> Terms:
    """Two heads, each compared with its own target."""
    scaled = nn.dense(case.x["left"], *case.layer("scaled"))
    domain = nn.dense(scaled, *case.layer("domain"))
    product_error = nn.squared_error(
        case.y["product"], scaled * case.x["right"], case.sample_weight
    )
    domain_error = nn.squared_error(case.y["domain"], domain, case.sample_weight)
    return {
        "loss": product_error + domain_error,
        "product_error": product_error,
        "domain_error": domain_error,
    }


def stated_gradients(case: Case) -> dict[str, Array]:
    """Give the gradients that the spec states for `custom_gradient`."""
    left, right = case.x["left"], case.x["right"]
    scaled = nn.dense(left, *case.layer("scaled"))
    kernel, bias = case.layer("domain")
    to_product = 2 * (scaled * right - case.y["product"]) / case.y["product"].size
    to_domain = 2 * (scaled @ kernel + bias - case.y["domain"]) / case.y["domain"].size
    to_scaled = to_product * right - to_domain @ kernel.T
    return {
        "scaled_kernel": left.T @ to_scaled,
        "scaled_bias": to_scaled.sum(0),
        "domain_kernel": scaled.T @ to_domain,
        "domain_bias": to_domain.sum(0),
    }


def reconstruction_regressor(case: Case) -> Terms:
    """SELU layers whose last also restores the features."""
    hidden = case.x
    for index in range(case.params["depth"]):
        hidden = nn.selu(nn.dense(hidden, *case.layer(f"hidden_{index}")))
    prediction = nn.dense(hidden, *case.layer("prediction"))
    restored = nn.dense(hidden, *case.layer("reconstruct"))
    error = nn.squared_error(case.y, prediction, case.sample_weight)
    reconstruction = np.mean((restored - case.x) ** 2)
    return {
        "loss": error + case.params["reconstruction_weight"] * reconstruction,
        "prediction_error": error,
        "reconstruction": reconstruction,
        "mean_absolute_error": np.mean(np.abs(case.y - prediction)),
    }


def regression_step(case: Case) -> Terms:
    """One hidden layer; the squared error has no name of its own."""
    hidden = nn.relu(nn.dense(case.x, *case.layer("hidden")))
    prediction = nn.dense(hidden, *case.layer("prediction"))
    return {
        "loss": nn.squared_error(case.y, prediction, case.sample_weight),
        "mean_absolute_error": np.mean(np.abs(case.y - prediction)),
    }


def twin(case: Case) -> Terms:
    """Shared encoder, penalties on its inner tensors and on its kernels."""
    left, left_hidden = _twin_encoder(case, case.x["left"])
    right, right_hidden = _twin_encoder(case, case.x["right"])
    match = nn.sigmoid(nn.dense(np.abs(left - right), *case.layer("match")))
    kernels = [
        value
        for key, value in case.weights.items()
        if key.startswith("encoder_") and key.endswith("_kernel")
    ]
    terms = {
        "matching": nn.cross_entropy(case.y, match, case.sample_weight),
        "left_activity": sum(np.mean(one**2) for one in left_hidden),
        "right_activity": sum(np.mean(one**2) for one in right_hidden),
        "decay": sum(np.mean(one**2) for one in kernels),
        "alignment": np.mean((left - right) ** 2),
    }
    params = case.params
    progress = min(case.step / params["warmup"], 1)
    activity = terms["left_activity"] + terms["right_activity"]
    loss = (
        terms["matching"]
        + params["activity_weight"] * activity
        + params["decay_weight"] * terms["decay"]
        + params["alignment_weight"] * progress * terms["alignment"]
    )
    return {"loss": loss, **terms}


def _twin_encoder(case: Case, x: Array) -> tuple[Array, list[Array]]:
    hidden = []
    for index in range(len(case.params["widths"])):
        x = nn.relu(nn.dense(x, *case.layer(f"encoder_hidden_{index}")))
        hidden.append(x)
    return nn.dense(x, *case.layer("encoder_code")), hidden


def vae(case: Case) -> Terms:
    """Reconstruction from a drawn code, and the divergence of the code."""
    hidden = nn.relu(nn.dense(case.x, *case.layer("encoder_hidden")))
    mean = nn.dense(hidden, *case.layer("encoder_z_mean"))
    log_var = nn.dense(hidden, *case.layer("encoder_z_log_var"))
    z = mean + np.exp(0.5 * log_var) * case.normal(mean.shape)
    hidden = nn.relu(nn.dense(z, *case.layer("decoder_hidden")))
    pixels = nn.sigmoid(nn.dense(hidden, *case.layer("decoder_pixels")))
    terms = {
        "reconstruction": np.mean((case.x - pixels) ** 2),
        "kl": np.mean(-0.5 * (1 + log_var - mean**2 - np.exp(log_var))),
    }
    weight = case.params["kl_weight"]
    return {"loss": terms["reconstruction"] + weight * terms["kl"], **terms}


def vae_annealed(case: Case) -> Terms:
    """Give the same, with a weight that grows from nothing."""
    terms = vae(case)
    weight = case.params["kl_weight"] * min(case.step / case.params["warm_up"], 1)
    return {**terms, "loss": terms["reconstruction"] + weight * terms["kl"]}


def _xor(case: Case) -> Array:
    hidden = nn.sigmoid(nn.dense(case.x, *case.layer("hidden")))
    rate = case.params["dropout_rate"]
    ones = np.ones(hidden.shape, "float32")  # its type decides what is drawn
    kept = array(keras.random.dropout(ones, rate, seed=case.generator()))
    return nn.sigmoid(nn.dense(hidden * kept, *case.layer("answer")))


def _closure_bce(y: Array, answer: Array) -> float:
    return -np.mean(y * np.log(answer + 1e-6) + (1 - y) * np.log(1 - answer + 1e-6))


def xor_bce(case: Case) -> Terms:
    """Closure loss; its labels are (n,), its predictions (n, 1)."""
    answer, y = _xor(case), case.y[:, None]
    return {
        "loss": _closure_bce(y, answer) * case.sample_weight.mean(),
        "accuracy": nn.bit_accuracy(y, answer),
    }


def xor_bce_mse(case: Case) -> Terms:
    """Blend of two losses by a ratio."""
    answer, ratio = _xor(case), case.params["ratio"]
    blend = ratio * _closure_bce(case.y, answer)
    blend += (1 - ratio) * np.mean((case.y - answer) ** 2)
    return {
        "loss": blend * case.sample_weight.mean(),
        "accuracy": nn.bit_accuracy(case.y, answer),
    }


def xor_regularized(case: Case) -> Terms:
    """Regularizer on one kernel, penalty of settable weight on the other."""
    answer = _xor(case)
    terms = {
        "cross_entropy": nn.cross_entropy(case.y, answer, case.sample_weight),
        "answer_kernel": np.mean(case.weights["answer_kernel"] ** 2),
        "regularization": np.sum(
            case.params["rate"] * case.weights["hidden_kernel"] ** 2
        ),
    }
    weight = case.params["kernel_weight"]
    loss = (
        terms["cross_entropy"]
        + weight * terms["answer_kernel"]
        + terms["regularization"]
    )
    return {"loss": loss, **terms}
