"""The findings about exceptions out of generated modules (KX850 to KX853)."""

from __future__ import annotations

from kauxgen.finding import WARNING, Finding

RAISED = "it was raised"
MADE = "the layer that it names is made"
IMPORTED = "what has raised it is made"


def raised(pointer: str, reason: str, module: str, line: int, did: str) -> Finding:
    """KX850: a statement that this part of the spec made has raised an exception.

    The model was made, and failed while it was built or run: with data of another
    shape or type than the spec says, with labels out of range, in a function that the
    spec imports. What failed is a line of the generated module; this is the part of
    the spec that the line was made from. Change the spec or the data, not the module.
    What `imports` names must be found: from the working directory, from the project's
    folder, or installed.

    Wrong:
        File "models/classifier.py", line 31, in build_model
          code = layers.Dense(units, name="code")(pixels)
        ValueError: Input 0 of layer "code" is incompatible with the layer

    Right:
        the data in the shape that the spec's inputs say, or inputs as the data are
    """
    return Finding(pointer, "KX850", reason, f"{did} in line {line} of {module}")


def unlike(spec: str) -> Finding:
    """KX851: a generated module is not what its spec gives now.

    The module was edited, or the spec was changed after the module was written, or the
    traceback is of an earlier version. Which part of the spec made a line is then not
    known, and nothing is said rather than something wrong.

    Wrong:
        $EDITOR specs/vae.json && python train.py 2>&1 | kauxgen traceback

    Right:
        $EDITOR specs/vae.json && kauxgen render && python train.py
    """
    help = f"render {spec} again, and run what failed"
    return Finding("", "KX851", f"is not what {spec} gives now", help, severity=WARNING)


def no_spec(spec: str) -> Finding:
    """KX852: the spec of a generated module is not here.

    The header of a module names its spec. It is looked for from the working directory
    and from the folders that the module stands in.

    Wrong:
        cp models/vae.py /tmp && cd /tmp && kauxgen traceback log.txt

    Right:
        kauxgen traceback log.txt
    """
    help = "run this where the project is"
    message = f"was made from {spec}, which is not here"
    return Finding("", "KX852", message, help, severity=WARNING)


def nothing() -> Finding:
    """KX853: a text has no line of a generated module in it.

    `kauxgen traceback` looks for lines such as `File "models/vae.py", line 31`, as
    Python, Keras and TensorFlow write them, and `models/vae.py:31:`, as pytest does.
    The modules must be here too, under these paths or the last parts of them.

    Wrong:
        echo "ValueError: shapes do not match" | kauxgen traceback

    Right:
        python train.py 2>&1 | kauxgen traceback
    """
    help = "give it a whole traceback, where the modules are"
    return Finding("", "KX853", "no line of a generated module is named", help)


RULES = (raised, unlike, no_spec, nothing)
"""The rules of this module, by code."""
