import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { createClient, type ClientHooks } from "./client";
import { findExecutable, NoServerError } from "./executable";
import type { Status } from "./protocol";
import { serverPath } from "./settings";

const mostCrashes = 3;
const crashWindow = 3 * 60_000;
const pauseAfterCrash = 1000;
const timeUntilEndIsKnown = 1000;
const longestStart = 60_000;

export type ServerHooks = Omit<ClientHooks, "onStatus" | "onClosed">;

/** The server's process: started, started again when it crashes, and given up with one message when it crashes again and again. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private ended: LanguageClient | undefined;
  private crashes: number[] = [];
  private retry: NodeJS.Timeout | undefined;
  private isDisposed = false;
  private latestTurn = 0;
  private isRecovering = false;
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
    this.isRecovering = false;
    return this.startAnew();
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.retry);
    void this.stop();
    this.statusChanged.dispose();
  }

  /** One start after the other, whoever asks for it; one that another has overtaken is left out. */
  private startAnew(): Promise<void> {
    clearTimeout(this.retry);
    const turn = ++this.latestTurn;
    const isWanted = () => turn === this.latestTurn && !this.isDisposed;
    // At once, and not in its turn: that ends the start of a server that does not answer.
    const stopped = this.stop();
    this.queue = this.queue
      .then(async () => {
        await stopped;
        if (isWanted()) await this.start(isWanted);
      })
      .catch((error: unknown) => {
        this.giveUp(`CoderLsp: the server could not be started: ${reasonOf(error)}`, "Restart", () => this.restart());
      });
    return this.queue;
  }

  private async start(isWanted: () => boolean): Promise<void> {
    let executable: string;
    try {
      executable = await findExecutable(serverPath(), this.extensionFolder);
    } catch (error) {
      if (!(error instanceof NoServerError)) throw error;
      this.giveUp(error.message, "Open Settings", openServerSetting);
      return;
    }
    if (!isWanted()) return;
    this.log.info(`Starting ${executable}`);
    this.statusChanged.fire({ state: "starting" });
    const client = createClient(executable, this.log, {
      ...this.hooks,
      onStatus: (status) => {
        if (this.client !== client) return;
        this.statusChanged.fire(status);
        if (status.state === "ready") this.tellRecovery();
      },
      onClosed: () => {
        if (this.isOver(client)) return;
        this.onCrash();
      },
    });
    this.client = client;
    try {
      await within(longestStart, client.start());
    } catch (error) {
      // A server that ends while it starts is a crash, which is counted; any other failure is not mended by trying again. Of the end we
      // hear later than of the pipe that broke by it.
      const reason = reasonOf(error);
      this.log.error(`The server did not start: ${reason}`);
      await new Promise((resolve) => setTimeout(resolve, timeUntilEndIsKnown));
      if (this.isOver(client)) return;
      await this.stop();
      this.giveUp(`CoderLsp: ${executable} did not start as a language server: ${reason}`, "Open Settings", openServerSetting);
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

  /** Whether nothing is to be said about its end: it was stopped, or its end is known. From now on it is. */
  private isOver(client: LanguageClient): boolean {
    if (this.client !== client || this.ended === client) return true;
    this.ended = client;
    return false;
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
    this.isRecovering = true;
    this.retry = setTimeout(() => void this.startAnew(), pauseAfterCrash);
  }

  /** Told when it is over, and once in a while: a server that keeps ending is told when it is given up. */
  private tellRecovery(): void {
    if (!this.isRecovering) return;
    this.isRecovering = false;
    if (this.crashes.length > 1) return;
    this.tell(vscode.window.showWarningMessage("CoderLsp: the server ended unexpectedly and was started again.", "Show Log"));
  }

  private giveUp(message: string, remedy: string, run: () => Thenable<unknown>): void {
    this.statusChanged.fire({ state: "error", message });
    this.isRecovering = false;
    this.tell(vscode.window.showErrorMessage(message, remedy, "Show Log"), remedy, run);
  }

  private tell(shown: Thenable<string | undefined>, remedy?: string, run?: () => Thenable<unknown>): void {
    void shown.then((chosen) => {
      if (chosen === "Show Log") this.log.show();
      else if (chosen && chosen === remedy) return run?.();
      return undefined;
    });
  }
}

function openServerSetting(): Thenable<unknown> {
  return vscode.commands.executeCommand("workbench.action.openSettings", "coderlsp.server.path");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it gave no answer within ${milliseconds / 1000} seconds`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
