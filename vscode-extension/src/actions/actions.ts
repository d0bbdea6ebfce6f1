import * as vscode from "vscode";
import { CodeActionRequest, CodeActionTriggerKind, type CodeAction, type LanguageClient } from "vscode-languageclient/node";
import { workingEditor } from "../editor";
import type { ActionArguments } from "../server/protocol";
import type { Server } from "../server/server";

/** The actions on a selection, or on the block around the cursor, as commands of their own. */
export class Actions {
  constructor(private readonly server: Server) {}

  /** Runs one of the server's commands, which the client registers under their own names while the server runs. */
  async run(command: string): Promise<void> {
    const [client, editor] = this.ready();
    if (!client || !editor) return;
    const asked: ActionArguments = {
      uri: client.code2ProtocolConverter.asUri(editor.document.uri),
      range: client.code2ProtocolConverter.asRange(editor.selection),
      version: editor.document.version,
    };
    await vscode.commands.executeCommand(command, asked);
  }

  /** The server says which lines are meant, so that the explanation and further questions are about the same. */
  async explain(): Promise<void> {
    const [client, editor] = this.ready();
    if (!client || !editor) return;
    const offer = (await this.offers(client, editor, "source.explain.coderlsp"))[0]?.command;
    if (offer) await vscode.commands.executeCommand(offer.command, ...((offer.arguments ?? []) as unknown[]));
    else void vscode.window.showInformationMessage("CoderLsp: select code to explain, or put the cursor into a function.");
  }

  /** Has the user choose among what the server offers of a kind. */
  async choose(kind: "refactor" | "quickfix", nothing: string): Promise<void> {
    const [client, editor] = this.ready();
    if (!client || !editor) return;
    const offers = await this.offers(client, editor, kind);
    if (offers.length === 0) {
      void vscode.window.showInformationMessage(nothing);
      return;
    }
    const items = offers.map((offer) => ({
      label: offer.title.replace(/^Refactor: (.)/, (_, first: string) => first.toUpperCase()),
      offer,
    }));
    const only = kind === "quickfix" && items.length === 1 ? items[0] : undefined;
    const chosen = only ?? (await vscode.window.showQuickPick(items, { placeHolder: "What shall be done to the code?" }));
    const command = chosen?.offer.command;
    if (command) await vscode.commands.executeCommand(command.command, command.arguments?.[0] as ActionArguments, chosen.offer.title);
  }

  private async offers(client: LanguageClient, editor: vscode.TextEditor, kind: string): Promise<CodeAction[]> {
    const { document, selection } = editor;
    const lines = new vscode.Range(selection.start.line, 0, selection.end.line, Number.MAX_SAFE_INTEGER);
    const diagnostics = vscode.languages.getDiagnostics(document.uri).filter((one) => one.range.intersection(lines));
    const answer = await client.sendRequest(CodeActionRequest.type, {
      textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
      range: client.code2ProtocolConverter.asRange(selection),
      context: {
        diagnostics: await client.code2ProtocolConverter.asDiagnostics(diagnostics),
        only: [kind],
        triggerKind: CodeActionTriggerKind.Invoked,
      },
    });
    return (answer ?? []).filter((one): one is CodeAction => typeof one.command !== "string");
  }

  private ready(): [LanguageClient | undefined, vscode.TextEditor | undefined] {
    const client = this.server.running;
    const editor = workingEditor();
    if (!client) void vscode.window.showWarningMessage("CoderLsp: the server is not running. The status bar says why.");
    else if (!editor) void vscode.window.showInformationMessage("CoderLsp: open a file and select code first.");
    return [client, editor];
  }
}
