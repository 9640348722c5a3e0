"""Training and inference as things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kauxgen.changes.change import Level
from kauxgen.changes.definitions import Definitions
from kauxgen.changes.kinds import argument_fields, identity, kind_fields
from kauxgen.changes.things import Field, Thing, To, entry
from kauxgen.frozen import frozen
from kauxgen.spec import Gradients, Inference, Spec
from kauxgen.values import Expr, Kind

Names = Mapping[str, str]
_TRAINING, _LOSS = Level.TRAINING, Level.LOSS


@frozen
class Trainings:
    """Makes the things of how a model is trained, and of what predicts."""

    spec: Spec
    parts: Definitions

    def training(self) -> Iterator[Thing]:
        """Yield what `training` says, a thing a key."""
        own, names = self.spec.training, self.parts.names(self.spec.main)
        for key, value, default in (
            ("epochs", own.epochs, 1),
            ("batch_size", own.batch_size, 32),
            ("shuffle", own.shuffle, True),
            ("seed", own.seed, 0),
            ("jit_compile", own.jit_compile, "auto"),
            ("steps_per_execution", own.steps_per_execution, 1),
        ):
            found = (entry("value", value, _TRAINING, default),)
            yield self.single(f"/training/{key}", key, found, names)
        fields = tuple(optimizer_fields(own.optimizer, "kind", self.spec))
        yield self.single("/training/optimizer", "optimizer", fields, names)
        fields = tuple(gradient_fields(own.gradients))
        yield self.single("/training/gradients", "gradients", fields, names)
        for one in own.callbacks:
            fields = tuple(kind_fields(one, "kind", self.spec, _TRAINING))
            yield Thing(
                one.at,
                "callback",
                "",
                f"training.{one.name}",
                "callbacks",
                fields,
                names,
                ordered=True,
                gone=_TRAINING,
                come=_TRAINING,
            )

    def single(
        self, id: str, key: str, fields: tuple[Field, ...], names: Names
    ) -> Thing:
        """Make the thing of a key that every spec has, stated or not."""
        path = ".".join([*id.split("/")[1:-1], key])
        return Thing(id, key.replace("_", " "), key, path, "single", fields, names)

    def inference(self, one: Inference | None) -> Thing:
        """Make the thing of what predicts."""
        fields: tuple[Field, ...] = (Field("kind", "model", Level.INTERFACE),)
        if one is not None and one.network is not None:
            to = To(self.spec.networks[one.network].at, one.network)
            fields = (Field("kind", to, Level.INTERFACE),)
        elif one is not None:
            fields = (
                Field("kind", "cut", Level.INTERFACE),
                _cut("inputs", one.inputs),
                _cut("outputs", one.outputs),
            )
        names = self.parts.names(self.spec.main)
        return self.single("/inference", "inference", fields, names)


def optimizer_fields(kind: Kind | None, what: str, spec: Spec) -> Iterator[Field]:
    """Yield an optimizer, None for none."""
    if kind is None:
        yield Field(what, None, _TRAINING)
        return
    above = "" if what == "kind" else f"{what}."
    yield Field(what, identity(kind, spec), _TRAINING)
    yield from argument_fields(kind, above, spec, _TRAINING)


def _cut(what: str, values: tuple[Expr, ...]) -> Field:
    """Return one end of a cut; what the spec leaves out follows the model."""
    stated = any(f"/inference/{what}" in one.at for one in values)
    return Field(what, values, Level.INTERFACE, stated=stated)


def gradient_fields(one: Gradients | None) -> Iterator[Field]:
    """Yield what is done to gradients."""
    centralize = one.centralize if one else False
    yield entry("gradients.centralize", centralize, _TRAINING, False)
    yield entry("gradients.sam.rho", one.sam_rho if one else None, _TRAINING)
