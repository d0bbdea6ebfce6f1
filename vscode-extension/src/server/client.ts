import { createInterface } from "node:readline";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  MessageType,
  RevealOutputChannelOn,
  ShowMessageNotification,
  TransportKind,
  type LanguageClientOptions,
  type Middleware,
  type StaticFeature,
} from "vscode-languageclient/node";
import { documentSchemes } from "../editor";
import { saysHowToGetAModel, statusNotification, type ActionArguments, type Status } from "./protocol";
import { explicitSettings } from "./settings";

/** What the extension does where the standard client cannot. */
export interface ClientHooks {
  /** Whether suggestions are wanted just now. */
  isAwake(): boolean;
  explain(asked: ActionArguments): Promise<void>;
  /** Whether a command of the server changes a document, so that it is reviewed first. */
  isChange(command: string): boolean;
  change(command: string, asked: ActionArguments, title?: string): Promise<void>;
  onStatus(status: Status): void;
  /** The server has ended without being asked to. */
  onClosed(): void;
}

/** The standard client, which leaves it to the extension to tell the user what went wrong: once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/**
 * Says that this client shows the status and asks its user for instructions. It wants actions as commands, for all changes to go through
 * its own review, and no confirmations of VS Code besides it: these come unticked.
 */
const ownCapabilities: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = { ...(capabilities.experimental as object), coderlspStatus: true, coderlspInstruction: true };
    delete capabilities.textDocument?.codeAction?.resolveSupport;
    delete capabilities.workspace?.workspaceEdit?.changeAnnotationSupport;
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

export function createClient(executable: string, log: vscode.LogOutputChannel, hooks: ClientHooks): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: documentSchemes.map((scheme) => ({ scheme })),
    initializationOptions: explicitSettings(),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: middlewareOf(hooks),
    stdioOptions: { stdout: logLines, stderr: logLines },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        hooks.onClosed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
  };
  const client = new QuietClient(
    "coderlsp",
    "CoderLsp",
    { command: executable, args: ["--stdio"], transport: TransportKind.stdio },
    options,
  );
  client.registerFeature(ownCapabilities);
  client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
    showMessage(type, message);
  });
  client.onNotification(statusNotification, (status) => {
    hooks.onStatus(status);
  });
  return client;
}

/** What the server says; the lack of a chat model comes with the button that mends it. */
function showMessage(type: MessageType, message: string): void {
  const choose = "Choose a Model…";
  const buttons = saysHowToGetAModel(message) ? [choose] : [];
  const show =
    type === MessageType.Error
      ? vscode.window.showErrorMessage
      : type === MessageType.Warning
        ? vscode.window.showWarningMessage
        : vscode.window.showInformationMessage;
  void show(message, ...buttons).then((chosen) => chosen && vscode.commands.executeCommand("coderlsp.chooseChatModel"));
}

/** The standard error carries the server's whole log, not only errors. */
function logLines(stream: NodeJS.ReadableStream, log: vscode.LogOutputChannel): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
    log.info(line);
  });
}

function middlewareOf(hooks: ClientHooks): Middleware {
  return {
    provideInlineCompletionItems: (document, position, context, token, next) => {
      const isAsked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
      return isAsked || hooks.isAwake() ? next(document, position, context, token) : null;
    },
    // The same suggestion would stand in the popup, too.
    provideCompletionItem: () => [],
    executeCommand: async (command, args: unknown[], next) => {
      const asked = args[0] as ActionArguments | undefined;
      if (command === "coderlsp.explain" && asked) {
        await hooks.explain(asked);
        return;
      }
      if (asked && hooks.isChange(command)) {
        await hooks.change(command, asked, args[1] as string | undefined);
        return;
      }
      return (await next(command, args)) as unknown;
    },
    provideCodeActions: async (document, range, context, token, next) => {
      const actions = await next(document, range, context, token);
      for (const action of actions ?? []) {
        // The review is named as what was chosen; the server's own commands take one argument.
        if (action instanceof vscode.CodeAction && action.command && hooks.isChange(action.command.command)) {
          action.command.arguments?.push(action.title);
        }
      }
      return actions;
    },
    workspace: {
      // Without a section the server asks for what is set, while the standard client would send all defaults.
      didChangeConfiguration: (_, next) => next(undefined),
      configuration: (params) => params.items.map((item) => (item.section === "coderlsp" ? explicitSettings() : null)),
    },
  };
}
