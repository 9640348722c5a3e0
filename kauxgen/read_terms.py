"""Reading, part two: losses, penalties and metrics, with their weights."""

from __future__ import annotations

from collections.abc import Iterable

from kauxgen.read_texts import Json, Texts, token
from kauxgen.spec import NetworkName, Operand, Term, Weight, Weights
from kauxgen.values import Schedule, Variable

_KEYS = {"loss": "losses", "penalty": "penalties", "metric": "metrics"}


class Terms(Texts):
    """Reads terms."""

    def terms(self, role: str, raw: Json, at: str) -> tuple[Term, ...]:
        """Read the terms of one role: losses, penalties or metrics."""
        key = _KEYS[role]
        return tuple(
            self.term(role, item, f"{at}/{key}/{index}")
            for index, item in enumerate(raw.get(key, []))
        )

    def term(self, role: str, raw: Json, at: str) -> Term:
        """Read one term."""
        family = next(
            (key for key in ("loss", "penalty", "metric") if key in raw), None
        )
        target = raw.get("target")
        return Term(
            role=role,
            name=raw.get("name", ""),
            at=at,
            description=raw.get("description", ""),
            kind=self.kind(family, raw, at) if family else None,
            operands=tuple(self.operands(raw["on"], f"{at}/on")) if "on" in raw else (),
            target=self.text(target, f"{at}/target") if target is not None else None,
            has_target="target" in raw,
            let=self.steps(raw.get("let", {}), f"{at}/let"),
            expr=self.text(raw["expr"], f"{at}/expr") if "expr" in raw else None,
            weight=self.weight(raw.get("weight", 1), f"{at}/weight"),
            weight_at=f"{at}/weight" if "weight" in raw else at,
            reduce=raw.get("reduce"),
            when=raw.get("when", "always"),
        )

    def operands(self, raw: Json, at: str) -> Iterable[tuple[str, Operand]]:
        """Read what `on` says, with the names of operands where it gives them."""
        if isinstance(raw, str):
            yield "", self.text(raw, at)
        elif isinstance(raw, list):
            for index, item in enumerate(raw):
                yield "", self.operand(item, f"{at}/{index}")
        elif set(raw) == {"weights"}:
            yield "", Weights(raw["weights"], f"{at}/weights")
        else:
            for key, item in raw.items():
                here = f"{at}/{token(key)}"
                if key == "network" and isinstance(item, str):
                    name, number = self.item(item, here)
                    yield key, NetworkName(name, here, number)
                else:
                    yield key, self.operand(item, here)

    def operand(self, raw: Json, at: str) -> Operand:
        """Read one operand: an expression, or a choice of weights."""
        if isinstance(raw, dict):
            return Weights(raw["weights"], f"{at}/weights")
        return self.text(raw, at)

    def weight(self, raw: Json, at: str) -> Weight:
        """Read a weight: a value, an expression, a schedule or a variable."""
        if not isinstance(raw, dict):
            return self.value(raw, at)
        if "expr" in raw:
            return self.text(raw["expr"], f"{at}/expr")
        if "variable" in raw:
            return Variable(self.value(raw["variable"], f"{at}/variable"), at)
        return Schedule(
            raw["schedule"], self.values(raw.get("args", {}), f"{at}/args"), at
        )
