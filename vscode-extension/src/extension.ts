import * as vscode from "vscode";
import { Actions } from "./actions/actions";
import { Changes } from "./actions/changes";
import { Review } from "./actions/review";
import { ChatView } from "./conversation/chatView";
import { ExplanationView } from "./conversation/explanationView";
import { SuggestionPage } from "./conversation/suggestionPage";
import { tellFocus } from "./server/focus";
import { Server } from "./server/server";
import { Enablement } from "./status/enablement";
import { showMenu } from "./status/menu";
import { chooseModel } from "./status/models";
import { Snooze } from "./status/snooze";
import { StatusBar } from "./status/statusBar";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("CoderLsp", { log: true });
  const client = () => server?.running;
  const snooze = new Snooze();
  const explanations = new ExplanationView(context.extensionUri, client);
  const chat = new ChatView(context.extensionUri, client);
  const suggestionPage = new SuggestionPage(client);
  const review = new Review();
  const changes = new Changes(client, review);
  const started = (server = new Server(context.extensionPath, log, {
    isAwake: () => snooze.isOver,
    explain: (asked) => explanations.explain(asked),
    isChange: (command) => changes.makes(command),
    change: (command, asked, title) => changes.propose(command, asked, title),
  }));
  const actions = new Actions(started);
  // Before the status bar, which asks it at each status.
  const enablement = new Enablement(started.onStatus);
  const command = (name: string, run: (argument: unknown) => unknown) => vscode.commands.registerCommand(`coderlsp.${name}`, run);
  const uriOf = (argument: unknown) => (argument instanceof vscode.Uri ? argument : undefined);
  context.subscriptions.push(
    log,
    snooze,
    explanations,
    chat,
    suggestionPage,
    review,
    started,
    enablement,
    new StatusBar(started.onStatus, enablement, snooze),
    vscode.window.registerWebviewViewProvider("coderlsp.chat", chat, { webviewOptions: { retainContextWhenHidden: true } }),
    command("explainSelection", () => actions.explain()),
    command("refactorWithInstruction", () => actions.run("coderlsp.edit")),
    command("refactor", () => actions.choose("refactor", "CoderLsp: select code to refactor, or put the cursor into a function.")),
    command("fixProblem", () => actions.choose("quickfix", "CoderLsp: no problem is reported in these lines.")),
    command("generateTests", () => actions.run("coderlsp.tests")),
    command("writeDocumentation", () => actions.run("coderlsp.document")),
    command("acceptChange", (uri) => review.accept(uriOf(uri))),
    command("discardChange", (uri) => review.discard(uriOf(uri))),
    command("openChat", () => chat.open()),
    command("addToChat", (uri) => chat.attach(uriOf(uri))),
    command("clearChat", () => {
      chat.clear();
    }),
    command("whyThisSuggestion", () => suggestionPage.show()),
    command("menu", () => showMenu(enablement, snooze)),
    command("snooze", () => snooze.ask()),
    command("chooseModel", () => chooseModel("model")),
    command("chooseChatModel", () => chooseModel("chatModel")),
    command("restart", () => started.restart()),
    command("showLog", () => {
      log.show();
    }),
    tellFocus(client),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("coderlsp.server.path")) void started.restart();
    }),
  );
  // Not waited for: all commands are there meanwhile.
  void started.restart();
}

/** Gives the server the time to end in order. */
export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
