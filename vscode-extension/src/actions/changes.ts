import * as vscode from "vscode";
import { CodeActionResolveRequest, type CodeAction, type LanguageClient } from "vscode-languageclient/node";
import type { ActionArguments } from "../server/protocol";
import type { Review } from "./review";

const names = new Map([
  ["coderlsp.edit", "Refactor"],
  ["coderlsp.fix", "Fix"],
  ["coderlsp.document", "Document"],
  ["coderlsp.translateComments", "Translate comments to English"],
]);

/** The server's commands that change a document: asked for as an edit, which the user reviews before anything is changed. */
export class Changes {
  constructor(
    private readonly client: () => LanguageClient | undefined,
    private readonly review: Review,
  ) {}

  makes(command: string): boolean {
    return names.has(command);
  }

  /** @param title What the user chose; by default the command's name. */
  async propose(command: string, asked: ActionArguments, title = names.get(command) ?? command): Promise<void> {
    const client = this.client();
    if (!client) return;
    const instruction = asked.instruction ?? (command === "coderlsp.edit" ? await askForInstruction() : undefined);
    if (command === "coderlsp.edit" && !instruction) return;
    const label = title.replace(/^Refactor: (.)/, (_, first: string) => first.toUpperCase()).replace(/…$/, "");
    let before: string;
    let resolved: CodeAction;
    try {
      before = (await vscode.workspace.openTextDocument(vscode.Uri.parse(asked.uri))).getText();
      resolved = await client.sendRequest(CodeActionResolveRequest.type, { title: label, data: { ...asked, instruction, command } });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void vscode.window.showWarningMessage(`CoderLsp: ${label}: nothing was changed: ${reason}`);
      return;
    }
    if (!resolved.edit) return; // The server has said why.
    const edit = await client.protocol2CodeConverter.asWorkspaceEdit(resolved.edit);
    for (const [uri, edits] of edit.entries()) await this.review.show(uri, edits, label, before);
  }
}

async function askForInstruction(): Promise<string | undefined> {
  const instruction = await vscode.window.showInputBox({
    prompt: "What shall be done to the code?",
    placeHolder: "make the loop a comprehension",
  });
  return instruction?.trim();
}
