import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { chatRequest, explainRequest, pieces, type ActionArguments, type ChatMessage } from "./protocol";

/** An explanation, and the questions about it. Says when there is something new to see. */
export class Conversation implements vscode.Disposable {
  readonly messages: ChatMessage[] = [];
  failure: string | undefined;
  private running: vscode.CancellationTokenSource | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;

  constructor(
    private readonly client: () => LanguageClient | undefined,
    readonly about: ActionArguments,
  ) {}

  get isBusy(): boolean {
    return this.running !== undefined;
  }

  explain(): Promise<void> {
    this.messages.push({ role: "user", content: "Explain this code." });
    return this.answer(async (client, partialResultToken, cancellation) => {
      const { uri, range } = this.about;
      const { markdown } = await client.sendRequest(explainRequest, { textDocument: { uri }, range, partialResultToken }, cancellation);
      return markdown;
    });
  }

  ask(question: string): Promise<void> {
    if (this.isBusy) return Promise.resolve();
    this.messages.push({ role: "user", content: question });
    const messages = [...this.messages];
    return this.answer(async (client, partialResultToken, cancellation) => {
      const context = [{ uri: this.about.uri, range: this.about.range }];
      const { message } = await client.sendRequest(chatRequest, { messages, context, partialResultToken }, cancellation);
      return message.content;
    });
  }

  stop(): void {
    this.running?.cancel();
  }

  dispose(): void {
    this.stop();
    this.changed.dispose();
  }

  private async answer(
    request: (client: LanguageClient, token: string, cancellation: vscode.CancellationToken) => Promise<string>,
  ): Promise<void> {
    const client = this.client();
    if (!client) {
      this.failure = "The server is not running. The status bar says why.";
      this.changed.fire();
      return;
    }
    const answer: ChatMessage = { role: "assistant", content: "" };
    this.messages.push(answer);
    this.failure = undefined;
    const running = (this.running = new vscode.CancellationTokenSource());
    const token = randomUUID();
    const progress = client.onProgress(pieces, token, ({ text }) => {
      answer.content += text;
      this.changed.fire();
    });
    this.changed.fire();
    try {
      answer.content = await request(client, token, running.token);
    } catch (error) {
      if (!running.token.isCancellationRequested) this.failure = error instanceof Error ? error.message : String(error);
      // What was written before it was stopped stays; an answer of nothing is none.
      if (!answer.content) this.messages.splice(this.messages.indexOf(answer), 1);
    } finally {
      progress.dispose();
      running.dispose();
      this.running = undefined;
      this.changed.fire();
    }
  }
}
