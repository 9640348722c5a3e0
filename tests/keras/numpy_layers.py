"""Keras's layers and losses in NumPy, in float64, written from their definitions."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def dense(x: Array, kernel: Array, bias: Array) -> Array:
    """Map the last axis."""
    return x @ kernel + bias


def conv(
    x: Array,
    kernel: Array,
    bias: Array | float = 0.0,
    strides: int = 1,
    pad: bool = True,
) -> Array:
    """Convolve (n, height, width, channels) with a kernel (h, w, channels, filters)."""
    height, width = kernel.shape[:2]
    if pad:
        x = np.pad(
            x,
            (
                (0, 0),
                _same(x.shape[1], height, strides),
                _same(x.shape[2], width, strides),
                (0, 0),
            ),
        )
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(1, 2))
    taken = windows[:, ::strides, ::strides]
    return np.tensordot(taken, kernel, axes=((4, 5, 3), (0, 1, 2))) + bias


def conv_transpose(
    x: Array, kernel: Array, bias: Array | float, strides: int = 1
) -> Array:
    """Spread every pixel by a kernel (h, w, filters, channels), padded to the same."""
    n, rows, columns, _ = x.shape
    height, width, filters, _ = kernel.shape
    tall, wide = (rows - 1) * strides + height, (columns - 1) * strides + width
    full = np.zeros((n, tall, wide, filters))
    for i in range(height):
        for j in range(width):
            part = full[:, i : i + rows * strides : strides, j::strides]
            part[:, :, :columns] += x @ kernel[i, j].T
    top, left = max(height - strides, 0) // 2, max(width - strides, 0) // 2
    kept = full[:, top : top + rows * strides, left : left + columns * strides]
    return kept + bias


def lstm(x: Array, kernel: Array, recurrent: Array, bias: Array) -> Array:
    """Read a series (n, steps, channels) step by step; give every state."""
    state = cell = np.zeros((len(x), recurrent.shape[0]))
    states = []
    for step in range(x.shape[1]):
        gates = x[:, step] @ kernel + state @ recurrent + bias
        enter, forget, new, leave = np.split(gates, 4, axis=1)
        cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(new)
        state = sigmoid(leave) * np.tanh(cell)
        states.append(state)
    return np.stack(states, axis=1)


def max_pool(x: Array) -> Array:
    """Halve an even height and width, keeping the largest."""
    n, height, width, channels = x.shape
    return x.reshape(n, height // 2, 2, width // 2, 2, channels).max((2, 4))


def layer_norm(x: Array, gamma: Array, beta: Array) -> Array:
    """Normalize along the last axis."""
    centered = x - x.mean(-1, keepdims=True)
    spread = np.square(centered).mean(-1, keepdims=True)
    return centered / np.sqrt(spread + 1e-3) * gamma + beta


def batch_norm(x: Array, gamma: Array, beta: Array) -> Array:
    """Normalize with the statistics of the batch, as in training."""
    axes = tuple(range(x.ndim - 1))
    centered = x - x.mean(axes)
    return centered / np.sqrt(np.square(centered).mean(axes) + 1e-3) * gamma + beta


def average_pool(x: Array) -> Array:
    """Halve the height and the width, even or odd."""
    n, height, width, channels = x.shape
    even = x[:, : height // 2 * 2, : width // 2 * 2]
    return even.reshape(n, height // 2, 2, width // 2, 2, channels).mean((2, 4))


def relu(x: Array) -> Array:
    """Cut negative numbers off."""
    return np.maximum(x, 0)


def leaky_relu(x: Array) -> Array:
    """Shrink negative numbers to a fifth."""
    return np.where(x > 0, x, 0.2 * x)


def repeated(x: Array, times: int) -> Array:
    """Repeat every pixel along height and width."""
    return x.repeat(times, axis=1).repeat(times, axis=2)


def doubled(x: Array) -> Array:
    """Double height and width; new pixels lie a quarter from the nearest old one."""
    for axis in (1, 2):
        x = np.moveaxis(x, axis, 0)
        before = np.concatenate([x[:1], x[:-1]])
        after = np.concatenate([x[1:], x[-1:]])
        pairs = np.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=1)
        x = np.moveaxis(pairs.reshape(-1, *x.shape[1:]), 0, axis)
    return x


def sigmoid(x: Array) -> Array:
    """Squash to (0, 1)."""
    return 1 / (1 + np.exp(-x))


def selu(x: Array) -> Array:
    """Scaled exponential unit; the constants are those of Klambauer et al., 2017."""
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return scale * np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))


def softmax(x: Array) -> Array:
    """Turn the last axis into probabilities."""
    grown = np.exp(x - x.max(-1, keepdims=True))
    return grown / grown.sum(-1, keepdims=True)


def squared_error(y: Array, prediction: Array, weight: Array) -> float:
    """Mean over samples of weight times squared error, as Keras's loss object."""
    rows = np.square(y - prediction).reshape(len(y), -1).mean(1)
    return float(np.mean(weight * rows))


def cross_entropy(y: Array, prediction: Array, weight: Array) -> float:
    """Mean over samples of weight times binary cross-entropy."""
    kept = np.clip(prediction, 1e-7, 1 - 1e-7)
    rows = -(y * np.log(kept) + (1 - y) * np.log(1 - kept)).mean(-1)
    return float(np.mean(weight * rows))


def huber(gap: Array) -> float:
    """Mean of half the square of small gaps, of large ones their length less a half."""
    length = np.abs(gap)
    return float(np.mean(np.where(length > 1, length - 0.5, 0.5 * gap**2)))


def label_cross_entropy(y: Array, probability: Array, weight: Array) -> float:
    """Mean over samples of weight times -log of the label's probability."""
    return float(np.mean(weight * -np.log(probability[np.arange(len(y)), y])))


def label_accuracy(y: Array, scores: Array) -> float:
    """Share of samples whose label has the highest score."""
    return float(np.mean(scores.argmax(-1) == y))


def bit_accuracy(y: Array, prediction: Array) -> float:
    """Share of predictions on the right side of one half."""
    return float(np.mean((prediction > 0.5) == y))


def _same(size: int, kernel: int, strides: int) -> tuple[int, int]:
    """Split the padding as TensorFlow does: the odd one comes last."""
    steps = -(-size // strides)
    total = max((steps - 1) * strides + kernel - size, 0)
    return total // 2, total - total // 2
