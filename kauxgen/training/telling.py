"""What a run tells of itself in its report: the command, the model, how to load it."""

from __future__ import annotations

import json
import math
import shlex
from typing import Any

import kauxgen
from kauxgen.training import leaving
from kauxgen.training.preparing import Prepared
from kauxgen.training.report.facts import Run
from kauxgen.training.settings import Settings


def run(prepared: Prepared, state: str) -> Run:
    """Tell of a run; `state` says how it ended if it did not come to its end."""
    asked, model, loaded = prepared.settings, prepared.model, prepared.loaded
    trainable = _numbers(model.trainable_variables)
    return Run(
        name=asked.name,
        command=command(asked),
        description=loaded.spec.description if loaded else "",
        spec=asked.spec,
        style=asked.style,
        backend=asked.backend,
        data=f"{' '.join((asked.data, *asked.maps))}, {prepared.feed.counted}",
        seed=asked.seed,
        epochs=asked.epochs,
        batch_size=asked.batch_size,
        params=asked.params,
        versions={"kauxgen": kauxgen.__version__, **asked.versions},
        trainable=trainable,
        fixed=model.count_params() - trainable,
        loading=leaving.loading(prepared.folder, prepared.module),
        state=state,
    )


def command(asked: Settings) -> str:
    """Write the command that trains the same once more, with nothing left open."""
    words = ["kauxgen", "train", asked.source]
    words += (
        ["--style", asked.style] if asked.spec and asked.source == asked.spec else []
    )
    words += ["--data", asked.data]
    words += [word for one in asked.maps for word in ("--map", one)]
    long = ["--steps", asked.steps] if asked.steps else ["--epochs", asked.epochs]
    words += [*map(str, long), "--batch-size", str(asked.batch_size)]
    words += ["--seed", str(asked.seed)]
    for name, value in asked.params.items():
        words += ["--set", f"{name}={json.dumps(value)}"]
    return shlex.join(words)


def _numbers(variables: Any) -> int:
    return sum(math.prod(one.shape) for one in variables)
