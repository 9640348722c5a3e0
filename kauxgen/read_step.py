"""Reading, part five: steps with phases, what they keep, and what predicts."""

from __future__ import annotations

import ast
from dataclasses import replace

from kauxgen.nodes import Input
from kauxgen.read_nodes import Nodes
from kauxgen.read_texts import Json, token
from kauxgen.spec import (
    Average,
    Evaluation,
    Gradients,
    Inference,
    Pattern,
    Phase,
    Scope,
    State,
    Step,
    Term,
    Update,
    names_in,
)
from kauxgen.values import Expr, Kind


class Steps(Nodes):
    """Reads a step and what goes with it."""

    def step(self, raw: Json, at: str) -> Step:
        """Read a step, its state, its averages and its evaluation."""
        own = raw["step"]
        return Step(
            at=at,
            batch=_pattern(own["batch"]),
            shared=own.get("tape") == "shared",
            phases=tuple(
                self.phase(phase, f"{at}/phases/{index}")
                for index, phase in enumerate(own["phases"])
            ),
            state=tuple(
                self.state(name, one, f"/state/{token(name)}")
                for name, one in raw.get("state", {}).items()
            ),
            averages=tuple(
                self.average(one, f"/ema/{index}")
                for index, one in enumerate(raw.get("ema", []))
            ),
            evaluation=self.evaluation(raw, "/evaluation"),
            assign=self.steps(own.get("assign", {}), f"{at}/assign"),
        )

    def forward(self, raw: Json) -> Scope:
        """Read what a step computes before its phases, as the model's list of nodes."""
        step = raw["step"]
        scope = self.passed("main", raw["name"], step, "/step")
        entering = self.entering(raw, step["batch"])
        return replace(scope, inputs=entering, description=raw.get("description", ""))

    def entering(self, raw: Json, batch: Json) -> tuple[Input, ...]:
        """Read the inputs that a batch binds, in its order.

        Those that no batch binds are a finding of their own; they count as bound.
        """
        known = {one.name: one for one in self.inputs(raw["inputs"], "/inputs")}
        bound = dict.fromkeys(names_in(_pattern(batch)))
        other = names_in(_pattern(_evaluated(raw)))
        lost = [name for name in known if name not in (*bound, *other)]
        return tuple(known[name] for name in (*bound, *lost) if name in known)

    def phase(self, raw: Json, at: str) -> Phase:
        """Read a phase."""
        return Phase(
            scope=self.passed("phase", raw["name"], raw, at),
            terms=self.minimized(raw, at),
            metrics=self.terms("metric", raw, at),
            update=tuple(
                Update(name, f"{at}/update/{index}")
                for index, name in enumerate(raw["update"])
            ),
            optimizer=self.optimizer(raw, at),
            gradients=self.gradients(raw, at),
            repeat=self.value(raw.get("repeat", 1), f"{at}/repeat"),
            assign=self.steps(raw.get("assign", {}), f"{at}/assign"),
        )

    def minimized(self, raw: Json, at: str) -> tuple[Term, ...]:
        """Read the terms of a phase or an evaluation: losses and penalties."""
        return tuple(
            self.term("penalty" if "penalty" in one else "loss", one, f"{at}/terms/{i}")
            for i, one in enumerate(raw.get("terms", []))
        )

    def passed(self, kind: str, name: str, raw: Json, at: str) -> Scope:
        """Read what a phase or an evaluation computes."""
        return Scope(
            kind=kind,
            name=name,
            at=at,
            description=raw.get("description", ""),
            inputs=(),
            nodes=self.nodes(raw.get("forward", []), f"{at}/forward"),
            outputs=(),
        )

    def state(self, name: str, raw: Json, at: str) -> State:
        """Read a tensor that a step keeps."""
        initial = raw.get("initial")
        return State(
            name=name,
            at=at,
            shape=tuple(
                self.value(size, f"{at}/shape/{index}")
                for index, size in enumerate(raw["shape"])
            ),
            dtype=raw.get("dtype", "float32"),
            initial=None if initial is None else self.text(initial, f"{at}/initial"),
            description=raw.get("description", ""),
        )

    def average(self, raw: Json, at: str) -> Average:
        """Read a network that follows another."""
        return Average(
            at=at,
            target=raw["target"],
            source=raw["source"],
            decay=self.value(raw["decay"], f"{at}/decay"),
            every=self.value(raw.get("every", 1), f"{at}/every"),
            description=raw.get("description", ""),
        )

    def evaluation(self, raw: Json, at: str) -> Evaluation | None:
        """Read an evaluation of its own; None for that of all terms."""
        own = raw.get("evaluation", "same")
        if own == "same":
            return None
        batch = _evaluated(raw)
        scope = self.passed("evaluation", "evaluation", own, at)
        entering = self.entering(raw, batch)
        return Evaluation(
            at=at,
            batch=_pattern(batch),
            scope=replace(scope, inputs=entering),
            terms=self.minimized(own, at),
            metrics=self.terms("metric", own, at),
        )

    def optimizer(self, raw: Json, at: str) -> Kind | None:
        """Read an optimizer, if one is stated."""
        if "optimizer" not in raw:
            return None
        return self.kind("optimizer", raw["optimizer"], f"{at}/optimizer")

    def gradients(self, raw: Json, at: str) -> Gradients | None:
        """Read what is done to gradients, if anything is."""
        if "gradients" not in raw:
            return None
        own, at = raw["gradients"], f"{at}/gradients"
        sam = own.get("sam")
        rho = self.value(sam["rho"], f"{at}/sam/rho") if sam else None
        return Gradients(own.get("centralize", False), rho, at)

    def inference(self, raw: Json, main: Scope) -> Inference | None:
        """Read what predicts; a target input asks for the default."""
        own, at = raw.get("inference"), "/inference"
        if isinstance(own, str):
            return Inference(at, own)
        if own is None and not any(entry.target for entry in main.inputs):
            return None
        cut = own or {}
        given = tuple(Expr(one.name, ast.Name(one.name), at) for one in main.entering)
        if "inputs" in cut:
            given = tuple(self.references(cut["inputs"], f"{at}/inputs"))
        outputs = main.outputs
        if "outputs" in cut:
            outputs = tuple(self.references(cut["outputs"], f"{at}/outputs"))
        return Inference(at if own is not None else "", None, given, outputs)


def _evaluated(raw: Json) -> Json:
    """Return what a batch of evaluation holds."""
    own, batch = raw.get("evaluation", "same"), raw["step"]["batch"]
    return batch if own == "same" else own.get("batch", batch)


def _pattern(raw: Json) -> Pattern:
    return raw if isinstance(raw, str) else tuple(map(_pattern, raw))
