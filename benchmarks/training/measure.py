"""Times of training: what kauxgen writes, beside the same by hand and other libraries.

Every form of a model starts from the same weights and is first held against the others:
after three steps all weights must agree. Then all forms are trained in turns, in one
process, those side by side that are compared, and every other turn backwards: whatever
else the machine does slows them alike. Turns are short and many; ratios are taken turn
by turn. Where they leave a bar too near to tell, its two forms take more turns alone,
once. A model that is measured is kept in build/bench-train/, and a run that was cut off
goes on behind it. Usage:

    PYTHONPATH=. python benchmarks/training/measure.py [--models vae ...] [--turns 7]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEPT = ROOT / "build" / "bench-train"
RESULT = ROOT / "benchmarks" / "results" / "speed.json"
AGAIN = 61
"""Turns of two forms alone."""
ALL = ("vae", "cifar_l2", "reconstruction_regressor", "wgan_gp")


def say(text: str) -> None:
    """Show progress on standard error."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def measure(name: str, turns: int | None, steps: int) -> dict[str, object]:
    """Check and time all forms of one model."""
    import agreement
    import models
    from forms import Data, Form
    from limit import Limit

    data, start = models.data(name).first(steps), models.start(name)
    few = data if name != "wgan_gp" else Data(data.x[:16], None, 4)
    turns = turns or models.TURNS[name]
    forms, wanted = models.forms(name), None
    for form in forms:
        found = agreement.check(form, start, few, wanted)
        wanted = wanted or found
        say(f"{name}: {form.origin}, {form.name}: the same numbers")
    ready = []
    for form in sorted(forms, key=lambda form: form.scheme):
        begun = time.perf_counter()
        ready.append((form, agreement.warmed(form, start, data)))
        say(f"{name}: {form.origin}, {form.name}: {time.perf_counter() - begun:.1f} s")
    alone = Form("products and convolutions alone", "limit", "limit", agreement.never)
    limit = Limit(name, data)
    limit.run(data, True)
    ready.append((alone, limit))
    rates: list[list[float]] = [[] for _ in ready]
    for turn in range(turns):
        order = range(len(ready))
        for number in order if turn % 2 else reversed(order):
            form, trainer = ready[number]
            rows = data.first(form.steps)
            begun = time.perf_counter()
            trainer.run(rows, True)
            rates[number].append(rows.steps / (time.perf_counter() - begun))
        say(f"{name}: turn {turn + 1} of {turns}")
    rows = [
        {
            "model": name,
            "origin": form.origin,
            "form": form.name,
            "scheme": form.scheme,
            "batch_size": data.batch_size,
            "steps": min(form.steps, data.steps),
            "rates": rate,
        }
        for (form, _), rate in zip(ready, rates, strict=True)
    ]
    return {"turns": turns, "rows": rows}


def again(
    name: str, rows: list[dict[str, object]], steps: int
) -> list[dict[str, object]]:
    """Time both forms of each bar that is too near to tell."""
    import agreement
    import comparing
    import models

    data, start = models.data(name).first(steps), models.start(name)
    forms = {form.name: form for form in models.forms(name)}
    pairs = []
    for bar in comparing.bars(rows):
        if bar["verdict"] != comparing.OPEN:
            continue
        both = [forms[bar[key]] for key in ("form", "other")]
        ready = [agreement.warmed(form, start, data) for form in both]
        rates: tuple[list[float], ...] = ([], [])
        for turn in range(AGAIN):
            for number in (0, 1) if turn % 2 else (1, 0):
                part = data.first(both[number].steps)
                begun = time.perf_counter()
                ready[number].run(part, True)
                rates[number].append(part.steps / (time.perf_counter() - begun))
        say(f"{name}: {bar['form']} / {bar['other']}, again")
        pairs.append({"form": bar["form"], "other": bar["other"], "rates": rates})
    return pairs


def one(name: str, path: Path, turns: int | None, steps: int) -> None:
    """Measure a model, or what a run that was cut off left of it."""
    if not path.exists():
        keep(path, measure(name, turns, steps))
    found = json.loads(path.read_text())
    keep(path, {**found, "again": again(name, found["rows"], steps)})


def keep(path: Path, found: dict[str, object]) -> None:
    """Write the file whole."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(found))
    fresh.replace(path)


def main() -> None:
    """Measure what is not measured yet, a process a model; then put all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", choices=ALL, default=ALL)
    parser.add_argument("--turns", type=int, help="instead of each model's own number")
    parser.add_argument("--steps", type=int, default=10_000, help="at most, a turn")
    parser.add_argument("--afresh", action="store_true", help="forget what is kept")
    parser.add_argument("--output", type=Path, default=RESULT)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    if options.one:
        path = KEPT / f"{options.one}.json"
        one(options.one, path, options.turns, options.steps)
        return
    for name in options.models:
        path = KEPT / f"{name}.json"
        if options.afresh:
            path.unlink(missing_ok=True)
        if path.exists() and "again" in json.loads(path.read_text()):
            say(f"{name}: kept from {path.relative_to(ROOT)}; --afresh measures again")
            continue
        command = [sys.executable, __file__, "--one", name]
        turns = ["--turns", str(options.turns)] if options.turns else []
        given = [*turns, "--steps", str(options.steps)]
        subprocess.run([*command, *given], check=True)
    import comparing

    comparing.write(options.output, [KEPT / f"{name}.json" for name in options.models])


if __name__ == "__main__":
    main()
