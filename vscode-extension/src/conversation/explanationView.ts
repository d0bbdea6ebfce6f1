import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { ActionArguments } from "../server/protocol";
import { Conversation } from "./conversation";
import { ConversationPage } from "./page";

/** One view beside the editor: the latest explanation, as it is written, and questions about it. */
export class ExplanationView implements vscode.Disposable {
  private shown: { panel: vscode.WebviewPanel; page: ConversationPage } | undefined;
  private conversation: Conversation | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly client: () => LanguageClient | undefined,
  ) {}

  async explain({ uri, range }: ActionArguments): Promise<void> {
    this.conversation?.dispose();
    const conversation = (this.conversation = new Conversation(this.client, [{ uri, range }]));
    if (this.shown) this.shown.page.show(conversation);
    else this.shown = this.create(conversation);
    this.shown.panel.reveal(undefined, true);
    await conversation.explain();
  }

  dispose(): void {
    this.shown?.panel.dispose();
  }

  private create(conversation: Conversation): { panel: vscode.WebviewPanel; page: ConversationPage } {
    const panel = vscode.window.createWebviewPanel(
      "coderlsp.explanation",
      "Explanation",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { retainContextWhenHidden: true },
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    const page = new ConversationPage(panel.webview, this.extensionUri, conversation, {
      kind: "explanation",
      placeholder: "Ask about this code",
    });
    panel.onDidDispose(() => {
      this.shown = undefined;
      page.dispose();
      this.conversation?.dispose();
    });
    return { panel, page };
  }
}
