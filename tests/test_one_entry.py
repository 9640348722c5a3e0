"""A layer kind whose shape rule exists is one entry of data, and no Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENTRY = {
    "Sharpen": {
        "doc": "Multiply the last axis by a matrix, as of the next Keras.",
        "args": {
            "units": {
                "type": "int",
                "min": 1,
                "required": True,
                "doc": "Size of the last axis of the result.",
            },
            "use_bias": {"type": "bool", "default": True, "doc": "Whether it adds."},
        },
        "positional": 1,
        "min_rank": 2,
        "call": ["inputs"],
        "shape": "dense",
        "weights": {"kernel": "kernel"},
    }
}
SPEC = {
    "kauxgen": 1,
    "name": "sharp",
    "inputs": {"features": {"shape": [8]}},
    "layers": [
        {"name": "keen", "layer": "Sharpen", "args": {"units": 4}},
        {"name": "prediction", "layer": "Dense", "args": {"units": 1}},
    ],
    "losses": [{"loss": "MeanSquaredError", "on": "prediction"}],
    "training": {"optimizer": {"optimizer": "Adam"}},
}


def test_one_entry_is_rendered_in_every_style(tmp_path: Path) -> None:
    """In a copy of kauxgen whose schemas have one file more."""
    for folder in ("kauxgen", "schemas", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    added = tmp_path / "schemas" / "layers" / "zz_added.json"
    added.write_text(json.dumps(ENTRY), encoding="utf-8")
    (tmp_path / "sharp.json").write_text(json.dumps(SPEC), encoding="utf-8")
    command = [sys.executable, "-m", "kauxgen", "render", "sharp.json"]
    subprocess.run(
        [*command, "--style", "all", "-o", "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()]
    assert len(texts) == 4
    assert all('layers.Sharpen(4, name="' in text for text in texts)
    assert all("keen (batch, 4)" in text or "(batch, 1)" in text for text in texts)
