"""The findings of training: what cannot be trained, gone on with, or set."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def unknown_param(name: str, known: Collection[str]) -> Finding:
    """KX800: `--set` names a param that the model does not have.

    `--set` gives a param of the spec another value for one run. A module takes the
    params that its `build_model` and `compile_model` have as arguments.

    Wrong:
        kauxgen train specs/vae.json --set kl_wieght=0.1

    Right:
        kauxgen train specs/vae.json --set kl_weight=0.1
    """
    help = help_for(name, known) or ("" if known else "it has no params")
    return Finding("", "KX800", f"no param {quote(name)} to be set", help)


def unfit_value(name: str, given: str, wanted: str) -> Finding:
    """KX801: `--set` gives a param a value of another type.

    Values are JSON, as in the spec: 0.1, true, [16, 32], "relu". A text need not be
    quoted. A param keeps its type: where the spec has a number, one is needed.

    Wrong:
        kauxgen train specs/vae.json --set kl_weight=high

    Right:
        kauxgen train specs/vae.json --set kl_weight=0.1
    """
    message = f"param {quote(name)} cannot be {quote(given)}: it is {wanted}"
    return Finding("", "KX801", message, f"such as --set {name}=VALUE, VALUE as JSON")


def fixed_param(name: str) -> Finding:
    """KX802: `--set` names a param that the module has as a number.

    What only `train` reads, such as an argument of a callback, is worked out when a
    module is rendered, and no longer is a param then. Epochs and the batch size have
    options of their own.

    Wrong:
        kauxgen train specs/vae.json --set patience=3

    Right:
        change "patience" under "params" in specs/vae.json
    """
    help = 'change it under "params" in the spec'
    return Finding(
        "", "KX802", f"param {quote(name)} is no argument of the module", help
    )


def no_module(reason: str) -> Finding:
    """KX803: a file that is no module that can be trained.

    A module has the functions `build_model`, `compile_model` and `train`, as those that
    kauxgen renders. It is run as any program is, so train only modules that you trust.

    Wrong:
        kauxgen train setup.py

    Right:
        kauxgen train models/vae.py
    """
    help = "name a spec, or a module that kauxgen rendered"
    return Finding("", "KX803", f"this cannot be trained: {reason}", help)


def folder_taken() -> Finding:
    """KX804: the folder of `--out` has something in it.

    A run overwrites nothing, so its folder is new or empty. Without `--out` it is
    `runs/<name>-<n>`, with the first number that is free.

    Wrong:
        kauxgen train specs/vae.json --out . (a folder with other files)

    Right:
        kauxgen train specs/vae.json --out runs/first
    """
    help = "name a new folder, or go on with the run there: --resume"
    return Finding("", "KX804", "this folder is not empty", help)


def no_run(reason: str) -> Finding:
    """KX805: a folder that `--resume` cannot go on from.

    It needs what a run has left: `run.json`, the module, and `checkpoint/state.npz`,
    which a run writes before its first epoch and after each.

    Wrong:
        kauxgen train --resume runs        (the folder of all runs)

    Right:
        kauxgen train --resume runs/vae-1  (the folder of one)
    """
    help = "name the folder of a run, as kauxgen train left it"
    return Finding("", "KX805", f"no run to go on with: {reason}", help)


def no_fit(reason: str) -> Finding:
    """KX806: a checkpoint that is of another model.

    The module in the run's folder, or a module that it imports, was changed since the
    checkpoint was written: its variables have other shapes, or there are more of them.

    Wrong:
        edit runs/vae-1/vae.py && kauxgen train --resume runs/vae-1

    Right:
        kauxgen train models/vae.py  (a run of its own)
    """
    help = "put the module back as it was, or start a new run"
    return Finding(
        "", "KX806", f"the checkpoint does not fit the model: {reason}", help
    )


def failed(where: str, reason: str) -> Finding:
    """KX807: the module failed while it was imported, built or trained.

    The error is one of Python, Keras or its backend, in a module whose spec is not
    known, or in a line that no part of its spec has made. Above it stands where it
    happened.

    Wrong:
        kauxgen train own.py    (which imports callbacks, and there is no callbacks.py)

    Right:
        pip install my_project && kauxgen train own.py
    """
    return Finding("", "KX807", f"{where} failed: {reason}")


def unknown_backend(name: str, known: Collection[str]) -> Finding:
    """KX808: KERAS_BACKEND names a backend that models are not trained on.

    Keras trains on TensorFlow, JAX and PyTorch; on its others it only predicts.

    Wrong:
        KERAS_BACKEND=numpy kauxgen train specs/vae.json

    Right:
        KERAS_BACKEND=jax kauxgen train specs/vae.json
    """
    help = help_for(name, known)
    return Finding("", "KX808", f"KERAS_BACKEND is {quote(name)}", help)


RULES = (
    unknown_backend,
    unknown_param,
    unfit_value,
    fixed_param,
    no_module,
    folder_taken,
    no_run,
    no_fit,
    failed,
)
"""The rules of this module, by code."""
