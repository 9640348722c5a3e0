"""What a template does with its fields, known before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kauxgen.finding import Diagnostic, Finding
from kauxgen.suggest import quote
from kauxgen.templating import findings
from kauxgen.templating.context import Loop, Type, fields_of, record
from kauxgen.templating.folder import Template
from kauxgen.templating.syntax import FILTERS, Broken, nodes, parse

_MOST_LOOPS = 2
_MOST_INCLUDES = 200
_UNKNOWN = Type(word="")
_TESTS = (nodes.Not, nodes.And, nodes.Or, nodes.CondExpr)

Scope = Mapping[str, Type]


@dataclass
class Walk:
    """A walk of a template and all that it includes.

    `used` are the fields that it reads, as "Record.field"; `scopes` what each template
    is given wherever it is included.
    """

    templates: Mapping[str, Template]
    used: set[str] = field(default_factory=set)
    scopes: dict[str, Scope] = field(default_factory=dict)
    found: set[Diagnostic] = field(default_factory=set)
    stack: list[Template] = field(default_factory=list)
    includes: int = 0

    def template(self, name: str, scope: Scope, loops: int = 0) -> None:
        """Walk a template that is given names."""
        known = self.scopes.get(name, scope)
        self.scopes[name] = {n: one for n, one in known.items() if scope.get(n) == one}
        template = self.templates[name]
        self.stack.append(template)
        try:
            tree = parse(template.text)
        except Broken as error:
            reason = (error.message or "no syntax").rstrip(".")
            self.say(findings.bad_syntax(reason), error.lineno)
        except RecursionError:
            self.say(findings.bad_syntax("nested too deeply"), 1)
        else:
            self.all(tree.body, scope, loops)
        self.stack.pop()

    def say(self, finding: Finding, line: int, word: str = "") -> None:
        """Keep a finding about the template that is being walked."""
        self.found.add(self.stack[-1].placed(finding, line, word))

    def all(self, body: list[nodes.Node], scope: Scope, loops: int) -> None:
        """Walk statements."""
        for node in body:
            self.node(node, scope, loops)

    def node(self, node: nodes.Node, scope: Scope, loops: int) -> None:
        """Walk one statement."""
        if isinstance(node, nodes.Output):
            for one in node.nodes:
                self.written(one, scope)
        elif isinstance(node, nodes.If):
            self.value(node.test, scope)
            self.all([*node.body, *node.elif_, *node.else_], scope, loops)
        elif isinstance(node, nodes.For):
            self.loop(node, scope, loops)
        elif isinstance(node, nodes.With):
            names = zip(node.targets, node.values, strict=True)
            given = {_name(one): self.value(value, scope) for one, value in names}
            self.all(node.body, {**scope, **given}, loops)
        elif isinstance(node, nodes.Include):
            self.include(node, scope, loops)
        else:
            self.refuse(node)

    def refuse(self, node: nodes.Node) -> None:
        """Say that a template may not do something."""
        what = type(node).__name__.lower()
        help = "write and test fields, loop over them, and include parts"
        self.say(findings.beyond_layout(f"a template has no {what}", help), node.lineno)

    def loop(self, node: nodes.For, scope: Scope, loops: int) -> None:
        """Walk a loop over a field that is a list."""
        items = self.value(node.iter, scope)
        if items.word and not items.listed:
            what = f"a loop over a {items.shown}, which is no list"
            self.say(findings.beyond_layout(what), node.lineno)
        if not isinstance(node.target, nodes.Name) or node.recursive:
            self.refuse(node)
            return
        if loops == _MOST_LOOPS:
            what = f"more than {_MOST_LOOPS} loops in one another"
            self.say(findings.beyond_layout(what), node.lineno)
            return
        one = Type(items.record, items.word) if items.listed else _UNKNOWN
        inside = {**scope, node.target.name: one, "loop": record(Loop)}
        if node.test is not None:
            self.value(node.test, inside)
        self.all(node.body, inside, loops + 1)
        self.all(node.else_, scope, loops)

    def include(self, node: nodes.Include, scope: Scope, loops: int) -> None:
        """Walk an included part."""
        self.includes += 1
        if not isinstance(node.template, nodes.Const):
            self.refuse(node)
            return
        name = str(node.template.value)
        why = ""
        if name not in self.templates:
            why = "there is no such part"
        elif name in [each.name for each in self.stack]:
            why = "it includes itself"
        elif self.includes > _MOST_INCLUDES:
            why = f"more than {_MOST_INCLUDES} parts"
        if why:
            self.say(findings.bad_include(name, why, self.templates), node.lineno, name)
            return
        self.template(name, scope if node.with_context else {}, loops)

    def written(self, node: nodes.Node, scope: Scope) -> None:
        """Walk what is written: a text."""
        if isinstance(node, nodes.TemplateData):
            return
        found = self.value(node, scope)
        if found.listed or found.record is not None:
            what = f"a {found.shown} is no text: write its fields"
            self.say(findings.beyond_layout(what), node.lineno)

    def value(self, node: nodes.Node, scope: Scope) -> Type:
        """Walk an expression; return what it gives."""
        if isinstance(node, nodes.Const):
            return Type()
        if isinstance(node, nodes.Name):
            return self.named(node, scope)
        if isinstance(node, nodes.Getattr):
            return self.field(node, scope)
        if isinstance(node, _TESTS):
            given = [self.value(each, scope) for each in node.iter_child_nodes()]
            return given[-1] if given else _UNKNOWN
        if isinstance(node, nodes.Filter) and node.name in FILTERS and not node.args:
            return self.value(node.node, scope) if node.node else _UNKNOWN
        self.refuse(node)
        return _UNKNOWN

    def named(self, node: nodes.Name, scope: Scope) -> Type:
        """Return what a name means."""
        if node.name not in scope:
            what = f"{quote(node.name)} is not given to this template"
            finding = findings.unknown_field(what, scope, node.name)
            self.say(finding, node.lineno, node.name)
        return scope.get(node.name, _UNKNOWN)

    def field(self, node: nodes.Getattr, scope: Scope) -> Type:
        """Return what a field holds."""
        owner = self.value(node.node, scope)
        if not owner.word:
            return _UNKNOWN
        known = fields_of(owner.record) if owner.record and not owner.listed else {}
        if node.attr not in known:
            what = f"a {owner.shown} has no field {quote(node.attr)}"
            finding = findings.unknown_field(what, known, node.attr)
            self.say(finding, node.lineno, node.attr)
            return _UNKNOWN
        assert owner.record is not None
        self.used.add(f"{owner.record.__name__}.{node.attr}")
        return known[node.attr]


def _name(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""
