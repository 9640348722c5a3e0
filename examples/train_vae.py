"""Trains a rendered VAE for a moment on images drawn here, and prints its losses.

Usage: python examples/train_vae.py build/demo/vae_functional.py
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import keras
import numpy as np

IMAGES = 4096
EPOCHS = 5


def main() -> None:
    """Train the module that the command line names."""
    module = load(Path(sys.argv[1]))
    keras.utils.set_random_seed(0)
    model = module.compile_model(module.build_model(latent_dim=8, kl_weight=0.05))
    rings = draw_rings(IMAGES)
    history = module.train(model, rings, epochs=EPOCHS, verbose=0).history
    print(f"{model.count_params():,} parameters, {IMAGES} images of rings")
    names = sorted(history, key=lambda name: (name != "loss", name))
    print("epoch  " + "  ".join(f"{name:>14}" for name in names))
    for epoch in range(EPOCHS):
        values = "  ".join(f"{history[name][epoch]:>14.4f}" for name in names)
        print(f"{epoch + 1:>5}  {values}")


def load(path: Path) -> ModuleType:
    """Import a module by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def draw_rings(count: int, size: int = 28, seed: int = 0) -> np.ndarray:
    """Draw images (count, size * size) of rings of random place, radius and width."""
    random = np.random.default_rng(seed)
    middle = random.uniform(0.35, 0.65, (count, 2, 1, 1)) * size
    radius = random.uniform(0.12, 0.3, (count, 1, 1)) * size
    width = random.uniform(1.0, 2.5, (count, 1, 1))
    rows, columns = np.mgrid[:size, :size]
    distance = np.hypot(rows - middle[:, 0], columns - middle[:, 1])
    images = np.exp(-(((distance - radius) / width) ** 2))
    return images.reshape(count, size * size).astype("float32")


if __name__ == "__main__":
    main()
