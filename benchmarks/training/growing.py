"""One process of `growth.py`: trains one style in turns and says what they took.

It says how large Python and Keras alone are, then answers "turn" with the steps per
second of one call of the module's `train`, and "memory" with its peak in megabytes.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import keras
import numpy as np
from forms import Data
from loops import batches
from rendered import rendered

MEGABYTE = 2**20


def peak() -> int:
    """Give the most memory that this process has held so far, in megabytes."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(held * (1 if sys.platform == "darwin" else 1024) / MEGABYTE)


def say(**answer: float) -> None:
    """Write a line for the process that asks."""
    print(json.dumps(answer), flush=True)


def main() -> None:
    """Make the model, take a turn that does not count, then answer."""
    point = json.loads(sys.argv[1])
    start = peak()
    keras.utils.set_random_seed(0)
    module = rendered("vae", point["style"])
    model = module.compile_model(module.build_model(intermediate_dim=point["width"]))
    size = point["batch_size"]
    shape = (point["steps"] * size, 784)
    images = np.random.default_rng(0).random(shape, dtype="float32")
    data = Data(images, None, size)

    def turn() -> float:
        begin = time.perf_counter()
        module.train(model, batches(data, shuffle=True), epochs=1, verbose=0)
        return point["steps"] / (time.perf_counter() - begin)

    turn()
    say(parameters=model.count_params(), start=start)
    for word in sys.stdin:
        if word.strip() == "memory":
            say(peak=peak())
        else:
            say(steps_per_second=turn())


if __name__ == "__main__":
    main()
