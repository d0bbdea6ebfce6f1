import * as vscode from "vscode";
import { workingEditor } from "../editor";
import { setEnabled } from "../server/settings";
import type { Enablement } from "./enablement";
import type { Snooze } from "./snooze";

interface Choice extends vscode.QuickPickItem {
  run: () => Thenable<unknown>;
}

/** What a click on the status bar's item offers. */
export async function showMenu(enablement: Enablement, snooze: Snooze): Promise<void> {
  const chosen = await vscode.window.showQuickPick(choices(enablement, snooze), {
    title: "CoderLsp",
    placeHolder: "What shall CoderLsp do?",
  });
  await chosen?.run();
}

function choices(enablement: Enablement, snooze: Snooze): Choice[] {
  const command = (label: string, name: string): Choice => ({ label, run: () => vscode.commands.executeCommand(name) });
  const enabled = enablement.isOn();
  const here = vscode.workspace.workspaceFolders ? "in This Folder" : "Everywhere";
  const list: Choice[] = [
    {
      label: enabled ? `$(circle-slash) Disable Suggestions ${here}` : `$(check) Enable Suggestions ${here}`,
      run: () => setEnabled(!enabled),
    },
  ];
  const language = workingEditor()?.document.languageId;
  if (language) {
    const forLanguage = enablement.isOn(language);
    list.push({
      label: forLanguage ? `$(circle-slash) Disable Suggestions for ${language}` : `$(check) Enable Suggestions for ${language}`,
      run: () => enablement.set(language, !forLanguage),
    });
  }
  list.push(
    snooze.isOver
      ? command("$(bell-slash) Snooze…", "coderlsp.snooze")
      : {
          label: `$(bell) Wake Up (Snoozing until ${snooze.end})`,
          run: () => {
            snooze.stop();
            return Promise.resolve();
          },
        },
    command("$(comment-discussion) Open the Chat", "coderlsp.openChat"),
    command("$(package) Choose the Model for Suggestions…", "coderlsp.chooseModel"),
    command("$(package) Choose the Model for Actions and Chat…", "coderlsp.chooseChatModel"),
    command("$(debug-restart) Restart the Server", "coderlsp.restart"),
    command("$(output) Show the Log", "coderlsp.showLog"),
    { label: "$(gear) Settings", run: () => vscode.commands.executeCommand("workbench.action.openSettings", "@ext:coderlsp.coderlsp") },
  );
  return list;
}
