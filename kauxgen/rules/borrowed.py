"""The findings about imports (KX250, KX434 to KX437)."""

from __future__ import annotations

from kauxgen.finding import Finding
from kauxgen.suggest import quote


def malformed_import(pointer: str, reason: str, at_key: bool) -> Finding:
    """KX250: an import that is no `module.path:Name`.

    The generated module says `from module.path import Name`, once at its top, and the
    key is what the spec calls it. All are plain identifiers of Python; nothing is
    imported, or looked for, when the spec is compiled.

    Wrong:
        {"imports": {"SPADE": "mypkg/blocks.py"}}

    Right:
        {"imports": {"SPADE": "mypkg.blocks:SPADE"}}
    """
    help = 'write it as "module.path:Name"'
    return Finding(pointer, "KX250", reason, "" if at_key else help, at_key=at_key)


def unused_import(pointer: str, name: str) -> Finding:
    """KX434: an import that nothing uses.

    No layer, loss, metric, callback, optimizer, regularizer, initializer, constraint or
    expression names it.

    Wrong:
        {"imports": {"SPADE": "mypkg.blocks:SPADE", "warp": "mypkg.images:warp"},
         "layers": [{"name": "warped", "expr": "warp(image)", "shape": [8, 8, 1]}]}

    Right:
        {"imports": {"warp": "mypkg.images:warp"},
         "layers": [{"name": "warped", "expr": "warp(image)", "shape": [8, 8, 1]}]}
    """
    message = f"nothing uses the import {quote(name)}"
    return Finding(pointer, "KX434", message, "use it or delete it", at_key=True)


def shadowing_import(pointer: str, name: str, what: str) -> Finding:
    """KX435: an import that would hide something of the same name.

    A reader takes a known name for what it always means, and in the generated module
    one name is one thing. Kinds of Keras, operations, names that the spec gives and
    words that the generated code uses cannot be imported.

    Wrong:
        {"imports": {"Dense": "mypkg.blocks:Dense"}}

    Right:
        {"imports": {"SparseDense": "mypkg.blocks:Dense"}}
    """
    message = f"the import {quote(name)} would hide {what}"
    help = "import it under another name"
    return Finding(pointer, "KX435", message, help, at_key=True)


def shape_not_stated(pointer: str, name: str, wrapped: bool) -> Finding:
    """KX436: an imported layer whose node does not say what comes out.

    Nothing is imported when a spec is compiled, so the node of an imported layer states
    the `shape` of its output, without the batch, and its `dtype` if that is not
    float32. Inside a wrapper, which computes shapes of its own, no import can stand.

    Wrong:
        {"name": "styled", "layer": "SPADE", "args": {"filters": 8}}

    Right:
        {"name": "styled", "layer": "SPADE", "args": {"filters": 8},
         "shape": [16, 16, 8]}
    """
    if wrapped:
        message = f"a wrapper cannot hold the import {quote(name)}"
        help = "import a layer that does the wrapping too"
        return Finding(pointer, "KX436", message, help)
    message = f"nothing says what the imported layer {quote(name)} gives"
    help = 'state it: "shape": [...], without the batch'
    return Finding(pointer, "KX436", message, help)


def shape_is_known(pointer: str, name: str) -> Finding:
    """KX437: a stated shape of what has a known one.

    `shape` is for imported layers, and for expressions that call an import. All other
    shapes are worked out, and a second word on them could only be wrong.

    Wrong:
        {"name": "hidden", "layer": "Dense", "args": {"units": 8}, "shape": [8]}

    Right:
        {"name": "hidden", "layer": "Dense", "args": {"units": 8}}
    """
    message = f"the shape of {quote(name)} is worked out"
    help = 'leave "shape" and "dtype" out'
    return Finding(pointer, "KX437", message, help)


RULES = (
    malformed_import,
    unused_import,
    shadowing_import,
    shape_not_stated,
    shape_is_known,
)
