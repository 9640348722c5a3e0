"""Peak memory and steps per second of every style over batches and sizes of a model.

The model is `vae`: over batches of 16 to 4,096 images as it is, and in batches of 64
from its own 0.1 to 50 million parameters, by the width of its hidden layers. Each style
has a process of its own, so that its peak is its own; the four are asked in turns.
Images are random numbers. Usage: `python benchmarks/training/growth.py`
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from recording import Recording, spread

STYLES = ("functional", "subclass", "train_step", "loop")
REPETITIONS = 5
LEAST_WIDTH = 64


@dataclass(frozen=True)
class Point:
    """What all styles are measured at: images a batch, hidden units, steps a turn."""

    scheme: str
    batch_size: int
    width: int
    steps: int


POINTS = (
    *(
        Point("batch", size, LEAST_WIDTH, 20_480 // size)
        for size in (16, 64, 256, 1024, 4096)
    ),
    Point("size", 64, LEAST_WIDTH, 320),
    Point("size", 64, 600, 320),
    Point("size", 64, 6_000, 48),
    Point("size", 64, 30_000, 8),
)


class Worker:
    """A process that trains one style, a turn whenever it is asked."""

    def __init__(self, style: str, point: Point) -> None:
        """Start it; it makes the model and takes a turn that does not count."""
        given = json.dumps({"style": style, **asdict(point)})
        self.said = tempfile.TemporaryFile("w+")  # noqa: SIM115 (ends with it)
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("growing.py")), given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
            text=True,
        )

    def ask(self, word: str = "") -> dict[str, float]:
        """Wait for what it says; without a word, for what it says when it is ready."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if word:
            self.process.stdin.write(word + "\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.said.seek(0)
            raise SystemExit(f"{self.said.read()}\n{self.process.args[-1]}: no answer")
        answer: dict[str, float] = json.loads(line)
        return answer

    def end(self) -> dict[str, float]:
        """Ask for its memory and let it end."""
        memory = self.ask("memory")
        self.process.communicate()
        return memory


def measure(point: Point, recording: Recording) -> None:
    """Add a row a style."""
    workers = {style: Worker(style, point) for style in STYLES}
    ready = {style: worker.ask() for style, worker in workers.items()}
    turns = [
        {style: worker.ask("turn")["steps_per_second"] for style, worker in pairs}
        for pairs in [list(workers.items())] * REPETITIONS
    ]
    ends = {style: worker.end() for style, worker in workers.items()}
    for style in STYLES:
        speed = spread([turn[style] for turn in turns], 4)
        row = {
            "model": "vae",
            "form": style,
            **asdict(point),
            "parameters": ready[style]["parameters"],
            "steps_per_second": speed,
            "megabytes": {"peak": ends[style]["peak"], "start": ready[style]["start"]},
        }
        recording.add(row, told(style, point, row))


def told(style: str, point: Point, row: dict[str, object]) -> str:
    """Say what was measured."""
    where = f"{point.scheme}: {row['parameters']} parameters, batch {point.batch_size}"
    return f"{where}, {style}: {row['steps_per_second']} /s, {row['megabytes']} MB"


def main() -> None:
    """Measure what is not there yet."""
    what = "Peak memory and steps per second of vae over batches and sizes."
    recording = Recording("growth", what, len(POINTS) * len(STYLES))
    for point in POINTS:
        if not recording.has(form=STYLES[-1], **asdict(point)):
            recording.forget(**asdict(point))
            measure(point, recording)
    recording.finish(repetitions=REPETITIONS)


if __name__ == "__main__":
    main()
