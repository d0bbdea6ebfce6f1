// What the extension and its view say to each other.

/** The whole state: a view that was hidden has forgotten all. */
export interface ToView {
  title: string;
  messages: { role: "system" | "user" | "assistant"; content: string }[];
  isBusy: boolean;
  failure?: string;
}

export type FromView = { kind: "ready" | "stop" } | { kind: "ask" | "copy" | "insert"; text: string };
