"use strict";

const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

/** Start `kauxgen lsp` for the files that the settings call specs. */
function activate() {
  const settings = workspace.getConfiguration("kauxgen");
  const [command, ...args] = settings.get("command");
  const pattern = settings.get("files");
  client = new LanguageClient(
    "kauxgen",
    "kauxgen",
    { command, args },
    {
      documentSelector: [
        { scheme: "file", language: "json", pattern },
        { scheme: "file", language: "jsonc", pattern },
      ],
    },
  );
  return client.start();
}

function deactivate() {
  return client && client.stop();
}

module.exports = { activate, deactivate };
