import * as vscode from "vscode";

/** The server's documents. */
export const documentSchemes = ["file", "untitled"];

/** The editor that the user works in: the active one, or else one in sight. The log and proposals of ours are in editors, too, but are none. */
export function workingEditor(): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  return [activeTextEditor, ...visibleTextEditors].find((one) => one && documentSchemes.includes(one.document.uri.scheme));
}
