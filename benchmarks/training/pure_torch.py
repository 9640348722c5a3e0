"""The four models in PyTorch alone: modules, its optimizers, a loop over batches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from forms import Data, Weights
from torch import nn
from torch.nn import functional as f

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Padded(nn.Conv2d):
    """A convolution with TensorFlow's padding "same" for even sizes."""

    def forward(self, x: Any) -> Any:
        """Pad, more at the end, and convolve."""
        pads = []
        for size, kernel, stride in zip(
            x.shape[:1:-1], self.kernel_size, self.stride, strict=True
        ):
            lacking = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            pads += [lacking // 2, lacking - lacking // 2]
        return super().forward(f.pad(x, pads))


class Vae(nn.Module):
    """The variational autoencoder."""

    def __init__(self) -> None:
        """Make the layers."""
        super().__init__()
        self.encoder_hidden = nn.Linear(784, 64)
        self.encoder_z_mean = nn.Linear(64, 32)
        self.encoder_z_log_var = nn.Linear(64, 32)
        self.decoder_hidden = nn.Linear(32, 64)
        self.decoder_pixels = nn.Linear(64, 784)

    def forward(self, x: Any) -> Any:
        """Compute the loss and its terms."""
        hidden = f.relu(self.encoder_hidden(x))
        z_mean, z_log_var = self.encoder_z_mean(hidden), self.encoder_z_log_var(hidden)
        z = z_mean + torch.exp(0.5 * z_log_var) * torch.randn_like(z_mean)
        hidden = f.relu(self.decoder_hidden(z))
        reconstruction = f.mse_loss(torch.sigmoid(self.decoder_pixels(hidden)), x)
        kl = -0.5 * torch.mean(z_log_var - z_mean**2 - torch.exp(z_log_var) + 1)
        return reconstruction + kl, (reconstruction, kl)


class CifarL2(nn.Module):
    """The classifier that keeps its feature maps small."""

    def __init__(self) -> None:
        """Make the layers."""
        super().__init__()
        self.features1 = Padded(3, 8, 4, stride=2)
        self.features2 = Padded(8, 16, 4, stride=2)
        self.features3 = Padded(16, 32, 4, stride=2)
        self.probabilities = nn.Linear(32, 10)

    def forward(self, x: Any, y: Any) -> Any:
        """Compute the loss and its terms."""
        x, energies = x.permute(0, 3, 1, 2), []
        for conv in (self.features1, self.features2, self.features3):
            x = f.relu(conv(x))
            energies.append(x.square().sum((1, 2, 3)).mean())
        logits = self.probabilities(x.mean((2, 3)))
        cross_entropy = f.cross_entropy(logits, y.long())
        accuracy = (logits.argmax(-1) == y).float().mean()
        return cross_entropy + 0.1 * sum(energies), (cross_entropy, *energies, accuracy)


class ReconstructionRegressor(nn.Module):
    """The regressor with a reconstruction loss."""

    def __init__(self) -> None:
        """Make the layers."""
        super().__init__()
        for index in range(5):
            self.add_module(f"hidden_{index}", nn.Linear(30 if index else 8, 30))
        self.reconstruct, self.prediction = nn.Linear(30, 8), nn.Linear(30, 1)

    def forward(self, x: Any, y: Any) -> Any:
        """Compute the loss and its terms."""
        hidden = x
        for index in range(5):
            hidden = f.selu(self.get_submodule(f"hidden_{index}")(hidden))
        prediction = self.prediction(hidden)
        reconstruction = f.mse_loss(self.reconstruct(hidden), x)
        error = f.mse_loss(prediction, y)
        terms = (error, reconstruction, f.l1_loss(prediction, y))
        return error + 0.05 * reconstruction, terms


MODELS: Mapping[str, Any] = {
    "vae": (Vae, torch.optim.Adam),
    "cifar_l2": (CifarL2, torch.optim.Adam),
    # Keras's Nadam moves its momentum as the paper does, PyTorch's by default slower.
    "reconstruction_regressor": (
        ReconstructionRegressor,
        partial(torch.optim.NAdam, momentum_decay=1.0),
    ),
}


def load(module: nn.Module, start: Weights) -> nn.Module:
    """Set the weights from arrays as Keras lays them out."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.from_numpy(_turned(start[_named(name)])))
    return module.to(DEVICE)


def weights(module: nn.Module) -> Weights:
    """Copy the weights as Keras lays them out."""
    return {
        _named(name): _turned_back(parameter.detach().cpu().numpy().copy())
        for name, parameter in module.named_parameters()
    }


def _named(name: str) -> str:
    head, _, kind = name.replace(".", "_").rpartition("_")
    norms = {"weight": "gamma", "bias": "beta"}
    return f"{head}_{norms[kind] if head.endswith('norm') else _KINDS[kind]}"


_KINDS = {"weight": "kernel", "bias": "bias"}


def _turned(array: np.ndarray) -> np.ndarray:
    turns = {2: (1, 0), 4: (3, 2, 0, 1)}
    return array.transpose(turns.get(array.ndim, (0,))).copy()


def _turned_back(array: np.ndarray) -> np.ndarray:
    turns = {2: (1, 0), 4: (2, 3, 1, 0)}
    return array.transpose(turns.get(array.ndim, (0,)))


def corrected(optimizer: Any, step: int) -> None:
    """Let Adam add its epsilon before the correction, as Keras does."""
    for group in optimizer.param_groups:
        group["eps"] = 1e-7 / (1 - group["betas"][1] ** step) ** 0.5


def batches(data: Data, shuffle: bool) -> Any:
    """Cut tensors on the device into batches, in a new order."""
    arrays = [torch.from_numpy(array).to(DEVICE) for array in data.arrays]
    order = torch.randperm(len(data.x)) if shuffle else torch.arange(len(data.x))
    for rows in order.to(DEVICE).split(data.batch_size):
        yield [array[rows] for array in arrays]


class Trainer:
    """A model of PyTorch with its optimizer."""

    def __init__(self, name: str, start: Weights) -> None:
        """Make both."""
        model, optimizer = MODELS[name]
        self.module = load(model(), start)
        self.optimizer = optimizer(self.module.parameters(), lr=1e-3, eps=1e-7)
        self.steps = 0

    def run(self, data: Data, shuffle: bool) -> None:
        """Train one epoch."""
        sums: Any = 0.0
        for batch in batches(data, shuffle):
            self.optimizer.zero_grad(set_to_none=True)
            loss, terms = self.module(*batch)
            loss.backward()
            self.steps += 1
            if isinstance(self.optimizer, torch.optim.Adam):
                corrected(self.optimizer, self.steps)
            self.optimizer.step()
            sums = sums + torch.stack([loss, *terms]).detach()
        self.logs = (sums / data.steps).tolist()

    def weights(self) -> Weights:
        """Copy the weights."""
        return weights(self.module)
