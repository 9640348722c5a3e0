"""What a run was asked for, as its `run.json` keeps it for `--resume`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, field, fields
from pathlib import Path
from typing import Any

from kauxgen.frozen import frozen
from kauxgen.refusal import FileError, blamed, reason
from kauxgen.training import findings
from kauxgen.training.folder import RunFolder

FILE = "run.json"
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.py")
_VERSION = 1


@frozen
class Settings:
    """What a run was asked for, and by which versions it was done.

    `module` is the name of the module's file in the folder, `source` what was named on
    the command line, `data` and `maps` which data. `spec` is the path of the spec and
    `spec_hash` the hash of its text, both empty where none is known, as `style` is
    then. `steps` is how many steps there are in all, 0 for whole epochs. `finished`
    says that the run ended by itself.
    """

    name: str
    module: str
    source: str
    spec: str
    spec_hash: str
    style: str
    backend: str
    params: Mapping[str, Any]
    seed: int
    data: str
    maps: tuple[str, ...]
    epochs: int
    batch_size: int
    steps: int = 0
    tensorboard: bool = False
    finished: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)


def as_json(settings: Settings) -> str:
    """Write settings as JSON, a line a fact."""
    return json.dumps({"version": _VERSION, **asdict(settings)}, indent=1) + "\n"


def read(path: Path) -> tuple[RunFolder, Settings]:
    """Read the settings of a run's folder.

    Raises:
        FileError: It is no folder of a run (KX805).
    """
    try:
        value = json.loads((path / FILE).read_bytes())
    except OSError as error:
        why = f"run.json cannot be read ({reason(error)})"
        raise blamed(findings.no_run(why), path) from error
    except (ValueError, RecursionError) as error:
        raise _refused(path, "run.json is not JSON") from error
    if not isinstance(value, dict) or value.get("version") != _VERSION:
        raise _refused(path, f"this kauxgen reads version {_VERSION} of run.json")
    wanted = {one.name: str(one.type) for one in fields(Settings)}
    given = {key: one for key, one in value.items() if key in wanted}
    if given.keys() != wanted.keys() or not _fits(given, wanted):
        raise _refused(path, "kauxgen did not write this run.json")
    settings = Settings(**{**given, "maps": tuple(given["maps"])})
    return RunFolder(path, settings.module), settings


def _fits(given: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Tell whether values have the types of their fields, and name one file.

    The folder may be anybody's: its module is run, no other file.
    """
    kinds = {"str": str, "int": int, "bool": bool, "tuple[str, ...]": list}
    typed = all(
        type(given[name]) is kinds.get(kind, dict) for name, kind in wanted.items()
    )
    texts = typed and all(isinstance(one, str) for one in given["maps"])
    return texts and bool(_MODULE.fullmatch(given["module"])) and _counts(given)


def _counts(given: Mapping[str, Any]) -> bool:
    least = {"epochs": 0, "batch_size": 1, "steps": 0, "seed": 0}
    return all(given[name] >= number for name, number in least.items())


def _refused(path: Path, why: str) -> FileError:
    return blamed(findings.no_run(why), path)
