"""A spec to be compiled, and what became of it: values that processes can exchange."""

from __future__ import annotations

from kauxgen.finding import Diagnostic
from kauxgen.frozen import frozen

_PORTABILITY = "KX6"


@frozen
class Options:
    """How specs are rendered, but for what they say themselves.

    `style` is for specs that name none, "" is the language's default; "all" gives each
    spec in every style. `target` is the oldest Keras for specs that name none.
    `templates` is the path of a folder whose templates replace ours, "" for none.
    """

    style: str = ""
    target: str = ""
    line_length: int = 88
    templates: str = ""
    strict: bool = False


@frozen
class Job:
    """A spec to be compiled: its bytes, and what headers and diagnostics call it."""

    spec: str
    shown: str
    data: bytes
    options: Options


@frozen
class Rendering:
    """What a spec became in one style: a text, or the reasons why not."""

    style: str
    text: str
    found: tuple[Diagnostic, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether it is not there because the style cannot express the spec."""
        return bool(self.found) and all(
            each.code.startswith(_PORTABILITY) for each in self.found
        )


@frozen
class Compiled:
    """What became of a spec: its modules, or the findings that stand against them.

    `name` is the spec's; `found` holds warnings, and errors if there is no module.
    """

    spec: str
    name: str
    renderings: tuple[Rendering, ...]
    found: tuple[Diagnostic, ...]

    @property
    def texts(self) -> dict[str, str]:
        """The texts by style."""
        return {each.style: each.text for each in self.renderings if not each.found}

    @property
    def refused(self) -> tuple[str, ...]:
        """The styles that cannot express the spec."""
        return tuple(each.style for each in self.renderings if each.refused)

    @property
    def failed(self) -> bool:
        """Whether the spec must not be published."""
        return any(each.is_error for each in self.found)
