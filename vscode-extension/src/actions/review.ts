import * as path from "node:path";
import * as vscode from "vscode";

export const proposalScheme = "coderlsp-proposal";

interface Proposal {
  original: vscode.Uri;
  label: string;
  edits: vscode.TextEdit[];
  /** The document's text that the edits are for, and what they make of it. */
  before: string;
  after: string;
}

/**
 * Changes that wait for their user: each is shown as a diff, whose right side is a document of our own scheme. The diff's title has the
 * buttons (see package.json), and closing it discards the change.
 */
export class Review implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly proposals = new Map<string, Proposal>();
  private readonly subscriptions: vscode.Disposable;
  private count = 0;

  constructor() {
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(proposalScheme, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        // A tab that is moved to another group closes where it was.
        const shown = new Set(allTabs().map((tab) => proposalOf(tab)?.toString()));
        for (const uri of closed.map((tab) => proposalOf(tab)?.toString())) if (uri && !shown.has(uri)) this.proposals.delete(uri);
      }),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.proposals.get(uri.toString())?.after ?? "";
  }

  /**
   * Shows what the edits would do to the document. It replaces an earlier proposal for the same document.
   * @param before The text that the edits are for; a document that has another one now is left alone.
   */
  async show(original: vscode.Uri, edits: vscode.TextEdit[], label: string, before: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(original);
    if (document.getText() !== before) {
      void vscode.window.showWarningMessage(
        `CoderLsp: ${label}: the document has changed meanwhile, so nothing was changed. Run the action again.`,
      );
      return;
    }
    const earlier = [...this.proposals].filter(([, one]) => one.original.toString() === original.toString()).map(([uri]) => uri);
    // The file's path, so that it has the file's language; a number, since VS Code keeps what it has read once.
    const proposed = original.with({ scheme: proposalScheme, query: `${++this.count}` });
    this.proposals.set(proposed.toString(), { original, label, edits, before, after: applied(document, edits) });
    const title = `${label}: ${path.posix.basename(original.path)} (Ctrl+Enter accepts, Esc discards)`;
    await vscode.commands.executeCommand("vscode.diff", original, proposed, title, {
      preview: false,
    } satisfies vscode.TextDocumentShowOptions);
    for (const uri of earlier) await this.close(uri);
  }

  /** Makes the change: one step to undo. A document that is no longer what it was is left alone. */
  async accept(uri = shownProposal()): Promise<void> {
    if (!uri) return;
    const proposal = this.proposals.get(uri.toString());
    if (!proposal) {
      // VS Code opens the diffs of its last run again.
      await this.close(uri.toString());
      void vscode.window.showWarningMessage("CoderLsp: this change is no longer known, so nothing was changed. Run the action again.");
      return;
    }
    const { original, label, edits, before } = proposal;
    const name = path.posix.basename(original.path);
    const document = await vscode.workspace.openTextDocument(original);
    if (document.getText() !== before) {
      await this.close(uri.toString());
      void vscode.window.showWarningMessage(
        `CoderLsp: ${label}: ${name} has changed since the change was made for it, so nothing was changed. Run the action again.`,
      );
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    edit.set(original, edits);
    if (!(await vscode.workspace.applyEdit(edit))) {
      void vscode.window.showWarningMessage(`CoderLsp: ${label}: VS Code did not take the change of ${name}; nothing was changed.`);
      return;
    }
    await this.close(uri.toString());
    const start = edits.map((one) => one.range.start).sort((a, b) => a.compareTo(b))[0];
    await vscode.window.showTextDocument(document, start && { selection: new vscode.Range(start, start) });
  }

  async discard(uri = shownProposal()): Promise<void> {
    if (uri) await this.close(uri.toString());
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async close(uri: string): Promise<void> {
    this.proposals.delete(uri);
    await vscode.window.tabGroups.close(allTabs().filter((tab) => proposalOf(tab)?.toString() === uri));
  }
}

function allTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

function proposalOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === proposalScheme ? input.modified : undefined;
}

function shownProposal(): vscode.Uri | undefined {
  return proposalOf(vscode.window.tabGroups.activeTabGroup.activeTab);
}

function applied(document: vscode.TextDocument, edits: vscode.TextEdit[]): string {
  const places = edits.map(({ range, newText }) => ({ start: document.offsetAt(range.start), end: document.offsetAt(range.end), newText }));
  let text = document.getText();
  for (const { start, end, newText } of places.sort((a, b) => b.start - a.start)) text = text.slice(0, start) + newText + text.slice(end);
  return text;
}
