import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";

/** Says to the user why there is no server to start, and what to do. */
export class NoServerError extends Error {}

/**
 * The server's executable: the configured one, else the one that came with the extension, else the first on the PATH.
 * @throws {NoServerError} There is none that can be run.
 */
export async function findExecutable(configured: string, extensionFolder: string): Promise<string> {
  const name = process.platform === "win32" ? "coderlsp.exe" : "coderlsp";
  if (configured) {
    const file = configured.startsWith("~/") ? path.join(os.homedir(), configured.slice(2)) : configured;
    if (path.isAbsolute(file)) {
      if (await isExecutable(file)) return file;
      throw new NoServerError(`CoderLsp: coderlsp.server.path is ${file}, which is not a file that can be run.`);
    }
    const found = await onPath(file);
    if (found) return found;
    throw new NoServerError(`CoderLsp: coderlsp.server.path is ${file}, which is not on the PATH. Give its whole path.`);
  }
  const bundled = path.join(extensionFolder, "server", name);
  if (await isExecutable(bundled)) return bundled;
  const found = await onPath(name);
  if (found) return found;
  throw new NoServerError("CoderLsp: there is no server: put coderlsp on the PATH, or set coderlsp.server.path to the executable.");
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
