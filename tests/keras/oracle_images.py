"""The training objectives of the specs with images, in NumPy."""

from __future__ import annotations

import numpy as np

import numpy_layers as nn
from oracle_case import Array, Case, Terms


def cifar_l2(case: Case) -> Terms:
    """Three feature maps, each with its energy; cross-entropy of the class."""
    maps, energies = case.x, {}
    for index in (1, 2, 3):
        maps = nn.relu(nn.conv(maps, *case.layer(f"features{index}"), strides=2))
        energies[f"energy{index}"] = np.sum(maps**2) / len(maps)
    pooled = maps.mean((1, 2))
    probabilities = nn.softmax(nn.dense(pooled, *case.layer("probabilities")))
    error = nn.label_cross_entropy(case.y, probabilities, case.sample_weight)
    return {
        "loss": error + case.params["feature_weight"] * sum(energies.values()),
        "cross_entropy": error,
        **energies,
        "accuracy": nn.label_accuracy(case.y, probabilities),
    }


def resnet(case: Case) -> Terms:
    """Stages of residual units; `energy` sums over the last units of the stages."""
    x, energy = nn.relu(_conv_bn(case, case.x, "stem")), 0.0
    for stage in range(len(case.params["widths"])):
        opened = f"stage_{stage}_opened"
        shortcut = _conv_bn(case, x, f"{opened}_shortcut", strides=2)
        x = nn.relu(_two_convs(case, x, opened, strides=2) + shortcut)
        for unit in range(case.params["units_per_stage"] - 1):
            x = nn.relu(_two_convs(case, x, f"stage_{stage}_rest_{unit}") + x)
        energy += np.mean(x**2)
    logits = nn.dense(x.mean((1, 2)), *case.layer("logits"))
    error = nn.label_cross_entropy(case.y, nn.softmax(logits), case.sample_weight)
    return {
        "loss": error + 0.0001 * energy,
        "cross_entropy": error,
        "energy": energy,
        "accuracy": nn.label_accuracy(case.y, logits),
    }


def _two_convs(case: Case, x: Array, name: str, strides: int = 1) -> Array:
    first = nn.relu(_conv_bn(case, x, f"{name}_first", strides))
    return _conv_bn(case, first, f"{name}_second")


def _conv_bn(case: Case, x: Array, name: str, strides: int = 1) -> Array:
    (kernel,) = case.layer(f"{name}_conv", "kernel")
    return nn.batch_norm(
        nn.conv(x, kernel, strides=strides), *case.norm(f"{name}_norm")
    )


def siamese_contrastive(case: Case) -> Terms:
    """One embedding of two images, compared by a closure loss."""
    gap = _embed(case, case.x["left"]) - _embed(case, case.x["right"])
    distance = np.sqrt(np.maximum(np.sum(gap**2, axis=1, keepdims=True), 1e-7))
    normed = nn.batch_norm(distance, *case.norm("norm"))
    different = nn.sigmoid(nn.dense(normed, *case.layer("different")))
    far = np.maximum(case.params["margin"] - different, 0)
    value = np.mean((1 - case.y) * different**2 + case.y * far**2)
    error = value * case.sample_weight.mean()
    return {
        "loss": error,
        "contrastive": error,
        "accuracy": nn.bit_accuracy(case.y, different),
    }


def _embed(case: Case, image: Array) -> Array:
    x = nn.batch_norm(image, *case.norm("embed_norm1"))
    for index in (1, 2):
        weights = case.layer(f"embed_conv{index}")
        x = nn.average_pool(np.tanh(nn.conv(x, *weights, pad=False)))
    flat = nn.batch_norm(x.reshape(len(x), -1), *case.norm("embed_norm2"))
    return np.tanh(nn.dense(flat, *case.layer("embed_embedding")))


def fine_tune(case: Case) -> Terms:
    """The features of an image and of a noisy copy, out of one VGG16."""
    noisy = case.x + 0.1 * case.normal(case.x.shape)
    _, *noisy_taps = _vgg(case, noisy)
    clean, *clean_taps = _vgg(case, case.x)
    logits = nn.dense(clean.mean((1, 2)), *case.layer("logits"))
    error = nn.label_cross_entropy(case.y, nn.softmax(logits), case.sample_weight)
    apart = [
        _cosine_distance(*pair) for pair in zip(noisy_taps, clean_taps, strict=True)
    ]
    return {
        "loss": error + case.params["matching_weight"] * sum(apart),
        "cross_entropy": error,
        "matching1": apart[0],
        "matching2": apart[1],
        "accuracy": nn.label_accuracy(case.y, logits),
    }


def _vgg(case: Case, x: Array) -> tuple[Array, Array, Array]:
    """Give the last maps, and those of the first two convolutions of block 5."""
    taps = []
    for block, count in enumerate((2, 2, 3, 3, 3), start=1):
        for index in range(1, count + 1):
            name = f"features_backbone_block{block}_conv{index}"
            x = nn.relu(nn.conv(x, *case.layer(name)))
            taps += [x] if block == 5 and index < 3 else []
        x = nn.max_pool(x)
    return x, taps[0], taps[1]


def _cosine_distance(a: Array, b: Array) -> float:
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return float(1 - np.mean(np.sum(a * b, -1) / np.maximum(lengths, 1e-7)))
