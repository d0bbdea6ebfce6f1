import { createInterface } from "node:readline";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
  type LanguageClientOptions,
  type Middleware,
  type StaticFeature,
} from "vscode-languageclient/node";
import { statusNotification, type ActionArguments, type Status } from "./protocol";
import { explicitSettings } from "./settings";

/** What the extension does where the standard client cannot. */
export interface ClientHooks {
  /** Whether suggestions are wanted just now. */
  isAwake(): boolean;
  explain(asked: ActionArguments): Promise<void>;
  /** The user's instruction; undefined when he does not give one. */
  askForInstruction(): Promise<string | undefined>;
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

/** Says that this client shows the status, and asks its user for instructions. */
const experimental: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = { ...(capabilities.experimental as object), coderlspStatus: true, coderlspInstruction: true };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

export function createClient(executable: string, log: vscode.LogOutputChannel, hooks: ClientHooks): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
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
  client.registerFeature(experimental);
  client.onNotification(statusNotification, (status) => {
    hooks.onStatus(status);
  });
  return client;
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
      if (command === "coderlsp.edit" && asked && !asked.instruction) {
        const instruction = await hooks.askForInstruction();
        return instruction ? ((await next(command, [{ ...asked, instruction }])) as unknown) : undefined;
      }
      return (await next(command, args)) as unknown;
    },
    workspace: {
      // Without a section the server asks for what is set, while the standard client would send all defaults.
      didChangeConfiguration: (_, next) => next(undefined),
      configuration: (params) => params.items.map((item) => (item.section === "coderlsp" ? explicitSettings() : null)),
    },
  };
}
