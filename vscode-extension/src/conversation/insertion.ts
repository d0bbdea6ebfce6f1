import * as vscode from "vscode";
import { workingEditor } from "../editor";
import type { Place } from "../server/protocol";

/** Puts code at the cursor of a place's document, or of the editor that the user works in, and shows it. What is selected stays, before it. */
export async function insertInto(text: string, place?: Place): Promise<void> {
  let editor: vscode.TextEditor | undefined;
  try {
    editor = place ? await editorOf(vscode.Uri.parse(place.uri)) : workingEditor();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(`CoderLsp: the code could not be inserted: ${reason}`);
    return;
  }
  if (!editor) {
    void vscode.window.showInformationMessage("CoderLsp: open the file that the code is to be inserted into first.");
    return;
  }
  const { document, selection } = editor;
  const isDone = await editor.edit((edit) => {
    edit.insert(selection.end, fitted(text.replace(/\n$/, ""), document, selection));
  });
  if (!isDone) void vscode.window.showWarningMessage("CoderLsp: the code could not be inserted: the file cannot be changed.");
  await vscode.window.showTextDocument(document, editor.viewColumn);
}

async function editorOf(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const shown = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === uri.toString());
  return shown ?? (await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One }));
}

/** At a bare cursor as it is; behind a selection on lines of its own. */
function fitted(code: string, document: vscode.TextDocument, { isEmpty, end }: vscode.Selection): string {
  if (isEmpty) return code;
  const line = document.lineAt(end.line).text;
  const isBlank = (part: string) => part.trim() === "";
  return (isBlank(line.slice(0, end.character)) ? "" : "\n") + code + (isBlank(line.slice(end.character)) ? "" : "\n");
}
