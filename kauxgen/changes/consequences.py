"""What follows from all changes together: logs, outputs, signatures, numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from kauxgen.changes import signatures
from kauxgen.changes.change import Answer, Change, Consequences, Level, Verdict
from kauxgen.changes.differing import Delta
from kauxgen.changes.draws import shifted
from kauxgen.changes.effects import Effects
from kauxgen.changes.facts import Facts
from kauxgen.changes.weights import verdict
from kauxgen.compiler import Loaded
from kauxgen.frozen import frozen
from kauxgen.rules.logs import log_name
from kauxgen.rules.step_logs import evaluated
from kauxgen.spec import Spec
from kauxgen.tensor import describe
from kauxgen.trace import tensors

_MOST = 12
_SILENT = ("metric", "evaluation", "inference", "silence", "import")
_SAME = ("jit compile", "steps per execution", "name", "style", "backend", "keras")
"""What changes no number of a training run."""


@frozen
class Question:
    """Two specs with what differs; the changes stand in the order of the deltas."""

    old: Loaded
    new: Loaded
    style: str
    effects: Effects
    changes: tuple[Change, ...]

    @property
    def deltas(self) -> list[Delta]:
        """What differs."""
        return self.effects.deltas

    @cached_property
    def signature(self) -> tuple[Answer, bool]:
        """What differs in public signatures, and whether callers break."""
        return signatures.compared(self.old, self.new, self.style)

    @cached_property
    def lost(self) -> tuple[str, ...]:
        """The names of logs that are gone."""
        kept = set(_logs(self.effects.new, self.new.spec))
        old = _logs(self.effects.old, self.old.spec)
        return tuple(name for name in old if name not in kept)

    @cached_property
    def gained(self) -> tuple[str, ...]:
        """The names of logs that are new."""
        kept = set(_logs(self.effects.old, self.old.spec))
        new = _logs(self.effects.new, self.new.spec)
        return tuple(name for name in new if name not in kept)


NOTHING = Consequences(
    Verdict("all"), Answer(False), Answer(False), Answer(False), Answer(False)
)


def consequences(question: Question) -> Consequences:
    """Say what follows from all changes; from none nothing follows."""
    if not question.deltas:
        return NOTHING
    outputs = tuple(_ends(question))
    numbers = tuple(dict.fromkeys(_numbers(question)))
    return Consequences(
        weights=_verdict(question),
        logs=_logged(question),
        outputs=Answer(bool(outputs), outputs),
        signature=question.signature[0],
        numbers=Answer(bool(numbers), _shortly(numbers)),
    )


def _verdict(question: Question) -> Verdict:
    """Say what becomes of the old model's weights."""
    return verdict(
        question.old.checked,
        question.new.checked,
        question.style or question.new.style,
        old_style=question.style or question.old.style,
        pairs=question.effects.pairs.back,
    )


def _logged(question: Question) -> Answer:
    """Say which logs are gone, new, or called otherwise."""
    logs = question.effects.differing.logs
    called = {
        old: logs[old] for old in question.lost if logs.get(old) in question.gained
    }
    reasons = [f"`{old}` is called `{new}`" for old, new in called.items()]
    reasons += [f"`{name}` is gone" for name in question.lost if name not in called]
    new = [name for name in question.gained if name not in called.values()]
    reasons += [f"`{name}` is new" for name in new]
    return Answer(bool(reasons), tuple(reasons))


def _logs(facts: Facts, spec: Spec) -> tuple[str, ...]:
    """Return the names of logs; those that only evaluation has begin with val_."""
    found = dict.fromkeys(facts.view.logs)
    own = spec.step.evaluation if spec.step else None
    if own is not None:
        names = filter(None, map(log_name, evaluated(own)))
        found |= dict.fromkeys(f"val_{name}" for name in names)
    return tuple(found)


def _ends(question: Question) -> Iterator[str]:
    """Yield what differs in what goes in and comes out."""
    old, new = (_ports(loaded) for loaded in (question.old, question.new))
    for place in ("takes", "gives", "predicts from", "predicts"):
        if old[place] != new[place]:
            yield f"it {place} {new[place] or 'nothing'}, not {old[place] or 'nothing'}"


def _ports(loaded: Loaded) -> dict[str, str]:
    """Say what a model takes and gives, in training and in inference."""
    spec, shapes = loaded.spec, loaded.checked.shapes
    given = {one.name: shapes[one.at] for one in spec.inputs}
    found = {"takes": _words(given), "gives": "", "predicts from": "", "predicts": ""}
    if spec.step is None:
        outputs = tuple(tensors(shapes[spec.main.at]))
        named = zip(spec.main.outputs, outputs, strict=False)
        found["gives"] = _words({one.text: each for one, each in named})
    cut = spec.inference
    if cut is not None and cut.network is not None:
        network = spec.networks[cut.network]
        found["predicts from"] = _words({i.name: shapes[i.at] for i in network.inputs})
        found["predicts"] = _words({cut.network: shapes[network.at]})
    elif cut is not None:
        found["predicts from"] = ", ".join(one.text for one in cut.inputs)
        found["predicts"] = ", ".join(one.text for one in cut.outputs)
    return found


def _words(named: Mapping[str, object]) -> str:
    """Write tensors by name, sizes as numbers."""
    parts = []
    for name, value in named.items():
        for one in tensors(value):
            sizes = tuple(None if size is None else int(size) for size in one.shape)
            kind = "" if one.dtype == "float32" else f" {one.dtype}"
            parts.append(f"`{name}` {describe(sizes)}{kind}")
    return ", ".join(parts)


def _numbers(question: Question) -> Iterator[str]:
    """Yield why the numbers of a training run change."""
    for delta, change in zip(question.deltas, question.changes, strict=True):
        if _counts(delta, change) or any(_computes(e.what) for e in change.effects):
            yield f"{change.subject} `{change.name}` {change.action}"
    moved = shifted(question.effects.pairs)
    if moved:
        more = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
        yield f"`{moved[0]}`{more} draw with other seeds, which are numbered in order"
    making = [each for each in question.deltas if _makes(question, each)]
    if making:
        yield (
            "initial weights differ where Keras's global seed is set: layers draw them"
            " in the order in which they are made"
        )


def _counts(delta: Delta, change: Change) -> bool:
    """Say whether a change changes numbers of training by what it says."""
    if change.level == Level.DOCS or change.subject in (*_SILENT, *_SAME):
        return change.subject == "import" and bool(delta.fields)
    if delta.old is None or delta.new is None:
        return _acts(change)
    levels = [each.level for both in delta.fields for each in both if each]
    moved = delta.moved and change.subject in ("phase", "input")
    return moved or any(level > Level.DOCS for level in levels)


def _acts(change: Change) -> bool:
    """Say whether something does anything by being there: definitions are used."""
    return change.subject not in (
        "param",
        "loss closure",
        "regularizer",
        "initializer",
        "function",
        "layer class",
        "block",
    )


def _computes(what: str) -> bool:
    """Say whether an effect is one on numbers."""
    return what not in ("uses",)


def _makes(question: Question, delta: Delta) -> bool:
    """Say whether a difference makes weights in another order."""
    old, new = question.effects.old, question.effects.new
    weights = (delta.old and old.of(delta.old.id).weights) or (
        delta.new and new.of(delta.new.id).weights
    )
    alone = delta.old is None or delta.new is None
    return bool(weights) and (alone or delta.moved)


def _shortly(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what is too much to read."""
    if len(reasons) <= _MOST:
        return reasons
    return (*reasons[: _MOST - 1], f"and {len(reasons) - _MOST + 1} more changes")
