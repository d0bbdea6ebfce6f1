import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { documentSchemes } from "../editor";
import { focusNotification } from "./protocol";

/**
 * Tells the server which editor came to the front and where its cursor is, so that it reads the text around it before a suggestion is asked
 * for. When the cursor moves, VS Code asks for actions, which says the same.
 */
export function tellFocus(client: () => LanguageClient | undefined): vscode.Disposable {
  return vscode.window.onDidChangeActiveTextEditor((editor) => {
    const running = client();
    if (!running || !editor || !documentSchemes.includes(editor.document.uri.scheme)) return;
    const converter = running.code2ProtocolConverter;
    void running.sendNotification(focusNotification, {
      textDocument: converter.asTextDocumentIdentifier(editor.document),
      position: converter.asPosition(editor.selection.active),
    });
  });
}
