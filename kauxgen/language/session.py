"""A spec in an editor: its text as it is now, and what its last sound version said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kauxgen import canonical, compiler, source
from kauxgen.finding import Diagnostic, SpecError
from kauxgen.frozen import frozen
from kauxgen.language import sound, tolerant
from kauxgen.language.meaning import Meaning
from kauxgen.language.renaming import Edit
from kauxgen.language.sound import NOTHING, Sound
from kauxgen.language.tolerant import Item

_TELLING = {"inputs", "layers", "losses", "penalties", "networks", "training", "step"}
_MEANT = re.compile(r'did you mean "([^"\\]+)"\?')


@frozen
class Problem:
    """A finding with its range of the text."""

    found: Diagnostic
    start: int
    end: int


@frozen
class State:
    """A version of a text: its names, its findings, and what is known of shapes."""

    meaning: Meaning
    problems: tuple[Problem, ...] = ()
    sound: Sound = NOTHING
    is_checked: bool = False


def written(text: str, before: State | None = None) -> State:
    """Take a new version of a text; what was known of shapes is kept."""
    known = before.sound if before else NOTHING
    return State(Meaning(text, tolerant.read(text)), (), known)


def checked(state: State, target: str = "") -> State:
    """Check a version; a sound one says anew what is known of shapes.

    `target` is the oldest Keras of a spec that names none.
    """
    meaning, known = state.meaning, state.sound
    if not is_spec(meaning.root):
        return State(meaning, (), known, True)
    try:
        loaded = compiler.load(meaning.text, target=target)
    except SpecError as error:
        found = error.diagnostics
    else:
        found, known = loaded.warnings, sound.of(meaning.root, loaded)
    problems = tuple(_problem(meaning.text, each) for each in found)
    return State(meaning, problems, known, True)


def is_spec(root: Item) -> bool:
    """Tell whether a JSON text is meant to be a spec, and no file of something else."""
    keys = {member.key for member in root.members}
    return not keys or "kauxgen" in keys or len(keys & _TELLING) > 1


def layout(state: State) -> str:
    """Give a text in the layout of specs; as it is if it is no spec, or no JSON yet."""
    text = state.meaning.text
    try:
        document = source.scan(text, "<spec>")
        return canonical.layout(document) if is_spec(state.meaning.root) else text
    except source.ScanError:
        return text


def remedies(state: State, start: int, end: int) -> Iterator[tuple[Problem, str, Edit]]:
    """Yield the findings in a range that a single word mends, with it and the edit."""
    for problem in state.problems:
        meant = _MEANT.search(problem.found.help)
        whole = meant and not meant[1].endswith("...")  # long words are cut short
        if meant and whole and problem.start <= end and start <= problem.end:
            old = state.meaning.text[problem.start : problem.end]
            new = f'"{meant[1]}"' if old.startswith('"') else meant[1]
            title = f'Replace by "{meant[1]}"'
            yield problem, title, Edit(problem.start, problem.end, new)


def _problem(text: str, found: Diagnostic) -> Problem:
    """Turn lines and columns, both from 1, into offsets."""
    start = int(text.startswith("\ufeff"))
    for _ in range(found.line - 1):
        start = text.find("\n", start) + 1
    end = max(found.end_column, found.column + 1)
    return Problem(found, start + found.column - 1, start + end - 1)
