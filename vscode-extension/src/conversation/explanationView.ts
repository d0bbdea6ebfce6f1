import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { ActionArguments } from "../server/protocol";
import { Conversation } from "./conversation";
import { insertInto } from "./insertion";
import { ConversationPage } from "./page";

/** One view beside the editor: the latest explanation, as it is written, and questions about it. */
export class ExplanationView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: vscode.Disposable | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly client: () => LanguageClient | undefined,
  ) {}

  async explain({ uri, range }: ActionArguments): Promise<void> {
    this.shown?.dispose();
    const conversation = new Conversation(this.client, [{ uri, range }]);
    const panel = (this.panel ??= this.createPanel());
    const page = new ConversationPage(panel.webview, this.extensionUri, conversation, {
      kind: "explanation",
      placeholder: "Ask about this code",
      insert: (text) => insertInto(vscode.Uri.parse(uri), text),
    });
    this.shown = vscode.Disposable.from(page, conversation);
    panel.reveal(undefined, true);
    await conversation.explain();
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private createPanel(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      "coderlsp.explanation",
      "Explanation",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { retainContextWhenHidden: true },
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown?.dispose();
    });
    return panel;
  }
}
