// What the extension and its views say to each other.

/** The whole state: a view that is made anew knows nothing. */
export interface State {
  kind: "state";
  title?: string;
  attachments: string[];
  turns: { role: "system" | "user" | "assistant"; content: string; isCut?: boolean }[];
  isBusy: boolean;
  failure?: string;
  needsModel: boolean;
  canRetry: boolean;
}

export type ToView = State | { kind: "focus" };

export type FromView =
  | { kind: "ready" | "stop" | "retry" | "attach" | "chooseModel" }
  | { kind: "ask" | "copy" | "insert"; text: string }
  | { kind: "detach"; index: number };
