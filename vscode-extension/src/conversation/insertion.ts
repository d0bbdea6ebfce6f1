import * as vscode from "vscode";
import type { Place } from "../server/protocol";

/** Puts code in place of the selection of a place's document, or of the active editor, and shows it. */
export async function insertInto(text: string, place?: Place): Promise<void> {
  const editor = place
    ? await editorOf(vscode.Uri.parse(place.uri))
    : (vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0]);
  if (!editor) {
    void vscode.window.showInformationMessage("CoderLsp: open the file that the code is to be inserted into first.");
    return;
  }
  const isDone = await editor.edit((edit) => {
    edit.replace(editor.selection, text.replace(/\n$/, ""));
  });
  if (!isDone) void vscode.window.showWarningMessage("CoderLsp: the code could not be inserted: the file cannot be changed.");
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

async function editorOf(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const shown = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === uri.toString());
  return shown ?? (await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One }));
}
