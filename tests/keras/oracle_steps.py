"""What a batch of each spec with a step must log, in NumPy and float64.

Written from the specs and the language, not from the generated code or the interpreter.
Draws alone come from Keras: generator i starts from `seed + i`, in the order of the
spec. Weights stand still, as they do where all learning rates are 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

import numpy_layers as nn
from oracle_case import Array, Terms, array


@dataclass
class StepCase:
    """One batch by name, weights by key, params, the mode, and draws that go on."""

    batch: dict[str, Array]
    weights: dict[str, Array]
    params: dict[str, Any]
    training: bool
    generators: dict[int, Any] = field(default_factory=dict)

    def layer(self, name: str) -> list[Array]:
        """Look the kernel of a layer up, and its bias where it has one."""
        keys = (f"{name}_kernel", f"{name}_bias")
        return [self.weights[key] for key in keys if key in self.weights]

    def norm(self, name: str, x: Array) -> Array:
        """Normalize by the batch in training, else by the moving statistics."""
        axes = tuple(range(x.ndim - 1))
        mean, variance = x.mean(axes), x.var(axes)
        if not self.training:
            mean = self.weights[f"{name}_moving_mean"]
            variance = self.weights[f"{name}_moving_variance"]
        gamma = self.weights.get(f"{name}_gamma", 1.0)
        beta = self.weights.get(f"{name}_beta", 0.0)
        return (x - mean) / np.sqrt(variance + 1e-3) * gamma + beta

    def generator(self, index: int) -> Any:
        """Give the generator of the spec's draw number `index`, where it is."""
        seed = self.params["seed"] + index
        return self.generators.setdefault(index, keras.random.SeedGenerator(seed))

    def normal(self, shape: tuple[int, ...], index: int) -> Array:
        """Draw from N(0, 1)."""
        return array(keras.random.normal(shape, seed=self.generator(index)))

    def uniform(self, shape: tuple[int, ...], index: int) -> Array:
        """Draw from U[0, 1)."""
        return array(keras.random.uniform(shape, seed=self.generator(index)))

    def kept(self, shape: tuple[int, ...], rate: float, index: int) -> Array:
        """Draw what a dropout multiplies by; nothing is dropped in evaluation."""
        if not self.training:
            return np.ones(shape)
        ones = np.ones(shape, "float32")  # its type decides what is drawn
        return array(keras.random.dropout(ones, rate, seed=self.generator(index)))


def dcgan(case: StepCase) -> Terms:
    """Fakes before reals, against noisy labels; then fakes that should be real."""
    real = case.batch["real"]
    fake = _dcgan_image(case, 0, len(real))
    logits = _dcgan_judged(case, np.concatenate([fake, real]))
    truth = np.concatenate([np.ones((len(real), 1)), np.zeros((len(real), 1))])
    label = truth + case.params["label_noise"] * case.uniform(truth.shape, 1)
    fooled = _dcgan_judged(case, _dcgan_image(case, 2, len(real)))
    return {"d_loss": _logit_error(label, logits), "g_loss": _logit_error(0, fooled)}


def _logit_error(label: Array | float, logit: Array) -> float:
    """Give -label log p - (1 - label) log(1 - p), with p the logit's probability."""
    return float(np.mean(np.logaddexp(0, logit) - label * logit))


def _dcgan_image(case: StepCase, draw: int, rows: int) -> Array:
    width = case.params["noise_dim"]
    noise = case.normal((rows, width), draw)
    x = nn.leaky_relu(nn.dense(noise, *case.layer("generator_dense")))
    x = x.reshape(rows, 7, 7, width)
    for index in range(2):
        weights = case.layer(f"generator_larger_{index}")
        x = nn.leaky_relu(nn.conv_transpose(x, *weights, strides=2))
    return nn.sigmoid(nn.conv(x, *case.layer("generator_image")))


def _dcgan_judged(case: StepCase, x: Array) -> Array:
    for index in range(2):
        weights = case.layer(f"discriminator_maps_{index}")
        x = nn.leaky_relu(nn.conv(x, *weights, strides=2))
    return nn.dense(x.max((1, 2)), *case.layer("discriminator_is_fake"))


def wgan_gp(case: StepCase) -> Terms:
    """Scores of fakes and reals, and the critic's slope between the two."""
    real = case.batch["real"]
    rounds = []
    for _ in range(3 if case.training else 1):
        fake = _wgan_image(case, 3, len(real))
        mix = real + case.uniform((len(real), 1, 1, 1), 4) * (fake - real)
        slope = _criticized(case, mix)[1]
        lengths = np.sqrt(np.sum(slope**2, axis=(1, 2, 3)))
        fake_score, real_score = (_criticized(case, x)[0] for x in (fake, real))
        gap = fake_score.mean() - real_score.mean()
        rounds.append((gap, np.mean((lengths - 1) ** 2)))
    critic_loss, gradient_penalty = np.mean(rounds, axis=0)
    score, _ = _criticized(case, _wgan_image(case, 5, len(real)))
    return {
        "critic_loss": critic_loss,
        "gradient_penalty": gradient_penalty,
        "generator_loss": -score.mean(),
    }


def _wgan_image(case: StepCase, draw: int, rows: int) -> Array:
    noise = case.normal((rows, case.params["noise_dim"]), draw)
    x = noise @ case.weights["generator_dense_kernel"]
    x = nn.leaky_relu(case.norm("generator_norm", x)).reshape(rows, 4, 4, -1)
    for index in range(2):
        x = nn.leaky_relu(_wgan_up(case, f"generator_grown_{index}_up", x))
    return np.tanh(_wgan_up(case, "generator_pixels", x))[:, 2:-2, 2:-2]


def _wgan_up(case: StepCase, name: str, x: Array) -> Array:
    maps = nn.conv(nn.repeated(x, 2), *case.layer(f"{name}_conv"))
    return case.norm(f"{name}_norm", maps)


def _criticized(case: StepCase, image: Array) -> tuple[Array, Array]:
    """Score images; give also the slope of each score, worked backwards by hand."""
    x = np.pad(image, ((0, 0), (2, 2), (2, 2), (0, 0)))
    steps = []
    for index, (rate, draw) in enumerate([(0, -1), (0.3, 0), (0.3, 1), (0.2, 2)], 1):
        kernel, bias = case.layer(f"critic_down{index}_conv")
        x = nn.conv(x, kernel, bias, strides=2)
        factor = np.where(x > 0, 1.0, 0.2)
        if rate:
            factor = factor * _dropped(case, x.shape, rate, draw)
        steps.append((kernel, factor))
        x = x * factor
    kernel, bias = case.layer("critic_score")
    slope = np.broadcast_to(kernel[:, 0], (len(x), len(kernel))).reshape(x.shape)
    for weights, factor in reversed(steps):
        slope = nn.conv_transpose(slope * factor, weights, 0.0, strides=2)
    return nn.dense(x.reshape(len(x), -1), kernel, bias), slope[:, 2:-2, 2:-2]


def _dropped(case: StepCase, shape: tuple[int, ...], rate: float, draw: int) -> Array:
    """Draw for maps; the last dropout stands behind the flattening."""
    drawn = (shape[0], int(np.prod(shape[1:]))) if draw == 2 else shape
    return case.kept(drawn, rate, draw).reshape(shape)


def knowledge_distillation(case: StepCase) -> Terms:
    """Labels, and in training what the teacher says at a high temperature."""
    image, label = case.batch["image"], case.batch["label"]
    said = _logits(case, "student_logits", image)
    ones = np.ones(len(image))
    terms = {
        "student_loss": nn.label_cross_entropy(label, nn.softmax(said), ones),
        "accuracy": nn.label_accuracy(label, said),
    }
    if not case.training:
        return terms
    alpha, temperature = case.params["alpha"], case.params["temperature"]
    taught = nn.softmax(_logits(case, "teacher_logits", image) / temperature)
    guess = nn.softmax(said / temperature)
    distilled = np.mean(np.sum(taught * np.log(taught / guess), axis=-1))
    loss = alpha * terms["student_loss"] + (1 - alpha) * temperature**2 * distilled
    return {**terms, "distillation_loss": distilled, "loss": loss}


def _logits(case: StepCase, name: str, x: Array) -> Array:
    x = nn.leaky_relu(nn.conv(x, *case.layer(f"{name}_conv1"), strides=2))
    edged = np.pad(x, ((0, 0), (0, 1), (0, 1), (0, 0)), mode="edge")
    corners = [edged[:, i : i + 14, j : j + 14] for i in (0, 1) for j in (0, 1)]
    x = nn.conv(np.max(corners, axis=0), *case.layer(f"{name}_conv2"), strides=2)
    return nn.dense(x.reshape(len(x), -1), *case.layer(f"{name}_logits"))


def cyclegan_small(case: StepCase) -> Terms:
    """There and back between two sets, in both directions."""
    real = {"x": case.batch["real_x"], "y": case.batch["real_y"]}
    terms = {}
    for here, there in (("x", "y"), ("y", "x")):
        fake = _painted(case, f"to_{here}", real[there])
        cycled = _painted(case, f"to_{here}", _painted(case, f"to_{there}", real[here]))
        kept = _painted(case, f"to_{here}", real[here])
        scores = [_patches(case, f"judge_{here}", x) for x in (real[here], fake)]
        judged = np.mean((1 - scores[0]) ** 2) + np.mean(scores[1] ** 2)
        terms |= {
            f"to_{here}_fools": np.mean((1 - scores[1]) ** 2),
            f"to_{here}_cycle": np.mean(np.abs(real[here] - cycled)),
            f"to_{here}_identity": np.mean(np.abs(real[here] - kept)),
            f"judge_{here}_loss": judged / 2,
        }
    return terms


def _painted(case: StepCase, name: str, x: Array) -> Array:
    x = nn.relu(nn.conv(x, *case.layer(f"{name}_stem")))
    for index in range(case.params["residual_units"]):
        unit = f"{name}_middle_{index}"
        maps = nn.conv(x, *case.layer(f"{unit}_conv1"))
        maps = nn.relu(_alone(case, f"{unit}_norm1", maps))
        maps = nn.conv(maps, *case.layer(f"{unit}_conv2"))
        x = x + _alone(case, f"{unit}_norm2", maps)
    return np.tanh(nn.conv(x, *case.layer(f"{name}_painted")))


def _alone(case: StepCase, name: str, x: Array) -> Array:
    """Normalize every channel of every image by itself."""
    centered = x - x.mean((1, 2), keepdims=True)
    spread = np.square(centered).mean((1, 2), keepdims=True)
    gamma, beta = case.weights[f"{name}_gamma"], case.weights[f"{name}_beta"]
    return centered / np.sqrt(spread + 1e-3) * gamma + beta


def _patches(case: StepCase, name: str, x: Array) -> Array:
    for index in range(2):
        weights = case.layer(f"{name}_patches_{index}")
        x = nn.leaky_relu(nn.conv(x, *weights, strides=2))
    return nn.conv(x, *case.layer(f"{name}_score"))


def ddim_small(case: StepCase) -> Terms:
    """The noise of a noisy image; in evaluation the moving average finds it."""
    image, first = case.batch["image"], 0 if case.training else 2
    network = "denoiser" if case.training else "slow_denoiser"
    noise = case.normal(image.shape, first)
    time = case.uniform((len(image), 1, 1, 1), first + 1)
    start, end = (
        np.arccos(case.params[f"{word}_signal_rate"]) for word in ("max", "min")
    )
    angle = start + time * (end - start)
    noisy = np.cos(angle) * image + np.sin(angle) * noise
    found = _denoised(case, network, noisy, np.sin(angle) ** 2)
    cleaned = (noisy - np.sin(angle) * found) / np.cos(angle)
    error = float(np.mean(np.abs(noise - found)))
    terms = {"noise_loss": error, "image_loss": np.mean(np.abs(image - cleaned))}
    return {**terms, "loss": error} if case.training else terms


def _denoised(case: StepCase, name: str, noisy: Array, variance: Array) -> Array:
    size, depth = case.params["size"], case.params["depth"]
    count = case.params["embedding_dim"] // 2
    angles = 2 * np.pi * variance * np.geomspace(1, 1000, count)
    embedding = np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)
    stem = nn.conv(noisy, *case.layer(f"{name}_stem"))
    x = np.concatenate([stem, nn.repeated(embedding, size)], axis=-1)
    skips = []
    for width in range(len(case.params["widths"])):
        for unit in range(depth):
            x = _residual(case, f"{name}_down_{width}_units_{unit}", x)
            skips.append(x)
        x = nn.average_pool(x)
    for unit in range(depth):
        x = _residual(case, f"{name}_bottom_{unit}", x)
    for width in range(len(case.params["widths"])):
        x = nn.doubled(x)
        for unit in range(depth):
            both = np.concatenate([x, skips.pop()], axis=-1)
            x = _residual(case, f"{name}_up_{width}_units_{unit}_unit", both)
    return nn.conv(x, *case.layer(f"{name}_noise"))


def _residual(case: StepCase, name: str, x: Array) -> Array:
    maps = nn.conv(case.norm(f"{name}_norm", x), *case.layer(f"{name}_conv1"))
    maps = nn.conv(maps * nn.sigmoid(maps), *case.layer(f"{name}_conv2"))
    return nn.conv(x, *case.layer(f"{name}_shortcut")) + maps


def dqn_update(case: StepCase) -> Terms:
    """The value of the action taken, against the reward and what is promised."""
    batch, rows = case.batch, np.arange(len(case.batch["action"]))
    best = _values(case, "held", batch["next_state"]).max(-1)
    promised = batch["reward"] + (1 - batch["done"]) * case.params["discount"] * best
    chosen = _values(case, "online", batch["state"])[rows, batch["action"]]
    error = nn.huber(promised - chosen)
    return {"loss": error, "td_error": error, "value": chosen.mean()}


def _values(case: StepCase, name: str, x: Array) -> Array:
    for index in range(2):
        x = nn.relu(nn.dense(x, *case.layer(f"{name}_hidden_{index}")))
    return nn.dense(x, *case.layer(f"{name}_value"))


STEPS: dict[str, Callable[[StepCase], Terms]] = {
    "cyclegan_small": cyclegan_small,
    "dcgan": dcgan,
    "ddim_small": ddim_small,
    "dqn_update": dqn_update,
    "knowledge_distillation": knowledge_distillation,
    "wgan_gp": wgan_gp,
}
