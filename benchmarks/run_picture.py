"""Draws the picture of `docs/report.md` out of `benchmarks/runs/vae.json`.

    PYTHONPATH=. python benchmarks/run_picture.py

That file is the `history.json` of a run, to six digits, with what it was measured on:

    kauxgen train specs/vae.json --data mnist.npz --map image=image --epochs 12
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from kauxgen.training import recording
from kauxgen.training.report import plots

ROOT = Path(__file__).parents[1]
RUN = ROOT / "benchmarks" / "runs" / "vae.json"
PICTURE = ROOT / "docs" / "pictures" / "vae_run.svg"


def main() -> None:
    """Draw it as a run does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(RUN, folder / recording.JSON)
        plots.write(folder, recording.read(folder))
        PICTURE.write_bytes((folder / plots.SVG).read_bytes())
    print(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
