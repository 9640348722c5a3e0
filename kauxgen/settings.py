"""The findings of a project's settings: the table [tool.kauxgen] of pyproject.toml."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def not_toml(reason: str) -> Finding:
    """KX710: a pyproject.toml that cannot be read as TOML.

    It names kauxgen, so the settings of the project may stand in it; kauxgen does not
    guess what they are.

    Wrong:
        [tool.kauxgen
        specs = ["specs/*.json"]

    Right:
        [tool.kauxgen]
        specs = ["specs/*.json"]
    """
    return Finding("", "KX710", f"not TOML: {reason}")


def unknown_setting(key: str, known: Collection[str]) -> Finding:
    """KX711: a key of [tool.kauxgen] that kauxgen does not know.

    A setting with a typing mistake would be a setting without effect.

    Wrong:
        [tool.kauxgen]
        spec = ["specs/*.json"]

    Right:
        [tool.kauxgen]
        specs = ["specs/*.json"]
    """
    message = f"unknown setting {quote(key)} in [tool.kauxgen]"
    return Finding("", "KX711", message, help_for(key, known))


def wrong_setting(key: str, expected: str, help: str = "") -> Finding:
    """KX712: a setting with a value that it cannot have.

    Paths are relative to the folder of pyproject.toml and stay below it: what a project
    says never makes kauxgen read or write elsewhere.

    Wrong:
        [tool.kauxgen]
        specs = "specs/*.json"
        output = "/srv/models"

    Right:
        [tool.kauxgen]
        specs = ["specs/*.json"]
        output = "models"
    """
    return Finding("", "KX712", f"{quote(key)} must be {expected}", help)


def wrong_name(reason: str, help: str) -> Finding:
    """KX713: a pattern for the names of modules that gives none.

    `{name}` stands for the spec's name, `{style}` for the style; all else is part of
    the module's name, and `/` begins a folder. ".py" is added. With the style "all" the
    pattern needs `{style}`, since each spec becomes several modules.

    Wrong:
        [tool.kauxgen]
        name = "{spec}-{style}.py"

    Right:
        [tool.kauxgen]
        name = "{name}_{style}"
    """
    return Finding("", "KX713", f'"name" {reason}', help)


def missing_setting(key: str, example: str) -> Finding:
    """KX714: a project that does not say which specs it has.

    Wrong:
        [tool.kauxgen]
        output = "models"

    Right:
        [tool.kauxgen]
        specs = ["specs/*.json"]
        output = "models"
    """
    message = f"[tool.kauxgen] does not say {quote(key)}"
    return Finding("", "KX714", message, f"add {key} = {example}")


def nothing_matches(pattern: str) -> Finding:
    """KX715: a pattern of specs that no file matches.

    A folder was moved, or the pattern has a typing mistake; its specs would silently be
    none of the project's. Hidden files and folders are not searched.

    Wrong:
        [tool.kauxgen]
        specs = ["spec/*.json"]

    Right:
        [tool.kauxgen]
        specs = ["specs/*.json"]
    """
    return Finding("", "KX715", f"no file matches {quote(pattern)}")


def output_is_spec(spec: str) -> Finding:
    """KX716: a module that would be written over a spec.

    The patterns of "specs" match files of the folder "output".

    Wrong:
        [tool.kauxgen]
        specs = ["models/*"]
        output = "models"

    Right:
        [tool.kauxgen]
        specs = ["models/*.json"]
        output = "models"
    """
    message = f"the module of {spec} would be written over this spec"
    return Finding("", "KX716", message, 'let "specs" match JSON files only')


def not_in_project(spec: str) -> Finding:
    """KX719: a spec that is none of the project's.

    In a project, its settings say which specs it has and where their modules go.

    Wrong:
        kauxgen render drafts/vae.json

    Right:
        kauxgen render drafts/vae.json -o build
    """
    help = 'add it to "specs" there, or say with render -o where its module goes'
    return Finding("", "KX719", f"{quote(spec)} is none of the project's specs", help)


RULES = (
    not_toml,
    unknown_setting,
    wrong_setting,
    wrong_name,
    missing_setting,
    nothing_matches,
    output_is_spec,
    not_in_project,
)
