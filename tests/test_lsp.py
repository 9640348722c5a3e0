"""`kauxgen lsp` as an editor sees it: a client speaks to a server over stdio."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from kauxgen import resources
from small_spec import layer, small

VAE = (resources.EXAMPLES / "vae.json").read_text()
WIDE = "\U0001f642"
"""A character of two units in UTF-16."""


class Editor:
    """A client with its server, and the texts that are open."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.client = LanguageClient("test", "1")
        self.found: dict[str, asyncio.Queue[Any]] = {}
        self.count = 0

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: lsp.PublishDiagnosticsParams) -> None:
            self.queue(params.uri).put_nowait(params)

    def queue(self, uri: str) -> asyncio.Queue[Any]:
        return self.found.setdefault(uri, asyncio.Queue())

    def run(self, awaited: Any) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(awaited, 60))

    def start(self, encoding: str | None = None) -> lsp.InitializeResult:
        command = (sys.executable, "-m", "kauxgen", "lsp")
        self.run(self.client.start_io(*command))
        encodings = [lsp.PositionEncodingKind(encoding)] if encoding else None
        general = lsp.GeneralClientCapabilities(position_encodings=encodings)
        params = lsp.InitializeParams(lsp.ClientCapabilities(general=general))
        result: lsp.InitializeResult = self.run(self.client.initialize_async(params))
        self.client.initialized(lsp.InitializedParams())
        return result

    def stop(self) -> None:
        self.run(self.client.shutdown_async(None))
        self.client.exit(None)
        self.run(self.client.stop())
        self.loop.close()

    def open(self, text: str, uri: str = "") -> str:
        self.count += 1
        uri = uri or f"file:///specs/{self.count}.json"
        item = lsp.TextDocumentItem(uri, "json", 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, text: str, version: int) -> None:
        document = lsp.VersionedTextDocumentIdentifier(version, uri)
        whole = lsp.TextDocumentContentChangeWholeDocument(text)
        params = lsp.DidChangeTextDocumentParams(document, [whole])
        self.client.text_document_did_change(params)

    def diagnostics(self, uri: str, version: int = 1) -> list[lsp.Diagnostic]:
        """Wait for the findings of a version of a text."""
        while True:
            params = self.run(self.queue(uri).get())
            if params.version == version:
                return list(params.diagnostics)

    def at(self, text: str) -> tuple[lsp.TextDocumentIdentifier, lsp.Position]:
        """Open a text, and give the position of the mark in it."""
        before, _, after = text.partition("¦")
        uri = self.open(before + after)
        line = before.rpartition("\n")[2]
        position = lsp.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)
        return lsp.TextDocumentIdentifier(uri), position


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    editor = Editor()
    result = editor.start()
    assert result.server_info is not None
    assert result.server_info.name == "kauxgen"
    yield editor
    editor.stop()


def applied(text: str, edits: Any) -> str:
    """Apply edits of the protocol, whose characters are those of UTF-16."""
    lines = text.splitlines(keepends=True)
    starts = {(e.range.start.line, e.range.start.character): e for e in edits}
    for edit in (starts[place] for place in sorted(starts, reverse=True)):
        start, end = edit.range.start, edit.range.end
        assert start.line == end.line
        raw = lines[start.line].encode("utf-16-le")
        new = edit.new_text.encode("utf-16-le")
        raw = raw[: 2 * start.character] + new + raw[2 * end.character :]
        lines[start.line] = raw.decode("utf-16-le")
    return "".join(lines)


def test_findings_follow_what_is_typed(editor: Editor) -> None:
    uri = editor.open(VAE)
    assert editor.diagnostics(uri) == []
    wrong = VAE.replace('"units": "=latent_dim"', '"unitss": "=latent_dim"', 1)
    assert wrong != VAE
    editor.change(uri, wrong, 2)
    first = editor.diagnostics(uri, 2)[0]
    assert (first.code, first.source) == ("KX102", "kauxgen")
    assert first.severity == lsp.DiagnosticSeverity.Error
    assert first.message == (
        'unknown argument "unitss" of Dense\nhelp: did you mean "units"?'
    )
    line = wrong.splitlines()[first.range.start.line]
    assert line[first.range.start.character : first.range.end.character] == '"unitss"'
    editor.change(uri, wrong[:-10], 3)
    assert [each.code for each in editor.diagnostics(uri, 3)] == ["KX001"]
    editor.change(uri, VAE, 4)
    assert editor.diagnostics(uri, 4) == []
    editor.client.text_document_did_close(
        lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri))
    )
    assert list(editor.run(editor.queue(uri).get()).diagnostics) == []


def test_a_spec_is_checked_as_its_project_asks(editor: Editor, tmp_path: Path) -> None:
    settings = '[tool.kauxgen]\nspecs = ["specs/*.json"]\nkeras = "3.10"\n'
    text = json.dumps(small(layers=[layer("prediction", "RMSNormalization")]))
    (tmp_path / "pyproject.toml").write_text(settings)
    (tmp_path / "specs").mkdir()
    for name in ("specs/a.json", "draft.json"):
        (tmp_path / name).write_text(text)
    uri = editor.open(text, (tmp_path / "draft.json").as_uri())
    assert [each.code for each in editor.diagnostics(uri)] == ["KX632"]
    uri = editor.open(text, (tmp_path / "specs" / "a.json").as_uri())
    assert editor.diagnostics(uri) == []


def test_a_file_of_something_else_has_no_findings(editor: Editor) -> None:
    assert editor.diagnostics(editor.open('{"scripts": {}, "name": "other"}')) == []
    (found,) = editor.diagnostics(editor.open('{"kauxgen": 1,}'))
    assert found.code == "KX003"


def test_the_word_that_was_meant_is_a_quick_fix(editor: Editor) -> None:
    wrong = VAE.replace('"description": "', f'"description": "{WIDE}', 1)
    said = f'"description": "{WIDE}", "layer": "Dence"'
    wrong = wrong.replace('"layer": "Dense"', said, 1)
    uri = editor.open(wrong)
    (found,) = editor.diagnostics(uri)
    params = lsp.CodeActionParams(
        lsp.TextDocumentIdentifier(uri), found.range, lsp.CodeActionContext([found])
    )
    (action,) = editor.run(editor.client.text_document_code_action_async(params))
    assert action.title == 'Replace by "Dense"'
    mended = applied(wrong, action.edit.changes[uri])
    assert mended == wrong.replace("Dence", "Dense")


def labels(editor: Editor, text: str) -> dict[str, lsp.CompletionItem]:
    document, position = editor.at(text)
    params = lsp.CompletionParams(document, position)
    found = editor.run(editor.client.text_document_completion_async(params))
    return {each.label: each for each in found.items}


def test_kinds_arguments_and_names_are_completed(editor: Editor) -> None:
    head = '{"kauxgen": 1, "inputs": {"image": {}}, "params": {"width": 4},\n'
    kinds = labels(editor, head + ' "layers": [{"name": "a", "layer": "De¦')
    assert "Dense" in kinds
    assert kinds["Dense"].text_edit.new_text == '"Dense"'
    assert "matrix" in kinds["Dense"].documentation.value
    node = ' "layers": [{"name": "a", "layer": "Dense", "args": {"units": 4}},\n'
    args = labels(editor, head + ' "layers": [{"layer": "Dense", "args": {¦}}]}')
    assert args["units"].detail == "required"
    assert args["units"].text_edit.new_text == '"units": $1'
    names = labels(editor, head + node + '{"name": "b", "expr": "mean(¦')
    assert {"image", "width", "a", "exp"} <= names.keys()
    assert "b" not in names


def test_hover_tells_shape_parameters_and_documentation(editor: Editor) -> None:
    def hover(text: str) -> str:
        document, position = editor.at(text)
        params = lsp.HoverParams(document, position)
        found = editor.run(editor.client.text_document_hover_async(params))
        return str(found.contents.value) if found else ""

    name = hover(VAE.replace('"name": "z_mean"', '"name": "z_m¦ean"', 1))
    assert "(batch, latent_dim) float32" in name
    assert "Parameters: " in name
    kind = hover(VAE.replace('"layer": "Dense"', '"layer": "De¦nse"', 1))
    assert "Multiply the last axis by a matrix" in kind
    assert "https://keras.io/api/layers/" in kind
    argument = hover(VAE.replace('"units"', '"un¦its"', 1))
    assert "Takes an integer of at least 1; required." in argument
    operation = hover(VAE.replace("normal_like(", "normal¦_like(", 1))
    assert "normal_like(" in operation


def test_a_tensor_is_found_and_renamed(editor: Editor) -> None:
    said = f'"description": "{WIDE}", "name": "z_m¦ean"'
    text = VAE.replace('"name": "z_mean"', said, 1)
    document, position = editor.at(text)
    text = text.replace("¦", "")
    params = lsp.RenameParams(document, position, "middle")
    edit = editor.run(editor.client.text_document_rename_async(params))
    renamed = applied(text, edit.changes[document.uri])
    assert json.loads(renamed) == json.loads(text.replace("z_mean", "middle"))
    name = editor.run(
        editor.client.text_document_prepare_rename_async(
            lsp.PrepareRenameParams(document, position)
        )
    )
    assert name.end.character - name.start.character == len("z_mean")
    uses = editor.run(
        editor.client.text_document_references_async(
            lsp.ReferenceParams(lsp.ReferenceContext(True), document, position)
        )
    )
    assert len(uses) == text.count("z_mean")
    place = editor.run(
        editor.client.text_document_definition_async(
            lsp.DefinitionParams(document, uses[-1].range.start)
        )
    )
    assert place.range.start.line == position.line
    for name, reason in [("z_log_var", "is taken"), ("2x", "is no name")]:
        params = lsp.RenameParams(document, position, name)
        with pytest.raises(JsonRpcException, match=reason):
            editor.run(editor.client.text_document_rename_async(params))


def test_every_node_shows_its_shape(editor: Editor) -> None:
    uri = editor.open(VAE)
    end = lsp.Position(VAE.count("\n") + 1, 0)
    params = lsp.InlayHintParams(
        lsp.TextDocumentIdentifier(uri), lsp.Range(lsp.Position(0, 0), end)
    )
    hints = editor.run(editor.client.text_document_inlay_hint_async(params))
    shown = {VAE.splitlines()[h.position.line].strip(): h.label for h in hints}
    (label,) = [text for line, text in shown.items() if '"name": "z_mean"' in line]
    assert label == "(batch, latent_dim)"


def test_the_outline_holds_networks_and_nodes(editor: Editor) -> None:
    uri = editor.open((resources.EXAMPLES / "vq_vae.json").read_text())
    params = lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(uri))
    found = editor.run(editor.client.text_document_document_symbol_async(params))
    tree = {each.name: [inner.name for inner in each.children] for each in found}
    assert tree["encoder"] == ["conv1", "conv2", "code"]
    assert "quantized" in tree


def test_a_spec_gets_its_layout_and_nothing_else_does(editor: Editor) -> None:
    def formatted(text: str) -> list[lsp.TextEdit]:
        document = lsp.TextDocumentIdentifier(editor.open(text))
        options = lsp.FormattingOptions(tab_size=4, insert_spaces=False)
        params = lsp.DocumentFormattingParams(document, options)
        edits = editor.run(editor.client.text_document_formatting_async(params))
        return list(edits or ())

    (edit,) = formatted(json.dumps(json.loads(VAE), indent=1))
    assert edit.new_text == VAE
    assert edit.range.start == lsp.Position(0, 0)
    assert edit.range.end.line == json.dumps(json.loads(VAE), indent=1).count("\n")
    assert formatted(VAE) == []
    assert formatted('{"scripts": {}, "name":  "other"}') == []
    assert formatted('{"kauxgen": 1,') == []


def test_characters_are_counted_as_the_editor_asks() -> None:
    editor = Editor()
    result = editor.start("utf-8")
    assert result.capabilities.position_encoding == "utf-8"
    (found,) = editor.diagnostics(editor.open(f'{{"kauxgen": 1, "{WIDE}": 1,}}'))
    start, end = found.range.start.character, found.range.end.character
    assert (start, end) == (len(f'{{"kauxgen": 1, "{WIDE}": 1'.encode()), start + 1)
    editor.stop()
