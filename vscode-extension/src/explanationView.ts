import { randomBytes } from "node:crypto";
import * as path from "node:path";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { Conversation } from "./conversation";
import type { ActionArguments } from "./protocol";
import type { FromView, ToView } from "./webview/messages";

/** Text comes in pieces of a few letters, many in a second. */
const shortestUpdate = 50;

/** One view beside the editor: the latest explanation, as it is written. */
export class ExplanationView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private conversation: Conversation | undefined;
  private update: NodeJS.Timeout | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly client: () => LanguageClient | undefined,
  ) {}

  async explain(asked: ActionArguments): Promise<void> {
    this.conversation?.dispose();
    const conversation = (this.conversation = new Conversation(this.client, asked));
    conversation.onChange(() => {
      this.scheduleUpdate();
    });
    this.panel ??= this.createPanel();
    this.panel.reveal(undefined, true);
    await conversation.explain();
  }

  dispose(): void {
    clearTimeout(this.update);
    this.conversation?.dispose();
    this.panel?.dispose();
  }

  private createPanel(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      "coderlsp.explanation",
      "Explanation",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      {
        enableScripts: true,
        localResourceRoots: [vscode.Uri.joinPath(this.extensionUri, "dist"), vscode.Uri.joinPath(this.extensionUri, "media")],
      },
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    panel.webview.html = this.page(panel.webview);
    panel.webview.onDidReceiveMessage((message: FromView) => this.receive(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.conversation?.dispose();
      this.conversation = undefined;
    });
    return panel;
  }

  private async receive(message: FromView): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.send();
        break;
      case "ask":
        await this.conversation?.ask(message.text);
        break;
      case "stop":
        this.conversation?.stop();
        break;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        break;
      case "insert":
        await this.insert(message.text);
        break;
    }
  }

  /** Puts text in place of the selection in the document that was explained. */
  private async insert(text: string): Promise<void> {
    if (!this.conversation) return;
    const uri = vscode.Uri.parse(this.conversation.about.uri);
    const shown = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === uri.toString());
    const editor = shown ?? (await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One }));
    await editor.edit((edit) => {
      edit.replace(editor.selection, text);
    });
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  private scheduleUpdate(): void {
    this.update ??= setTimeout(() => {
      this.update = undefined;
      this.send();
    }, shortestUpdate);
  }

  private send(): void {
    if (!this.panel || !this.conversation) return;
    const { about, messages, isBusy, failure } = this.conversation;
    const first = about.range.start.line + 1;
    // A range that ends before a line's first character does not touch that line.
    const last = Math.max(first, about.range.end.line + (about.range.end.character === 0 ? 0 : 1));
    const lines = first === last ? `${first}` : `${first}–${last}`;
    const state: ToView = { title: `${path.posix.basename(vscode.Uri.parse(about.uri).path)}:${lines}`, messages, isBusy, failure };
    void this.panel.webview.postMessage(state);
  }

  /** The page may load nothing but its own script and style: what a model writes is text. */
  private page(webview: vscode.Webview): string {
    const uri = (...segments: string[]) => webview.asWebviewUri(vscode.Uri.joinPath(this.extensionUri, ...segments)).toString();
    const nonce = randomBytes(16).toString("base64url");
    return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
    <link rel="stylesheet" href="${uri("media", "explanation.css")}">
    <title>Explanation</title>
  </head>
  <body>
    <h1 id="title"></h1>
    <main id="messages" aria-live="polite"></main>
    <p id="failure" role="alert"></p>
    <form id="question">
      <input id="text" placeholder="Ask about this code" aria-label="Ask about this code" autocomplete="off">
      <button id="stop" type="button">Stop</button>
    </form>
    <script nonce="${nonce}" src="${uri("dist", "explanation.js")}"></script>
  </body>
</html>`;
  }
}
