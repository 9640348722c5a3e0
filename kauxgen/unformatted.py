"""Page to module with lines as they come: laid out, with imports read off its body."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from kauxgen.page import Borrowed, Page
from kauxgen.templating import sandbox

_STANDARD = ("functools", "math")
_IMPORTS = (
    ("jax", "import jax"),
    ("keras", "import keras"),
    ("tf", "import tensorflow as tf"),
)
_FROM_KERAS = ("layers", "ops")


def module(page: Page, style: str, templates: str = "") -> str:
    """Print a page as a module that Python can read; black formats it.

    `templates` is a folder with templates in place of ours; SpecError if they cannot be
    used, or if what they lay out is no Python.
    """
    body = sandbox.render(page, style, templates)
    if templates:
        try:
            compile(body, style, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise sandbox.blamed(page, style, templates, error) from None
    imports = _imports(body, page.borrowed)
    return f"{page.docstring}\n\n{imports}\n{body}"


def _imports(body: str, borrowed: Sequence[Borrowed]) -> str:
    """Write the imports of what the body reads."""
    read = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    lines = [f"import {name}" for name in _STANDARD if name in read]
    if lines:
        lines.append("")
    lines += [line for name, line in _IMPORTS if name in read]
    from_keras = [name for name in _FROM_KERAS if name in read]
    if from_keras:
        lines.append(f"from keras import {', '.join(from_keras)}")
    lines += _borrowed([one for one in borrowed if one.name in read])
    return "\n".join(lines)


def _borrowed(borrowed: Sequence[Borrowed]) -> Iterator[str]:
    """Write the imports of the user's own classes and functions, by module."""
    for module in sorted({one.module for one in borrowed}):
        names = sorted(
            (one for one in borrowed if one.module == module),
            key=lambda one: (_rank(one.attribute), one.attribute),
        )
        plain = [ast.alias(one.name) for one in names if one.name == one.attribute]
        groups = [plain] if plain else []
        groups += [
            [ast.alias(one.attribute, one.name)]
            for one in names
            if one.name != one.attribute
        ]
        yield from (ast.unparse(ast.ImportFrom(module, one, 0)) for one in groups)


def _rank(name: str) -> int:
    """Order names as import sorters do: constants, classes, all others."""
    if len(name) > 1 and name.isupper():
        return 0
    return 1 if name[:1].isupper() else 2
