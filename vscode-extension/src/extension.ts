import * as vscode from "vscode";
import { Actions } from "./actions";
import { ExplanationView } from "./explanationView";
import { showMenu } from "./menu";
import { chooseModel } from "./models";
import { Server } from "./server";
import { Snooze } from "./snooze";
import { StatusBar } from "./statusBar";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("CoderLsp", { log: true });
  const snooze = new Snooze();
  const view = new ExplanationView(context.extensionUri, () => server?.running);
  const started = (server = new Server(context.extensionPath, log, {
    isAwake: () => snooze.isOver,
    explain: (asked) => view.explain(asked),
    askForInstruction,
  }));
  const actions = new Actions(started);
  const command = (name: string, run: () => unknown) => vscode.commands.registerCommand(`coderlsp.${name}`, run);
  context.subscriptions.push(
    log,
    snooze,
    view,
    started,
    new StatusBar(started.onStatus, snooze),
    command("explainSelection", () => actions.run("coderlsp.explain")),
    command("refactorWithInstruction", () => actions.run("coderlsp.edit")),
    command("refactor", () => actions.choose("refactor", "CoderLsp: select code to refactor, or put the cursor into a function.")),
    command("fixProblem", () => actions.choose("quickfix", "CoderLsp: no problem is reported in these lines.")),
    command("generateTests", () => actions.run("coderlsp.tests")),
    command("writeDocumentation", () => actions.run("coderlsp.document")),
    command("menu", () => showMenu(snooze)),
    command("snooze", () => snooze.ask()),
    command("chooseModel", () => chooseModel("model")),
    command("chooseChatModel", () => chooseModel("chatModel")),
    command("restart", () => started.restart()),
    command("showLog", () => {
      log.show();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("coderlsp.server.path")) void started.restart();
    }),
  );
  await started.restart();
}

/** Gives the server the time to end in order. */
export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

async function askForInstruction(): Promise<string | undefined> {
  const instruction = await vscode.window.showInputBox({
    prompt: "What shall be done to the code?",
    placeHolder: "make the loop a comprehension",
  });
  return instruction?.trim();
}
