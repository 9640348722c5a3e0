"""The Wasserstein GAN with gradient penalty in PyTorch alone."""

from __future__ import annotations

from typing import Any

import torch
from forms import Data, Weights
from pure_torch import DEVICE, Padded, batches, corrected, load, weights
from torch import nn
from torch.nn import functional as f


class Critic(nn.Module):
    """Scores images."""

    def __init__(self, dropout: bool) -> None:
        """Make the layers."""
        super().__init__()
        sizes = (1, 64, 128, 256, 512)
        for index in range(1, 5):
            conv = Padded(sizes[index - 1], sizes[index], 5, stride=2)
            self.add_module(f"down{index}_conv", conv)
        self.score = nn.Linear(2048, 1)
        self.rates = {2: 0.3, 3: 0.3} if dropout else {}
        self.last = 0.2 if dropout else 0.0

    def forward(self, x: Any) -> Any:
        """Score images."""
        x = f.pad(x.permute(0, 3, 1, 2), (2, 2, 2, 2))
        for index in range(1, 5):
            x = f.leaky_relu(self.get_submodule(f"down{index}_conv")(x), 0.2)
            x = f.dropout(x, self.rates.get(index, 0.0))
        x = x.permute(0, 2, 3, 1).flatten(1)
        return self.score(f.dropout(x, self.last))


class Generator(nn.Module):
    """Maps noise to images."""

    def __init__(self) -> None:
        """Make the layers."""
        super().__init__()
        self.dense = nn.Linear(128, 4096, bias=False)
        self.norm = nn.BatchNorm1d(4096, eps=1e-3, momentum=0.01)
        sizes = {"grown_0_up": (256, 128), "grown_1_up": (128, 64), "pixels": (64, 1)}
        for name, (given, filters) in sizes.items():
            conv = nn.Conv2d(given, filters, 3, padding=1, bias=False)
            self.add_module(f"{name}_conv", conv)
            norm = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)
            self.add_module(f"{name}_norm", norm)
        self.names = tuple(sizes)

    def forward(self, noise: Any) -> Any:
        """Map noise to images, channels last."""
        x = f.leaky_relu(self.norm(self.dense(noise)), 0.2)
        x = x.view(-1, 4, 4, 256).permute(0, 3, 1, 2)
        for name in self.names:
            x = self.get_submodule(f"{name}_conv")(f.interpolate(x, scale_factor=2))
            x = self.get_submodule(f"{name}_norm")(x)
            x = torch.tanh(x) if name == "pixels" else f.leaky_relu(x, 0.2)
        return x[:, :, 2:-2, 2:-2].permute(0, 2, 3, 1)


class Trainer:
    """Both networks with their optimizers."""

    def __init__(self, start: Weights, dropout: bool) -> None:
        """Make all."""
        names = nn.ModuleDict({"critic": Critic(dropout), "generator": Generator()})
        self.module: Any = load(names, start)
        self.of_critic, self.of_generator = (
            torch.optim.Adam(
                self.module[name].parameters(), lr=2e-4, betas=(0.5, 0.9), eps=1e-7
            )
            for name in ("critic", "generator")
        )
        self.steps = 0

    def run(self, data: Data, shuffle: bool) -> None:
        """Train one epoch."""
        sums: Any = 0.0
        for (real,) in batches(data, shuffle):
            for number in range(1, 4):
                corrected(self.of_critic, 3 * self.steps + number)
                cost, penalty = self.criticize(real)
            self.steps += 1
            corrected(self.of_generator, self.steps)
            loss = self.generate(len(real))
            sums = sums + torch.stack([cost, penalty, loss]).detach()
        self.logs = (sums / data.steps).tolist()

    def criticize(self, real: Any) -> tuple[Any, Any]:
        """Update the critic."""
        critic = self.module["critic"]
        noise = torch.randn(len(real), 128, device=DEVICE)
        with torch.no_grad():
            fake = self.module["generator"](noise)
        between = torch.rand(len(real), 1, 1, 1, device=DEVICE)
        mix = (real + between * (fake - real)).requires_grad_()
        (slope,) = torch.autograd.grad(critic(mix).sum(), mix, create_graph=True)
        penalty = ((slope.square().sum((1, 2, 3)).sqrt() - 1) ** 2).mean()
        cost = critic(fake).mean() - critic(real).mean()
        self.of_critic.zero_grad(set_to_none=True)
        (cost + 10 * penalty).backward()
        self.of_critic.step()
        return cost, penalty

    def generate(self, size: int) -> Any:
        """Update the generator."""
        noise = torch.randn(size, 128, device=DEVICE)
        loss = -self.module["critic"](self.module["generator"](noise)).mean()
        self.of_generator.zero_grad(set_to_none=True)
        loss.backward()
        self.of_generator.step()
        return loss

    def weights(self) -> Weights:
        """Copy the weights."""
        return weights(self.module)
