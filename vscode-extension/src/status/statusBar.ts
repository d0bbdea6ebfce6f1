import * as vscode from "vscode";
import { workingEditor } from "../editor";
import type { State, Status } from "../server/protocol";
import type { Enablement } from "./enablement";
import type { Snooze } from "./snooze";

const icons: Record<State, string> = {
  starting: "$(loading~spin)",
  loading: "$(loading~spin)",
  ready: "$(sparkle)",
  busy: "$(loading~spin)",
  slow: "$(watch)",
  error: "$(error)",
  unloaded: "$(circle-outline)",
};

const words: Record<State, string> = {
  starting: "The server is starting.",
  loading: "The model is being loaded.",
  ready: "Ready.",
  busy: "Something is being generated.",
  slow: "Ready, but suggestions take two seconds or more. A smaller model would be faster.",
  error: "There are no suggestions.",
  unloaded: "The model has left memory, since nothing was typed for long. The next suggestion loads it.",
};

/** What the server is doing, in the status bar. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("coderlsp.status", vscode.StatusBarAlignment.Right, 100);
  private readonly subscriptions: vscode.Disposable[];
  private status: Status = { state: "starting" };

  constructor(
    onStatus: vscode.Event<Status>,
    private readonly enablement: Enablement,
    private readonly snooze: Snooze,
  ) {
    this.item.name = "CoderLsp";
    this.item.command = "coderlsp.menu";
    const show = () => {
      this.show();
    };
    this.subscriptions = [
      onStatus((status) => {
        this.status = status;
        this.show();
      }),
      snooze.onChange(show),
      vscode.workspace.onDidChangeConfiguration(show),
      vscode.window.onDidChangeActiveTextEditor(show),
    ];
    this.show();
    this.item.show();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions, this.item).dispose();
  }

  private show(): void {
    const { state, percent } = this.status;
    const off = this.whyOff();
    const detail = state === "loading" && percent !== undefined ? ` ${percent} %` : this.speed();
    this.item.text = off && state !== "error" ? "$(circle-slash) CoderLsp" : `${icons[state]} CoderLsp${detail}`;
    this.item.backgroundColor = state === "error" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    this.item.tooltip = this.tooltip(off);
    this.item.accessibilityInformation = { label: `CoderLsp: ${off ?? words[state]}`, role: "button" };
  }

  private whyOff(): string | undefined {
    if (!this.snooze.isOver) return `Snoozing until ${this.snooze.end}.`;
    const language = workingEditor()?.document.languageId;
    if (this.enablement.isOn(language)) return undefined;
    return language && this.enablement.isOn() ? `Off for ${language}.` : "Off.";
  }

  private speed(): string {
    const speed = this.status.speed?.decodeTokensPerSecond;
    return speed === undefined ? "" : ` ${speed.toFixed(speed < 10 ? 1 : 0)} tok/s`;
  }

  private tooltip(off: string | undefined): vscode.MarkdownString {
    const { state, message, remedy, model, speed, cache, memoryMegabytes } = this.status;
    const lines = [off ?? words[state], message, remedy];
    if (model) {
      lines.push(`Model: ${[model.name, model.quantization].filter(Boolean).join(", ")}, window of ${model.contextTokens} tokens`);
      if (!model.fim) lines.push("It sees only the text before the cursor.");
    }
    if (speed?.promptTokensPerSecond !== undefined) lines.push(`Prompts: ${speed.promptTokensPerSecond.toFixed(0)} tokens/s`);
    if (speed?.decodeTokensPerSecond !== undefined) lines.push(`Generated: ${speed.decodeTokensPerSecond.toFixed(0)} tokens/s`);
    if (cache)
      lines.push(
        `Reused of prompts: ${(cache.hitRate * 100).toFixed(0)} %, in ${cache.megabytes.toFixed(0)} of ${cache.limitMegabytes.toFixed(0)} MB`,
      );
    if (memoryMegabytes !== undefined) lines.push(`Memory: ${memoryMegabytes.toFixed(0)} MB`);
    // Names of models and messages are no Markdown.
    const tooltip = new vscode.MarkdownString();
    for (const line of lines) if (line) tooltip.appendText(line).appendMarkdown("\n\n");
    return tooltip;
  }
}
