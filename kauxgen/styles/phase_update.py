"""Steps with phases: gradients and updates phase by phase, then logs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from kauxgen import code, printing
from kauxgen.code import read_names
from kauxgen.frozen import frozen
from kauxgen.parts import NEXT
from kauxgen.program import PhasePlan, Program
from kauxgen.spec import Gradients
from kauxgen.styles import owned, phase_logs, stepping
from kauxgen.styles.phase_pass import (
    EVALUATION,
    FORWARD,
    Passed,
    averages,
    lone_phase,
    plan,
    steps,
    updated,
)

Block = list[ast.stmt]
NOTHING: Mapping[str, str] = {}


@frozen
class Writer:
    """Writes a step: in a method (`owner` is "self") or a function of the model.

    `optimizer` is what optimizers are read from, "" where they are arguments; `data`
    is the variable of a batch.
    """

    program: Program
    passes: tuple[Passed, ...]
    owner: str
    optimizer: str
    data: str

    def train(self) -> list[Block]:
        """Write one update of every phase, and the logs, in blocks."""
        if steps(self.program).shared:
            blocks = self.shared()
        else:
            first, *others = self.in_turn()
            blocks = [[*self.forward(training=True), *first], *others]
        end = [*self.kept(), *self.result(training=True)]
        if len(blocks) == 1:
            blocks = [[*blocks[0], *end]]
        else:
            blocks[-1] += end
        return self.unpacked(blocks)

    def evaluate(self) -> list[Block]:
        """Write the logs of one batch."""
        own = [one for one in self.passes if one.label == EVALUATION]
        body = [] if own else self.forward(training=False)
        for each in own or self.phases:
            body.append(self.call(each, training=False, unused=self.unlogged(each)))
            body += phase_logs.track(self.program, each, self.owner, {})
        body += self.result(training=False)
        return self.unpacked([body], own[0] if own else None)

    def result(self, *, training: bool) -> Block:
        """Write the return of the logs."""
        own, passes = self.program, self.passes
        return phase_logs.result(own, passes, self.owner, training=training)

    @property
    def phases(self) -> list[Passed]:
        """The passes of the phases."""
        return [one for one in self.passes if one.label not in (FORWARD, EVALUATION)]

    def forward(self, *, training: bool) -> Block:
        """Write the pass before the phases, if there is one."""
        return [
            self.call(one, training=training, unused=() if training else one.assigned)
            for one in self.passes
            if one.label == FORWARD
        ]

    def unpacked(self, blocks: list[Block], own: Passed | None = None) -> list[Block]:
        """Write what takes a batch apart, and the size of it, before a step."""
        program = own.program if own else plan(self.program).forward
        names = [entry.name for entry in program.spec.main.inputs]
        size = code.item(code.call("ops.shape", code.name(names[0])), 0)
        body = [code.assign("batch_size", size), *blocks[0]]
        unpack = code.call("keras.utils.unpack_x_y_sample_weight", code.name(self.data))
        at = f"{steps(self.program).at}/batch"
        if len(names) == 1:
            only = code.traced(at, code.unpack([names[0], "_", "_"], unpack))
            return [[only, *body], *blocks[1:]]
        read = read_names([*body, *(one for block in blocks[1:] for one in block)])
        used = [name for name in names if name in read]
        batch = code.traced(at, code.unpack(["batch", "_", "_"], unpack))
        items = [code.item(code.name("batch"), name) for name in used]
        first = items[0] if len(items) == 1 else ast.Tuple(items)
        parting = code.traced(at, code.unpack(used, first))
        return [[batch, parting, *body], *blocks[1:]]

    def call(
        self, each: Passed, *, training: bool, unused: Iterable[str] = ()
    ) -> ast.stmt:
        """Write the call of a pass, and the names that take what it returns."""
        names = ["_" if name in unused else name for name in each.returned]
        called = code.unpack(names, self.called(each, training=training))
        return code.traced(each.at, called)

    def called(self, each: Passed, *, training: bool) -> ast.expr:
        """Write the call of a pass."""
        mode = {"training": code.literal(training)} if each.modes else {}
        method = f"{self.owner}.{method_name(each)}"
        return code.call(method, *map(code.name, each.reads), keywords=mode)

    def unlogged(self, each: Passed) -> tuple[str, ...]:
        """Return what an evaluation does not read of a phase."""
        logs = phase_logs.logs(self.program, each)
        names = {name for log in logs for name in log.fed}
        return tuple(name for name in each.returned if name not in names)

    def in_turn(self) -> list[Block]:
        """Write each phase: its gradients, its update, its logs."""
        return [self.repeated(each, one) for each, one in self.pairs()]

    def pairs(self) -> Iterator[tuple[PhasePlan, Passed]]:
        """Pair the phases with their passes."""
        return zip(plan(self.program).phases, self.phases, strict=True)

    def repeated(self, each: PhasePlan, one: Passed) -> Block:
        """Write a phase, in a loop if it runs several times."""
        body = code.all_traced(each.phase.at, self.update(each, one))
        times = owned.from_self(each.phase.repeat, self.owner)
        if each.phase.repeat == 1:
            return body
        loop = code.loop(code.name("_"), code.call("range", times), body)
        return [code.traced(each.phase.at, loop)]

    def update(self, each: PhasePlan, one: Passed) -> Block:
        """Write the update of a phase that takes its own gradients."""
        optimizer = self.optimizer_of(each)
        recorded = [self.call(one, training=True), self.scaled(each, one.total)]
        variables = code.name("variables")
        asked = self.gradients_of(each)
        changed = self.changed(each, one, asked) if asked else []
        applied = code.call(f"{optimizer}.apply", code.name("gradients"), variables)
        return [
            stepping.tape(recorded),
            code.assign("variables", updated(each, self.owner)),
            code.assign("gradients", self.gradient(asked, "scaled_loss", variables)),
            *changed,
            *stepping.behind(one.program, [one.total], [code.perform(applied)]),
            *self.assigned(one),
            *phase_logs.track(self.program, one, self.owner, {}, each.phase.repeat),
        ]

    def shared(self) -> list[Block]:
        """Write all phases on one tape: gradients of all, then the updates."""
        recorded, taken = self.forward(training=True), Block()
        applied, logged, totals = Block(), Block(), list[str]()
        for each, one in self.pairs():
            label, renamed = each.phase.name, self.renamed(each, one)
            names = [renamed.get(name, name) for name in one.returned]
            called = code.unpack(names, self.called(one, training=True))
            total = renamed.get(one.total, one.total)
            totals.append(total)
            scaled = self.scaled(each, total, label)
            recorded += code.all_traced(each.phase.at, [called, scaled])
            taken += code.all_traced(each.phase.at, self.taken(each))
            gradients, variables = f"{label}_gradients", updated(each, self.owner)
            apply = f"{self.optimizer_of(each)}.apply"
            applying = code.perform(code.call(apply, code.name(gradients), variables))
            applied.append(code.traced(each.phase.at, applying))
            applied += self.assigned(one, renamed)
            logged += phase_logs.track(self.program, one, self.owner, renamed)
        applied = stepping.behind(self.program, totals, applied)
        return [[stepping.tape(recorded, persistent=True), *taken], applied, logged]

    def taken(self, each: PhasePlan) -> Block:
        """Write the gradients of a phase, of the tape that all phases share."""
        label, variables = each.phase.name, updated(each, self.owner)
        asked = self.gradients_of(each)
        found = self.gradient(asked, f"{label}_scaled_loss", variables)
        centralized = [stepping.centralized(f"{label}_gradients")]
        return [
            code.assign(f"{label}_gradients", found),
            *(centralized if asked and asked.centralize else []),
        ]

    def renamed(self, each: PhasePlan, one: Passed) -> dict[str, str]:
        """Return new names for what several phases return at once."""
        every = [name for other in self.phases for name in other.returned]
        label = each.phase.name
        found = {
            name: f"{label}_{name}" for name in one.returned if every.count(name) > 1
        }
        return {**found, "loss": f"{label}_total"}

    def gradients_of(self, each: PhasePlan) -> Gradients | None:
        """Return what is done to the gradients of a phase."""
        return each.phase.gradients or self.program.spec.training.gradients

    def changed(self, each: PhasePlan, one: Passed, asked: Gradients) -> Block:
        """Write what is done to the gradients of a phase."""
        called = self.called(one, training=True)
        loss = called if len(one.returned) == 1 else code.item(called, 0)
        optimizer, variables = self.optimizer_of(each), code.name("variables")
        taken = self.gradient(asked, "scaled_loss", variables)
        return stepping.changed(asked, self.owner, loss, optimizer, variables, taken)

    def gradient(
        self, asked: Gradients | None, loss: str, variables: ast.expr
    ) -> ast.expr:
        """Write the gradients of a loss."""
        return stepping.gradient(self.program, asked, loss, variables)

    def scaled(self, each: PhasePlan, total: str, label: str = "") -> ast.stmt:
        """Write the scaling of a loss, as mixed precision needs it."""
        call = code.call(f"{self.optimizer_of(each)}.scale_loss", code.name(total))
        return code.assign(f"{label}_scaled_loss".removeprefix("_"), call)

    def optimizer_of(self, each: PhasePlan) -> str:
        """Return how the optimizer of a phase is read."""
        name = optimizer_name(self.program, each)
        return f"{self.optimizer}.{name}" if self.optimizer else name

    def assigned(self, one: Passed, renamed: Mapping[str, str] = NOTHING) -> Block:
        """Write the new values of the state that a pass has computed."""
        written: Block = []
        for name in one.assigned:
            state = f"{self.owner}.{name.removeprefix(f'{NEXT}_')}"
            value = code.name(renamed.get(name, name))
            put = code.perform(code.call(f"{state}.assign", value))
            written.append(code.traced(one.at, put))
        return written

    def kept(self) -> Block:
        """Write what a step leaves behind the phases: counts, state, averages."""
        found: Block = []
        for one in self.passes:
            found += self.assigned(one) if one.label == FORWARD else []
        if counts(self.program):
            call = code.call(f"{self.owner}.step.assign_add", code.literal(1))
            found.append(code.perform(call))
        for each in averages(self.program):
            follow = code.name(f"{self.owner}.update_{each.target}")
            if each.every == 1:
                now = code.perform(code.call(follow))
                found.append(code.traced(each.at, now))
                continue
            every = owned.from_self(each.every, self.owner)
            rest = ast.BinOp(code.name(f"{self.owner}.step"), ast.Mod(), every)
            due = ast.Compare(rest, [ast.Eq()], [code.literal(0)])
            idle = ast.Lambda(
                ast.arguments([], [], None, [], [], None, []), ast.Constant(None)
            )
            sometimes = code.perform(code.call("ops.cond", due, follow, idle))
            found.append(code.traced(each.at, sometimes))
        return found


def method_name(each: Passed) -> str:
    """Return the method of a pass."""
    if each.label in (FORWARD, EVALUATION):
        return each.label
    return f"{each.label}_objective"


def optimizer_name(program: Program, each: PhasePlan) -> str:
    """Return the attribute of a phase's optimizer."""
    return "optimizer" if lone_phase(program) else f"{each.phase.name}_optimizer"


def counts(program: Program) -> bool:
    """Say whether anything of a step depends on the number of steps before it."""
    every = any(each.every != 1 for each in averages(program))
    return every or phase_logs.counting(program)


def printed(blocks: list[Block], indent: int) -> str:
    """Print blocks of statements with an empty line between them."""
    gap = "\n\n" + printing.INDENT * indent
    return gap.join(printing.lines(block, indent) for block in blocks)
