"""What compiling takes over specs of 10 to 2,000 nodes, in seconds of the processor.

Stages of a spec in text: checking it, summing it up, rendering a module of it, which is
mostly black's work, and drawing it. Smaller and larger ones take turns in one process,
once everything is imported. Usage: `python benchmarks/training/rendering.py`
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from recording import Recording, spread

from kauxgen import compiler
from kauxgen.overview import overview
from kauxgen.picture.build import picture
from kauxgen.picture.layout import lay_out
from kauxgen.picture.svg import as_svg

sys.path.append(str(Path(__file__).parents[1]))
import scale

SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000)
SHAPES = ("chain", "blocks")
REPETITIONS = 5
STAGES = ("validate", "summary", "render", "graph")


def taken(action: Callable[[], object]) -> float:
    """Take the processor seconds of an action."""
    start = time.process_time()
    action()
    return time.process_time() - start


def stages(text: str) -> dict[str, float]:
    """Take the seconds of each stage, checking counted once."""
    loaded = compiler.load(text)
    return {
        "validate": taken(lambda: compiler.load(text)),
        "summary": taken(lambda: overview(loaded.checked)),
        "render": taken(lambda: compiler.render(loaded)),
        "graph": taken(lambda: as_svg(lay_out(picture(loaded.checked)))),
    }


def measure(shape: str, recording: Recording) -> None:
    """Add a row a size and stage."""
    texts = {size: scale.spec(shape, size) for size in SIZES}
    stages(texts[SIZES[0]])
    turns = []
    for _ in range(REPETITIONS):
        turns.append({size: stages(text) for size, text in texts.items()})
        print(f"  {shape}: turn {len(turns)} of {REPETITIONS}", flush=True)
    for size in SIZES:
        seconds = {
            stage: spread([turn[size][stage] for turn in turns], 3) for stage in STAGES
        }
        row = {"shape": shape, "nodes": size, "seconds": seconds}
        whole = sum(one["median"] for one in seconds.values())
        recording.add(row, f"{shape}, {size} nodes: {whole:.3f} s in all")


def main() -> None:
    """Measure what is not there yet."""
    what = "Processor seconds of compiling, over specs of 10 to 2,000 nodes."
    libraries = ("black", "jinja2", "jsonschema")
    rows = len(SHAPES) * len(SIZES)
    recording = Recording("rendering", what, rows, libraries)
    for shape in SHAPES:
        if not recording.has(shape=shape, nodes=SIZES[-1]):
            recording.forget(shape=shape)
            measure(shape, recording)
    recording.finish(repetitions=REPETITIONS)


if __name__ == "__main__":
    main()
