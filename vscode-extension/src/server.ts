import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { createClient, type ClientHooks } from "./client";
import { findExecutable, NoServerError } from "./executable";
import type { Status } from "./protocol";
import { serverPath } from "./settings";

const mostCrashes = 3;
const crashWindow = 3 * 60_000;
const pauseAfterCrash = 1000;

export type ServerHooks = Omit<ClientHooks, "onStatus" | "onClosed">;

/** The server's process: started, started again when it crashes, and given up with one message when it crashes again and again. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private crashes: number[] = [];
  private retry: NodeJS.Timeout | undefined;
  private isDisposed = false;
  private queue: Promise<void> = Promise.resolve();
  private readonly statusChanged = new vscode.EventEmitter<Status>();
  readonly onStatus = this.statusChanged.event;

  constructor(
    private readonly extensionFolder: string,
    private readonly log: vscode.LogOutputChannel,
    private readonly hooks: ServerHooks,
  ) {}

  /** The running client; undefined while there is none. */
  get running(): LanguageClient | undefined {
    return this.client?.isRunning() ? this.client : undefined;
  }

  /** Starts the server, or starts it again. Problems are told to the user. */
  restart(): Promise<void> {
    this.crashes = [];
    return this.startAnew();
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.retry);
    void this.stop();
    this.statusChanged.dispose();
  }

  /** One start after the other, whoever asks for it. */
  private startAnew(): Promise<void> {
    clearTimeout(this.retry);
    this.queue = this.queue.then(async () => {
      await this.stop();
      if (!this.isDisposed) await this.start();
    });
    return this.queue;
  }

  private async start(): Promise<void> {
    let executable: string;
    try {
      executable = await findExecutable(serverPath(), this.extensionFolder);
    } catch (error) {
      if (!(error instanceof NoServerError)) throw error;
      this.giveUp(error.message, "Open Settings", () =>
        vscode.commands.executeCommand("workbench.action.openSettings", "coderlsp.server.path"),
      );
      return;
    }
    this.log.info(`Starting ${executable}`);
    this.statusChanged.fire({ state: "starting" });
    const client = createClient(executable, this.log, {
      ...this.hooks,
      onStatus: (status) => {
        if (this.client === client) this.statusChanged.fire(status);
      },
      onClosed: () => {
        if (this.client === client) this.onCrash();
      },
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      // A server that ends while it starts is a crash, which is counted; any other failure is not mended by trying again.
      this.log.error(`The server did not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch {
      // It has ended already.
    }
  }

  private onCrash(): void {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < crashWindow), now];
    this.log.error(`The server has ended unexpectedly (${this.crashes.length} of ${mostCrashes}).`);
    if (this.crashes.length >= mostCrashes) {
      this.giveUp(
        `CoderLsp: the server ended unexpectedly ${mostCrashes} times and is not started again. The log says why.`,
        "Restart",
        () => this.restart(),
      );
      return;
    }
    this.statusChanged.fire({ state: "starting", message: "The server has ended unexpectedly and is started again." });
    this.retry = setTimeout(() => void this.startAnew(), pauseAfterCrash);
  }

  private giveUp(message: string, remedy: string, run: () => Thenable<unknown>): void {
    this.statusChanged.fire({ state: "error", message });
    void vscode.window.showErrorMessage(message, remedy, "Show Log").then((chosen) => {
      if (chosen === remedy) return run();
      if (chosen) this.log.show();
      return undefined;
    });
  }
}
