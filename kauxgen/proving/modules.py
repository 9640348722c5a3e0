"""Generated modules: rendered, imported once, and models built and compiled of them."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from kauxgen import compiler
from kauxgen.compiler import Loaded
from kauxgen.proving import keyed
from kauxgen.spec import Spec
from kauxgen.training import layer_paths

_FOLDER = tempfile.TemporaryDirectory(prefix="kauxgen_proving_")


@dataclass
class Modules:
    """The modules of a spec by style, each rendered and imported when first asked for.

    Of two classes of one name Keras would revive the one that was registered last, so
    a spec's modules are imported once.
    """

    loaded: Loaded
    render: Callable[[Loaded, str], str] = compiler.render
    made: dict[str, ModuleType] = field(default_factory=dict)

    def of(self, style: str) -> ModuleType:
        """Give the module of a style, without XLA, which rounds and draws otherwise.

        A model of Keras can be told so; only `loop` says itself how it is compiled.
        """
        plain = _without_xla(self.loaded) if self._has_xla(style) else self.loaded
        return self._made(plain, style, style)

    def as_run(self, style: str) -> ModuleType:
        """Give the module of a style as its users have it."""
        by_xla = self._has_xla(style)
        return self._made(self.loaded, style, f"{style}_as_run" if by_xla else style)

    def _has_xla(self, style: str) -> bool:
        return style == "loop" and self.loaded.spec.training.jit_compile is True

    def _made(self, loaded: Loaded, style: str, key: str) -> ModuleType:
        if key not in self.made:
            made = load(self.render(loaded, style), f"{loaded.spec.name}_{key}")
            note(loaded.spec, made)
            self.made[key] = made
        return self.made[key]


def _without_xla(loaded: Loaded) -> Loaded:
    value = loaded.document.value
    changed = {**value, "training": {**value["training"], "jit_compile": False}}
    return compiler.load(changed, loaded.document.path, target=loaded.spec.keras)


def load(text: str, title: str) -> ModuleType:
    """Write the text of a module to a file and import it under a title."""
    path = Path(_FOLDER.name, f"{title}.py")
    path.write_text(text, encoding="utf-8")
    found = importlib.util.spec_from_file_location(title, path)
    assert found is not None
    assert found.loader is not None
    made = importlib.util.module_from_spec(found)
    sys.modules[title] = made
    found.loader.exec_module(made)
    return made


def note(spec: Spec, module: ModuleType) -> None:
    """Let weights of blocks of one layer, and of backbones, have one key."""
    keyed.BACKBONES |= layer_paths.backbones(spec)
    found = (vars(module).get(one) for one in layer_paths.lone_blocks(spec))
    keyed.BLOCKS_OF_ONE |= {one for one in found if one is not None}


def named(function: Callable[..., Any]) -> list[str]:
    """Name the arguments of a method but for itself and what it takes unnamed."""
    found = inspect.signature(function).parameters.values()
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [one.name for one in found if one.kind in kinds and one.name != "self"]


def keywords(function: Callable[..., Any]) -> dict[str, Any]:
    """Give the arguments of a function that have defaults, with these."""
    parameters = inspect.signature(function).parameters.values()
    return {one.name: one.default for one in parameters if one.default is not one.empty}


def defaults(module: ModuleType) -> dict[str, Any]:
    """Give the params, and the seed, that a module takes, with their defaults."""
    return {**keywords(module.build_model), **keywords(module.compile_model)}


def called(function: Callable[..., Any], params: Mapping[str, Any], *args: Any) -> Any:
    """Call a function with those params that it takes."""
    taken = keywords(function).keys() & params.keys()
    return function(*args, **{name: params[name] for name in taken})


def numbers(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give params as arrays of numbers; of any other value its text counts."""
    return {name: _number(value) for name, value in params.items()}


def _number(value: Any) -> Any:
    listed = list(value) if isinstance(value, tuple) else value
    kept = isinstance(listed, (bool, int, float))
    return listed if kept else list(repr(_listed(listed)).encode())


def _listed(value: Any) -> Any:
    """Turn tuples into the lists that JSON has."""
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    return value
