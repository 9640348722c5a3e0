"""The findings of `kauxgen verify` (KX840 to KX843)."""

from __future__ import annotations

from kauxgen.finding import Finding

_PAGE = "docs/verify.md says what each check compares"


def differs(
    pointer: str, subject: str, check: str, other: str, where: str, size: str
) -> Finding:
    """KX840: a style that computes something else than another.

    `kauxgen verify` runs a spec in all of its styles, on all backends that are
    installed, from equal weights on equal data. A check differs: numbers are further
    apart than float32 explains. The styles of an unchanged kauxgen do not differ, so
    look at what is yours: a template of the project, a class or function of an import
    that keeps state or draws by itself. If there is none, it is a bug of kauxgen.

    Wrong:
        x = keras.random.normal(ops.shape(x))  # in a layer of an import: no seed

    Right:
        x = keras.random.normal(ops.shape(x), seed=self.seed_generator)
    """
    message = f"{subject} differs from {other} in {check}: {where} {size}"
    return Finding(pointer, "KX840", message, _PAGE)


def failed(subject: str, check: str, reason: str) -> Finding:
    """KX841: a module that fails when it is run.

    A check of `kauxgen verify` ended with an exception of Keras, of the backend, or of
    a class or function that the spec imports. With KAUXGEN_DEBUG=1 in the environment
    the whole traceback is shown.

    Wrong:
        "imports": {"Gate": "blocks:Gate"}  # and blocks.py raises in call

    Right:
        python -c "import blocks" && kauxgen verify specs/gated.json
    """
    message = f"{subject} fails in {check}: {reason}"
    return Finding("", "KX841", message, "KAUXGEN_DEBUG=1 shows where it happened")


def ended(backend: str, status: int, said: str) -> Finding:
    """KX842: a process of a backend that ended before its proofs were done.

    Each backend runs in a process of its own. It was killed, mostly for the memory that
    it took, or the backend cannot begin here: its library does not fit this machine or
    this version of Keras. What was proved before stands above.

    Wrong:
        kauxgen verify specs/huge.json

    Right:
        kauxgen verify specs/huge.json --set width=8
    """
    last = said.strip().splitlines()[-1:] or [f"exit status {status}"]
    message = f"the process of {backend} ended: {last[0]}"
    help = "smaller params, by --set, take less memory; another backend: --backend"
    return Finding("", "KX842", message, help)


def nowhere(backends: str, refusals: str, needs_tensorflow: bool) -> Finding:
    """KX843: a spec of which nothing was run.

    No style can express it on the backends that are installed, or that were asked for:
    a step needs TensorFlow, and so do own gradients. Nothing is proven then.

    Wrong:
        pip install "kauxgen[jax]" && kauxgen verify specs/dcgan.json

    Right:
        pip install "kauxgen[cpu]" && kauxgen verify specs/dcgan.json
    """
    message = f"no style can be run on {backends}: {refusals}"
    help = 'run it on TensorFlow: pip install "kauxgen[cpu]"'
    return Finding("", "KX843", message, help if needs_tensorflow else "")


RULES = (differs, failed, ended, nowhere)
"""The rules of this module, by code."""
