"""The findings of writing: a file that cannot be made, or would be lost."""

from __future__ import annotations

from kauxgen.finding import Finding


def not_a_file(what: str) -> Finding:
    """KX701: something else stands where a module would be written.

    kauxgen replaces files, and only files: a directory or a device of that name stays,
    and nothing of the same command is written.

    Wrong:
        mkdir models/vae.py && kauxgen render specs/vae.json

    Right:
        kauxgen render specs/vae.json -o models/vae.py
    """
    return Finding("", "KX701", f"cannot be written: {what} stands here")


def same_output(first: str, second: str) -> Finding:
    """KX702: two specs that would be written to one file.

    A module is named after its spec's "name", so two specs of one name would take turns
    in overwriting each other.

    Wrong:
        kauxgen render old/vae.json new/vae.json

    Right:
        kauxgen render old/vae.json -o models/old
        kauxgen render new/vae.json -o models/new
    """
    message = f"both {first} and {second} would be written here"
    return Finding("", "KX702", message, "give each a folder of its own with -o")


def not_written(reason: str) -> Finding:
    """KX703: a file that cannot be written.

    The folder or the file is read-only, the disk is full, or a part of the path is no
    folder. What the same command had begun to write is taken back.

    Wrong:
        kauxgen render specs/vae.json -o /usr/lib/models

    Right:
        kauxgen render specs/vae.json -o models
    """
    return Finding("", "KX703", f"cannot be written: {reason}")


def already_there() -> Finding:
    """KX704: a new spec that would replace an existing one.

    `kauxgen new` starts specs, and never overwrites what somebody wrote.

    Wrong:
        kauxgen new digits && kauxgen new digits

    Right:
        kauxgen new digits && kauxgen new letters
    """
    help = "take another name, or remove the file first"
    return Finding("", "KX704", "exists already", help)


RULES = (not_a_file, same_output, not_written, already_there)
