"""The training objectives of codes and readers of images, in NumPy."""

from __future__ import annotations

import numpy as np

import numpy_layers as nn
from oracle_case import Array, Case, Terms


def simsiam_small(case: Case) -> Terms:
    """The code of one view, guessed from the other; how far codes are spread."""
    first, second = (_simsiam_code(case, case.x[key]) for key in ("first", "second"))
    terms = {
        "first_distance": _cosine_distance(_guess(case, second), first),
        "second_distance": _cosine_distance(_guess(case, first), second),
    }
    directions = first / np.linalg.norm(first, axis=-1, keepdims=True)
    return {
        "loss": 0.5 * terms["first_distance"] + 0.5 * terms["second_distance"],
        **terms,
        "spread": directions.std(0).mean(),
    }


def simsiam_slope(case: Case, at: Case) -> float:
    """Give the loss whose slope trains: what is guessed stays as it was at `at`."""
    total = 0.0
    for view, other in (("first", "second"), ("second", "first")):
        guess = _guess(case, _simsiam_code(case, case.x[other]))
        total += 0.5 * _cosine_distance(guess, _simsiam_code(at, case.x[view]))
    return total


def _simsiam_code(case: Case, x: Array) -> Array:
    for index in range(3):
        (kernel,) = case.layer(f"encoder_maps_{index}_conv", "kernel")
        norm = case.norm(f"encoder_maps_{index}_norm")
        x = nn.relu(nn.batch_norm(nn.conv(x, kernel, strides=2), *norm))
    return nn.dense(x.mean((1, 2)), *case.layer("encoder_code"))


def _guess(case: Case, code: Array) -> Array:
    narrow = nn.relu(nn.dense(code, *case.layer("predictor_narrow")))
    return nn.dense(narrow, *case.layer("predictor_guess"))


def _cosine_distance(a: Array, b: Array) -> float:
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return float(1 - np.mean(np.sum(a * b, -1) / np.maximum(lengths, 1e-7)))


def barlow_twins_small(case: Case) -> Terms:
    """Two projections, feature against feature: ones on the diagonal, zeros beside."""
    first, second = (_projection(case, case.x[key]) for key in ("first", "second"))
    correlation = _standardized(first).T @ _standardized(second) / len(first)
    diagonal = np.diag(correlation)
    terms = {
        "invariance": np.sum((diagonal - 1) ** 2),
        "redundancy": np.sum(correlation**2) - np.sum(diagonal**2),
    }
    weight = case.params["redundancy_weight"]
    return {"loss": terms["invariance"] + weight * terms["redundancy"], **terms}


def _projection(case: Case, x: Array) -> Array:
    for index in range(3):
        weights = case.layer(f"project_maps_{index}")
        x = nn.relu(nn.conv(x, *weights, strides=2))
    return nn.dense(x.mean((1, 2)), *case.layer("project_projection"))


def _standardized(z: Array) -> Array:
    return (z - z.mean(0)) / (z.std(0) + 1e-6)


def ctc_reader(case: Case) -> Terms:
    """The probability that the frames of an image spell its label."""
    image, label = case.x["image"], case.x["label"]
    maps = nn.max_pool(nn.relu(nn.conv(image, *case.layer("conv"))))
    columns = maps.reshape(len(maps), 32, 8 * 16)
    forward = nn.lstm(columns, *_lstm(case, "forward"))
    backward = nn.lstm(columns[:, ::-1], *_lstm(case, "backward"))[:, ::-1]
    read = np.concatenate([forward, backward], axis=-1)
    probability = nn.softmax(nn.dense(read, *case.layer("logits")))
    blank = case.params["classes"] - 1
    rows = zip(probability, label, strict=True)
    error = float(np.mean([-np.log(spelled(*row, blank)) for row in rows]))
    return {"loss": error, "ctc": error}


def _lstm(case: Case, way: str) -> list[Array]:
    parts = ("kernel", "recurrent_kernel", "bias")
    return case.layer(f"read_{way}_lstm_lstm_cell", *parts)


def spelled(probability: Array, label: Array, blank: int) -> float:
    """Sum over all ways to spell a label: the forward algorithm of Graves et al., 2006.

    A way names a symbol or the blank a frame; repeats are one, then blanks fall out.
    """
    states = [blank]
    for symbol in label:
        states += [int(symbol), blank]
    reached = np.zeros(len(states))
    reached[:2] = probability[0, states[:2]]
    for frame in probability[1:]:
        before = reached
        reached = before.copy()
        reached[1:] += before[:-1]
        for state in range(2, len(states)):
            if states[state] not in (blank, states[state - 2]):
                reached[state] += before[state - 2]
        reached = reached * frame[states]
    return float(reached[-2:].sum())


def conv_vae(case: Case) -> Terms:
    """Pixels from a drawn code, summed over an image; the divergence of the code."""
    x = case.x
    for name in ("conv1", "conv2"):
        x = nn.relu(nn.conv(x, *case.layer(f"encoder_{name}"), strides=2))
    hidden = nn.relu(nn.dense(x.reshape(len(x), -1), *case.layer("encoder_hidden")))
    mean = nn.dense(hidden, *case.layer("encoder_z_mean"))
    log_var = nn.dense(hidden, *case.layer("encoder_z_log_var"))
    z = mean + np.exp(0.5 * log_var) * case.normal(mean.shape)
    flat = nn.relu(nn.dense(z, *case.layer("decoder_dense")))
    maps = flat.reshape(len(z), 7, 7, 64)
    for name in ("up1", "up2"):
        weights = case.layer(f"decoder_{name}")
        maps = nn.relu(nn.conv_transpose(maps, *weights, strides=2))
    pixels = nn.sigmoid(nn.conv_transpose(maps, *case.layer("decoder_pixels")))
    wrong = -(case.x * np.log(pixels) + (1 - case.x) * np.log(1 - pixels))
    divergence = -0.5 * (1 + log_var - mean**2 - np.exp(log_var))
    terms = {
        "reconstruction_loss": wrong.sum((1, 2, 3)).mean(),
        "kl_loss": divergence.sum(1).mean(),
    }
    return {"loss": sum(terms.values()), **terms}
