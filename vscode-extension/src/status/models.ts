import { readdir } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { modelFolders, setModel } from "../server/settings";

/** Has the user choose a model: one of the folders', the built-in one, or any file. */
export async function chooseModel(setting: "model" | "chatModel"): Promise<void> {
  const isForSuggestions = setting === "model";
  const current = vscode.workspace.getConfiguration("coderlsp").get<string | null>(setting);
  type Choice = vscode.QuickPickItem & { choose: () => Promise<string | undefined> };
  const builtIn: Choice = isForSuggestions
    ? { label: "seedling", description: "built in", choose: () => Promise.resolve("seedling") }
    : { label: "None", description: "actions and the chat say how to get one", choose: () => Promise.resolve(undefined) };
  const files = await modelFiles();
  const choices: Choice[] = [
    builtIn,
    ...files.map((file) => ({
      label: path.basename(file),
      description: path.dirname(file),
      choose: () => Promise.resolve(file),
    })),
    { label: "$(folder-opened) Another File…", choose: pickFile },
  ];
  const title = isForSuggestions ? "The Model for Suggestions" : "The Model for Actions and Chat";
  const placeHolder = current ? `Now: ${current}` : "A GGUF file";
  const chosen = await vscode.window.showQuickPick(choices, { title, placeHolder, matchOnDescription: true });
  if (!chosen) return;
  const value = await chosen.choose();
  if (value !== undefined || chosen === builtIn) await setModel(setting, value);
}

async function pickFile(): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({ filters: { "GGUF models": ["gguf"] }, openLabel: "Use This Model" });
  return picked?.[0]?.fsPath;
}

async function modelFiles(): Promise<string[]> {
  const folders = modelFolders()?.map((folder) => folder.replace(/^~(?=\/|$)/, os.homedir())) ?? [defaultFolder()];
  const lists = await Promise.all(
    folders.map(async (folder) => {
      try {
        return (await readdir(folder)).filter((name) => name.toLowerCase().endsWith(".gguf")).map((name) => path.join(folder, name));
      } catch {
        return []; // The folder does not exist yet.
      }
    }),
  );
  return lists.flat().sort();
}

function defaultFolder(): string {
  switch (process.platform) {
    case "darwin":
      return path.join(os.homedir(), "Library", "Application Support", "coderlsp", "models");
    case "win32":
      return path.join(process.env.LOCALAPPDATA || os.homedir(), "coderlsp", "models");
    default:
      return path.join(process.env.XDG_DATA_HOME || path.join(os.homedir(), ".local", "share"), "coderlsp", "models");
  }
}
