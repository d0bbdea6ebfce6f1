import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { FromView, ToView } from "../webview/messages";
import { saysHowToGetAModel } from "../server/protocol";
import type { Conversation } from "./conversation";
import { insertInto } from "./insertion";
import { labelOf } from "./place";

/** Text comes in pieces of a few letters, many in a second. */
const shortestUpdate = 50;

export interface PageOptions {
  kind: "chat" | "explanation";
  placeholder: string;
}

/** A conversation on a web page: what its user does goes to the conversation, and what is new in it to the page. */
export class ConversationPage implements vscode.Disposable {
  private update: NodeJS.Timeout | undefined;
  private changes: vscode.Disposable;
  private readonly messages: vscode.Disposable;

  constructor(
    private readonly webview: vscode.Webview,
    private readonly extensionUri: vscode.Uri,
    private conversation: Conversation,
    private readonly options: PageOptions,
  ) {
    this.messages = webview.onDidReceiveMessage((message: FromView) => this.receive(message));
    this.changes = this.follow();
    webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist"), vscode.Uri.joinPath(extensionUri, "media")],
    };
    webview.html = this.html();
  }

  /** Shows another conversation. */
  show(conversation: Conversation): void {
    this.changes.dispose();
    this.conversation = conversation;
    this.changes = this.follow();
    this.send();
  }

  focus(): void {
    void this.webview.postMessage({ kind: "focus" } satisfies ToView);
  }

  dispose(): void {
    clearTimeout(this.update);
    this.changes.dispose();
    this.messages.dispose();
  }

  private follow(): vscode.Disposable {
    return this.conversation.onChange(() => {
      this.update ??= setTimeout(() => {
        this.send();
      }, shortestUpdate);
    });
  }

  private async receive(message: FromView): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.send();
        break;
      case "ask":
        await this.conversation.ask(message.text);
        break;
      case "retry":
        await this.conversation.retry();
        break;
      case "stop":
        this.conversation.stop();
        break;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        break;
      case "insert":
        await insertInto(message.text, this.options.kind === "chat" ? undefined : this.conversation.attachments[0]);
        break;
      case "attach":
        await vscode.commands.executeCommand("coderlsp.addToChat");
        break;
      case "detach":
        this.conversation.detach(message.index);
        break;
      case "chooseModel":
        await vscode.commands.executeCommand("coderlsp.chooseChatModel");
        break;
    }
  }

  private send(): void {
    clearTimeout(this.update);
    this.update = undefined;
    const { turns, attachments, isBusy, failure } = this.conversation;
    const isChat = this.options.kind === "chat";
    const [about] = attachments;
    const state: ToView = {
      kind: "state",
      title: !isChat && about ? labelOf(about) : undefined,
      attachments: isChat ? attachments.map(labelOf) : [],
      turns: turns.filter((turn) => !turn.isImplied),
      isBusy,
      failure,
      needsModel: failure !== undefined && saysHowToGetAModel(failure),
      canRetry: failure !== undefined && turns.at(-1)?.role === "user",
    };
    void this.webview.postMessage(state);
  }

  /** The page may load nothing but its own script and style: what a model writes is text. */
  private html(): string {
    const uri = (...segments: string[]) => this.webview.asWebviewUri(vscode.Uri.joinPath(this.extensionUri, ...segments)).toString();
    const nonce = randomBytes(16).toString("base64url");
    const { kind, placeholder } = this.options;
    const welcome = `
    <section id="welcome">
      <p>Ask about your code. The answers are written by a model on this machine, and nothing leaves it.</p>
      <p>“Add Code” takes along the selected lines, or the whole file.</p>
    </section>`;
    return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${this.webview.cspSource}; script-src 'nonce-${nonce}'">
    <link rel="stylesheet" href="${uri("media", "conversation.css")}">
    <title>${kind === "chat" ? "Chat" : "Explanation"}</title>
  </head>
  <body class="${kind}">
    <h1 id="title" hidden></h1>${kind === "chat" ? welcome : ""}
    <main id="turns" role="log" aria-live="polite"></main>
    <div id="failure" role="alert" hidden></div>
    <form id="question">
      <ul id="attachments" aria-label="Code that is taken along"></ul>
      <textarea id="text" rows="1" placeholder="${placeholder}" aria-label="${placeholder}"></textarea>
      <div class="buttons">
        ${kind === "chat" ? `<button id="attach" type="button" class="secondary">Add Code</button>` : ""}
        <button id="stop" type="button" class="secondary" hidden>Stop</button>
        <button id="send" type="submit">Send</button>
      </div>
    </form>
    <script nonce="${nonce}" src="${uri("dist", "webview.js")}"></script>
  </body>
</html>`;
  }
}
