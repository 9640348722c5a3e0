"""The language server: what editors ask, over standard input and output.

pygls speaks the protocol and lsprotocol has its types; what is answered is worked out
beside, on texts and offsets.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

import kauxgen
from kauxgen.finding import SpecError
from kauxgen.language import completion, explaining, outline, renaming, session, wire
from kauxgen.language.position import Lines
from kauxgen.language.renaming import RefusedError
from kauxgen.language.session import State
from kauxgen.language.sound import NOTHING
from kauxgen.language.wire import lsp
from kauxgen.upkeep import inventories

PAUSE = 0.15
"""Seconds without a change after which a text is checked."""
_TRIGGERS = ['"', ".", "=", " ", "(", ",", "/"]


class Server(LanguageServer):
    """A server with the state of every open text; texts are taken as a whole."""

    def __init__(self) -> None:
        """Start without texts."""
        full = lsp.TextDocumentSyncKind.Full
        super().__init__("kauxgen", kauxgen.__version__, full)
        self.states: dict[str, State] = {}

    def state(self, uri: str) -> State:
        """Give the state of a text as it is now; it need not be checked."""
        text = self.workspace.get_text_document(uri).source
        known = self.states.get(uri)
        if known is None or known.meaning.text != text:
            known = self.states[uri] = session.written(text, known)
        return known

    async def checked(self, uri: str) -> State:
        """Give the state of a text with its findings, worked out beside other work."""
        state = self.state(uri)
        if state.is_checked:
            return state
        path = self.workspace.get_text_document(uri).path
        done = await asyncio.to_thread(_check, state, path)
        if self.states.get(uri) is state:
            self.states[uri] = done
        return done

    def lines(self, state: State) -> Lines:
        """Give the lines of a text, in the units that the client asked for."""
        return Lines(state.meaning.text, str(self._encoding()))

    def _encoding(self) -> str:
        encoding = self.server_capabilities.position_encoding
        return str(getattr(encoding, "value", encoding) or "utf-16")


def _check(state: State, path: str) -> State:
    """Check a text as the project asks for that has its file, if one can be read."""
    try:
        owner = inventories.owners([path], Path(path).parent).get(path)
    except (SpecError, OSError):
        owner = None
    return session.checked(state, owner.target if owner else "")


SERVER = Server()


def run() -> None:
    """Serve the editor at standard input and output until it ends."""
    SERVER.start_io()


@SERVER.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
async def opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    """Check a text that is opened."""
    await _publish(server, params.text_document.uri)


@SERVER.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
async def changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    """Check a text once its writer pauses."""
    uri = params.text_document.uri
    state = server.state(uri)
    await asyncio.sleep(PAUSE)
    if server.states.get(uri) is state:
        await _publish(server, uri)


@SERVER.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
def closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """Forget a text, and its findings."""
    uri = params.text_document.uri
    server.states.pop(uri, None)
    server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))


async def _publish(server: Server, uri: str) -> None:
    state = await server.checked(uri)
    if server.states.get(uri) is not state:
        return
    lines = server.lines(state)
    found = [wire.diagnostic(each, lines) for each in state.problems]
    version = server.workspace.get_text_document(uri).version
    params = lsp.PublishDiagnosticsParams(uri, found, version)
    server.text_document_publish_diagnostics(params)


@SERVER.feature(
    lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=_TRIGGERS)
)
def complete(server: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
    """Offer keys, kinds, words and names."""
    state, lines, offset = _place(server, params.text_document, params.position)
    found = completion.complete(state.meaning, offset, state.sound)
    return lsp.CompletionList(False, [wire.item(each, lines) for each in found])


@SERVER.feature(lsp.TEXT_DOCUMENT_HOVER)
async def hover(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    """Explain a name, a key or a word."""
    state, lines, offset = _place(server, params.text_document, params.position)
    if state.sound is NOTHING:
        state = await server.checked(params.text_document.uri)
    found = explaining.explain(state.meaning, offset, state.sound)
    if found is None:
        return None
    text = lsp.MarkupContent(lsp.MarkupKind.Markdown, found.text)
    return lsp.Hover(text, wire.span(lines, found.start, found.end))


@SERVER.feature(lsp.TEXT_DOCUMENT_DEFINITION)
def define(server: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
    """Go to where a name is given."""
    state, lines, offset = _place(server, params.text_document, params.position)
    use = state.meaning.at(offset)
    if use is None:
        return None
    place = wire.span(lines, use.symbol.start, use.symbol.end)
    return lsp.Location(params.text_document.uri, place)


@SERVER.feature(lsp.TEXT_DOCUMENT_REFERENCES)
def refer(server: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
    """List the uses of a name."""
    state, lines, offset = _place(server, params.text_document, params.position)
    use = state.meaning.at(offset)
    uses = state.meaning.of(use.symbol) if use else ()
    given = params.context.include_declaration
    return [
        lsp.Location(params.text_document.uri, wire.span(lines, each.start, each.end))
        for each in uses
        if given or each.start != each.symbol.start
    ]


@SERVER.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
def prepare(server: Server, params: lsp.PrepareRenameParams) -> lsp.Range:
    """Say which name would be changed."""
    state, lines, offset = _place(server, params.text_document, params.position)
    try:
        use = renaming.renameable(state.meaning, offset)
    except RefusedError as error:
        raise JsonRpcInvalidParams(str(error)) from None
    return wire.span(lines, use.start, use.end)


@SERVER.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
def rename(server: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
    """Change a name in all its uses."""
    state, lines, offset = _place(server, params.text_document, params.position)
    try:
        edits = renaming.rename(state.meaning, offset, params.new_name)
    except RefusedError as error:
        raise JsonRpcInvalidParams(str(error)) from None
    return wire.edit(params.text_document.uri, edits, lines)


@SERVER.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
async def hint(server: Server, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    """Show the shape of every node."""
    state = await server.checked(params.text_document.uri)
    lines, wanted = server.lines(state), params.range
    found = outline.hints(state.meaning.root, state.meaning.text, state.sound)
    hints = [
        lsp.InlayHint(
            wire.position(lines, each.offset),
            each.label,
            lsp.InlayHintKind.Type,
            tooltip=each.tooltip or None,
            padding_left=True,
        )
        for each in found
    ]
    first, last = wanted.start.line, wanted.end.line
    return [each for each in hints if first <= each.position.line <= last]


@SERVER.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
def list_symbols(
    server: Server, params: lsp.DocumentSymbolParams
) -> list[lsp.DocumentSymbol]:
    """Give the outline of a text."""
    state = server.state(params.text_document.uri)
    lines = server.lines(state)
    return [wire.symbol(each, lines) for each in outline.outline(state.meaning.root)]


@SERVER.feature(
    lsp.TEXT_DOCUMENT_CODE_ACTION,
    lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix]),
)
async def act(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """Offer the word that was meant in place of one that is not known."""
    state = await server.checked(params.text_document.uri)
    lines = server.lines(state)
    wanted = (params.range.start, params.range.end)
    start, end = (lines.offset(each.line, each.character) for each in wanted)
    return [
        lsp.CodeAction(
            title,
            lsp.CodeActionKind.QuickFix,
            [wire.diagnostic(problem, lines)],
            edit=wire.edit(params.text_document.uri, [edit], lines),
        )
        for problem, title, edit in session.remedies(state, start, end)
    ]


@SERVER.feature(lsp.TEXT_DOCUMENT_FORMATTING)
def lay_out(server: Server, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
    """Give a text the layout of specs, whatever width the editor asks for."""
    state = server.state(params.text_document.uri)
    old, new = state.meaning.text, session.layout(state)
    whole = wire.span(server.lines(state), 0, len(old))
    return [lsp.TextEdit(whole, new)] if new != old else []


def _place(
    server: Server, document: lsp.TextDocumentIdentifier, position: lsp.Position
) -> tuple[State, Lines, int]:
    """Give the state of a text, its lines, and the offset of a position in it."""
    state = server.state(document.uri)
    lines = server.lines(state)
    return state, lines, lines.offset(position.line, position.character)
