"""The penalty library in NumPy, in float64, written from the words of the language.

Arrays have the batch on axis 0. The two penalties of a network take its derivative, an
array that begins with the axes of `x`: `derivative` measures one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def l1_activity(x: Array) -> float:
    """Sum absolute values; divide by the batch size."""
    return float(np.abs(x).sum() / len(x))


def l2_activity(x: Array) -> float:
    """Sum squares; divide by the batch size."""
    return float((x**2).sum() / len(x))


def mean_square(x: Array) -> float:
    """Average squares over everything."""
    return float(np.average(x**2))


def squared_error(a: Array, b: Array) -> float:
    """Average squared differences."""
    return float(np.average((a - b) ** 2))


def absolute_error(a: Array, b: Array) -> float:
    """Average absolute differences."""
    return float(np.average(np.abs(a - b)))


def cosine_distance(a: Array, b: Array) -> float:
    """Take the average cosine of the angle of two vectors from 1.

    The product of the lengths counts as 1e-7 at least.
    """
    pairs = zip(_positions(a), _positions(b), strict=True)
    cosines = [
        p @ q / max(np.linalg.norm(p) * np.linalg.norm(q), 1e-7) for p, q in pairs
    ]
    return float(1 - np.average(cosines))


def kl_standard_normal(mean: Array, log_var: Array, reduce: str = "sum") -> float:
    """Average over the batch the divergence, summed or averaged over latents."""
    divergence = -(1 + log_var - mean**2 - np.exp(log_var)) / 2
    by_sample = _rows(divergence)
    latents = by_sample.sum(1) if reduce == "sum" else np.average(by_sample, 1)
    return float(np.average(latents))


def kl_sparsity(x: Array, rate: float = 0.05) -> float:
    """Sum the divergence of coins: one of the rate, one of a unit's mean activity."""
    total = 0.0
    for unit in _rows(x).T:
        q = min(max(np.average(unit), 1e-7), 1 - 1e-7)
        total += rate * np.log(rate / q) + (1 - rate) * np.log((1 - rate) / (1 - q))
    return float(total)


def entropy(probability: Array) -> float:
    """Average over positions the entropy along the last axis."""
    entropies = [-sum(p * np.log(p + 1e-7)) for p in _positions(probability)]
    return float(np.average(entropies))


def total_variation(image: Array) -> float:
    """Sum absolute differences of neighbours; divide by the batch size."""
    down = np.abs(np.diff(image, axis=1)).sum()
    across = np.abs(np.diff(image, axis=2)).sum()
    return float((down + across) / len(image))


def orthogonality(w: Array) -> float:
    """Sum the squares of what the columns' products have more than orthonormal ones."""
    columns = _positions(w).T
    return float(
        sum(
            (p @ q - (i == j)) ** 2
            for i, p in enumerate(columns)
            for j, q in enumerate(columns)
        )
    )


def decorrelation(x: Array) -> float:
    """Sum the squares of covariances, by B - 1, of different features; by the width.

    A batch of one has none.
    """
    features = _rows(x).T
    if len(x) == 1:
        return 0.0
    covariance = np.atleast_2d(np.cov(features))
    others = (covariance**2).sum() - (np.diag(covariance) ** 2).sum()
    return float(others / len(features))


def variance_floor(x: Array, floor: float = 1.0) -> float:
    """Average what standard deviations, by B, lack to the floor."""
    deviations = np.sqrt(_rows(x).var(0) + 1e-4)
    return float(np.average(np.clip(floor - deviations, 0, None)))


def center(x: Array) -> float:
    """Sum the squares of the batch mean."""
    return float((x.mean(0) ** 2).sum())


def margin(positive: Array, negative: Array, margin: float = 1.0) -> float:
    """Average by how much a negative distance is not the larger one by the margin."""
    return float(np.average(np.clip(margin + positive - negative, 0, None)))


def jacobian(slope: Array) -> float:
    """Sum the squares of d y / d x; divide by the batch size."""
    return float((slope**2).sum() / len(slope))


def gradient_norm(slope: Array) -> float:
    """Sum the squares of d sum y / d x; divide by the batch size."""
    return float((slope**2).sum() / len(slope))


def smoothness(series: Array) -> float:
    """Average squared differences of neighbours along axis 1."""
    return float(np.average(np.diff(series, axis=1) ** 2))


def mmd_rbf(a: Array, b: Array, bandwidth: float = 1.0) -> float:
    """Average a Gaussian kernel over all pairs within and between two sets."""

    def kernel(first: Array, second: Array) -> float:
        pairs = [((p - q) ** 2).sum() for p in _rows(first) for q in _rows(second)]
        return float(np.average(np.exp(-np.array(pairs) / (2 * bandwidth**2))))

    return kernel(a, a) + kernel(b, b) - 2 * kernel(a, b)


def load_balance(probability: Array) -> float:
    """Sum each expert's share of positions times its mean probability; times n."""
    positions = _positions(probability)
    experts = positions.shape[1]
    chosen = np.bincount(positions.argmax(1), minlength=experts) / len(positions)
    return float(experts * (chosen * positions.mean(0)).sum())


def derivative(
    network: Callable[[Array], Array], x: Array, step: float = 1e-5
) -> Array:
    """Measure d y / d x by central differences, with the axes of x, then those of y."""
    slopes = []
    for index in np.ndindex(*x.shape):
        moved = np.zeros_like(x)
        moved[index] = step
        slopes.append((network(x + moved) - network(x - moved)) / (2 * step))
    return np.reshape(slopes, (*x.shape, *network(x).shape))


def _rows(x: Array) -> Array:
    return x.reshape(len(x), -1)


def _positions(x: Array) -> Array:
    return x.reshape(-1, x.shape[-1])


ORACLES: dict[str, Callable[..., Any]] = {
    "l1_activity": l1_activity,
    "l2_activity": l2_activity,
    "mean_square": mean_square,
    "squared_error": squared_error,
    "absolute_error": absolute_error,
    "cosine_distance": cosine_distance,
    "kl_standard_normal": kl_standard_normal,
    "kl_sparsity": kl_sparsity,
    "entropy": entropy,
    "total_variation": total_variation,
    "orthogonality": orthogonality,
    "decorrelation": decorrelation,
    "variance_floor": variance_floor,
    "center": center,
    "margin": margin,
    "jacobian": jacobian,
    "gradient_norm": gradient_norm,
    "smoothness": smoothness,
    "mmd_rbf": mmd_rbf,
    "load_balance": load_balance,
}
