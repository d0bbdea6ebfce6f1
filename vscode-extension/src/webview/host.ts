import type { FromView } from "./messages";

declare function acquireVsCodeApi(): { postMessage(message: FromView): void };

const vscode = acquireVsCodeApi();

export function post(message: FromView): void {
  vscode.postMessage(message);
}
