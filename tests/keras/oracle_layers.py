"""The training objectives of the specs with layers of their own, in NumPy."""

from __future__ import annotations

import keras
import numpy as np

import numpy_layers as nn
from oracle_case import Array, Case, Terms, array


def vq_vae(case: Case) -> Terms:
    """Codes nearest to what the encoder gives, and what the decoder makes of them."""
    features = vq_features(case)
    quantized = nearest(features, case.weights["quantized_codebook"])
    up = nn.relu(nn.conv_transpose(quantized, *case.layer("decoder_up1"), strides=2))
    up = nn.relu(nn.conv_transpose(up, *case.layer("decoder_up2"), strides=2))
    pixels = nn.conv_transpose(up, *case.layer("decoder_pixels"))
    error = np.mean((case.x - pixels) ** 2)
    gap = np.mean((quantized - features) ** 2)
    return {
        "loss": error / case.params["data_variance"] + case.params["beta"] * gap + gap,
        "reconstruction_error": error,
        "commitment": gap,
        "codebook_error": gap,
    }


def vq_features(case: Case) -> Array:
    """Encode the images of `vq_vae`."""
    maps = nn.relu(nn.conv(case.x, *case.layer("encoder_conv1"), strides=2))
    maps = nn.relu(nn.conv(maps, *case.layer("encoder_conv2"), strides=2))
    return nn.conv(maps, *case.layer("encoder_code"))


def nearest(x: Array, codebook: Array) -> Array:
    """Take for each position the column that is nearest."""
    return codebook.T[chosen_codes(x, codebook)]


def chosen_codes(x: Array, codebook: Array) -> Array:
    """Number for each position the column that is nearest."""
    gaps = x[..., None] - codebook
    return np.square(gaps).sum(-2).argmin(-1)


def switch_router(case: Case) -> Terms:
    """Words with places, attention, one expert a token, and the class of the mean."""
    words = case.weights["words_embeddings"][case.x] + case.weights["placed_table"]
    attended = nn.layer_norm(words + _attention(case, words), *case.norm("attended"))
    switched, balance = _switch(case, attended)
    fed = nn.layer_norm(attended + switched, *case.norm("fed"))
    pooled = fed.mean(1)
    ones = keras.ops.ones(pooled.shape)
    kept = array(keras.random.dropout(ones, 0.1, seed=case.generator(1)))
    logits = nn.dense(pooled * kept, *case.layer("logits"))
    error = nn.label_cross_entropy(case.y, nn.softmax(logits), case.sample_weight)
    return {
        "loss": error + case.params["balance_weight"] * balance,
        "cross_entropy": error,
        "balance": balance,
    }


def _attention(case: Case, x: Array) -> Array:
    query, key, value = (_heads(case, x, word) for word in ("query", "key", "value"))
    scores = np.einsum("bqhd,bkhd->bhqk", query, key) / np.sqrt(query.shape[-1])
    mixed = np.einsum("bhqk,bkhd->bqhd", nn.softmax(scores), value)
    kernel, bias = case.layer("attention_output")
    return np.einsum("bqhd,hde->bqe", mixed, kernel) + bias


def _heads(case: Case, x: Array, word: str) -> Array:
    kernel, bias = case.layer(f"attention_{word}")
    return np.einsum("bte,ehd->bthd", x, kernel) + bias


def _switch(case: Case, x: Array) -> tuple[Array, float]:
    w1, b1, w2, b2 = (
        case.weights[f"switch_{word}"] for word in ("w1", "b1", "w2", "b2")
    )
    noisy = x + 0.1 * case.normal(x.shape)
    probability = nn.softmax(nn.dense(noisy, *case.layer("switch_router")))
    best, count = probability.argmax(-1), probability.shape[-1]
    hidden = nn.relu(np.einsum("btd,btdh->bth", x, w1[best]) + b1[best])
    expert = np.einsum("bth,bthd->btd", hidden, w2[best]) + b2[best]
    share = np.eye(count)[best].mean((0, 1))
    balance = count * np.sum(share * probability.mean((0, 1)))
    return expert * probability.max(-1, keepdims=True), float(balance)
