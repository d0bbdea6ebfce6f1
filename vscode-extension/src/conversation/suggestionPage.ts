import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { workingEditor } from "../editor";
import { explainSuggestionRequest } from "../server/protocol";

const page = vscode.Uri.from({ scheme: "coderlsp-why", path: "/Why This Suggestion.md" });

/** A page beside the editor: what the last suggestion in it was made of, as the server tells it. */
export class SuggestionPage implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(page.scheme, this);
  private markdown = "";
  readonly onDidChange = this.changed.event;

  constructor(private readonly client: () => LanguageClient | undefined) {}

  provideTextDocumentContent(): string {
    return this.markdown;
  }

  async show(): Promise<void> {
    const client = this.client();
    const editor = workingEditor();
    if (!client) {
      void vscode.window.showWarningMessage("CoderLsp: the server is not running. The status bar says why.");
      return;
    }
    const asked = editor && { textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(editor.document) };
    const answer = asked && (await client.sendRequest(explainSuggestionRequest, asked));
    if (!answer) {
      void vscode.window.showInformationMessage("CoderLsp: nothing was suggested in this file yet.");
      return;
    }
    this.markdown = answer.markdown;
    this.changed.fire(page);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", page);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
