// CoderLsp's own messages: docs/protocol.md.
import { NotificationType, ProgressType, RequestType, type Diagnostic, type Position, type Range } from "vscode-languageclient/node";

export type State = "starting" | "loading" | "ready" | "busy" | "slow" | "error" | "unloaded";

export interface Status {
  state: State;
  percent?: number;
  message?: string;
  remedy?: string;
  inline?: Inline;
  model?: { name: string; quantization?: string; contextTokens: number; fim: boolean };
  speed?: { promptTokensPerSecond?: number; decodeTokensPerSecond?: number };
  cache?: { hitRate: number; megabytes: number; limitMegabytes: number };
  memoryMegabytes?: number;
}

/** Where suggestions come by themselves; a language wins. Inherited is what is set elsewhere than in VS Code. */
export interface Inline {
  enabled: boolean;
  languages: Record<string, boolean>;
  inherited: Record<string, boolean>;
}

export const statusNotification = new NotificationType<Status>("coderlsp/status");

/** An editor came to the front, with its cursor there. */
export const focusNotification = new NotificationType<{ textDocument: { uri: string }; position: Position }>("textDocument/didFocus");

/** The one argument of the server's commands. */
export interface ActionArguments {
  uri: string;
  range: Range;
  version?: number;
  instruction?: string;
  diagnostic?: Diagnostic;
}

export interface ExplainParams {
  textDocument: { uri: string };
  range: Range;
  partialResultToken?: string;
  workDoneToken?: string;
}

/** What comes with a partial result token; with a token that is the work's, too, also the work's begin and end, which have no text. */
export interface Piece {
  text?: string;
}

export const explainRequest = new RequestType<ExplainParams, { markdown: string }, void>("coderlsp/explain");
export const pieces = new ProgressType<Piece>();

/** What the last suggestion in a document was made of; null where there was none. */
export const explainSuggestionRequest = new RequestType<{ textDocument: { uri: string } }, { markdown: string } | null, void>(
  "coderlsp/explainSuggestion",
);

export interface ChatMessage {
  role: "system" | "user" | "assistant";
  content: string;
}

/** A document, or the lines of it that a range touches. */
export interface Place {
  uri: string;
  range?: Range;
}

export interface ChatParams {
  messages: ChatMessage[];
  context?: Place[];
  partialResultToken?: string;
  workDoneToken?: string;
}

export interface ChatResult {
  message: ChatMessage;
  tokens: { prompt: number; cached: number; generated: number };
  stopReason: "stop" | "length";
}

export const chatRequest = new RequestType<ChatParams, ChatResult, void>("coderlsp/chat");

/** Whether it is the server's sentence for a missing chat model, which names the setting. */
export function saysHowToGetAModel(text: string): boolean {
  return /^(CoderLsp: )?There is no model .*\bchatModel\b/s.test(text);
}
