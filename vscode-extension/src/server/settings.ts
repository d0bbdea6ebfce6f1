import * as vscode from "vscode";
import manifest from "../../package.json";

const section = "coderlsp";
const serverSettings = Object.keys(manifest.contributes.configuration.properties)
  .map((name) => name.slice(section.length + 1))
  .filter((name) => !name.startsWith("server."));

/**
 * What is set in VS Code, as the nested object that the server takes. Defaults are left out: they would win over the user's
 * configuration file.
 */
export function explicitSettings(): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(section);
  const settings: Record<string, unknown> = {};
  for (const name of serverSettings) {
    const found = configuration.inspect(name);
    if ([found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some((value) => value !== undefined)) {
      put(settings, name.split("."), configuration.get(name));
    }
  }
  return settings;
}

// What is read here may be of any type, whatever the manifest says: one of another type counts as not set, and is marked in the editor.

export function serverPath(): string {
  const path = vscode.workspace.getConfiguration(section).get<unknown>("server.path");
  return typeof path === "string" ? path.trim() : "";
}

/** Folders in which models are looked for; undefined: the server's own. */
export function modelFolders(): string[] | undefined {
  const folders = vscode.workspace.getConfiguration(section).get<unknown>("modelFolders");
  const names = Array.isArray(folders) ? folders.filter((one) => typeof one === "string") : [];
  return names.length > 0 ? names : undefined;
}

/** Whether suggestions are made without being asked for in a language (undefined: in general), as VS Code's settings say. */
export function isEnabled(languageId?: string): boolean {
  const inline = vscode.workspace.getConfiguration(`${section}.inline`);
  const language = languageId === undefined ? undefined : asObject(inline.get("languages"))[languageId];
  return [language, inline.get<unknown>("enabled")].find((one) => typeof one === "boolean") ?? true;
}

/** For this folder, or for all where none is open. */
export async function setEnabled(enabled: boolean): Promise<void> {
  await vscode.workspace.getConfiguration(section).update("inline.enabled", enabled, narrowest());
}

/** For a language everywhere. One that is as all the others needs no entry, which would win over the folder's setting. */
export async function setEnabledFor(languageId: string, enabled: boolean): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const set = asObject(configuration.inspect("inline.languages")?.globalValue);
  const languages = Object.fromEntries(Object.entries(set).filter(([name]) => name !== languageId));
  if (enabled !== isEnabled()) languages[languageId] = enabled;
  await configuration.update("inline.languages", languages, vscode.ConfigurationTarget.Global);
}

export async function setModel(setting: "model" | "chatModel", value: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration(section).update(setting, value, vscode.ConfigurationTarget.Global);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function narrowest(): vscode.ConfigurationTarget {
  return vscode.workspace.workspaceFolders ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
}

function put(target: Record<string, unknown>, levels: string[], value: unknown): void {
  const [name, ...rest] = levels;
  if (name === undefined) return;
  if (rest.length === 0) target[name] = value;
  else put((target[name] ??= {}) as Record<string, unknown>, rest, value);
}
