import * as vscode from "vscode";

/** Puts code in place of the selection of a document, or of the active editor, and shows it. */
export async function insertInto(uri: vscode.Uri | undefined, text: string): Promise<void> {
  const editor = uri ? await editorOf(uri) : (vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0]);
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
