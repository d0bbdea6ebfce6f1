// VS Code in a browser, used as a user would: by keys, clicks, and looks at the page.
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";

/** Where things are: vscode.sh says it. */
export const { url, project, data, extensions, configuration, chatModel, pictures } = JSON.parse(process.argv[2]);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: "dark" });
await context.grantPermissions(["clipboard-read", "clipboard-write"]);
export const page = await context.newPage();
page.setDefaultTimeout(30_000);
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));

export const statusItem = page.locator(".statusbar-item").filter({ hasText: "CoderLsp" });
export const notifications = page.locator(".notifications-toasts .notification-list-item-message");
export const input = page.locator(".quick-input-widget input").first();
const rows = page.locator(".quick-input-list .monaco-list-row");

export const passed = (what) => console.log(`passed: ${what}`);
export const picture = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });
export const file = (name) => readFileSync(join(project, name), "utf8");

export function check(condition, message) {
    if (!condition) throw new Error(message);
}

/** Until the function's answer is truthy, which is returned. */
export async function until(what, seconds, probe) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const answer = await probe();
        if (answer) return answer;
        if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} seconds`);
        await page.waitForTimeout(100);
    }
}

/** The page and the server are there. */
export async function load() {
    await page.goto(url);
    await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
    await ready();
}

export const ready = () => statusItem.locator(".codicon-sparkle").waitFor({ timeout: 60_000 });

const plain = (text) => text.replaceAll("\u00a0", " ");

/** The lines of the active editor that are in sight. */
export const lines = async () => plain((await page.locator(".editor-group-container.active .view-line").allTextContents()).join("\n"));

/** The suggestion that is shown behind the cursor, or nothing; several lines are one text. */
export async function ghost() {
    const line = await page.locator(".view-lines .ghost-text-decoration").allTextContents();
    const below = await page.locator(".suggest-preview-text .view-line, .ghost-text.view-line").allTextContents();
    return plain([line.join(""), ...below].join("\n")).trimEnd();
}

/** One that stands still: it may change while more is typed. */
export async function ghostThatStays() {
    return until("a suggestion", 60, async () => {
        const shown = await ghost();
        if (!shown) return "";
        await page.waitForTimeout(500);
        return shown === (await ghost()) ? shown : "";
    });
}

/** An entry of the list that is open. Among the files there is also the diff of a change, which has a file's name. */
export const entry = (label) => rows.filter({ hasText: label, hasNotText: "Esc discards" }).first();
export const pick = (label) => entry(label).click();

/** Chooses in the list that keys open. A window that comes to the front meanwhile closes it: then it is opened again. */
async function choose(keys, text, label) {
    for (let tries = 3; ; tries--) {
        try {
            await page.keyboard.press(keys);
            await input.fill(text, { timeout: 5000 });
            await entry(label).click({ timeout: 5000 });
            return;
        } catch (error) {
            if (tries === 1) throw error;
            await page.keyboard.press("Escape");
        }
    }
}

export const command = (title) => choose("F1", `>${title}`, title);

/** Opens a file of the project with the cursor at the end of a line. */
export async function open(name, line) {
    await page.keyboard.press("Control+1"); // the group beside a view
    await choose("Control+P", `${name}:${line}`, name);
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await page.locator(".tab.active").filter({ hasText: name }).first().waitFor();
    await until("the cursor's move", 10, () => page.locator(".statusbar-item").filter({ hasText: `Ln ${line},` }).count());
    await page.keyboard.press("End");
}

export async function revert() {
    await page.keyboard.press("Escape");
    await command("File: Revert File");
    await page.locator(".tab.active.dirty").waitFor({ state: "detached" });
}

export const saved = (name, expected) =>
    until(`the text of ${name}`, 10, async () => {
        await page.keyboard.press("Control+S");
        return file(name) === expected;
    }).catch(() => {
        throw new Error(`${name} is\n${file(name)}\nand not\n${expected}`);
    });

/** The frame on the page in which something is found. */
export function frameWith(selector) {
    return until(`a view with ${selector}`, 30, async () => {
        for (const frame of page.frames()) {
            const count = await frame
                .locator(selector)
                .count()
                .catch(() => 0); // The frame has gone meanwhile.
            if (count > 0) return frame;
        }
        return undefined;
    });
}

/** The page of a conversation: "explanation" or "chat". */
export const view = (kind) => frameWith(`body.${kind} #turns`);

/** Waits for the n-th answer's end. Its text, and whether a part of it was seen before: how many depends on the machine. */
export async function answer(frame, n) {
    const lengths = new Set();
    const text = await until("the answer", 90, async () => {
        if ((await frame.locator("article").count()) < n) return "";
        const isOver = await frame.locator("#stop").isHidden(); // before the text is read, to which more may come until then
        const shown = await frame.locator("article").nth(n - 1).innerText();
        if (shown.trim()) lengths.add(shown.length);
        return isOver ? shown : "";
    });
    return { text, grew: Math.min(...lengths) < text.length };
}

/** Process ids of the servers that this VS Code has started: their executable lies in the extension. */
export function servers() {
    return readdirSync("/proc").filter((name) => {
        try {
            return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/exe`).startsWith(`${extensions}/`);
        } catch {
            return false; // It has ended meanwhile, or is not ours.
        }
    });
}

/** Writes a file of settings: CoderLsp's own, or VS Code's. */
export function set(path, settings) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(settings));
}

/** Runs the parts one after the other. When one fails, a picture shows what the page was like. */
export async function run(...parts) {
    try {
        for (const part of parts) {
            const start = Date.now();
            await part();
            console.log(`${part.name}: ${((Date.now() - start) / 1000).toFixed(0)} s`);
        }
    } catch (error) {
        await picture("failed");
        console.error(`FAILED: ${error instanceof Error ? error.stack : error}`);
        console.error(errors.join("\n"));
        process.exitCode = 1;
    } finally {
        await browser.close();
    }
}
