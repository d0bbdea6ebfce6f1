import type * as vscode from "vscode";
import type { Inline, Status } from "../server/protocol";
import { setEnabledFor } from "../server/settings";

/** Whether suggestions come by themselves, as the server says: its configuration file may say it, too. */
export class Enablement implements vscode.Disposable {
  private told: Inline = { enabled: true, languages: {}, inherited: {} };
  private readonly subscription: vscode.Disposable;

  constructor(onStatus: vscode.Event<Status>) {
    this.subscription = onStatus((status) => {
      this.told = status.inline ?? this.told;
    });
  }

  /** In a language; undefined: in general. */
  isOn(languageId?: string): boolean {
    const { enabled, languages } = this.told;
    return (languageId === undefined ? undefined : languages[languageId]) ?? enabled;
  }

  /** A language that is so without an entry in VS Code's settings needs none, which would win over the folder's setting. */
  async set(languageId: string, enabled: boolean): Promise<void> {
    const otherwise = this.told.inherited[languageId] ?? this.told.enabled;
    await setEnabledFor(languageId, enabled === otherwise ? undefined : enabled);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
