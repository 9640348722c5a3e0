"""What the protocol of language servers calls what is worked out beside."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types as lsp

from kauxgen.language.offers import Offer
from kauxgen.language.outline import Entry
from kauxgen.language.position import Lines
from kauxgen.language.renaming import Edit
from kauxgen.language.session import Problem

__all__ = ["diagnostic", "edit", "item", "lsp", "position", "span", "symbol"]

_FORMS = {
    "key": lsp.CompletionItemKind.Property,
    "kind": lsp.CompletionItemKind.Class,
    "word": lsp.CompletionItemKind.EnumMember,
    "value": lsp.CompletionItemKind.Value,
    "operation": lsp.CompletionItemKind.Function,
    "function": lsp.CompletionItemKind.Function,
    "param": lsp.CompletionItemKind.Constant,
    "network": lsp.CompletionItemKind.Module,
    "block": lsp.CompletionItemKind.Module,
    "layer": lsp.CompletionItemKind.Class,
}
_ENTRIES = {
    "inputs": lsp.SymbolKind.Field,
    "params": lsp.SymbolKind.Constant,
    "networks": lsp.SymbolKind.Module,
    "functions": lsp.SymbolKind.Function,
    "losses": lsp.SymbolKind.Number,
    "penalties": lsp.SymbolKind.Number,
    "terms": lsp.SymbolKind.Number,
    "metrics": lsp.SymbolKind.Number,
    "phases": lsp.SymbolKind.Event,
}
_CLASSES = {"layers": lsp.SymbolKind.Variable, "blocks": lsp.SymbolKind.Class}


def position(lines: Lines, offset: int) -> lsp.Position:
    """Write an offset as the protocol does."""
    return lsp.Position(*lines.point(offset))


def span(lines: Lines, start: int, end: int) -> lsp.Range:
    """Write a range as the protocol does."""
    return lsp.Range(position(lines, start), position(lines, end))


def diagnostic(problem: Problem, lines: Lines) -> lsp.Diagnostic:
    """Write a finding."""
    found = problem.found
    message = f"{found.message}\nhelp: {found.help}" if found.help else found.message
    severity = lsp.DiagnosticSeverity
    return lsp.Diagnostic(
        span(lines, problem.start, problem.end),
        message,
        severity.Error if found.is_error else severity.Warning,
        found.code,
        source="kauxgen",
    )


def item(offer: Offer, lines: Lines) -> lsp.CompletionItem:
    """Write a completion."""
    kind = _FORMS.get(offer.form, lsp.CompletionItemKind.Variable)
    form = lsp.InsertTextFormat
    shown = lsp.MarkupContent(lsp.MarkupKind.Markdown, offer.doc) if offer.doc else None
    in_quotes = offer.text.startswith('"')
    return lsp.CompletionItem(
        offer.label,
        kind=kind,
        detail=offer.detail or None,
        documentation=shown,
        sort_text=f"{offer.rank}{offer.label}",
        filter_text=f'"{offer.label}"' if in_quotes else offer.label,
        insert_text_format=form.Snippet if offer.snippet else form.PlainText,
        text_edit=lsp.TextEdit(span(lines, offer.start, offer.end), offer.text),
    )


def edit(uri: str, edits: Iterable[Edit], lines: Lines) -> lsp.WorkspaceEdit:
    """Write edits of one text."""
    changes = [lsp.TextEdit(span(lines, e.start, e.end), e.text) for e in edits]
    return lsp.WorkspaceEdit(changes={uri: changes})


def symbol(entry: Entry, lines: Lines) -> lsp.DocumentSymbol:
    """Write an entry of the outline."""
    kind = _ENTRIES.get(entry.form) or _CLASSES.get(entry.form)
    return lsp.DocumentSymbol(
        entry.name or "?",
        kind or lsp.SymbolKind.Variable,
        span(lines, entry.start, entry.end),
        span(lines, entry.name_start, entry.name_end),
        detail=entry.detail or None,
        children=[symbol(each, lines) for each in entry.inside],
    )
