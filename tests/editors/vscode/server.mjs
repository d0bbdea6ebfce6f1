// A server that is killed, that keeps ending, that is missing, and that is none: one clear sentence each. One that does not answer.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, command, data, extensions, notifications, page, passed, project, ready, servers, set, statusItem, until } from "./editor.mjs";

const clear = () => command("Notifications: Clear All Notifications");

async function oneMessage(text) {
    await notifications.filter({ hasText: text }).waitFor({ timeout: 60_000 });
    await page.waitForTimeout(3000);
    check((await notifications.count()) === 1, `there is not one message but ${(await notifications.allTextContents()).join(" / ")}`);
}

async function kill() {
    const [pid] = await until("a server", 30, () => servers().length === 1 && servers());
    process.kill(Number(pid), "SIGKILL");
    await until("its end", 10, () => !servers().includes(pid));
}

/** Starts VS Code anew with a server at a path, which is a setting of the machine. */
async function startWith(path, others = {}) {
    set(join(data, "Machine/settings.json"), { "coderlsp.server.path": path, ...others });
    await page.reload();
}

const script = join(project, "../server.sh");
function write(...lines) {
    writeFileSync(script, lines.map((line) => `${line}\n`).join(""));
    chmodSync(script, 0o755);
}

export async function crashes() {
    await clear();
    await kill();
    await oneMessage("ended unexpectedly and was started again");
    await ready();
    passed("a server that is killed is started again, and a message says so");
    await clear();

    await kill();
    await kill();
    await oneMessage("ended unexpectedly 3 times");
    check(servers().length === 0, "a server that ended three times was started again");
    await statusItem.locator(".codicon-error").waitFor();
    passed("a server that keeps ending is given up with one message");
    await command("CoderLsp: Restart the Server");
    await ready();
    check(servers().length === 1, "there is not one server after the restart");
    passed("it can be started again");
}

export async function noServer() {
    await startWith("/nowhere/coderlsp");
    await oneMessage("coderlsp.server.path is /nowhere/coderlsp, which is not a file that can be run");
    passed("a server that is missing gets one message");

    write("#!/bin/sh", "exit 3");
    await startWith(script);
    await oneMessage("ended unexpectedly 3 times");
    passed("a server that ends while it starts, again and again, gets one message");

    write("#!/nowhere/sh");
    await startWith(script);
    await oneMessage("did not start as a language server");
    passed("a program that cannot be started gets one message");
}

export async function hangs() {
    const note = join(project, "../pid");
    write("#!/bin/sh", `echo $$ > ${note}`, "exec sleep 1000");
    await startWith(script);
    const pid = await until("the start of a server that does not answer", 30, () => existsSync(note) && readFileSync(note, "utf8").trim());
    await statusItem.locator(".codicon-loading").waitFor();
    const installed = readdirSync(extensions).find((name) => name.startsWith("coderlsp."));
    write("#!/bin/sh", `exec ${join(extensions, installed, "server/coderlsp")} "$@"`);
    await command("CoderLsp: Restart the Server");
    await ready();
    check(!existsSync(`/proc/${pid}`), "the server that does not answer is still there");
    passed("a server that does not answer is restarted by the command");
}

export async function wrongSettings() {
    await startWith(null, { "coderlsp.inline.languages": null, "coderlsp.inline.enabled": "yes", "coderlsp.modelFolders": "models" });
    await ready();
    passed("settings of another type count as not set");
}
