"""The findings of reading: a file that is no JSON, or none that is safe to read.

The scanner places them by offsets, so their pointer is empty.
"""

from __future__ import annotations

from kauxgen.finding import Finding
from kauxgen.suggest import quote

HALF_PAIR = "half of a surrogate pair, which is no character"


def not_json(expected: str, found: str, help: str = "") -> Finding:
    """KX001: text that is not JSON.

    A spec is strict JSON, so that every editor and every tool reads the same: keys and
    strings in double quotes, commas between members, no comments. What a comment would
    say stands under "description".

    Wrong:
        {"name": 'vae' "style": functional}

    Right:
        {"name": "vae", "style": "functional"}
    """
    return Finding("", "KX001", f"expected {expected}, found {found}", help)


def duplicate_key(key: str, line: int) -> Finding:
    """KX002: a key that stands twice in one object.

    JSON readers keep one of the two without a word, mostly the last. A layer whose
    name is given twice would vanish, so kauxgen refuses the second key.

    Wrong:
        {"units": 64, "units": 32}

    Right:
        {"units": 64}
    """
    return Finding("", "KX002", f"{quote(key)} stands here twice, first in line {line}")


def trailing_comma(closer: str) -> Finding:
    """KX003: a comma after the last member.

    JSON separates members by commas and has none after the last.

    Wrong:
        {"shape": [28, 28, 1,]}

    Right:
        {"shape": [28, 28, 1]}
    """
    message = f'a comma with nothing after it before "{closer}"'
    return Finding("", "KX003", message, "delete the comma")


def not_a_number(word: str, reason: str, help: str = "") -> Finding:
    """KX004: a number that JSON does not have, or that is too large to be held.

    NaN and Infinity are no JSON, nor are leading zeros, a leading plus, hexadecimal
    digits or a point without digits on both sides. A number beyond the range of a
    64-bit float (1.8e308) would become infinite in the generated code.

    Wrong:
        {"rate": .5, "limit": Infinity, "scale": 1e999}

    Right:
        {"rate": 0.5, "scale": 1e30}
    """
    return Finding("", "KX004", f"{_clip(word)} {reason}", help)


def not_text(what: str, help: str = "") -> Finding:
    r"""KX005: characters that are not valid text.

    A spec is UTF-8. Control characters are written as escapes, and half of a surrogate
    pair is no character: neither could be written into the generated module.

    Wrong:
        {"description": "half a smile: \ud83d"}

    Right:
        {"description": "a smile: \ud83d\ude00"}
    """
    return Finding("", "KX005", what, help)


def too_deep(most: int) -> Finding:
    """KX006: lists and objects nested too deeply.

    No model needs so many levels; a file that has them was made to exhaust a reader.

    Wrong:
        [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[

    Right:
        {"params": {"widths": [[32, 1], [64, 2]]}}
    """
    return Finding("", "KX006", f"nested too deeply: {most} levels are the most")


def too_large(size: int, most: int) -> Finding:
    """KX007: a file too large to be a spec.

    Specs are pages, not data: arrays belong into the data that `train` is given.

    Wrong:
        {"params": {"images": [[0, 0, 0, 12, 255, "... 50 million characters more"]]}}

    Right:
        {"inputs": {"image": {"shape": [28, 28, 1]}}}
    """
    message = f"too large: {size:,} bytes, a spec has at most {most:,}"
    return Finding("", "KX007", message)


def no_object(found: str) -> Finding:
    """KX008: a file that holds no object.

    A spec is one JSON object; an empty file, a list or a single value says no model.

    Wrong:
        [{"name": "hidden", "layer": "Dense"}]

    Right:
        {"kauxgen": 1, "name": "regressor", "layers": [], "inputs": {}}
    """
    help = 'begin with {"kauxgen": 1, "name": ...}'
    return Finding("", "KX008", f"a spec is a JSON object, found {found}", help)


def unreadable_file(reason: str) -> Finding:
    """KX009: a file that cannot be read.

    It does not exist, is a directory, or may not be opened by you.

    Wrong:
        kauxgen validate spec/vae.json

    Right:
        kauxgen validate specs/vae.json
    """
    return Finding("", "KX009", f"cannot be read: {reason}")


RULES = (
    not_json,
    duplicate_key,
    trailing_comma,
    not_a_number,
    not_text,
    too_deep,
    too_large,
    no_object,
    unreadable_file,
)


def _clip(word: str) -> str:
    return quote(word)[1:-1]
