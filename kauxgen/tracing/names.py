"""What errors call layers: Keras by name, TensorFlow by the path of a graph's node.

A functional model runs its layers itself, so that no line of a module stands on the
stack when one of them fails; but each has the name that the module gave it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from kauxgen.frozen import frozen
from kauxgen.tracing.source_map import SourceMap

_NODE = re.compile(r"Detected at node (\S+)")
_LAYER = re.compile(r"\blayer ['\"]([^'\"\s]+)['\"]")
_COUNT = re.compile(r"_\d+\Z")
_NUMBERED = re.compile(r"/\d+\Z")
_CALLING = re.compile(r"Exception encountered when calling (\w+)\.call\(\)")
_HOOK = re.compile(r'\bFile "[^"]+", line \d+, in on_(?:train|epoch|batch|test)_')
_KERAS = re.compile(r"[\\/]keras[\\/]src[\\/]")


@frozen
class Named:
    """A layer that an error names: the line that makes it, and what made that."""

    line: int
    pointer: str


def find(said: Sequence[str], made: SourceMap) -> Named | None:
    """Return the layer that the text of an error names last, if the module makes it."""
    known = list(_known(made))
    found: Named | None = None
    for line in said:
        for name in _words(line):
            found = (
                _called(known, name) or _called(known, _COUNT.sub("", name)) or found
            )
    return found


def imported(said: Sequence[str], made: SourceMap) -> Named | None:
    """Return what is made of an imported class that has raised, if it is made once.

    Keras names the class of a layer; of a callback a method of it is on the stack.
    """
    spec = made.loaded.spec
    hooks = (line for line in said if _HOOK.search(line) and not _KERAS.search(line))
    called = [found[1] for line in said if (found := _CALLING.search(line))]
    if any(hooks):
        names = {kind.name for kind in spec.training.callbacks if kind.imported}
    else:
        paths = {name: one.path.partition(":")[2] for name, one in spec.imports.items()}
        names = {name for name, path in paths.items() if [path] == called[-1:]}
    calls = [
        Named(call.lineno, made.origin(call.lineno, call.col_offset, call.col_offset))
        for call in ast.walk(ast.parse(made.text))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in names
    ]
    return calls[0] if len(calls) == 1 and calls[0].pointer else None


def _called(known: Sequence[tuple[str, Named]], name: str) -> Named | None:
    return next((one for like, one in known if re.fullmatch(like, name)), None)


def _words(line: str) -> Iterator[str]:
    """Yield the names of layers in a line, the outer before the inner."""
    layer, node = _LAYER.search(line), _NODE.search(line)
    if layer is not None:
        yield layer[1]
    if node is not None:
        yield from node[1].split("/")


def _known(made: SourceMap) -> Iterator[tuple[str, Named]]:
    """Yield patterns of the names that a module gives to layers."""
    for call in ast.walk(ast.parse(made.text)):
        if not isinstance(call, ast.Call):
            continue
        label = next((one.value for one in call.keywords if one.arg == "name"), None)
        if not isinstance(label, (ast.Constant, ast.JoinedStr)):
            continue
        pointer = made.origin(call.lineno, call.col_offset, call.col_offset)
        if _NUMBERED.search(pointer):  # a node, and no network or model
            yield _pattern(label), Named(call.lineno, pointer)


def _pattern(label: ast.Constant | ast.JoinedStr) -> str:
    """Write a name as a pattern: what a round or a use puts into it may be anything."""
    if isinstance(label, ast.Constant):
        return re.escape(str(label.value))
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
        for part in label.values
    )
