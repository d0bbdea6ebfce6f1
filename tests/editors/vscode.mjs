// Drives VS Code in a browser, as a user would: see vscode.sh, which starts it.
// usage: node vscode.mjs URL PROJECT DATA EXTENSIONS CONFIGURATION CHAT_MODEL PICTURE
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";

const [url, project, data, extensions, configuration, chatModel, picture] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
page.setDefaultTimeout(20_000);
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));

function check(condition, message) {
    if (!condition) throw new Error(message);
}

/** Until the function's answer is truthy, which is returned. */
async function until(what, seconds, probe) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const answer = await probe();
        if (answer) return answer;
        if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} seconds`);
        await page.waitForTimeout(100);
    }
}

const file = (name) => readFileSync(join(project, name), "utf8");
const plain = (text) => text.replaceAll("\u00a0", " ");

/** The suggestion that is shown behind the cursor, or nothing. */
const ghost = async () => plain((await page.locator(".view-lines .ghost-text-decoration").allTextContents()).join(""));

/** One that stands still: it may change while more is typed. */
async function ghostThatStays() {
    return until("a suggestion", 60, async () => {
        const shown = await ghost();
        if (!shown) return "";
        await page.waitForTimeout(500);
        return shown === (await ghost()) ? shown : "";
    });
}

async function command(title) {
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").first().fill(`>${title}`);
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: title }).first().click();
}

async function open(name, line) {
    await page.keyboard.press("Control+1"); // the group beside the view
    await page.keyboard.press("Control+P");
    await page.locator(".quick-input-widget input").first().fill(name);
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: name }).first().click();
    await page.locator(".tab.active").filter({ hasText: name }).waitFor();
    await page.keyboard.press("Control+G");
    await page.locator(".quick-input-widget input").first().fill(`:${line}`);
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: `line ${line}` }).first().click();
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await page.keyboard.press("End");
}

const saved = (name, expected) =>
    until(`the text of ${name}`, 10, async () => {
        await page.keyboard.press("Control+S");
        return file(name) === expected;
    }).catch(() => {
        throw new Error(`${name} is\n${file(name)}\nand not\n${expected}`);
    });

/** The document in the view beside the editor. */
async function explanation() {
    for (const frame of page.frames()) {
        if (
            (await frame
                .locator("#messages")
                .count()
                .catch(() => 0)) > 0
        )
            return frame;
    }
    return undefined;
}

const statusItem = page.locator(".statusbar-item").filter({ hasText: "CoderLsp" });
const notifications = page.locator(".notifications-toasts .notification-list-item-message");
const passed = (what) => console.log(`passed: ${what}`);

/** Writes a file of settings, which is read now (VS Code's: after reloading the page). */
function set(path, settings) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(settings));
}

/** Process ids of the servers that this VS Code has started: their executable lies in the extension. */
function servers() {
    return readdirSync("/proc").filter((name) => {
        try {
            return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/exe`).startsWith(`${extensions}/`);
        } catch {
            return false; // It has ended meanwhile, or is not ours.
        }
    });
}

async function suggestions() {
    // Tab takes the whole suggestion.
    const names = file("names.py");
    await open("names.py", 7);
    await page.keyboard.type("print(os.p", { delay: 50 });
    let shown = await ghostThatStays();
    await page.keyboard.press("Tab");
    await saved("names.py", names.replace("        \n", `        print(os.p${shown}\n`));
    passed(`Tab takes a suggestion: 'print(os.p' + '${shown}'`);

    // Ctrl+Right takes a word of it.
    await page.keyboard.press("Enter");
    await page.keyboard.type("for entry in os.", { delay: 50 });
    shown = await ghostThatStays();
    await page.keyboard.press("Control+ArrowRight");
    const line = await until("taking a word", 10, async () => {
        await page.keyboard.press("Control+S");
        return file("names.py")
            .split("\n")
            .find((one) => /for entry in os\../.test(one));
    });
    const taken = line.trim().slice("for entry in os.".length);
    check(shown.startsWith(taken) && taken.length < shown.length, `a word of '${shown}' was to be taken, not '${taken}'`);
    passed(`Ctrl+Right takes a word: '${taken}' of '${shown}'`);
}

/** From a keystroke to the picture in which the suggestion stands, in milliseconds, as the browser's own clock says. */
async function latency() {
    await page.keyboard.press("Escape");
    await page.evaluate(() => {
        window.pressed = undefined;
        window.waits = [];
        addEventListener("keydown", (event) => (window.pressed = event.key === "p" ? performance.now() : undefined), true);
        new MutationObserver(() => {
            if (window.pressed === undefined || !document.querySelector(".view-lines .ghost-text-decoration")?.textContent) return;
            const start = window.pressed;
            window.pressed = undefined;
            requestAnimationFrame(() => window.waits.push(performance.now() - start));
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const rounds = 15;
    for (let i = 0; i < rounds; i++) {
        await page.keyboard.press("Enter");
        await page.keyboard.type("print(os.", { delay: 40 });
        await page.waitForTimeout(400);
        await page.keyboard.press("Escape");
        await until("the end of the suggestion", 5, async () => !(await ghost()));
        await page.keyboard.press("p");
        await until("the suggestion after the keystroke", 30, () => page.evaluate((n) => window.waits.length > n, i));
    }
    const waits = (await page.evaluate(() => window.waits)).sort((a, b) => a - b);
    console.log(
        `keystroke to suggestion: p50 ${waits[rounds >> 1].toFixed(0)} ms, p90 ${waits[Math.floor(rounds * 0.9)].toFixed(0)} ms of ${rounds}`,
    );
}

async function menu() {
    const choose = async (label) => {
        await statusItem.click();
        await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: label }).first().click();
        await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
        await page.keyboard.press("Control+1"); // from the status bar back into the editor
        await page.waitForTimeout(500);
    };
    await page.keyboard.press("Enter");
    await choose("Disable Suggestions for python");
    await statusItem.locator(".codicon-circle-slash").waitFor();
    await page.keyboard.type("print(os.p", { delay: 50 });
    await page.waitForTimeout(2000);
    const lines = plain((await page.locator(".view-line").allTextContents()).join("\n"));
    check(lines.includes("  print(os.p\n"), `the text was not typed:\n${lines}`);
    check(!(await ghost()), "a suggestion is shown although they are off for the language");
    await choose("Enable Suggestions for python");
    await statusItem.locator(".codicon-circle-slash").waitFor({ state: "detached" });
    await page.keyboard.press("Backspace");
    await page.keyboard.type("p");
    await ghostThatStays();
    passed("the status bar's menu turns suggestions off and on for a language");
    await page.keyboard.press("Escape");
    await command("File: Revert File");
}

async function explanations() {
    await open("area.py", 3);
    await command("CoderLsp: Explain");
    const view = await until("the view with the explanation", 30, explanation);
    await view.getByText("chatModel").waitFor({ timeout: 30_000 });
    passed("without a chat model the view says how to get one");

    // The user's configuration file, which the server looks at every two seconds: VS Code's defaults must not hide it.
    set(join(configuration, "coderlsp/config.json"), { chatModel, chat: { maxTokens: 120, temperature: 0 } });
    await page.waitForTimeout(5000);
    await open("area.py", 3);
    await command("CoderLsp: Explain");
    const lengths = new Set();
    const text = await until("the explanation", 90, async () => {
        const shown = await view
            .locator("article")
            .last()
            .innerText()
            .catch(() => "");
        lengths.add(shown.length);
        return shown.includes("area") && (await view.locator("#stop").isHidden()) ? shown : "";
    });
    check(lengths.size > 3, `the explanation came in ${lengths.size} steps: it was not streamed`);
    passed(`an explanation is written into the view: ${text.slice(0, 60).replaceAll("\n", " ")}…`);

    await open("names.py", 8);
    await page.keyboard.press("Enter");
    await page.keyboard.type("print(os.p", { delay: 50 });
    await ghostThatStays();
    await page.screenshot({ path: picture });
    await page.keyboard.press("Escape");
    await command("File: Revert File");

    await view.locator("#text").fill("Show how to call it.");
    await view.locator("#text").press("Enter");
    await until(
        "the answer to a question",
        90,
        async () => (await view.locator("article").count()) === 2 && (await view.locator("#stop").isHidden()),
    );
    passed("a question about it is answered");
    const code = await view.locator("article").last().locator("pre code").first().innerText();
    await view.locator("article").last().getByRole("button", { name: "Insert" }).first().click();
    await page.locator(".view-line").filter({ hasText: code.split("\n")[0] }).waitFor();
    passed(`its code is inserted: ${code.split("\n")[0]}`);
    await command("File: Revert File");
}

async function refactoring() {
    const before = file("sums.py");
    await open("sums.py", 1);
    await command("CoderLsp: Refactor with Instruction");
    await page.locator(".quick-input-widget input").first().fill("Simplify the selected code. Keep what it does exactly as it is.");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Discard" }).click({ timeout: 90_000 });
    await page.getByRole("button", { name: "Discard" }).waitFor({ state: "detached" });
    await page.keyboard.press("Control+S");
    check(file("sums.py") === before, "a change that was discarded has been made");
    passed("a refactoring by instruction is previewed, and discarded");

    await open("sums.py", 1);
    await command("CoderLsp: Refactor…");
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "Simplify" }).first().click();
    // VS Code wants each change that asks for confirmation to be ticked.
    await page.locator(".edit-checkbox").first().click({ timeout: 90_000 });
    await page.getByRole("button", { name: "Apply" }).click();
    await until("the change", 10, async () => {
        await page.keyboard.press("Control+S");
        return file("sums.py") !== before;
    });
    check(file("sums.py").startsWith("def average(numbers):"), `the function has lost its head:\n${file("sums.py")}`);
    passed(`a ready refactoring is previewed and applied: ${file("sums.py").trim().replace(/\s+/g, " ")}`);
    await command("Notifications: Clear All Notifications");
}

async function crashes() {
    for (let i = 1; i <= 3; i++) {
        const [pid] = await until("a server", 30, () => servers().length === 1 && servers());
        process.kill(Number(pid), "SIGKILL");
        await until("its end", 10, () => !servers().includes(pid));
    }
    await notifications.filter({ hasText: "ended unexpectedly 3 times" }).waitFor();
    await page.waitForTimeout(3000);
    check(servers().length === 0, "a server that ended three times was started again");
    check((await notifications.count()) === 1, `there is not one message but ${await notifications.allTextContents()}`);
    passed("a server that keeps ending gets one message");

    await command("CoderLsp: Restart the Server");
    await until("the server's start", 30, () => servers().length === 1);
    await statusItem.locator(".codicon-sparkle").waitFor({ timeout: 30_000 });
    passed("it can be started again");

    await command("Notifications: Clear All Notifications");
    set(join(data, "Machine/settings.json"), { "coderlsp.server.path": "/nowhere/coderlsp" });
    await page.reload();
    await notifications.filter({ hasText: "/nowhere/coderlsp" }).waitFor();
    check((await notifications.count()) === 1, `there is not one message but ${await notifications.allTextContents()}`);
    passed("a server that is missing gets one message");
}

try {
    await page.goto(url);
    await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
    await statusItem.locator(".codicon-sparkle").waitFor({ timeout: 60_000 });
    passed("the status bar says that the server is ready");
    await suggestions();
    await latency();
    await menu();
    await explanations();
    await refactoring();
    await crashes();
} catch (error) {
    await page.screenshot({ path: `${picture}.failed.png` });
    console.error(`FAILED: ${error instanceof Error ? error.stack : error}`);
    console.error(errors.join("\n"));
    process.exitCode = 1;
} finally {
    await browser.close();
}
