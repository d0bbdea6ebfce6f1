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

/** For this folder, or for all where none is open. */
export async function setEnabled(enabled: boolean): Promise<void> {
  await vscode.workspace.getConfiguration(section).update("inline.enabled", enabled, narrowest());
}

/** For a language everywhere; undefined takes the entry away. */
export async function setEnabledFor(languageId: string, enabled: boolean | undefined): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const set = asObject(configuration.inspect("inline.languages")?.globalValue);
  const languages = Object.fromEntries(Object.entries(set).filter(([name]) => name !== languageId));
  if (enabled !== undefined) languages[languageId] = enabled;
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
