import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { chatRequest, explainRequest, pieces, saysHowToGetAModel, type ChatMessage, type Place } from "../server/protocol";
import { moved } from "./place";

export interface Turn extends ChatMessage {
  /** Whether the answer met the limit of tokens. */
  isCut?: boolean;
  /** Whether the view itself says so, and it is not shown. */
  isImplied?: boolean;
}

type Answer = Pick<Turn, "content" | "isCut">;
type Request = (client: LanguageClient, token: string, cancellation: vscode.CancellationToken) => Promise<Answer>;

/** Questions and answers, with the code that they are about. Says when there is something new to see. */
export class Conversation implements vscode.Disposable {
  turns: Turn[] = [];
  failure: string | undefined;
  private again: () => Promise<void> = () => Promise.resolve();
  private running: vscode.CancellationTokenSource | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;
  private readonly edits: vscode.Disposable;

  constructor(
    private readonly client: () => LanguageClient | undefined,
    public attachments: readonly Place[] = [],
  ) {
    this.edits = vscode.workspace.onDidChangeTextDocument((event) => {
      this.follow(event);
    });
  }

  get isBusy(): boolean {
    return this.running !== undefined;
  }

  /** Explains the code that it is about. */
  async explain(): Promise<void> {
    const [about] = this.attachments;
    if (!about?.range || this.isBusy) return;
    const { uri, range } = about;
    this.turns = [{ role: "user", content: "Explain this code.", isImplied: true }];
    this.again = () => this.explain();
    await this.answer(async (client, token, cancellation) => {
      const params = { textDocument: { uri }, range, partialResultToken: token, workDoneToken: token };
      const { markdown } = await client.sendRequest(explainRequest, params, cancellation);
      // Without a chat model the explanation is the sentence that says how to get one, and nothing was generated.
      if (!this.turns.at(-1)?.content && saysHowToGetAModel(markdown)) throw new Error(markdown);
      return { content: markdown };
    });
  }

  async ask(question: string): Promise<void> {
    if (this.isBusy) return;
    // A question that got no answer is replaced by the next.
    if (this.turns.at(-1)?.role === "user") this.turns.pop();
    this.turns.push({ role: "user", content: question });
    this.again = () => this.chat();
    await this.chat();
  }

  /** Asks again what got no answer. */
  async retry(): Promise<void> {
    if (!this.isBusy && this.turns.at(-1)?.role === "user") await this.again();
  }

  stop(): void {
    this.running?.cancel();
  }

  clear(): void {
    this.stop();
    this.turns = [];
    this.failure = undefined;
    this.attachments = [];
    this.changed.fire();
  }

  attach(place: Place): void {
    const key = JSON.stringify(place);
    if (!this.attachments.some((one) => JSON.stringify(one) === key)) this.attachments = [...this.attachments, place];
    this.changed.fire();
  }

  detach(index: number): void {
    this.attachments = this.attachments.filter((_, i) => i !== index);
    this.changed.fire();
  }

  dispose(): void {
    this.stop();
    this.edits.dispose();
    this.changed.dispose();
  }

  /** The places stay at their code while the text around it changes; one whose code is deleted is none. */
  private follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const isOf = (place: Place) => vscode.Uri.parse(place.uri).toString() === document.uri.toString();
    const places = this.attachments.flatMap((one) => (isOf(one) ? (moved(one, contentChanges) ?? []) : one));
    if (JSON.stringify(places) === JSON.stringify(this.attachments)) return;
    this.attachments = places;
    this.changed.fire();
  }

  private chat(): Promise<void> {
    const messages = this.turns.map(({ role, content }) => ({ role, content }));
    const context = this.attachments.map(({ uri, range }) => ({ uri, range }));
    return this.answer(async (client, token, cancellation) => {
      const params = { messages, context, partialResultToken: token, workDoneToken: token };
      const { message, stopReason } = await client.sendRequest(chatRequest, params, cancellation);
      return { content: message.content, isCut: stopReason === "length" };
    });
  }

  private async answer(request: Request): Promise<void> {
    const client = this.client();
    if (!client) {
      this.failure = "The server is not running. The status bar says why.";
      this.changed.fire();
      return;
    }
    const turns = this.turns;
    const answer: Turn = { role: "assistant", content: "" };
    turns.push(answer);
    this.failure = undefined;
    const running = (this.running = new vscode.CancellationTokenSource());
    const token = randomUUID();
    const progress = client.onProgress(pieces, token, (piece) => {
      // The token carries the work's begin and end, too.
      if (piece.text === undefined) return;
      answer.content += piece.text;
      this.changed.fire();
    });
    this.changed.fire();
    try {
      Object.assign(answer, await request(client, token, running.token));
    } catch (error) {
      if (!running.token.isCancellationRequested) this.failure = error instanceof Error ? error.message : String(error);
      // What was written before it was stopped stays; an answer of nothing is none.
      if (!answer.content) turns.splice(turns.indexOf(answer), 1);
    } finally {
      progress.dispose();
      running.dispose();
      this.running = undefined;
      this.changed.fire();
    }
  }
}
