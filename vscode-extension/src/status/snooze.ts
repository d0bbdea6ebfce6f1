import * as vscode from "vscode";

/** No suggestions for a while, unless they are asked for. */
export class Snooze implements vscode.Disposable {
  private until = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;

  get isOver(): boolean {
    return Date.now() >= this.until;
  }

  /** When it ends, as the user's clock says. */
  get end(): string {
    return new Date(this.until).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  }

  begin(minutes: number): void {
    this.set(Date.now() + minutes * 60_000);
  }

  stop(): void {
    this.set(0);
  }

  async ask(): Promise<void> {
    const choices = [5, 15, 30, 60].map((minutes) => ({ label: `${minutes} minutes`, minutes }));
    const chosen = await vscode.window.showQuickPick(choices, { placeHolder: "No suggestions for" });
    if (chosen) this.begin(chosen.minutes);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.changed.dispose();
  }

  private set(until: number): void {
    clearTimeout(this.timer);
    this.until = until;
    this.timer = until
      ? setTimeout(
          () => {
            this.changed.fire();
          },
          Math.max(0, until - Date.now()),
        )
      : undefined;
    this.changed.fire();
  }
}
