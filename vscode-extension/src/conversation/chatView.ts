import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { workingEditor } from "../editor";
import { Conversation } from "./conversation";
import { ConversationPage } from "./page";
import { placeOf } from "./place";

/** The chat in the side bar. The conversation lives as long as the window, whether the view is shown or not. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly conversation: Conversation;
  private page: ConversationPage | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly client: () => LanguageClient | undefined,
  ) {
    this.conversation = new Conversation(client);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.page?.dispose();
    const page = (this.page = new ConversationPage(view.webview, this.extensionUri, this.conversation, {
      kind: "chat",
      placeholder: "Ask about your code",
    }));
    view.onDidDispose(() => {
      page.dispose();
      if (this.page === page) this.page = undefined;
    });
  }

  async open(): Promise<void> {
    await vscode.commands.executeCommand("coderlsp.chat.focus");
    this.page?.focus();
  }

  clear(): void {
    this.conversation.clear();
  }

  /** Takes code along: a file that was chosen elsewhere, else what is selected in the editor, or all of its document. */
  async attach(file?: vscode.Uri): Promise<void> {
    const editor = workingEditor();
    const uri = file ?? editor?.document.uri;
    if (!uri) {
      void vscode.window.showInformationMessage("CoderLsp: open the file that you want to ask about first.");
      return;
    }
    const name = this.client()?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
    const isInEditor = editor?.document.uri.toString() === uri.toString();
    this.conversation.attach(isInEditor ? placeOf(editor, name) : { uri: name });
    await this.open();
  }

  dispose(): void {
    this.page?.dispose();
    this.conversation.dispose();
  }
}
