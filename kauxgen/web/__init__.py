"""Pages for a browser: one file that needs no other, in light and dark.

All pages share their head, which lets nothing in from outside, their colours and fonts,
and how texts get into them. What a page has of its own lies in a folder: `body.html`
with slots, `page.css` and `page.js`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from kauxgen.picture.strokes import plain

_SHARED = Path(__file__).parent
_QUOTED = re.compile(r"`([^`]*)`")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SLOT = re.compile(r"@(\w+)@")


def page(own: Path, title: str, slots: Mapping[str, str], data: object) -> str:
    """Write a page from what lies in its own folder.

    `slots` are the parts of its body, safe already; `data` is what its script reads.
    """
    put = {
        "title": safe(title),
        "style": f"{_read(_SHARED / 'page.css')}\n{_read(own / 'page.css')}",
        "script": _read(own / "page.js"),
        "body": _filled(_read(own / "body.html"), slots),
        "data": _json(data),
    }
    return _filled(_read(_SHARED / "page.html"), put) + "\n"


def safe(text: str) -> str:
    """Escape a text; what HTML cannot hold becomes a replacement character.

    So does what would turn the texts around it, which stand in one line with it.
    """
    return plain(level(text)).replace('"', "&quot;")


def level(text: str) -> str:
    """Replace what turns the direction of the texts behind it."""
    return _TURNING.sub("\ufffd", text)


def sentence(text: str) -> str:
    """Write a sentence, with what stands in backticks as code."""
    return _QUOTED.sub(lambda found: f"<code>{found[1]}</code>", safe(text))


def _filled(text: str, slots: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda found: slots[found[1]], text)


def _json(value: object) -> str:
    """Write data for a script element, which nothing in it may end."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip("\n")
