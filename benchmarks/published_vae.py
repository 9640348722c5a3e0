"""Train `specs/vae.json` on MNIST and hold its losses against the published ones.

The figures are those of the Keras guide "Making new layers and models via subclassing",
whose VAE the spec is: three epochs of batches of 64 images, Adam at 1e-3. Usage:
`python benchmarks/published_vae.py PATH/mnist.npz [STYLE]`, in an environment with
TensorFlow; the file has the keys of `keras.datasets.mnist`.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np

from kauxgen import compile_spec

PUBLISHED = (0.0746, 0.0676, 0.0675)
TOLERANCE = 0.01
SPEC = Path(__file__).parents[1] / "specs" / "vae.json"


def load(style: str, folder: str) -> ModuleType:
    """Render the spec in a style and import the module."""
    path = Path(folder, f"vae_{style}.py")
    path.write_text(compile_spec(SPEC.read_bytes(), style=style), encoding="utf-8")
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[path.stem] = module
    found.loader.exec_module(module)
    return module


def main(data: str, style: str = "functional") -> int:
    """Train, print each epoch beside the published figure; 1 where they differ."""
    images = np.load(data)["x_train"].reshape(-1, 784).astype("float32") / 255
    with tempfile.TemporaryDirectory() as folder:
        module = load(style, folder)
        model = module.compile_model(module.build_model())
        losses = module.train(model, images, epochs=3, batch_size=64).history["loss"]
    off = False
    for epoch, (loss, wanted) in enumerate(zip(losses, PUBLISHED, strict=True), 1):
        gap = loss / wanted - 1
        off |= abs(gap) > TOLERANCE
        print(f"epoch {epoch}: {loss:.4f}, published {wanted:.4f}, {gap:+.2%}")
    return int(off)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
