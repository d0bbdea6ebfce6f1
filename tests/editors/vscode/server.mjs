// A server that is killed, that keeps ending, that is missing, and that is none: one clear sentence each.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, command, data, notifications, page, passed, project, ready, servers, set, statusItem, until } from "./editor.mjs";

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
async function startWith(path) {
    set(join(data, "Machine/settings.json"), { "coderlsp.server.path": path });
    await page.reload();
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

    const script = join(project, "../server.sh");
    writeFileSync(script, "#!/bin/sh\nexit 3\n");
    chmodSync(script, 0o755);
    await startWith(script);
    await oneMessage("ended unexpectedly 3 times");
    passed("a server that ends while it starts, again and again, gets one message");

    writeFileSync(script, "#!/nowhere/sh\n");
    await startWith(script);
    await oneMessage("did not start as a language server");
    passed("a program that cannot be started gets one message");
}
