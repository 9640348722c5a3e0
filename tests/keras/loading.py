"""What Keras does with the weights of one generated model in another.

Each weight gets a number of its own, so that it is seen where each has landed.
"""

from __future__ import annotations

import importlib.util
import json
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

import saved_files  # noqa: F401  (it makes loading fast)
from kauxgen import compiler, lower, rules, styles, unformatted
from kauxgen.changes.change import Verdict
from kauxgen.checked import Checked

_FOLDER = tempfile.TemporaryDirectory(prefix="kauxgen_loading_")
FRESH = 0
"""The number of a weight that nothing was loaded into."""
NONE: Mapping[str, str] = {}
Weight = tuple[str, ...]


@dataclass
class Built:
    """A model with its spec; `weights` are by the words of their names in the code."""

    checked: Checked
    model: keras.Model
    weights: Mapping[str, Any]
    file: Path


_BUILT: dict[tuple[str, str], Built | None] = {}


def built(spec: Mapping[str, Any], style: str) -> Built | None:
    """Build and save the model of a spec, once; None if the style cannot write it."""
    text = json.dumps(spec)
    if (text, style) not in _BUILT:
        loaded = compiler.load(text)
        bad = rules.portability(loaded.checked, style)
        _BUILT[text, style] = None if bad else _build(loaded.checked, style)
    return _BUILT[text, style]


def _build(checked: Checked, style: str) -> Built:
    """Build a model of the text that `render` gives black, and save it."""
    title = f"{checked.spec.name}_{style}_{len(_BUILT)}"
    page = styles.page(lower.lower(checked), style, title)
    path = Path(_FOLDER.name, f"{title}.py")
    path.write_text(unformatted.module(page, style), encoding="utf-8")
    found = importlib.util.spec_from_file_location(title, path)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    model = module.build_model()
    one = Built(checked, model, named(model), path.with_suffix(".weights.h5"))
    fill(one, {name: i + 1 for i, name in enumerate(one.weights)})
    model.save_weights(one.file)
    return one


def named(model: keras.Model) -> dict[str, Any]:
    """Find all weights by the joined names that lead to them, each once."""
    found: dict[int, tuple[Weight, Any]] = {}
    for path, variable in _walk(model, ()):
        known, _ = found.get(id(variable), (path, variable))
        found[id(variable)] = min(known, path, key=len), variable
    weights = {"_".join(path): variable for path, variable in found.values()}
    assert len(weights) == len(found), "two weights have one name"
    return weights


def _walk(layer: Any, path: Weight) -> Iterator[tuple[Weight, Any]]:
    held = layer._trainable_variables + layer._non_trainable_variables
    if isinstance(layer, keras.layers.SpectralNormalization):
        held = [layer.vector_u]  # Its layer's kernel is among them too.
    for variable in held:
        yield (*path, variable.name), variable
    for inner in layer._flatten_layers(recursive=False, include_self=False):
        yield from _walk(inner, _path(layer, inner, path))


def _path(layer: Any, inner: Any, path: Weight) -> Weight:
    """Extend a path; networks and layers of graphs bear whole names."""
    name = inner.name
    if isinstance(layer, keras.layers.Wrapper) or not path:
        name = (
            re.sub(r"^((?:for|back)ward_)?([a-z_0-9]+?)(_\d+)?$", r"\1\2", name)
            if path
            else name
        )
    if not path or isinstance(inner, keras.Model):
        return () if name == "network" else (name,)
    return (*path, name.removeprefix(f"{path[-1]}_"))


def fill(one: Built, numbers: Mapping[str, int]) -> None:
    """Fill each weight with a number, those not named with FRESH."""
    for name, variable in one.weights.items():
        variable.assign(
            np.full(variable.shape, numbers.get(name, FRESH), variable.dtype)
        )


def load(old: Built, new: Built, skip: bool) -> tuple[bool, dict[str, str | None]]:
    """Load a file into a model; say whether it raised, and what each weight got."""
    fill(new, {})
    names = dict(enumerate(old.weights, 1))
    raised = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            new.model.load_weights(old.file, skip_mismatch=skip)
        except ValueError:
            raised = True
    return raised, {key: names.get(_number(one)) for key, one in new.weights.items()}


def _number(variable: Any) -> int:
    """Return the number that fills a weight, which nothing has mixed."""
    values = np.unique(keras.ops.convert_to_numpy(variable))
    assert len(values) == 1
    return int(values[0])


def differences(
    old: Built, new: Built, verdict: Verdict, renamed: Mapping[str, str]
) -> dict[str, Any]:
    """Tell where a verdict is not what Keras does; empty is equal.

    `renamed` are paths of nodes and networks with those that they had.
    """
    told: dict[str, Any] = {}
    raised, got = load(old, new, skip=False)
    if raised != verdict.raises:
        told["raises"] = raised
    if raised and load(old, new, skip=True) != (False, got):
        told["skip_mismatch"] = "raises too, or loads others"
    key, was = _Keys(new.checked), _Keys(old.checked)
    wanted = {key.of(one): None for one in verdict.fresh}
    wanted |= {key.of(one): was.of(other) for one, other in verdict.wrong}
    wanted |= {key.of(one): was.of(one, renamed) for one in verdict.kept}
    if wanted.keys() != got.keys():
        told["weights"] = sorted(wanted.keys() ^ got.keys())
    both = wanted.keys() & got.keys()
    pairs = {name: (wanted[name], got[name]) for name in both}
    return told | {name: one for name, one in pairs.items() if one[0] != one[1]}


class _Keys:
    """The names in the code of the weights that a verdict names."""

    def __init__(self, checked: Checked) -> None:
        words = checked.trace.words
        self.words = {
            ".".join(map(str, at)): "_".join(map(str, one)) for at, one in words.items()
        }

    def of(self, weight: str, renamed: Mapping[str, str] = NONE) -> str:
        """Return the name of a weight, or of what it was before nodes were renamed."""
        place, _, path = weight.partition("/") if "/" in weight else ("", "", weight)
        before = _before(place, renamed)
        words = self.words.get(before, before.replace(".", "_"))
        return "_".join(filter(None, (words, path.replace("/", "_"))))


def _before(place: str, renamed: Mapping[str, str]) -> str:
    """Return the path that a node had, with the same rounds."""
    names: list[str] = []
    found = []
    for part in place.split("."):
        if not part.isdigit():
            names.append(part)
            part = renamed.get(".".join(names), part).rpartition(".")[2]
        found.append(part)
    return ".".join(found)
