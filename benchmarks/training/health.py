"""Trains VAEs on MNIST and writes what the health of their terms is.

    python benchmarks/training/health.py [MNIST.npz]

The result, `benchmarks/results/health.json`, is what `docs/health.md` quotes.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
import tempfile
import time
from importlib import util
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kauxgen import compiler
from kauxgen.training.health import findings
from kauxgen.training.health.probe import Probe
from kauxgen.training.history import Epoch, History
from kauxgen.training.names import of as names_of

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "benchmarks" / "results" / "health.json"
DATA = ROOT.parent / "shared" / "data" / "mnist.npz"
RUNS: tuple[tuple[str, dict[str, float]], ...] = (
    ("vae", {}),
    ("vae_annealed", {"kl_weight": 1.0}),
    ("vae_annealed", {}),
)
"""Specs, with the params that are not the specs' own: the last is what KX830 says."""
EPOCHS = 5
SEED = 0


class Watching(keras.callbacks.Callback):
    """Measures after every epoch, and notes how long that took."""

    def __init__(self, probe: Probe, history: History) -> None:
        """Begin with a history without epochs."""
        super().__init__()
        self.probe, self.history = probe, history
        self.seconds: list[float] = []
        self.began = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the time."""
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Measure the terms."""
        trained = time.perf_counter()
        health = self.probe.measure()
        self.seconds.append(time.perf_counter() - trained)
        found = {name: float(value) for name, value in logs.items()}
        steps = self.params["steps"]
        one = Epoch(epoch + 1, found, trained - self.began, steps, health)
        self.history = self.history.then(one)


def images(path: Path) -> np.ndarray:
    """Read the training images as rows of numbers from 0 to 1."""
    if path.exists():
        with np.load(path) as arrays:
            x = arrays["x_train"]
    else:
        (x, _), _ = keras.datasets.mnist.load_data()
    return x.reshape(len(x), -1).astype("float32") / 255


def trained(name: str, params: dict[str, float], x: np.ndarray) -> dict[str, Any]:
    """Train a spec in its own style for a row of the result."""
    path = ROOT / "specs" / f"{name}.json"
    loaded = compiler.load(path.read_bytes(), f"specs/{name}.json")
    module = _module(loaded)
    keras.utils.set_random_seed(SEED)
    model = module.compile_model(module.build_model(**params))
    names = names_of(loaded.checked, loaded.document)
    watching = Watching(Probe(loaded, model, (x[:64],), params), History(names))
    module.train(model, x, epochs=EPOCHS, verbose=0, callbacks=[watching])
    found = findings.of(watching.history, loaded)
    return {
        "model": name,
        "params": params,
        "style": loaded.style,
        "epochs": [_epoch(one) for one in watching.history.epochs],
        "measuring": {
            "first_seconds": round(watching.seconds[0], 3),
            "then_seconds": round(float(np.median(watching.seconds[1:])), 4),
        },
        "findings": [
            {"epoch": one.epoch, "code": one.code, "message": one.message}
            for one in found
        ],
    }


def _epoch(one: Epoch) -> dict[str, Any]:
    health = {
        name: {
            "share": term.share,
            "gradient_norm": term.gradient_norm,
            "gradient_share": term.gradient_share,
            "networks": dict(term.networks),
        }
        for name, term in one.health.items()
    }
    return {"epoch": one.epoch, "logs": dict(one.logs), "health": health}


def _module(loaded: compiler.Loaded) -> Any:
    folder = tempfile.mkdtemp()
    path = Path(folder, f"{loaded.spec.name}.py")
    path.write_text(compiler.render(loaded), encoding="utf-8")
    found = util.spec_from_file_location(loaded.spec.name, path)
    module = util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def main() -> None:
    """Train both, and write the result."""
    x = images(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
    result = {
        "what": f"terms of VAEs on MNIST, {EPOCHS} epochs, seed {SEED}",
        "measured": datetime.date.today().isoformat(),
        "machine": {"class": "2 cores, 23 GB, x86-64"},
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            "tensorflow": tf.__version__,
            "numpy": np.__version__,
        },
        "repetitions": 1,
        "rows": [trained(name, params, x) for name, params in RUNS],
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
